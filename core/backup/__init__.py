"""Sealed backups of everything a laboratory cannot lose; see docs/decisions/0017-backup.md."""
