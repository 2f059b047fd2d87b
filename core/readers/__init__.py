"""Image files of every laboratory, or the reason of refusal."""
