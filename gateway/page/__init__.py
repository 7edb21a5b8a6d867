"""A small page on the gateway itself, for whoever stands beside it. Needs no internet and no script."""
