"""Pages of what two parties agreed: a resident's rights and duties."""
