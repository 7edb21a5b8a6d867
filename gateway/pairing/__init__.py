"""How a home's meters become bonded, and stay so, without a screen. Decisions apart from doing."""
