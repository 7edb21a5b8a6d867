"""What lets a gateway live in a home for a year: watching the radio, and helping it. Reads no meter."""
