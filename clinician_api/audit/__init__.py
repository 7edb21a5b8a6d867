"""Who did or read what, and proof that no entry was changed. Decides nothing about who may."""
