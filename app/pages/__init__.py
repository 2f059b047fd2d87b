"""Pages behind the rail of the main window."""
