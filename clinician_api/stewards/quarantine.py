"""What could not be accepted, for stewards: listed, looked at, put right, replayed, closed. Each look at an
item's bytes is written down, for the item and for everybody whose readings they may hold."""

from __future__ import annotations

from typing import Final
from zoneinfo import ZoneInfo

from clinician_api.errors import CareError, ConflictError, InvalidError, NotFoundError
from clinician_api.stewards.acting import Acting, owners
from ingest.desk import quarantine as desk
from ingest.desk.quarantine import DeskError
from ingest.store.group import Store
from ingest.store.quarantined import Filter, Quarantined, Shown, Step, Tally, quarantined, shown, tally

PAGE: Final = 50


class FixRefusedError(InvalidError):
    """The door would refuse it as it was put right; `reason` is the door's own sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__("quarantine.unacceptable", "given")
        self.reason = reason


def items(acts: Acting, which: Filter) -> list[Quarantined]:
    """One more than a page holds tells that there is another."""
    found = quarantined(acts.connection, PAGE + 1, which)
    acts.note("quarantine.listed", {"items": min(len(found), PAGE)})
    return found


def sums(acts: Acting) -> list[Tally]:
    return tally(acts.connection, acts.reach.filter)


def waiting(acts: Acting) -> int:
    """How many are neither replayed nor closed."""
    return sum(each.items for each in sums(acts) if each.state in {"open", "fixed"})


def item(acts: Acting, number: int) -> Shown:
    """Raises NotFoundError for one that is out of reach, as for one that is not there."""
    found = _in_reach(acts, number)
    acts.note("quarantine.read", {"item": number})
    acts.note_read(owners(acts, found.item.gateway), "quarantine")
    return found


def fix(acts: Acting, number: int, given: str, *, why: str) -> Step:
    """Say what it should have been. Raises FixRefusedError where the door would refuse it."""
    _in_reach(acts, number)
    try:
        step = desk.fix(acts.connection, number, given.encode(), acts.deed(why))
    except DeskError as error:
        raise _refused(error) from error
    acts.note("quarantine.fixed", {"item": number})
    return step


def replay(acts: Acting, number: int, *, why: str, lineage: int | None, region: ZoneInfo) -> Step:
    """Bring it through the door once more. Only where the database's life is known can a message that never
    had a place in the ledger get one."""
    found = _in_reach(acts, number)
    if lineage is None and needs_lineage(found.item):
        raise InvalidError("quarantine.no_lineage", "item")
    # The lineage goes into the ledger alone, and all others have their place there.
    store = Store(acts.connection, lineage=lineage or 0, region=region, at=lambda _point: None)
    try:
        step = desk.replay(store, acts.connection, number, acts.deed(why))
    except DeskError as error:
        raise _refused(error) from error
    acts.note("quarantine.replayed", {"item": number, "outcome": step.outcome})
    return step


def close(acts: Acting, number: int, *, why: str) -> Step:
    """Say that nothing more is to be done. The bytes stay."""
    _in_reach(acts, number)
    try:
        step = desk.close(acts.connection, number, acts.deed(why))
    except DeskError as error:
        raise _refused(error) from error
    acts.note("quarantine.closed", {"item": number})
    return step


def needs_lineage(found: Quarantined) -> bool:
    return found.kind == "unanswerable"


def _in_reach(acts: Acting, number: int) -> Shown:
    found = shown(acts.connection, number, acts.reach.filter)
    if found is None:
        raise NotFoundError("quarantine.unknown")
    return found


def _refused(error: DeskError) -> CareError:
    match error.trouble:
        case "unknown_item":
            return NotFoundError("quarantine.unknown")
        case "settled":
            return ConflictError("quarantine.settled")
        case "no_words":
            return InvalidError("quarantine.no_words", "why")
        case "unacceptable":
            return FixRefusedError(str(error))
