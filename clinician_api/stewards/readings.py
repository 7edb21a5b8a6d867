"""Readings that wait for an owner and readings that are doubted: listed, and settled by a deed with a reason.

Whoever may be the owner is named, so each look is written down for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeVar
from uuid import UUID

from sqlalchemy import text

from clinician_api.errors import About, CareError, ConflictError, InvalidError, NotFoundError
from clinician_api.stewards.acting import Acting
from ingest.desk import reading as reading_desk
from ingest.desk import revision as revision_desk
from ingest.desk.doubtful import Doubtful, WhichDoubtful, count_doubtful, doubtful
from ingest.desk.reading import ReadingDeskError
from ingest.desk.revision import RevisionError
from ingest.desk.unattributed import Place, Waiting, WhichWaiting, count_unattributed, unattributed
from ingest.door.attribution import Binding
from ingest.fleet import registry
from ingest.fleet.registry import RegistryError
from ingest.store.corrections import Correction
from ingest.store.rows import Key

PAGE: Final = 50

# The highest revision says all; of a doubted one the gateway that brought it says where.
_PLACE: Final = text("""
select u.home, u.slot, u.taken_at, h.institution
from ingest.unattributed u left join ingest.home h on h.id = u.home
where u.meter = :meter and u.reading_id = :reading order by u.revision desc limit 1
""")
_OWNED: Final = text("""
select h.institution, o.resident
from ingest.reading_identity o
join ingest.readings r on r.resident = o.resident and r.taken_at = o.taken_at and r.reading_id = o.reading_id
left join ingest.gateway g on g.id = r.gateway left join ingest.home h on h.id = g.home
where o.meter = :meter and o.reading_id = :reading limit 1
""")
# What waits of a slot has no owner because nobody had it then: the first of it begins the binding.
_FIRST: Final = text("""
select min(taken_at) from ingest.unattributed
where home = :home and meter = :meter and slot is not distinct from cast(:slot as smallint)
""")
_OF_HOME: Final = text("select distinct resident from ingest.meter_binding where home = :home")

Change = Literal["own", "sound", "meter_error", "not_theirs"]
"""A twin that is a reading of its own; an odd value that is sound, or the meter's error; another person's."""

_CORRECTIONS: Final[Mapping[Change, Correction]] = {
    "own": Correction(is_duplicate=False),
    "sound": Correction(quality="ok"),
    "meter_error": Correction(quality="device_error"),
}

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Gift:
    """To whom a waiting reading goes; `whole_slot`: so does all else that waits of its slot or comes."""

    resident: UUID
    whole_slot: bool = False


def waiting(acts: Acting, after: Place | None, *, dismissed: bool) -> list[Waiting]:
    """One more than a page holds tells that there is another."""
    which = WhichWaiting(institutions=acts.reach.filter, dismissed=dismissed)
    found = unattributed(acts.connection, which, most=PAGE + 1, after=after)
    acts.note("unattributed.listed", {"readings": min(len(found), PAGE)})
    acts.note_read((each for row in found[:PAGE] for each in row.candidates), "unattributed")
    return found


def count_waiting(acts: Acting, *, dismissed: bool = False) -> int:
    which = WhichWaiting(institutions=acts.reach.filter, dismissed=dismissed)
    return count_unattributed(acts.connection, which)


def attribute(acts: Acting, reading: Key, gift: Gift, *, why: str) -> None:
    """Raises InvalidError for somebody who never had a meter in that home."""
    place = acts.db.execute(_PLACE, {"meter": reading[0], "reading": reading[1]}).one_or_none()
    if place is None or not _reaches(acts, place.institution):
        raise NotFoundError("reading.unknown", about=About("reading", reading[1]))
    if gift.resident not in set(acts.db.scalars(_OF_HOME, {"home": place.home})):
        raise InvalidError("reading.not_of_the_home", "resident")
    slot = {"home": place.home, "meter": reading[0], "slot": place.slot}
    first = acts.db.scalar(_FIRST, slot)
    deed = acts.deed(why)
    _at_desk(lambda: reading_desk.attribute(acts.connection, reading, gift.resident, deed))
    if gift.whole_slot:
        _bind(acts, place.home, reading[0], Binding(place.slot, gift.resident, first or place.taken_at), why)
    facts: dict[str, str | bool] = {
        "reading": str(reading[1]),
        "to": str(gift.resident),
        "whole_slot": gift.whole_slot,
    }
    acts.note("reading.attributed", facts)
    acts.note_read([gift.resident], "attribute")


def dismiss(acts: Acting, reading: Key, *, why: str) -> None:
    """Say that it is nobody's whom we know."""
    place = acts.db.execute(_PLACE, {"meter": reading[0], "reading": reading[1]}).one_or_none()
    if place is None or not _reaches(acts, place.institution):
        raise NotFoundError("reading.unknown", about=About("reading", reading[1]))
    _at_desk(lambda: reading_desk.dismiss(acts.connection, reading, acts.deed(why)))
    acts.note("reading.dismissed", {"reading": str(reading[1])})


def doubted(acts: Acting, after: Place | None, *, looked_at: bool) -> list[Doubtful]:
    """One more than a page holds tells that there is another."""
    which = WhichDoubtful(institutions=acts.reach.filter, looked_at=looked_at)
    found = doubtful(acts.connection, which, most=PAGE + 1, after=after)
    acts.note("doubtful.listed", {"readings": min(len(found), PAGE)})
    acts.note_read((row.resident for row in found[:PAGE]), "doubtful")
    return found


def count_doubted(acts: Acting, *, looked_at: bool = False) -> int:
    which = WhichDoubtful(institutions=acts.reach.filter, looked_at=looked_at)
    return count_doubtful(acts.connection, which)


def look_at(acts: Acting, reading: Key, *, why: str) -> None:
    """Say that a doubted reading was looked at and stays as it is."""
    owner = _owner(acts, reading)
    _at_desk(lambda: reading_desk.look_at(acts.connection, reading, acts.deed(why)))
    acts.note("reading.looked_at", {"reading": str(reading[1])})
    acts.note_read([owner], "doubtful")


def revise(acts: Acting, reading: Key, change: Change, *, why: str) -> None:
    """Say what a doubted reading was, or that it is not theirs. Its numbers are corrected by nobody."""
    owner = _owner(acts, reading)
    deed = acts.deed(why)
    try:
        if change == "not_theirs":
            revision_desk.withdraw(acts.connection, reading, deed)
        else:
            revision_desk.correct(acts.connection, reading, _CORRECTIONS[change], deed)
    except RevisionError as error:
        raise ConflictError(f"reading.{error.trouble}") from error
    acts.note("reading.revised", {"reading": str(reading[1]), "change": change})
    acts.note_read([owner], "doubtful")


def _owner(acts: Acting, reading: Key) -> UUID:
    found = acts.db.execute(_OWNED, {"meter": reading[0], "reading": reading[1]}).one_or_none()
    if found is None or not _reaches(acts, found.institution):
        raise NotFoundError("reading.unknown", about=About("reading", reading[1]))
    owner: UUID = found.resident
    return owner


def _reaches(acts: Acting, institution: UUID | None) -> bool:
    return acts.reach.is_everything or institution in acts.reach.institutions


def _bind(acts: Acting, home: UUID, meter: str, binding: Binding, why: str) -> None:
    deed = acts.deed(why)
    try:
        registry.bind(acts.connection, home=home, meter=meter, binding=binding, now=acts.now, deed=deed)
    except RegistryError as error:
        raise ConflictError("reading.slot_taken") from error


def _at_desk(deed: Callable[[], T]) -> T:
    try:
        return deed()
    except ReadingDeskError as error:
        raise _refused(error) from error


def _refused(error: ReadingDeskError) -> CareError:
    match error.trouble:
        case "unknown_reading":
            return NotFoundError("reading.unknown")
        case "settled":
            return ConflictError("reading.settled")
        case "no_words":
            return InvalidError("quarantine.no_words", "why")
