"""A short tour on the simulated sample case: it points, and the person does."""
