"""How the program came to its answer, level by level: bands, chromosome, cell, case."""
