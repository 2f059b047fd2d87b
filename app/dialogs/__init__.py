"""Short questions to a person."""
