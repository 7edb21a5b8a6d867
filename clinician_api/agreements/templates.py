"""Versions of the agreement's text: written once, never changed, in force from a day on."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from clinician_api.agreements import rules
from clinician_api.agreements.models import AgreementTemplate
from clinician_api.agreements.rules import LANGUAGES, Language
from clinician_api.agreements.schemas import NewTemplate
from clinician_api.agreements.text import Text, WrongTextError, read
from clinician_api.audit import service as audit
from clinician_api.audit.rules import By, Entry
from clinician_api.errors import About, ConflictError, InvalidError

_STARTER: Final = Path(__file__).parent / "starter"
_LOCK: Final = text("select pg_advisory_xact_lock(:lock)")
_WRITING: Final = 0x6865617274680003
"""Of PostgreSQL's advisory locks: one version is written at a time."""


def write(db: Session, by: By, new: NewTemplate, *, now: datetime) -> UUID:
    """A new version. Raises InvalidError where the text could not be printed, with the code of what is wrong,
    and ConflictError where somebody wrote another version since."""
    check(new.body)
    if new.since < rules.day(now):
        raise InvalidError("agreement.template_in_the_past", "since")
    db.execute(_LOCK, {"lock": _WRITING})
    last = newest(db, new.language)
    if last != new.base:
        raise ConflictError("agreement.template_changed")
    return _add(db, by, new.language, last + 1, new.body, new.since, now)


def check(body: str) -> Text:
    """The text, or InvalidError with the code of what is wrong with it."""
    try:
        return read(body)
    except WrongTextError as error:
        raise InvalidError(f"agreement.{error.code}", "body") from error


def begin(db: Session, by: By, *, now: datetime) -> None:
    """The starter texts, where there is none yet."""
    db.execute(_LOCK, {"lock": _WRITING})
    for language in LANGUAGES:
        if not newest(db, language):
            body = (_STARTER / f"{language}.txt").read_text(encoding="utf-8")
            _add(db, by, language, 1, read(body).body, rules.day(now), now)


def in_force(db: Session, day: date) -> dict[Language, AgreementTemplate]:
    """Of each language the newest version that has begun, Chinese first: it is the one that binds."""
    begun = select(AgreementTemplate).where(AgreementTemplate.since <= day)
    newest = begun.ext(distinct_on(AgreementTemplate.language)).order_by(
        AgreementTemplate.language.desc(), AgreementTemplate.version.desc()
    )
    found = {row.language: row for row in db.scalars(newest)}
    if "zh" not in found:
        raise ConflictError("agreement.no_template")
    return found


def by_id(db: Session, ids: Collection[UUID]) -> dict[Language, AgreementTemplate]:
    rows = select(AgreementTemplate).where(AgreementTemplate.id.in_(ids))
    return {row.language: row for row in db.scalars(rows.order_by(AgreementTemplate.language.desc()))}


def versions(db: Session) -> list[AgreementTemplate]:
    """All of them, the newest first."""
    rows = select(AgreementTemplate).order_by(
        AgreementTemplate.language.desc(), AgreementTemplate.version.desc()
    )
    return list(db.scalars(rows))


def text_of(template: AgreementTemplate) -> Text:
    return read(template.body)


def newest(db: Session, language: Language) -> int:
    """The number of the last version, 0 where there is none."""
    of_language = AgreementTemplate.language == language
    return db.scalar(select(func.max(AgreementTemplate.version)).where(of_language)) or 0


def _add(
    db: Session, by: By, language: Language, version: int, body: str, since: date, now: datetime
) -> UUID:
    row = AgreementTemplate(
        id=uuid4(),
        language=language,
        version=version,
        body=body,
        since=since,
        written_at=now,
        account=by.account,
    )
    db.add(row)
    db.flush()
    facts = {"language": language, "version": version}
    written = Entry("agreement.template_written", by, target=About("agreement_template", row.id), facts=facts)
    audit.record(db, written, now=now)
    return row.id
