"""The exported record: what an attacker with the file can do, and what is found without a database."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinician_api.audit import files, rules
from clinician_api.audit.rules import Fault, Row, Seal
from clinician_api.audit.service import COLUMNS
from tests.clinician_api.making import NOW

Lines = list[dict[str, Any]]


def values(seq: int) -> tuple[object, ...]:
    who = UUID(int=seq)
    facts = {"n": seq, "code": "x", "is": True, "none": None}
    return (seq, 7, NOW, who, None, None, "resident.read", "done", who, None, None, None, facts)


def chain(links: int = 3, each: int = 2) -> list[tuple[Seal, list[tuple[object, ...]]]]:
    found: list[tuple[Seal, list[tuple[object, ...]]]] = []
    for n in range(links):
        entries = [values(n * each + i + 1) for i in range(each)]
        rows = [Row((7, n * each + i + 1), rules.digest_of(entry)) for i, entry in enumerate(entries)]
        found.append((rules.next_seal(found[-1][0] if found else None, rows, NOW), entries))
    return found


CHAIN = chain()
ANCHORS = {seal.n: seal.hash for seal, _ in CHAIN}
FILE = list(files.written(CHAIN, COLUMNS, after=None))


def faults(lines: Lines, anchors: files.Anchors = ANCHORS) -> list[tuple[str, int]]:
    report = files.check((json.dumps(line).encode() for line in lines), anchors)
    return [(fault.kind, fault.at) for fault in report.faults]


def test_a_file_as_it_was_written_has_no_fault() -> None:
    report = files.check(FILE, ANCHORS)
    assert (report.faults, report.links, report.sealed) == ((), 3, 6)
    assert report.head == f"3:{CHAIN[2][0].hash.hex()}"


def test_a_part_is_bound_to_the_link_that_it_follows() -> None:
    part = list(files.written(CHAIN[1:], COLUMNS, after=CHAIN[0][0]))
    assert files.check(part, ANCHORS).faults == ()
    other = {1: bytes(32)}
    assert files.check(part, other).faults == (Fault("anchor_differs", 1),)


def swap(lines: Lines, a: int, b: int) -> None:
    lines[a], lines[b] = lines[b], lines[a]


def make_anew(lines: Lines) -> None:
    """As one does who has all of our code: without the second link, and whole in itself."""
    first, (_, entries) = CHAIN[0], CHAIN[2]
    rows = [Row((7, seq), rules.digest_of(values(seq))) for seq in (5, 6)]
    anew = [first, (rules.next_seal(first[0], rows, NOW), entries)]
    lines[:] = [json.loads(line) for line in files.written(anew, COLUMNS, after=None)]


def set_entry(lines: Lines, column: int, value: object) -> None:
    lines[2]["entries"][0][column] = value


# What an attacker does to the lines (head, three links, end), and what is found.
ATTACKS: list[tuple[str, Callable[[Lines], object], list[tuple[str, int]]]] = [
    ("another account", lambda f: set_entry(f, 3, str(UUID(int=9))), [("changed", 3)]),
    ("another time", lambda f: set_entry(f, 2, "2026-03-02T01:00:01.000000+00:00"), [("changed", 3)]),
    ("another fact", lambda f: set_entry(f, 12, {}), [("changed", 3)]),
    ("an entry out", lambda f: f[2]["entries"].pop(0), [("removed", 3), ("truncated", 3)]),
    ("an entry in", lambda f: f[2]["entries"].append(f[1]["entries"][0]),
     [("inserted", 1), ("truncated", 3)]),
    ("two entries changed about", lambda f: f[2]["entries"].reverse(), [("reordered", 2)]),
    ("a link out", lambda f: f.pop(2), [("seal_removed", 2), ("truncated", 3)]),
    ("two links changed about", lambda f: swap(f, 1, 2), [("seal_removed", 1), ("reordered", 1)]),
    ("a link twice", lambda f: f.insert(3, f[2]), [("reordered", 2), ("truncated", 3)]),
    ("a link's time", lambda f: f[2].update(at="2026-03-03T00:00:00Z"), [("seal_changed", 2)]),
    ("the file's last lines cut", lambda f: f.__delitem__(slice(3, None)),
     [("truncated", 2), ("truncated", 3)]),
    ("cut, with an end made for it", lambda f: (f.pop(3), f[3].update(
        links=2, entries=4, head=f"2:{CHAIN[1][0].hash.hex()}")), [("truncated", 3)]),
    ("made anew", make_anew, [("anchor_differs", 2), ("truncated", 3)]),
    ("another beginning", lambda f: f[0].update(before=f"4:{'00' * 32}"),
     [("reordered", n) for n in (1, 2, 3)]),
    ("something behind the end", lambda f: f.append(f[1]), [("reordered", 1), ("reordered", 1)]),
    ("no head", lambda f: f.pop(0), [("reordered", 1)]),
]  # fmt: skip


@pytest.mark.parametrize(("attack", "found"), [row[1:] for row in ATTACKS], ids=[row[0] for row in ATTACKS])
def test_what_was_done_to_the_file_is_named(
    attack: Callable[[Lines], object], found: list[tuple[str, int]]
) -> None:
    lines = [json.loads(line) for line in FILE]
    attack(lines)
    said = faults(lines)
    assert [fault for fault in found if fault not in said] == []


def test_a_chain_cut_short_with_its_end_is_whole_to_whoever_kept_no_anchor() -> None:
    lines = [*files.written(CHAIN[:2], COLUMNS, after=None)]
    assert files.check(lines, {}).faults == ()
    assert files.check(lines, ANCHORS).faults == (Fault("truncated", 3),)


@given(st.integers(0, len(FILE) - 1), st.binary(max_size=60))
def test_any_bytes_in_any_line_are_a_fault_and_never_a_crash(number: int, line: bytes) -> None:
    spoilt = [*FILE[:number], line, *FILE[number + 1 :]]
    assert files.check(spoilt, ANCHORS).faults != ()


@given(st.integers(0, len(b"".join(FILE)) - 2))
def test_a_file_torn_anywhere_is_not_whole(at: int) -> None:
    torn = b"".join(FILE)[:at].splitlines(keepends=True)
    assert files.check(torn, {}).faults != ()
