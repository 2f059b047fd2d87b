"""Metaphases drawn from a karyotype, with their exact truth."""
