"""Charts as SVG drawn in Python: one drawing for page, print and letter. Needs no script."""
