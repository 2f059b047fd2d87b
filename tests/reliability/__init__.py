"""Reliability campaign: `python -m tests.reliability --out DIR`."""
