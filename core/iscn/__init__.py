"""The International System for Human Cytogenomic Nomenclature."""
