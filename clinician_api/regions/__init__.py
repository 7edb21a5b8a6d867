"""What differs from place to place: terms, fees, capacity, reserved shares and targets, by dated files."""
