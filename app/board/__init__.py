"""The karyogram board."""
