"""What tells whether an installation is what was shipped, works, and answers as it should."""
