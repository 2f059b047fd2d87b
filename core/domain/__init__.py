"""Immutable values of the laboratory bench."""
