"""Pages before a login is open: the second factor, a code by telephone, a telephone bound by a square."""
