"""One's own login: where it is open, its password, and a password set anew with a code."""
