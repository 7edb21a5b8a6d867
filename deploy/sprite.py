#!/usr/bin/env python3
"""Joins chosen icons into one SVG of symbols: `sprite.py FOLDER < names`. Draws nothing itself."""

from __future__ import annotations

import re
import sys
from pathlib import Path

SHAPES = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
# Colour, width and ends of strokes are the page's business: a symbol inherits them from its <use>.
HEAD = '<svg xmlns="http://www.w3.org/2000/svg">'


def symbol(folder: Path, name: str) -> str:
    found = SHAPES.search((folder / f"{name}.svg").read_text(encoding="utf-8"))
    if found is None:
        raise SystemExit(f"sprite: {name} is no icon")
    shapes = " ".join(found[1].split()).replace("> <", "><").replace(" />", "/>")
    return f'<symbol id="{name}" viewBox="0 0 24 24">{shapes}</symbol>'


def main() -> None:
    folder = Path(sys.argv[1])
    symbols = [symbol(folder, name) for name in sys.stdin.read().split()]
    sys.stdout.write("\n".join([HEAD, *symbols, "</svg>"]) + "\n")


if __name__ == "__main__":
    main()
