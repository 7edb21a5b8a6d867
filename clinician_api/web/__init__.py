"""Pages for staff and residents, above the rooms. Decides nothing clinical."""
