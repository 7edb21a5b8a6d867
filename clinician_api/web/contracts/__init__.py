"""Pages of the contract: a resident's from the wish to the end, and the queue of whoever answers."""
