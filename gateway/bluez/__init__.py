"""BlueZ by D-Bus, as far as bleak has no word for it: agent, power, health. Talks to no meter."""
