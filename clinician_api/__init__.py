"""Rooms, pages and worker for those who care. Empty until its first room."""
