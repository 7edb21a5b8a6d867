"""What packages hold, for whoever reads it: visitors, residents, and administrators before they publish."""
