"""What time it is, as far as this box can know. Sets no clock."""
