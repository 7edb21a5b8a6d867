"""What the cloud asks of this box, commands and settings, and whether it is done. Knows no connection."""
