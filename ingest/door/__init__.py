"""Judges what comes: bytes in, verdicts out. Stores nothing."""
