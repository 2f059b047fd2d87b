"""Trained stages run by onnxruntime."""
