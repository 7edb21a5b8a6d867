"""Documents, helpers and households over HTTP, the search, and acting for another."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.access.rules import Actor
from clinician_api.clock import Now
from clinician_api.db import Db
from clinician_api.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from clinician_api.identity import (
    acting,
    entering,
    households,
    minding,
    numbers,
    papers,
    proxies,
    search,
    service,
)
from clinician_api.identity.entering_schemas import EnteredIn, EnteredOut
from clinician_api.identity.minding import Proxy, Wanted
from clinician_api.identity.routes import ActingCounter, ActingResident, ActingStaff, CurrentActor
from clinician_api.identity.schemas import (
    ActFor,
    DocumentOut,
    HouseholdOut,
    NewDocument,
    NewHousehold,
    NewIncapacity,
    NewMember,
    NewProxy,
    ProxyOut,
    ResidentOut,
    SearchIn,
)
from clinician_api.kms import Kms

router = APIRouter(tags=["people"])


def kms(request: Request) -> Kms:
    found: Kms | None = request.app.state.kms
    if found is None:
        raise ConflictError("document.no_keys")
    return found


Keys = Annotated[Kms, Depends(kms)]


@router.post("/search")
def find(request: Request, wanted: SearchIn, actor: ActingStaff, db: Db, now: Now) -> list[ResidentOut]:
    """Changes nothing, and is no GET: a name in an address would stand in every log that it passes.

    Residents in sight by part of a name, pinyin initials, the tail of a telephone or file number, or the
    whole number of a card."""
    found = found_by(db, request.app.state.kms, actor, wanted.q, now=now)
    shown = service.residents(db, found)
    return [shown[each] for each in found]


@router.get("/acting-for")
def whom_i_help(actor: CurrentActor, db: Db, now: Now) -> list[ProxyOut]:
    return shown_proxies(db, proxies.helped_by(db, actor.account, now), now)


@router.post("/acting-for", status_code=204)
def act_for(wanted: ActFor, actor: CurrentActor, db: Db, now: Now) -> None:
    """This login is used for that resident from now on; `/me` then gives another CSRF token."""
    acting.act_for(db, actor, wanted.resident, now=now)


@router.delete("/acting-for", status_code=204)
def act_for_oneself(actor: CurrentActor, db: Db, now: Now) -> None:
    acting.act_for_oneself(db, actor, now=now)


@router.post("/residents", status_code=201)
def enter(new: EnteredIn, actor: ActingCounter, db: Db, now: Now, keys: Keys) -> EnteredOut:
    """Somebody without a file, by staff who see their document. 409 where the number is known."""
    resident = entering.enter(db, keys, actor, new, now=now)
    return EnteredOut(id=resident, file_number=service.residents(db, [resident])[resident].file_number)


@router.get("/residents/{resident}/documents")
def list_documents(resident: UUID, actor: CurrentActor, db: Db, now: Now, keys: Keys) -> list[DocumentOut]:
    access.require(db, actor, resident, purpose="documents", now=now)
    return papers.of(db, keys, resident)


@router.post("/residents/{resident}/documents", status_code=201)
def state_document(
    resident: UUID, new: NewDocument, actor: ActingStaff, db: Db, now: Now, keys: Keys
) -> list[DocumentOut]:
    """By staff who saw it."""
    access.require(db, actor, resident, purpose="documents", now=now)
    number = new.number.get_secret_value()
    papers.state(db, keys, access.by(actor), resident, new.kind, number, now=now)
    return papers.of(db, keys, resident)


@router.post("/me/document", status_code=201)
def state_own_document(
    new: NewDocument, actor: ActingResident, db: Db, now: Now, keys: Keys
) -> list[DocumentOut]:
    """The number of one's own identity card, where none is known yet: nobody applies unknown."""
    resident = own_to_sign(actor)
    if new.kind != "resident_id":
        raise InvalidError("document.ask_at_desk", "kind")
    papers.state_own(db, keys, access.by(actor), resident, new.number.get_secret_value(), now=now)
    return papers.of(db, keys, resident)


@router.get("/residents/{resident}/proxies")
def list_proxies(resident: UUID, actor: CurrentActor, db: Db, now: Now) -> list[ProxyOut]:
    access.require(db, actor, resident, purpose="proxies", now=now)
    return shown_proxies(db, proxies.all_of(db, resident), now)


@router.post("/residents/{resident}/proxies", status_code=201)
def authorise(resident: UUID, new: NewProxy, actor: CurrentActor, db: Db, now: Now) -> list[ProxyOut]:
    """By staff who saw the paper; a resident authorises somebody for themself without one."""
    access.require(db, actor, resident, purpose="proxies", now=now)
    authorise_by(db, actor, resident, new, now=now)
    return shown_proxies(db, proxies.all_of(db, resident), now)


@router.delete("/residents/{resident}/proxies/{proxy}", status_code=204)
def revoke(resident: UUID, proxy: UUID, actor: CurrentActor, db: Db, now: Now) -> None:
    """By the resident, by staff, or by the helper."""
    revoke_by(db, actor, resident, proxy, now=now)


@router.post("/residents/{resident}/incapacity", status_code=204)
def state_incapacity(resident: UUID, new: NewIncapacity, actor: ActingStaff, db: Db, now: Now) -> None:
    """From then on a guardian signs, and what the person had authorised is over."""
    access.require(db, actor, resident, purpose="proxies", now=now)
    by = access.by(actor)
    proxies.state_incapacity(db, by, resident, since=new.since, evidence=new.evidence, now=now)


@router.get("/residents/{resident}/household")
def get_household(resident: UUID, actor: CurrentActor, db: Db, now: Now) -> HouseholdOut | None:
    """Without the members whom the asker may not see; null where none is known."""
    access.require(db, actor, resident, purpose="household", now=now)
    found = households.of(db, resident)
    if found is None:
        return None
    seen = [each for each in found.members if access.may_see(db, actor, each.resident, now=now)]
    return found.model_copy(update={"members": seen})


@router.post("/households", status_code=201)
def found_household(new: NewHousehold, actor: ActingStaff, db: Db, now: Now) -> HouseholdOut | None:
    access.require(db, actor, new.head, purpose="household", now=now)
    households.found(db, access.by(actor), new.head, address=new.address, now=now)
    return get_household(new.head, actor, db, now)


@router.post("/residents/{resident}/household/members", status_code=201)
def admit(resident: UUID, new: NewMember, actor: ActingStaff, db: Db, now: Now) -> HouseholdOut | None:
    """Into the household of `resident`. Both must be in sight."""
    access.require(db, actor, resident, purpose="household", now=now)
    access.require(db, actor, new.resident, purpose="household", now=now)
    found = households.of(db, resident)
    if found is None:
        raise NotFoundError("household.none")
    households.admit(db, access.by(actor), found.id, new.resident, new.relation, now=now)
    return get_household(resident, actor, db, now)


@router.delete("/residents/{resident}/household", status_code=204)
def leave(resident: UUID, actor: ActingStaff, db: Db, now: Now) -> None:
    access.require(db, actor, resident, purpose="household", now=now)
    households.leave(db, access.by(actor), resident, now=now)


def own_to_sign(actor: Actor) -> UUID:
    """Whom the actor may type a number for: themself, or for whom they may sign."""
    if actor.resident is None:
        raise NotFoundError("resident.unknown")
    proxies.require_scope(actor, "sign")
    return actor.resident


def found_by(db: Session, keys: Kms | None, actor: Actor, words: str, *, now: datetime) -> list[UUID]:
    """For the page and the API alike."""
    if keys is not None and numbers.may_be_whole(words.strip()):
        found = papers.find(db, keys, actor, words, now=now)
        return [] if found is None else [found]
    return search.find(db, actor, words, now=now)


def authorise_by(db: Session, actor: Actor, resident: UUID, new: NewProxy, *, now: datetime) -> None:
    """For the page and the API alike. A helper hands nothing on; a guardian is one by a paper staff saw."""
    if actor.behalf is not None:
        raise NotAllowedError("proxy.not_by_helper")
    is_own = actor.resident == resident
    if is_own and new.basis == "guardian":
        raise NotAllowedError("proxy.guardian_by_staff")
    if is_own and _has_guardian(db, resident, now):
        raise NotAllowedError("proxy.guardian_signs")
    account = service.account_named(db, new.login_name)
    if account is None:
        raise InvalidError("account.unknown", "login_name")
    wanted = Wanted(
        basis=new.basis,
        relation=new.relation,
        scopes=new.scopes,
        since=new.since or now,
        until=new.until,
        evidence=f"login {actor.login}" if is_own else new.evidence,
        earlier=new.earlier,
    )
    proxies.authorise(db, access.by(actor), resident, account, wanted, now=now)


def revoke_by(db: Session, actor: Actor, resident: UUID, proxy: UUID, *, now: datetime) -> None:
    """For the page and the API alike."""
    found = next((each for each in proxies.all_of(db, resident) if each.id == proxy), None)
    is_helper = found is not None and found.account == actor.account
    if not is_helper:
        access.require(db, actor, resident, purpose="proxies", now=now)
        if actor.behalf is not None:
            raise NotAllowedError("proxy.not_by_helper")
        if actor.resident == resident and _has_guardian(db, resident, now):
            raise NotAllowedError("proxy.guardian_by_staff")
    if found is None:
        raise NotFoundError("proxy.unknown")
    proxies.revoke(db, access.by(actor), proxy, now=now)


def _has_guardian(db: Session, resident: UUID, now: datetime) -> bool:
    """A child, or an adult who lacks capacity, decides neither who acts for them nor who no longer does."""
    return proxies.ability_of(db, resident, now.astimezone(minding.ZONE).date()).signs == "guardian"


def shown_proxies(db: Session, found: list[Proxy], now: datetime) -> list[ProxyOut]:
    names = service.people(db, [each.account for each in found])
    return [
        ProxyOut(
            id=each.id,
            resident=each.resident,
            account=each.account,
            name=names[each.account].name,
            relation=each.relation,
            basis=each.basis,
            scopes=sorted(each.scopes),
            since=each.since,
            until=each.until,
            is_over=each.until is not None and each.until <= now,
        )
        for each in found
    ]
