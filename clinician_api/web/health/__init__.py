"""The page of how the system is."""
