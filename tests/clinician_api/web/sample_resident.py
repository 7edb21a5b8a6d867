"""A resident's pages in each state."""
from __future__ import annotations
def all_pages(language): return ()
