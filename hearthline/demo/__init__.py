"""The whole system in one process tree, for trying it out and for counting that nothing was lost."""
