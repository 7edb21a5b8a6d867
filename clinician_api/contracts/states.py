"""The states of a contract and every way from one to the next, as one table. Pure; docs are drawn from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, get_args

from clinician_api.errors import ConflictError

State = Literal[
    "draft",
    "applied",
    "refused",
    "accepted",
    "cancelled",
    "lapsed",
    "signed",
    "active",
    "renewal_due",
    "renewed",
    "expired",
    "terminated",
    "transferred",
]
"""As domain 1.1 names them. A `renewed` contract is served to its last day; `transferred` and `terminated`
ones to the moment that was set."""

Step = Literal[
    "draft",
    "apply",
    "accept",
    "refuse",
    "withdraw",
    "lapse",
    "sign",
    "activate",
    "fall_due",
    "renew",
    "transfer",
    "resume",
    "terminate",
    "stop",
    "expire",
]

Party = Literal["resident", "team", "staff", "clock", "successor"]
"""Who brings a step about: the resident or whoever may sign for them; doctor or leader of the contract's
team; staff of the institution at the counter, on paper; a date; or the contract that follows this one."""


@dataclass(frozen=True, slots=True)
class Move:
    """One row of the table. `guard` and `effect` say in words what the service checks and does."""

    step: Step
    sources: tuple[State, ...]
    target: State
    by: frozenset[Party]
    guard: str
    effect: str


def _move(step: Step, sources: tuple[State, ...], target: State, by: str, *, guard: str, effect: str) -> Move:
    parties = frozenset(party for party in get_args(Party) if party in by.split())
    return Move(step, sources, target, parties, guard, effect)


TABLE: Final = (
    _move(
        "apply",
        ("draft",),
        "applied",
        "resident staff",
        guard="who applies may sign; no other application, no overlapping contract; the team has a place",
        effect="the place is held; the team is told; its clock runs",
    ),
    _move(
        "accept",
        ("applied",),
        "accepted",
        "team staff",
        guard="doctor or leader of the team; out of area only with a reason",
        effect="the agreement is frozen; the resident is told",
    ),
    _move(
        "refuse",
        ("applied",),
        "refused",
        "team",
        guard="a reason of the list, and at least five characters of explanation",
        effect="the place is free; the resident is told, with teams that have room",
    ),
    _move(
        "withdraw",
        ("draft", "applied", "accepted", "signed"),
        "cancelled",
        "resident staff",
        guard="before it begins",
        effect="the place is free; what it would have replaced goes on",
    ),
    _move(
        "lapse",
        ("applied", "accepted", "signed"),
        "lapsed",
        "clock",
        guard="not answered within 7 days, not signed within 14, or not paid within 30",
        effect="the place is free; the resident is told",
    ),
    _move(
        "sign",
        ("accepted",),
        "signed",
        "resident team staff",
        guard="both signatures under the text as it was frozen, and that it was read",
        effect="the agreement is sealed; once the fee is settled it replaces the one before",
    ),
    _move(
        "activate",
        ("signed",),
        "active",
        "clock",
        guard="the first day has come and the fee is paid or waived",
        effect="the team sees the resident",
    ),
    _move(
        "fall_due",
        ("active",),
        "renewal_due",
        "clock",
        guard="thirty days before the last day",
        effect="reminders to resident and team; served as before",
    ),
    _move(
        "renew",
        ("active", "renewal_due"),
        "renewed",
        "successor",
        guard="the resident confirmed and both signed the contract that follows",
        effect="served to its last day; no more reminders",
    ),
    _move(
        "transfer",
        ("active", "renewal_due"),
        "transferred",
        "successor",
        guard="the new team accepted and both signed",
        effect="the old team's sight ends at the second in which the new one's begins",
    ),
    _move(
        "resume",
        ("renewed", "transferred"),
        "active",
        "successor",
        guard="what was to follow was withdrawn before it began",
        effect="as if it had never been signed: no day without a team",
    ),
    _move(
        "terminate",
        ("active", "renewal_due", "renewed"),
        "terminated",
        "resident team staff",
        guard="a reason of the list and a day",
        effect="sight ends; open cases go to the duty desk; what was paid is given back",
    ),
    _move(
        "stop",
        ("terminated", "transferred"),
        "terminated",
        "resident team staff successor",
        guard="it is served still, up to an end that was set; the new end comes sooner",
        effect="as if it had been set so at first; a death drops what was to follow",
    ),
    _move(
        "expire",
        ("active", "renewal_due"),
        "expired",
        "clock",
        guard="the last day is over and nothing follows",
        effect="the duty desk answers for 30 days; the home is told",
    ),
)

PENDING: Final[frozenset[State]] = frozenset({"applied", "accepted"})
"""Waits for somebody. A person has one such at a time."""

RUNNING: Final[frozenset[State]] = frozenset({"active", "renewal_due"})
"""The one contract a person has. A table's index holds it to one."""

HELD: Final[frozenset[State]] = frozenset(
    {"signed", "active", "renewal_due", "renewed", "expired", "terminated", "transferred"}
)
"""Both have signed: by its dates it gave, gives or will give sight."""

ENDS_AHEAD: Final[frozenset[State]] = frozenset({"terminated", "transferred"})
"""Served up to the moment that was set, and over after it: the state alone does not tell which."""

TAKES_A_PLACE: Final[frozenset[State]] = PENDING | HELD - {"expired"}
"""Counts against the team's capacity until its last day or the moment it was ended."""


def move(state: State, step: Step) -> Move:
    """The row by which `step` leads on from `state`; ConflictError `contract.not_now` where there is none."""
    for row in TABLE:
        if row.step == step and state in row.sources:
            return row
    raise ConflictError("contract.not_now", f"no {step} from {state}")


def can(state: State, step: Step) -> bool:
    return any(row.step == step and state in row.sources for row in TABLE)


def every(state: State) -> tuple[Step, ...]:
    """All steps that lead on from it, save to stop what has its end already: most of those are over."""
    return tuple(row.step for row in TABLE if state in row.sources and row.step != "stop")


def steps_from(state: State, party: Party) -> tuple[Step, ...]:
    """What `party` may do now, in the order of the table: the buttons of a page."""
    return tuple(step for step in every(state) if party in move(state, step).by)


def diagram() -> str:
    """The table as a Mermaid state diagram; `docs/explanation/contract-states.md` holds it word for word."""
    return "\n".join(["stateDiagram-v2", *_arrows()]) + "\n"


def _arrows() -> Iterator[str]:
    yield "    [*] --> draft"
    for row in TABLE:
        for source in row.sources:
            yield f"    {source} --> {row.target}: {row.step} ({', '.join(sorted(row.by))})"
    left = {source for row in TABLE for source in row.sources}
    for state in get_args(State):
        if state not in left:
            yield f"    {state} --> [*]"


def described() -> str:
    """The table as Markdown, a row for each move."""
    head = ["| from | step | to | by | only if | then |", "|---|---|---|---|---|---|"]
    rows = [
        f"| {', '.join(row.sources)} | {row.step} | {row.target} | {', '.join(sorted(row.by))} "
        f"| {row.guard} | {row.effect} |"
        for row in TABLE
    ]
    return "\n".join([*head, *rows]) + "\n"
