"""The data stewards' room: what they see of fleet, quarantine and doubtful readings. Knows no HTML."""
