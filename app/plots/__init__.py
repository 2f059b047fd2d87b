"""Band profiles and curves (pyqtgraph)."""
