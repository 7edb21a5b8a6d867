"""What an agreement says of a contract, looked up on the day it is frozen. Writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from clinician_api.agreements.rules import LANGUAGES, Basis, Item, Language, Terms
from clinician_api.contracts import dates, pricing
from clinician_api.contracts.models import Contract
from clinician_api.identity import papers, proxies
from clinician_api.identity import service as identity
from clinician_api.kms import Kms
from clinician_api.packages import service as packages
from clinician_api.packages import wording

_NOT_GIVEN: Final = "—"


def number(row: Contract) -> str:
    """As people read it."""
    return f"HL-{row.begins.year}-{row.number:07}"


def terms(db: Session, row: Contract, *, kms: Kms | None = None, now: datetime) -> Terms:
    card = identity.team_cards(db, [row.team])[row.team]
    person = identity.residents(db, [row.resident])[row.resident]
    members = identity.members(db, row.team, now)
    names = identity.people(db, members)
    doctors = [names[each].name for each in identity.doctors(db, row.team, now)]
    signer, relation, basis = _signer(db, row, now)
    waived = pricing.waived_of(db, row)
    return Terms(
        contract=row.id,
        number=number(row),
        institution=card.institution_name,
        institution_phone=card.institution_phone,
        team=card.name,
        team_phone=card.phone,
        doctor="、".join(doctors) or _NOT_GIVEN,
        members=tuple(names[each].name for each in members),
        resident=person.name,
        id_number=papers.shown(db, kms, row.resident) or _NOT_GIVEN,
        phone=person.phone or _NOT_GIVEN,
        address=person.address or _NOT_GIVEN,
        signer=signer or person.name,
        relation=relation,
        basis=basis,
        begins=row.begins,
        ends=row.ends,
        items=_items(db, row),
        payable=row.fee + waived,
        waived=waived,
    )


def _items(db: Session, row: Contract) -> Mapping[Language, tuple[Item, ...]]:
    """The catalogue's own words, as a visitor reads them."""
    offers = [each.offer for each in packages.versions(db, [UUID(each) for each in row.packages])]
    return {
        language: tuple(
            Item(line.package, line.item, line.times, line.payer) for line in wording.rows(offers, language)
        )
        for language in LANGUAGES
    }


def _signer(db: Session, row: Contract, now: datetime) -> tuple[str | None, str, Basis]:
    """Whoever has to sign: the resident, or the guardian that is known."""
    if proxies.ability_of(db, row.resident, dates.day_of(now)).signs == "oneself":
        return None, "", "self"
    for proxy in proxies.proxies_of(db, row.resident, now):
        if proxy.basis == "guardian" and "sign" in proxy.scopes:
            return identity.people(db, [proxy.account])[proxy.account].name, proxy.relation, "guardian"
    return _NOT_GIVEN, "", "guardian"
