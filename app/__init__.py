"""The workstation: windows, pages and the command line."""
