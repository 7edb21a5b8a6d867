"""What the home hears: chosen from a closed list by pure decisions, spoken by whatever voice the box has."""
