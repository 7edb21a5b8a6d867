"""Contracts over HTTP: choose a team, apply, answer, sign, renew, change, end; and how content people are."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from sqlalchemy.orm import Session

from clinician_api.access.rules import Actor
from clinician_api.agreements.routes import Kept
from clinician_api.clock import Now
from clinician_api.contracts import book, counter, looking, parties, service, signatures, states
from clinician_api.contracts.acts import Form, Reading
from clinician_api.contracts.ending import Ending
from clinician_api.contracts.models import Contract
from clinician_api.contracts.places import Places
from clinician_api.contracts.schemas import (
    AcceptIn,
    ContractOut,
    ContractsOut,
    DoctorSignIn,
    FeeIn,
    PlacesIn,
    RefusedOut,
    RefuseIn,
    RenewIn,
    Seen,
    SeenText,
    SignCodeIn,
    SignIn,
    StepOut,
    TeamOut,
    TerminateIn,
    TransferIn,
    WishIn,
)
from clinician_api.contracts.service import Wish
from clinician_api.contracts.signing import Signer
from clinician_api.contracts.states import State
from clinician_api.db import Db
from clinician_api.identity import service as identity
from clinician_api.identity import staffed
from clinician_api.identity.door_routes import Sending
from clinician_api.identity.family_routes import Keys
from clinician_api.identity.routes import ActingStaff, CurrentActor
from clinician_api.identity.schemas import NewDocument, TeamCard

router = APIRouter(prefix="/contracts", tags=["contracts"])


@router.get("/teams")
def teams(institution: UUID, _actor: CurrentActor, db: Db, now: Now) -> list[TeamOut]:
    """Of an institution, with the room they have: what a resident chooses from."""
    cards = identity.teams_in(db, institution)
    ids = [card.team for card in cards]
    room, crews = looking.places(db, ids, now=now), staffed.crews(db, ids, now)
    return [_team(card, room[card.team], len(crews[card.team].doctors)) for card in cards]


@router.put("/teams/{team}/places")
def set_places(team: UUID, said: PlacesIn, actor: CurrentActor, db: Db, now: Now) -> TeamOut:
    """Take fewer than the rule allows, or nobody for now."""
    room = looking.set_places(db, actor, team, most=said.most, is_open=said.is_open, now=now)
    card = identity.team_cards(db, [team])[team]
    return _team(card, room, len(identity.doctors(db, team, now)))


@router.get("/queue")
def queue(
    actor: ActingStaff, db: Db, now: Now, state: Annotated[list[State] | None, Query()] = None
) -> ContractsOut:
    """Who waits for the asker's team, and the contracts of those in sight."""
    found = looking.queue(db, actor, state or sorted(states.PENDING), now=now)
    return ContractsOut(contracts=[_out(db, actor, row) for row in found])


@router.get("")
def of_resident(resident: UUID, actor: CurrentActor, db: Db, now: Now) -> ContractsOut:
    found = looking.of_resident(db, actor, resident, now=now)
    return ContractsOut(contracts=[_out(db, actor, row) for row in found])


@router.post("", status_code=201)
def draft(said: WishIn, actor: CurrentActor, db: Db, now: Now) -> ContractOut:
    """Put down a choice. It holds no place until it is applied for."""
    wish = Wish(
        said.resident, said.team, said.years, said.begins, tuple(said.packages), household=said.household
    )
    return _out(db, actor, service.draft(db, actor, wish, now=now))


@router.get("/{contract}")
def get_contract(contract: UUID, actor: CurrentActor, db: Db, now: Now) -> ContractOut:
    return _out(db, actor, looking.one(db, actor, contract, now=now))


@router.get("/{contract}/steps")
def steps(contract: UUID, actor: CurrentActor, db: Db, now: Now) -> list[StepOut]:
    """Everything that happened to it: by whom, when, why, and from which state."""
    return [StepOut.model_validate(step) for step in looking.history(db, actor, contract, now=now)]


@router.post("/{contract}/apply")
def apply(contract: UUID, said: Seen, actor: CurrentActor, db: Db, now: Now) -> ContractOut:
    return _out(db, actor, service.apply(db, actor, Form(contract, said.version), now=now))


@router.post("/{contract}/document", status_code=204)
def state_document(
    contract: UUID, said: NewDocument, actor: ActingStaff, keys: Keys, db: Db, now: Now
) -> None:
    """At the counter, before the application: the card of whom it is for, which staff see."""
    number = said.number.get_secret_value()
    counter.state_document(db, keys, actor, contract, said.kind, number, now=now)


@router.post("/{contract}/accept")
def accept(
    contract: UUID, said: AcceptIn, request: Request, actor: ActingStaff, db: Db, now: Now
) -> ContractOut:
    form, kms = Form(contract, said.version), request.app.state.kms
    row = service.accept(db, actor, form, out_of_area=said.out_of_area, kms=kms, now=now)
    return _out(db, actor, row)


@router.post("/{contract}/refuse")
def refuse(contract: UUID, said: RefuseIn, actor: ActingStaff, db: Db, now: Now) -> RefusedOut:
    form = Form(contract, said.version)
    row = service.refuse(db, actor, form, reason=said.reason, words=said.words, now=now)
    others = looking.alternatives(db, row, now=now)
    return RefusedOut(**_out(db, actor, row).model_dump(), alternatives=others)


@router.post("/{contract}/withdraw")
def withdraw(contract: UUID, said: Seen, actor: CurrentActor, db: Db, now: Now) -> ContractOut:
    return _out(db, actor, service.withdraw(db, actor, Form(contract, said.version), now=now))


@router.post("/{contract}/signature")
def sign(contract: UUID, said: SignIn, actor: CurrentActor, kept: Kept, db: Db, now: Now) -> ContractOut:
    """The resident's: on their own pages, by who acts for them, or written down by staff at the counter."""
    signer = Signer(
        basis=said.basis,
        relation=said.relation,
        evidence=said.evidence,
        valid_until=said.valid_until,
        is_child_informed=said.is_child_informed,
        proof=said.proof,
        name=said.name,
    )
    reading = Reading(Form(contract, said.version), said.sha256, kept)
    return _out(db, actor, service.sign_as_resident(db, actor, reading, signer=signer, now=now))


@router.post("/{contract}/signature/confirmation")
def confirm(contract: UUID, said: SeenText, actor: ActingStaff, kept: Kept, db: Db, now: Now) -> ContractOut:
    """What one colleague put down at the counter another one confirms, who saw the paper."""
    reading = Reading(Form(contract, said.version), said.sha256, kept)
    return _out(db, actor, counter.confirm(db, actor, reading, now=now))


@router.post("/{contract}/signature/code", status_code=202)
def send_code(contract: UUID, said: Seen, send: Sending, actor: ActingStaff, db: Db, now: Now) -> ContractOut:
    """To the resident's own telephone: who reads it out has signed."""
    return _out(db, actor, counter.send_code(db, actor, Form(contract, said.version), send, now=now))


@router.post("/{contract}/signature/by-code")
def sign_by_code(
    contract: UUID, said: SignCodeIn, request: Request, actor: ActingStaff, kept: Kept, db: Db, now: Now
) -> ContractOut:
    reading = Reading(Form(contract, said.version), said.sha256, kept)
    row = counter.sign_by_code(db, request.app.state.sessions, actor, reading, said.code, now=now)
    return _out(db, actor, row)


@router.post("/{contract}/doctors-signature")
def sign_as_doctor(
    contract: UUID, said: DoctorSignIn, actor: ActingStaff, kept: Kept, db: Db, now: Now
) -> ContractOut:
    """And the institution's seal with it."""
    reading = Reading(Form(contract, said.version), said.sha256, kept)
    row = service.sign_as_doctor(db, actor, reading, has_seen_paper=said.has_seen_paper, now=now)
    return _out(db, actor, row)


@router.post("/{contract}/fee")
def settle_fee(contract: UUID, said: FeeIn, actor: ActingStaff, db: Db, now: Now) -> ContractOut:
    """Paid at the counter, or waived."""
    form = Form(contract, said.version)
    return _out(db, actor, service.settle_fee(db, actor, form, is_waived=said.is_waived, now=now))


@router.post("/{contract}/refund")
def refund(contract: UUID, said: Seen, actor: ActingStaff, db: Db, now: Now) -> ContractOut:
    """What was paid for a contract that ended early was given back."""
    return _out(db, actor, service.refund(db, actor, Form(contract, said.version), now=now))


@router.post("/{contract}/renewal", status_code=201)
def renew(contract: UUID, said: RenewIn, actor: CurrentActor, db: Db, now: Now) -> ContractOut:
    """The resident's explicit wish: the contract that follows, which the team has yet to answer."""
    chosen = None if said.packages is None else tuple(said.packages)
    form = Form(contract, said.version)
    return _out(db, actor, service.renew(db, actor, form, years=said.years, packages=chosen, now=now))


@router.post("/{contract}/transfer", status_code=201)
def transfer(contract: UUID, said: TransferIn, actor: CurrentActor, db: Db, now: Now) -> ContractOut:
    """An application to another team; the present one cares on until that contract begins."""
    before = looking.one(db, actor, contract, now=now)
    wish = Wish(before.resident, said.team, said.years, said.begins, tuple(said.packages))
    form = Form(contract, said.version)
    return _out(db, actor, service.transfer(db, actor, form, wish, because=said.because, now=now))


@router.post("/{contract}/termination")
def terminate(contract: UUID, said: TerminateIn, actor: CurrentActor, db: Db, now: Now) -> ContractOut:
    form, ending = Form(contract, said.version), Ending(said.why, said.stops, said.words)
    return _out(db, actor, service.terminate(db, actor, form, ending, now=now))


def _out(db: Session, actor: Actor, row: Contract) -> ContractOut:
    mine = parties.of(actor, row)
    out = ContractOut.model_validate(row)
    out.may = [step for step in states.every(row.state) if states.move(row.state, step).by & mine]
    out.refund = book.refund(row)
    out.signed_by = sorted(signatures.parties_of(db, row.id))
    out.is_to_confirm = signatures.waiting(db, row.id) is not None
    return out


def _team(card: TeamCard, room: Places, doctors: int) -> TeamOut:
    return TeamOut(
        team=card.team,
        name=card.name,
        institution=card.institution,
        institution_name=card.institution_name,
        doctors=doctors,
        most=room.most,
        taken=room.taken,
        free=room.free,
        is_open=room.is_open,
        is_full=room.is_full,
        is_nearly_full=room.is_nearly_full,
    )
