"""The page of calls that are owed to whom no way reached."""
