"""One button: a switch at a pin, a key or a pedal. What presses mean is decided without waiting."""
