"""Arrays in, arrays out: intensity, outlines, axes, bands."""
