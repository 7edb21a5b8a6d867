"""What a meter, its radio and its gateway know of records that are nowhere. Judges nothing."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from firmware_sim.bleak_backend.held import Held
from hearthline.demo import records
from hearthline.demo.summary import Record

STACK = "bonds.held"
"""What the stack holds, in the gateway's folder."""


def of_lost(
    meters: Sequence[Mapping[str, Any]], lost: Counter[Record], stacks: Iterable[Path]
) -> Iterator[str]:
    """A line for each record that may be the lost one."""
    said = Counter(one.value.hex() for stack in stacks for one in Held(stack).everything())
    frames = {(m["serial"], record["number"]): record["frame"] for m in meters for record in m["records"]}
    waiting = {(m["serial"], number) for m in meters for number in m["pending"]}
    for place, record in records.numbered(meters):
        if record in lost:
            whose = "waits in its meter" if place in waiting else "was confirmed to its meter"
            yield f"{place[0]} {place[1]} {frames[place]} {whose}, {said[frames[place]]}× with the stack"


def recalled(log: Path) -> int:
    """How many frames this gateway asked back from the stack."""
    said = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    return sum(line.startswith("{") and json.loads(line)["event"] == "frame.recalled" for line in said)
