"""Whom no way of ours reached: somebody's duty to call, until they were reached."""
