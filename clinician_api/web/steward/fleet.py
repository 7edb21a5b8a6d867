"""The fleet as its pages show it, put together from the room. Decides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, get_args
from urllib.parse import urlencode
from uuid import UUID

from clinician_api.errors import InvalidError
from clinician_api.identity import service as identity
from clinician_api.stewards import fleet
from clinician_api.stewards.acting import Acting
from clinician_api.web import fleet_labels as labels
from clinician_api.web import times
from clinician_api.web.steward import names
from clinician_api.web.steward.views import (
    Batch,
    Candidate,
    Errand,
    Fleet,
    Gateway,
    MeterLine,
    Paper,
    Silence,
    Tab,
    Wish,
)
from clinician_api.web.words import Words, later
from ingest.downlink.asked import Asked
from ingest.fleet import table as fleet_table
from ingest.fleet.gateway_page import GatewayPage
from ingest.fleet.table import FleetRow, GatewayRow, MeterRow, Trouble
from ingest.fleet.tickets import Ticket
from ingest.store.recent import Received

PATH: Final = "/fleet"
_ALL: Final = later("All gateways")
_WRONG_CLOCK: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Place:
    """What of the fleet is looked at; the address keeps it."""

    trouble: Trouble | None = None
    after: str | None = None

    @property
    def href(self) -> str:
        parts = {"trouble": self.trouble, "after": self.after}
        query = urlencode({name: value for name, value in parts.items() if value})
        return f"{PATH}?{query}" if query else PATH


def listed(acts: Acting, place: Place, words: Words) -> Fleet:
    found = fleet.table(acts, place.trouble, _parsed(place.after) if place.after else None)
    page = found[: fleet.PAGE]
    sums = fleet.sums(acts)
    shown = [code for code in get_args(Trouble) if sums.troubles.get(code) or code == place.trouble]
    more = None
    if len(found) > len(page):
        gateway, meter = page[-1].place
        more = Place(place.trouble, f"{gateway}~{meter}").href
    return Fleet(
        tabs=(
            Tab(words(_ALL), sums.gateways, PATH, place.trouble is None),
            *(
                Tab(
                    words(labels.TROUBLES[code]),
                    sums.troubles.get(code, 0),
                    Place(code).href,
                    code == place.trouble,
                )
                for code in shown
            ),
        ),
        errands=tuple(_errand(each, words) for each in fleet.errands(acts)) if not _is_part(place) else (),
        judged_at=_fresh(acts),
        rows=tuple(_lines(acts, page, words)),
        gateways=sums.gateways,
        meters=sums.meters,
        is_filtered=place.trouble is not None,
        checked_at=acts.now,
        more=more,
    )


def _is_part(place: Place) -> bool:
    """Whether only a part of the fleet is looked at."""
    return place.trouble is not None or place.after is not None


def _fresh(acts: Acting) -> datetime | None:
    at = fleet.judged_at(acts)
    return at if at is not None and acts.now - at <= fleet.FRESH else None


def _errand(found: Ticket, words: Words) -> Errand:
    is_gateway = found.cause == "gateway" and names.is_id(found.subject)
    return Errand(
        number=found.id,
        cause=words(labels.CAUSES[found.cause]),
        subject=found.subject[:8] if is_gateway else found.subject,
        href=f"{PATH}/gateways/{found.subject}" if is_gateway else None,
        since=found.since,
        gateways=found.gateways,
        homes=found.homes,
    )


def whole(
    acts: Acting, found: GatewayPage, batches: Iterable[Received], asked: Iterable[Asked], words: Words
) -> Gateway:
    box = found.rows[0].gateway
    lines = tuple(_lines(acts, found.rows, words))
    troubles = dict.fromkeys(code for row in found.rows for code in row.troubles)
    return Gateway(
        id=str(box.gateway),
        institution=lines[0].institution,
        operator=box.operator,
        heard_at=box.heard_at,
        silent_since=box.silent_since,
        cause=words(labels.CAUSES[box.cause]) if box.cause else None,
        revoked_at=box.revoked_at,
        clock=words(labels.CLOCKS[box.clock]) if box.clock else None,
        clock_offset=offset((box.said_at - box.heard_at).total_seconds(), words)
        if box.said_at and box.heard_at
        else None,
        unsent=box.unsent,
        oldest_unsent=times.length(timedelta(seconds=box.oldest_unsent_s), words)
        if box.oldest_unsent_s
        else None,
        at_risk=box.at_risk,
        undecodable=box.undecodable,
        adapter=box.adapter,
        version=box.version,
        troubles=tuple(troubles),
        meters=tuple(line for line in lines if line.key is not None),
        batches=tuple(_batch(each, words) for each in batches),
        silences=tuple(
            Silence(each.since, each.until, words(labels.CAUSES[each.cause]), each.ticket)
            for each in found.silences
        ),
        papers=tuple(_papers(found)),
        asked=tuple(_wish(each, acts.now, words) for each in asked),
    )


def _lines(acts: Acting, rows: Iterable[FleetRow], words: Words) -> Iterator[MeterLine]:
    rows = list(rows)
    owners = {resident for row in rows if row.meter for resident in row.meter.residents}
    people = names.residents(acts.db, owners, acts.now)
    houses = identity.institution_names(
        acts.db, {row.gateway.institution for row in rows if row.gateway.institution}
    )
    for row in rows:
        yield _line(row, people, houses, words)


def _line(
    row: FleetRow, people: Mapping[UUID, Candidate], houses: Mapping[UUID, str], words: Words
) -> MeterLine:
    box, meter = row.gateway, row.meter
    institution = houses.get(box.institution) if box.institution else None
    return MeterLine(
        href=f"{PATH}/gateways/{box.gateway}",
        gateway=str(box.gateway)[:8],
        institution=institution or words("no institution"),
        model=meter.model if meter else None,
        key=meter.key if meter else None,
        kind=meter.kind if meter else None,
        residents=tuple(people[each].name for each in meter.residents if each in people) if meter else (),
        measured_at=meter.heard_at if meter else None,
        heard_at=box.heard_at,
        is_silent=_is_silent(box),
        battery=meter.battery if meter else None,
        driver=f"{meter.driver} {meter.driver_version}" if meter and meter.driver else None,
        version=box.version,
        clock=_clock(meter, words),
        is_clock_wrong=_is_wrong(meter),
        rate=_rate(meter),
        counts=f"{meter.errors} / {meter.readings}" if meter else "",
        troubles=row.troubles,
    )


def _is_silent(box: GatewayRow) -> bool:
    return box.silent_since is not None or box.heard_at is None or box.revoked_at is not None


def _clock(meter: MeterRow | None, words: Words) -> str | None:
    return None if meter is None or meter.clock_offset_s is None else offset(meter.clock_offset_s, words)


def _is_wrong(meter: MeterRow | None) -> bool:
    return bool(meter and meter.clock_offset_s and abs(meter.clock_offset_s) > _WRONG_CLOCK.total_seconds())


def _rate(meter: MeterRow | None) -> str | None:
    return None if meter is None or meter.error_rate is None else f"{meter.error_rate:.1%}"


def offset(seconds: float, words: Words) -> str:
    """How far a clock is ahead (+) or behind (−)."""
    sign = "−" if seconds < 0 else "+"
    size = abs(round(seconds))
    if size == 0:
        return "0 s"
    return sign + (f"{size} s" if size < 120 else times.length(timedelta(seconds=size), words))


def _batch(found: Received, words: Words) -> Batch:
    waited = (found.stored_at - found.sealed_at).total_seconds() if found.sealed_at else None
    return Batch(
        seq=found.seq,
        outcome=found.outcome,
        readings=found.readings,
        refused=found.refused,
        resends=found.resends,
        stored_at=found.stored_at,
        after=None if waited is None else offset(waited, words),
    )


def _papers(found: GatewayPage) -> Iterator[Paper]:
    for key in found.keys:
        yield Paper("key", key.public[:16], key.enrolled_at, None, key.revoked_at)
    for each in found.certificates:
        yield Paper("certificate", each.fingerprint[:16], each.issued_at, each.expires_at, each.revoked_at)


def _wish(found: Asked, now: datetime, words: Words) -> Wish:
    what = labels.ORDERS.get(found.wanted.get("do", "configuration"))
    state = labels.ANSWERS.get(found.state(now))
    return Wish(found.issued_at, words(what) if what else found.kind, words(state) if state else "")


def _parsed(word: str) -> fleet_table.Place:
    """Raises InvalidError for a place that is none of ours."""
    gateway, _, meter = word.partition("~")
    try:
        return UUID(gateway), meter
    except ValueError as error:
        raise InvalidError("fleet.unknown_place", "after") from error
