"""Waiting, doubted and unjudged readings as their pages show them. Decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final, Protocol
from urllib.parse import urlencode
from uuid import UUID

from clinician_api.errors import InvalidError
from clinician_api.stewards import failures, readings
from clinician_api.stewards.acting import Acting
from clinician_api.web.steward import names
from clinician_api.web.steward.views import (
    Candidate,
    Doubted,
    FailureList,
    ReadingList,
    Remark,
    Tab,
    Unjudged,
)
from clinician_api.web.words import Words, later
from ingest.desk.doubtful import Doubtful
from ingest.desk.unattributed import Place, Waiting
from ingest.desk.unattributed import Remark as Said

UNATTRIBUTED: Final = "/fleet/unattributed"
DOUBTFUL: Final = "/fleet/doubtful"
FAILED: Final = "/fleet/failed"
_WAITING: Final = later("Waiting")
_DISMISSED: Final = later("Nobody's")
_TO_LOOK: Final = later("To look at")
_LOOKED: Final = later("Looked at")


def waiting(acts: Acting, *, settled: bool, after: str | None, words: Words) -> ReadingList:
    found = readings.waiting(acts, parsed(after) if after else None, dismissed=settled)
    page = found[: readings.PAGE]
    people = names.residents(acts.db, (each for row in page for each in row.candidates), acts.now)
    staff = names.staff(acts.db, (row.dismissed.by for row in page if row.dismissed))
    counts = [readings.count_waiting(acts, dismissed=each) for each in (False, True)]
    return ReadingList(
        tabs=_tabs(UNATTRIBUTED, (words(_WAITING), words(_DISMISSED)), counts, settled=settled),
        rows=tuple(_waiting(row, people, staff, words) for row in page),
        is_settled=settled,
        checked_at=acts.now,
        more=_more(UNATTRIBUTED, page[-1].place, settled=settled) if len(found) > len(page) else None,
    )


def doubted(acts: Acting, *, settled: bool, after: str | None, words: Words) -> ReadingList:
    found = readings.doubted(acts, parsed(after) if after else None, looked_at=settled)
    page = found[: readings.PAGE]
    people = names.residents(acts.db, (row.resident for row in page), acts.now)
    staff = names.staff(acts.db, (row.looked_at.by for row in page if row.looked_at))
    counts = [readings.count_doubted(acts, looked_at=each) for each in (False, True)]
    return ReadingList(
        tabs=_tabs(DOUBTFUL, (words(_TO_LOOK), words(_LOOKED)), counts, settled=settled),
        rows=tuple(_doubted(row, people, staff, words) for row in page),
        is_settled=settled,
        checked_at=acts.now,
        more=_more(DOUBTFUL, page[-1].place, settled=settled) if len(found) > len(page) else None,
    )


def unjudged(acts: Acting, *, after: int | None) -> FailureList:
    found = failures.listed(acts, after)
    page = found[: failures.PAGE]
    people = names.residents(acts.db, (each.resident for each in page), acts.now)
    return FailureList(
        rows=tuple(
            Unjudged(
                at=each.at,
                who=people.get(each.resident),
                reading=str(each.reading)[:8] if each.reading else None,
                error=each.error,
            )
            for each in page
        ),
        checked_at=acts.now,
        more=f"{FAILED}?after={page[-1].id}" if len(found) > len(page) else None,
    )


def _tabs(path: str, labels: tuple[str, str], counts: list[int], *, settled: bool) -> tuple[Tab, ...]:
    return (
        Tab(labels[0], counts[0], path, not settled),
        Tab(labels[1], counts[1], f"{path}?settled=1", settled),
    )


def _more(path: str, place: Place, *, settled: bool) -> str:
    parts = {"settled": "1" if settled else "", "after": f"{place[0].isoformat()}~{place[1]}"}
    return f"{path}?{urlencode({name: value for name, value in parts.items() if value})}"


class Measured(Protocol):
    """What waiting and doubted readings have in common: the value as the meter said it."""

    @property
    def unit(self) -> str | None: ...
    @property
    def systolic(self) -> Decimal | None: ...
    @property
    def diastolic(self) -> Decimal | None: ...
    @property
    def concentration(self) -> Decimal | None: ...
    @property
    def beyond(self) -> str | None: ...


def value(found: Measured, words: Words) -> tuple[str, str]:
    """Number and unit, in the meter's own; HI and LO are words."""
    unit = found.unit or ""
    if found.beyond:
        return found.beyond, unit
    if found.systolic is not None and found.diastolic is not None:
        return f"{found.systolic:f}/{found.diastolic:f}", unit
    if found.concentration is not None:
        return f"{found.concentration:f}", unit
    return words("no value"), ""


def _waiting(
    row: Waiting, people: Mapping[UUID, Candidate], staff: Mapping[str, str], words: Words
) -> Doubted:
    number, unit = value(row, words)
    return Doubted(
        meter=row.meter,
        reading=str(row.reading_id),
        model=row.model,
        kind=row.kind,
        value=number,
        unit=unit,
        quality=row.quality,
        slot=row.slot,
        gateway=str(row.gateway)[:8],
        gateway_href=f"/fleet/gateways/{row.gateway}",
        taken_at=row.taken_at,
        stored_at=row.stored_at,
        candidates=tuple(people[each] for each in row.candidates if each in people),
        remark=_remark(row.dismissed, staff),
    )


def _doubted(
    row: Doubtful, people: Mapping[UUID, Candidate], staff: Mapping[str, str], words: Words
) -> Doubted:
    number, unit = value(row, words)
    return Doubted(
        meter=row.meter,
        reading=str(row.reading_id),
        model=row.model,
        kind=row.kind,
        value=number,
        unit=unit,
        quality=row.quality,
        slot=None,
        gateway=str(row.gateway)[:8],
        gateway_href=f"/fleet/gateways/{row.gateway}",
        taken_at=row.taken_at,
        stored_at=row.stored_at,
        meter_time=row.meter_time if "clock" in row.doubts else None,
        owner=people.get(row.resident),
        doubts=row.doubts,
        remark=_remark(row.looked_at, staff),
    )


def _remark(said: Said | None, staff: Mapping[str, str]) -> Remark | None:
    return Remark(staff[said.by], said.why, said.at) if said else None


def parsed(word: str) -> Place:
    """Raises InvalidError for a place that is none of ours."""
    try:
        at, reading = word.split("~")
        # A moment without a zone would be taken for our own.
        return datetime.fromisoformat(at).astimezone(UTC), UUID(reading)
    except (ValueError, OverflowError) as error:
        raise InvalidError("readings.unknown_place", "after") from error
