"""Cases, edits and originals on disk."""
