"""From the air to the outbox: which meters are near, what a conversation asks of one, what is kept of it."""
