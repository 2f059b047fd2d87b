"""What people corrected, ready for tuning."""
