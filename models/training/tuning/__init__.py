"""Tuning on corrections: an adapter beside frozen models, fitted in a process of its own."""
