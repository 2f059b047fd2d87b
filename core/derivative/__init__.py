"""Derivative chromosomes built from straightened strips of real ones; see `build`."""
