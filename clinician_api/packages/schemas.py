"""What of packages travels: over HTTP, and in files. The same shape for both."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from clinician_api.packages import rules
from clinician_api.packages.keeping import Consumed, Line, Standing
from clinician_api.packages.plan import Due, When, next_due
from clinician_api.packages.rules import (
    MOST_ITEMS,
    MOST_TIMES,
    Evidence,
    Item,
    Kind,
    Offer,
    PackageVersion,
    Payer,
    Population,
    Said,
    Shelf,
    Unit,
)
from clinician_api.text import one_line

Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60), AfterValidator(one_line)
]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300), AfterValidator(one_line)]
Code = Annotated[str, StringConstraints(max_length=81)]
Times = Annotated[int, Field(ge=0, le=MOST_TIMES)]
Money = Annotated[Decimal, Field(ge=0, le=rules.HIGHEST_PRICE, max_digits=8, decimal_places=2)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NameIn(_Strict):
    zh: Name
    en: Name

    def said(self) -> Said:
        return Said(self.zh, self.en)


class WordsIn(_Strict):
    zh: Words = ""
    en: Words = ""

    def said(self) -> Said:
        return Said(self.zh, self.en)


class ItemIn(_Strict):
    """A service. `promised` times a year, nought as needed; at most `most` count, without it any number."""

    code: Code
    name: NameIn
    promised: Times = 0
    most: Annotated[int, Field(ge=1, le=MOST_TIMES)] | None = None
    unit: Unit = "times"
    payers: Annotated[list[Payer], Field(min_length=1, max_length=4)]
    evidence: Annotated[list[Evidence], Field(min_length=1, max_length=20)]
    population: Annotated[list[Population], Field(max_length=12)] = Field(default_factory=list)
    note: WordsIn = Field(default_factory=WordsIn)

    def item(self) -> Item:
        return Item(
            code=self.code,
            name=self.name.said(),
            promised=self.promised,
            most=self.most,
            payers=tuple(self.payers),
            evidence=tuple(self.evidence),
            unit=self.unit,
            population=tuple(self.population),
            note=self.note.said(),
        )


class OfferIn(_Strict):
    """A package as it is to be offered. `price` in yuan a year."""

    code: Code
    kind: Kind
    name: NameIn
    about: WordsIn = Field(default_factory=WordsIn)
    population: Annotated[list[Population], Field(min_length=1, max_length=12)]
    price: Money = Decimal()
    waived_for: Annotated[list[Population], Field(max_length=12)] = Field(default_factory=list)
    items: Annotated[list[ItemIn], Field(min_length=1, max_length=MOST_ITEMS)]

    def offer(self) -> Offer:
        """Raises InvalidError."""
        return rules.checked(
            Offer(
                code=self.code,
                kind=self.kind,
                name=self.name.said(),
                about=self.about.said(),
                population=tuple(self.population),
                price=round(self.price, 2),
                waived_for=tuple(self.waived_for),
                items=tuple(item.item() for item in self.items),
            )
        )


class CatalogueFile(_Strict):
    """`[[package]]` tables of a TOML file."""

    package: Annotated[list[OfferIn], Field(min_length=1, max_length=200)]


class DraftIn(_Strict):
    """`edition` is of the draft that was seen."""

    edition: Annotated[int, Field(ge=1)]
    offer: OfferIn


class PublishIn(_Strict):
    edition: Annotated[int, Field(ge=1)]
    effective_from: date


class RetireIn(_Strict):
    """The first day on which it is not offered; none takes that back."""

    from_day: date | None = None


class SaidOut(BaseModel):
    zh: str
    en: str

    @classmethod
    def of(cls, said: Said) -> Self:
        return cls(zh=said.zh, en=said.en)


class ItemOut(BaseModel):
    code: str
    name: SaidOut
    note: SaidOut
    promised: int
    most: int | None
    unit: Unit
    payers: list[Payer]
    evidence: list[Evidence]
    population: list[Population]

    @classmethod
    def of(cls, item: Item) -> Self:
        return cls(
            code=item.code,
            name=SaidOut.of(item.name),
            note=SaidOut.of(item.note),
            promised=item.promised,
            most=item.most,
            unit=item.unit,
            payers=list(item.payers),
            evidence=list(item.evidence),
            population=list(item.population),
        )


class PackageOut(BaseModel):
    """A version of a package. `fingerprint` is SHA-256 over what it says; a draft has none."""

    id: UUID
    package: UUID
    number: int
    edition: int
    code: str
    kind: Kind
    name: SaidOut
    about: SaidOut
    population: list[Population]
    price: Decimal
    waived_for: list[Population]
    items: list[ItemOut]
    effective_from: date | None
    fingerprint: str | None
    region: UUID | None
    institution: UUID | None

    @classmethod
    def of(cls, version: PackageVersion) -> Self:
        offer = version.offer
        return cls(
            id=version.id,
            package=version.package,
            number=version.number,
            edition=version.edition,
            code=offer.code,
            kind=offer.kind,
            name=SaidOut.of(offer.name),
            about=SaidOut.of(offer.about),
            population=list(offer.population),
            price=offer.price,
            waived_for=list(offer.waived_for),
            items=[ItemOut.of(item) for item in offer.items],
            effective_from=version.effective_from,
            fingerprint=version.fingerprint,
            region=version.region,
            institution=version.institution,
        )


class ShelfOut(BaseModel):
    """A package with its versions, the newest first; `current` is the one that is offered today."""

    package: UUID
    is_own: bool
    current: UUID | None
    coming: UUID | None
    draft: UUID | None
    retired_from: date | None
    versions: list[PackageOut]

    @classmethod
    def of(cls, shelf: Shelf) -> Self:
        return cls(
            package=shelf.package,
            is_own=shelf.is_own,
            current=shelf.current.id if shelf.current else None,
            coming=shelf.coming.id if shelf.coming else None,
            draft=shelf.draft.id if shelf.draft else None,
            retired_from=shelf.retired_from,
            versions=[PackageOut.of(each) for each in shelf.versions],
        )


class DueOut(BaseModel):
    """The next time that is owed: the `number`-th of `of`."""

    number: int
    of: int
    since: date
    until: date

    @classmethod
    def of_due(cls, due: Due) -> Self:
        return cls(number=due.number, of=due.of, since=due.since, until=due.until)


class OwedOut(BaseModel):
    resident: UUID
    contract: UUID
    item: str
    name: SaidOut
    due: DueOut
    when: When


class LineOut(BaseModel):
    """An item of a contract's year: `left` is missing where there is no limit, `due` where nothing is owed on
    certain days."""

    package: str
    item: str
    name: SaidOut
    since: date
    until: date
    promised: int
    most: int | None
    used: int
    beyond: int
    left: int | None
    unit: Unit
    standing: Standing
    due: DueOut | None

    @classmethod
    def of(cls, line: Line, on: date) -> Self:
        due = next_due(line)
        return cls(
            package=line.package,
            item=line.item,
            name=SaidOut.of(line.name),
            since=line.span.first,
            until=line.span.last,
            promised=line.promised,
            most=line.most,
            used=line.used,
            beyond=line.beyond,
            left=line.left,
            unit=line.unit,
            standing=line.standing(on),
            due=DueOut.of_due(due) if due else None,
        )


class EventOut(BaseModel):
    """An event that an item was given by."""

    item: str
    event_kind: Evidence
    event: UUID
    at: datetime
    is_beyond: bool

    @classmethod
    def of(cls, event: Consumed) -> Self:
        return cls(
            item=event.item,
            event_kind=event.event_kind,
            event=event.event,
            at=event.at,
            is_beyond=event.is_beyond,
        )


class LedgerOut(BaseModel):
    """What a contract was promised and given in the year in which `on` lies, with the events. `contract` is
    None, and the rest empty, where none runs."""

    contract: UUID | None
    on: date
    lines: list[LineOut]
    events: list[EventOut]
