"""What may be wrong with the outlines of one cell, one module for each kind of fault."""
