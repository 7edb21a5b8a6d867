"""What real meters do that their profiles do not say: rows of data, and the second look that they allow."""
