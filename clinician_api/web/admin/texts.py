"""Versions of the agreement's text as an administrator reads and writes them. Changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from clinician_api.agreements import difference, templates
from clinician_api.agreements.difference import Line
from clinician_api.agreements.models import AgreementTemplate
from clinician_api.agreements.rules import Language
from clinician_api.errors import About, NotFoundError
from clinician_api.identity import service as identity


@dataclass(frozen=True, slots=True)
class Version:
    """`standing`: in force, to come, or followed by another."""

    id: UUID
    language: Language
    number: int
    since: date
    written_at: datetime
    by: str
    standing: str

    @property
    def href(self) -> str:
        return f"/admin/agreements/{self.id}"


@dataclass(frozen=True, slots=True)
class VersionPage:
    """`before` is the number of the version that `lines` compare with, 0 where there is none."""

    version: Version
    before: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Writing:
    """The form. `base` is the newest version that the writer saw; `theirs` is what differs in one that was
    written since. `trouble` is a code, `names` what in the text it is about."""

    language: Language
    base: int
    body: str
    since: str
    first_day: date
    trouble: str = ""
    names: tuple[str, ...] = ()
    theirs: tuple[Line, ...] = ()


def versions(db: Session, *, today: date) -> dict[Language, tuple[Version, ...]]:
    """Of each language the newest first, Chinese before its translation."""
    rows = templates.versions(db)
    found: dict[Language, tuple[Version, ...]] = {}
    for language in dict.fromkeys(row.language for row in rows):
        found[language] = _versions(db, [row for row in rows if row.language == language], today)
    return found


def one(db: Session, template: UUID, *, today: date) -> VersionPage:
    rows = templates.versions(db)
    row = next((each for each in rows if each.id == template), None)
    if row is None:
        raise NotFoundError("agreement.no_template", about=About("agreement_template", template))
    mine = [each for each in rows if each.language == row.language]
    shown = next(each for each in _versions(db, mine, today) if each.id == template)
    before = next((each for each in mine if each.version == row.version - 1), None)
    lines = difference.between(before.body if before else row.body, row.body)
    return VersionPage(shown, before.version if before else 0, lines)


def newest(db: Session, language: Language) -> AgreementTemplate | None:
    return next((each for each in templates.versions(db) if each.language == language), None)


def _versions(db: Session, rows: Sequence[AgreementTemplate], today: date) -> tuple[Version, ...]:
    people = identity.people(db, {row.account for row in rows if row.account is not None})
    current = next((row.id for row in rows if row.since <= today), None)
    return tuple(
        Version(
            id=row.id,
            language=row.language,
            number=row.version,
            since=row.since,
            written_at=row.written_at,
            by=people[row.account].name if row.account in people else "",
            standing="current" if row.id == current else "coming" if row.since > today else "past",
        )
        for row in rows
    )
