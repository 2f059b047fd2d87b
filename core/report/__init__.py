"""What the laboratory hands out."""
