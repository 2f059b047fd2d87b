"""All cells of a case at once: large, ranked, judged by key."""
