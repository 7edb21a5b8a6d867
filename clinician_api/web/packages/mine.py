"""What a resident's contract gives them this year, and what of it they had: for them and for their team."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.access.rules import Actor
from clinician_api.contracts import service as contracts
from clinician_api.packages import service, wording
from clinician_api.packages.keeping import Consumed, Line, Price, Standing
from clinician_api.packages.plan import Due, next_due
from clinician_api.packages.rules import Evidence, PackageVersion
from clinician_api.packages.years import day_of
from clinician_api.web.words import Words

_SHOWN = 12
_BY_PEOPLE: Final[frozenset[Evidence]] = frozenset({"visit", "phone_call", "video_call", "advice"})


@dataclass(frozen=True, slots=True)
class Given:
    """An event that an item was given by, and where it may be rated: nowhere, of what a meter counted."""

    day: date
    how: str
    rate_href: str = ""


@dataclass(frozen=True, slots=True)
class MyItem:
    """`left` is None where there is no limit; `owed` is what of the promise is still to come."""

    name: str
    note: str
    unit: str
    promised: int
    used: int
    left: int | None
    owed: int
    standing: Standing
    given: tuple[Given, ...]
    most: int | None = None
    due: Due | None = None
    is_overdue: bool = False


@dataclass(frozen=True, slots=True)
class MyPackage:
    name: str
    price: str
    items: tuple[MyItem, ...]
    is_waived: bool


@dataclass(frozen=True, slots=True)
class MyServices:
    """Of the contract's year that runs now."""

    until: date
    packages: tuple[MyPackage, ...]


def services(
    db: Session, actor: Actor, resident: UUID, *, purpose: str, words: Words, now: datetime
) -> MyServices | None:
    """None where no contract runs, or it holds no package. For the resident and the team alike."""
    access.require(db, actor, resident, purpose=purpose, now=now)
    held = contracts.team_of(db, resident, now)
    today = day_of(now)
    lines = service.ledger(db, held.contract, today) if held else []
    if held is None or not lines:
        return None
    prices = {each.version: each for each in service.prices(db, held.contract)}
    versions = {each.offer.code: each for each in service.versions(db, list(prices))}
    events = service.events(db, held.contract)
    packages = [
        _package(versions[code], prices[versions[code].id], list(group), events, words, today)
        for code, group in groupby(lines, key=lambda line: line.package)
    ]
    return MyServices(lines[0].span.last, tuple(packages))


def _package(
    version: PackageVersion,
    price: Price,
    lines: Sequence[Line],
    events: Sequence[Consumed],
    words: Words,
    today: date,
) -> MyPackage:
    return MyPackage(
        name=wording.say(version.offer.name, words.language),
        price=wording.price(version.offer.price, words.language),
        items=tuple(_item(version, line, events, words, today) for line in lines),
        is_waived=price.waived > 0,
    )


def _item(
    version: PackageVersion, line: Line, events: Sequence[Consumed], words: Words, today: date
) -> MyItem:
    item = next(each for each in version.offer.items if each.code == line.item)
    of_item = [each for each in events if each.entitlement == line.entitlement]
    newest = sorted(of_item, key=lambda each: each.at, reverse=True)[:_SHOWN]
    due = next_due(line)
    return MyItem(
        name=wording.say(line.name, words.language),
        note=wording.say(item.note, words.language),
        unit=line.unit,
        promised=line.promised,
        used=line.used + line.beyond,
        left=line.left,
        owed=max(0, line.promised - line.used),
        standing=line.standing(today),
        most=line.most,
        due=due,
        is_overdue=due is not None and due.when(today) == "overdue",
        given=tuple(
            Given(
                day_of(each.at),
                wording.say(wording.EVIDENCE[each.event_kind], words.language),
                _rating(each),
            )
            for each in newest
        ),
    )


def _rating(event: Consumed) -> str:
    """Of what people did."""
    if event.event_kind not in _BY_PEOPLE:
        return ""
    return f"/me/contract/{event.contract}/rating?kind={event.event_kind}&event={event.event}"
