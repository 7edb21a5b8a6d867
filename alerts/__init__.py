"""Rules and trends over stored readings. Empty until its first rule; it will know neither HTTP nor rooms."""
