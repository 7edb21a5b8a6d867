"""Owned duties with a due time: who does what about a resident by when, and what came of it."""
