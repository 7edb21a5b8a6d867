"""The gateway's own folder: files that survive a power cut, and one process at a time. Knows no content."""
