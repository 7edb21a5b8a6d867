"""Scenario files: homes, meters and what goes wrong with them, planned from a seed. Runs no gateway."""
