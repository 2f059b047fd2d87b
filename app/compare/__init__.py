"""Cells of a case, and cases, compared: evidence strip, composite, mean chromosomes, side by side."""
