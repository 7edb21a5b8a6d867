"""How this box joins a home and renews its papers: short-lived processes beside the one that runs."""
