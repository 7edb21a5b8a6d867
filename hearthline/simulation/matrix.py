"""Each shipped scenario with many seeds: one row of figures for each fault, as a table. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hearthline.simulation.outcome import Outcome

HEAD = (
    "fault",
    "seeds",
    "happened",
    "in seeds",
    "taken",
    "stored",
    "undecodable",
    "noise",
    "lookalikes",
    "lost",
    "doubled",
    "false",
    "helped",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """`happened`: how often, over all seeds; `struck`: in how many of them. `failed` names the seeds that did
    not pass."""

    name: str
    seeds: int
    happened: int
    struck: int
    taken: int
    stored: int
    undecodable: int
    noise: int
    lookalikes: int
    lost: int
    doubled: int
    false_values: int
    helped: int
    failed: tuple[int, ...]


def row(outcomes: Sequence[Outcome]) -> Row:
    """Of one scenario's seeds; `happened` counts the fault of its name, or all of them."""
    name = outcomes[0].name
    happened = [one.fired.get(name, 0) if name in one.fired else sum(one.fired.values()) for one in outcomes]
    found = [one.verdict for one in outcomes]
    return Row(
        name=name,
        seeds=len(outcomes),
        happened=sum(happened),
        struck=sum(count > 0 for count in happened),
        taken=sum(one.taken for one in found),
        stored=sum(one.stored for one in found),
        undecodable=sum(one.undecodable for one in found),
        noise=sum(one.noise for one in found),
        lookalikes=sum(one.lookalikes for one in found),
        lost=sum(one.lost for one in found),
        doubled=sum(one.doubled for one in found),
        false_values=sum(len(one.false_values) for one in found),
        helped=sum(one.helped for one in outcomes),
        failed=tuple(one.seed for one in outcomes if not one.is_passed),
    )


def as_markdown(rows: Iterable[Row]) -> str:
    """A table for `docs/`."""
    lines = [HEAD, tuple("---" if place == 0 else "---:" for place in range(len(HEAD))), *map(_cells, rows)]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def _cells(row: Row) -> tuple[object, ...]:
    counted = (row.seeds, row.happened, row.struck, row.taken, row.stored, row.undecodable)
    wrong = (row.lost, row.doubled, row.false_values)
    return (f"`{row.name}`", *counted, row.noise, row.lookalikes, *wrong, row.helped)
