"""Meters that follow no profile, as bytes: what they hold and what they answer. Has no radio."""
