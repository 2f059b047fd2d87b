"""The parts of installers/prove.py."""
