"""What would it look like: a change clicked on the idiogram, built from the patient's own chromosomes."""
