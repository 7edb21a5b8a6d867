"""Backups of the whole database by PostgreSQL's own programs, and the way back from them."""
