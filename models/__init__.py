"""Learned stages of the analysis: networks, training, inference and evaluation."""
