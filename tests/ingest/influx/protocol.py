"""The line protocol, read letter by letter as its description has it. Knows not how lines are written."""

from __future__ import annotations

import re


def parsed(text: str) -> tuple[str, dict[str, str], dict[str, str], int]:
    """Measurement, tags, fields and time, letter by letter as the protocol's description has it."""
    parts, now, quoted, escaped = [""], 0, False, False
    for letter in text:
        if escaped or (letter == "\\" and not escaped):
            parts[now] += letter
            escaped = not escaped
            continue
        quoted ^= letter == '"' and now == 1  # in a tag it is a letter like any other
        if letter == " " and not quoted and now < 2:
            parts.append("")
            now += 1
            continue
        parts[now] += letter
    head, fields, at = parts
    measurement, *tags = split(head, quotes=False)
    return measurement, pairs(tags), pairs(split(fields)), int(at)


def split(text: str, *, quotes: bool = True) -> list[str]:
    parts, quoted, escaped = [""], False, False
    for letter in text:
        if escaped:
            parts[-1] += letter
            escaped = False
        elif letter == "\\":
            parts[-1] += letter
            escaped = True
        elif letter == "," and not quoted:
            parts.append("")
        else:
            quoted ^= letter == '"' and quotes
            parts[-1] += letter
    return parts


def pairs(parts: list[str]) -> dict[str, str]:
    return dict(part.split("=", 1) for part in parts)


def unquoted(word: str) -> str:
    assert word[0] == word[-1] == '"'
    return re.sub(r"\\(.)", r"\1", word[1:-1])
