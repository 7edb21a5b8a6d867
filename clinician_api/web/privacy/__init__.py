"""A resident's pages about their own data: who looked, and what they agreed to."""
