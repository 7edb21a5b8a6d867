"""Meters that follow no profile, from what is public of them. They are only read."""
