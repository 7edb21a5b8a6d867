"""The catalogue as an administrator's pages show it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from clinician_api.packages import wording
from clinician_api.packages.rules import (
    Evidence,
    Kind,
    PackageVersion,
    Payer,
    Population,
    Said,
    Shelf,
)
from clinician_api.web.admin.typed import Typed
from clinician_api.web.package_labels import State
from clinician_api.web.packages.cards import Card, card
from clinician_api.web.words import Words


@dataclass(frozen=True, slots=True)
class Line:
    """A package in the list. `has_draft`: something is being written besides."""

    href: str
    code: str
    card: Card
    state: State
    has_draft: bool
    coming_from: date | None
    retired_from: date | None


@dataclass(frozen=True, slots=True)
class Past:
    """A version in the history."""

    number: int
    effective_from: date | None
    fingerprint: str
    price: str
    items: int
    is_current: bool


@dataclass(frozen=True, slots=True)
class Whole:
    """A package's page: what is offered, what is being written, and all that ever was."""

    package: UUID
    line: Line
    draft: Card | None
    draft_href: str
    draft_version: UUID | None
    draft_edition: int
    history: tuple[Past, ...]
    is_own: bool
    first_day: date


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a form: in words, and where."""

    label: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Editing:
    """The form. `edition` 0 is of a package that does not exist yet; `theirs` is the draft as somebody else
    has made it meanwhile."""

    action: str
    back: str
    edition: int
    form: Typed
    wrong: tuple[Wrong, ...] = ()
    theirs: Card | None = None
    code_is_fixed: bool = False
    opened: int | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """What may be ticked in the form, each with its words in both languages."""

    kinds: Mapping[Kind, Said]
    populations: Mapping[Population, Said]
    payers: Mapping[Payer, Said]
    evidence: Mapping[Evidence, Said]


CHOICES: Final = Choices(wording.KINDS, wording.POPULATIONS, wording.PAYERS, wording.EVIDENCE)


def line(shelf: Shelf, words: Words, today: date) -> Line:
    shown = shelf.current or shelf.coming or shelf.newest
    return Line(
        href=f"/admin/packages/{shelf.package}",
        code=shown.offer.code,
        card=card(shown, words.language),
        state=_state(shelf, today),
        has_draft=shelf.draft is not None,
        coming_from=shelf.coming.effective_from if shelf.coming else None,
        retired_from=shelf.retired_from,
    )


def _state(shelf: Shelf, today: date) -> State:
    if not shelf.is_own:
        return "everybodys"
    if shelf.retired_from is not None and shelf.retired_from <= today:
        return "retired"
    if shelf.current is not None:
        return "offered"
    return "coming" if shelf.coming is not None else "draft"


def whole(shelf: Shelf, words: Words, today: date) -> Whole:
    draft = shelf.draft
    return Whole(
        package=shelf.package,
        line=line(shelf, words, today),
        draft=card(draft, words.language) if draft else None,
        draft_href=f"/admin/packages/{shelf.package}/draft",
        draft_version=draft.id if draft else None,
        draft_edition=draft.edition if draft else 0,
        history=tuple(_past(each, shelf, words) for each in shelf.versions if each.is_published),
        is_own=shelf.is_own,
        first_day=today,
    )


def _past(version: PackageVersion, shelf: Shelf, words: Words) -> Past:
    shown = card(version, words.language)
    return Past(
        number=version.number,
        effective_from=version.effective_from,
        fingerprint=shown.fingerprint,
        price=shown.price,
        items=len(version.offer.items),
        is_current=shelf.current is not None and shelf.current.id == version.id,
    )
