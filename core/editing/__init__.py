"""Operations on a cell, what they change, and their history."""
