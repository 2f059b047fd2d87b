"""Verification of an installation, for the command line and the window; no Qt in it."""
