"""The metaphase canvas (napari)."""
