"""How the system itself is: what security and administrators look at each day. Knows no resident."""
