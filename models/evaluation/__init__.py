"""Scoring rules and the benchmark."""
