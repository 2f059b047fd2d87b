"""Data sets, trainers and export (torch)."""
