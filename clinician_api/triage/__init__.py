"""One case per episode: whose it is, how far it has come, and who is told when nobody answers."""
