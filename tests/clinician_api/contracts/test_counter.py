"""What staff put down for a resident at the counter: two of staff, or the resident's own telephone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from clinician_api.contracts import counter, service, signatures, signing
from clinician_api.contracts.acts import Reading
from clinician_api.contracts.models import Contract, ContractConfirmation, ContractSignature
from clinician_api.contracts.signing import Basis, Proof, Signer
from clinician_api.db import Sessions
from clinician_api.errors import CareError, ConflictError, InvalidError, NotAllowedError
from clinician_api.identity.contacts import Reach
from clinician_api.identity.models import Resident
from clinician_api.identity.rules import Purpose
from tests.clinician_api.contracts.signing_up import Town, accepted, form, town
from tests.clinician_api.making import NOW, actor

PAPER = Signer("self", proof="paper", evidence="纸质协议 12 号")


def reading(row: Contract) -> Reading:
    return Reading(form(row), row.terms_sha256 or "")


def put_down(db: Session, here: Town) -> Contract:
    """By the doctor of the team."""
    row = accepted(db, here)
    return service.sign_as_resident(db, here.doctor(db), reading(row), signer=PAPER, now=NOW)


@pytest.mark.parametrize(
    ("basis", "proof", "evidence", "name", "code"),
    [
        ("self", "paper", "12 号", "", None),
        ("guardian", "guardianship", "户口本", "陈丽", None),
        ("authorised", "authorisation", "委托书 7", "陈丽", None),
        ("self", "page", "12 号", "", "signer.proof_unfit"),
        ("self", "code", "12 号", "", "signer.proof_unfit"),
        ("self", "authorisation", "12 号", "", "signer.proof_unfit"),
        ("guardian", "paper", "12 号", "陈丽", "signer.proof_unfit"),
        ("self", "paper", "  ", "", "signer.evidence_missing"),
        ("authorised", "authorisation", "委托书 7", " ", "signer.name_missing"),
    ],
)
def test_a_paper_is_of_the_kind_that_shows_the_right_and_lies_somewhere(
    basis: Basis, proof: Proof, evidence: str, name: str, code: str | None
) -> None:
    said = None
    try:
        signing.check_paper(Signer(basis, proof=proof, evidence=evidence, name=name))
    except CareError as error:
        said = error.code
    assert said == code


def test_one_member_of_staff_alone_makes_no_contract(db: Session) -> None:
    here = town(db)
    row = put_down(db, here)
    row = service.sign_as_doctor(db, here.doctor(db), reading(row), now=NOW)
    assert (row.state, signatures.parties_of(db, row.id)) == ("accepted", {"doctor"})
    with pytest.raises(NotAllowedError, match=r"signer\.second_person"):
        counter.confirm(db, here.doctor(db), reading(row), now=NOW)
    row = counter.confirm(db, actor(db, here.there.nurse), reading(row), now=NOW)
    assert (row.state, signatures.parties_of(db, row.id)) == ("signed", {"doctor", "resident"})
    found = db.scalars(select(ContractConfirmation)).one()
    assert (found.account, found.how) == (here.there.nurse, "colleague")


def test_a_doctor_confirms_what_a_colleague_put_down_only_by_saying_so(db: Session) -> None:
    here = town(db)
    nurse = actor(db, here.there.nurse)
    row = accepted(db, here)
    row = service.sign_as_resident(db, nurse, reading(row), signer=PAPER, now=NOW)
    row = service.sign_as_doctor(db, here.doctor(db), reading(row), now=NOW)
    assert row.state == "accepted"
    row = counter.confirm(db, here.doctor(db), reading(row), now=NOW)
    assert row.state == "signed"


def test_a_doctor_who_has_seen_the_paper_signs_and_confirms_at_once(db: Session) -> None:
    here = town(db)
    row = accepted(db, here)
    row = service.sign_as_resident(db, actor(db, here.there.nurse), reading(row), signer=PAPER, now=NOW)
    row = service.sign_as_doctor(db, here.doctor(db), reading(row), has_seen_paper=True, now=NOW)
    assert row.state == "signed"


def test_who_put_it_down_does_not_confirm_it_with_their_own_signature(db: Session) -> None:
    here = town(db)
    row = put_down(db, here)
    with pytest.raises(NotAllowedError, match=r"signer\.second_person"):
        service.sign_as_doctor(db, here.doctor(db), reading(row), has_seen_paper=True, now=NOW)


def test_nothing_is_confirmed_twice_or_by_the_resident_or_of_another_text(db: Session) -> None:
    here = town(db)
    nurse = actor(db, here.there.nurse)
    row = put_down(db, here)
    with pytest.raises(ConflictError, match=r"contract\.text_changed"):
        counter.confirm(db, nurse, Reading(form(row), "0" * 64), now=NOW)
    with pytest.raises(NotAllowedError, match=r"contract\.not_yours"):
        counter.confirm(db, here.resident(db), reading(row), now=NOW)
    row = counter.confirm(db, nurse, reading(row), now=NOW)
    with pytest.raises(ConflictError, match=r"signer\.nothing_to_confirm"):
        counter.confirm(db, nurse, reading(row), now=NOW)


class Telephone:
    """Takes the codes that would have been sent."""

    def __init__(self) -> None:
        self.code, self.purpose = "", ""

    def __call__(self, reach: Reach, code: str, purpose: Purpose) -> bool:
        self.code, self.purpose = code, purpose
        return True


@pytest.fixture
def desk(care: Sessions) -> Town:
    with care.begin() as db:
        return town(db)


def with_a_code(care: Sessions, desk: Town, telephone: Telephone, *, paper: bool = False) -> Contract:
    with care.begin() as db:
        row = put_down(db, desk) if paper else accepted(db, desk)
        return counter.send_code(db, desk.doctor(db), form(row), telephone, now=NOW)


@pytest.mark.parametrize("paper", [False, True])
def test_a_code_that_the_resident_reads_out_is_enough_alone(
    care: Sessions,
    desk: Town,
    paper: bool,  # noqa: FBT001 (pytest's)
) -> None:
    telephone = Telephone()
    row = with_a_code(care, desk, telephone, paper=paper)
    assert telephone.purpose == "sign"
    with care.begin() as db:
        doctor = desk.doctor(db)
        row = counter.sign_by_code(db, care, doctor, reading(row), telephone.code, now=NOW)
        row = service.sign_as_doctor(db, doctor, reading(row), now=NOW)
        assert row.state == "signed"
        mine = select(ContractSignature).where(ContractSignature.party == "resident")
        signed = db.scalars(mine).one()
        assert signed.proof == ("paper" if paper else "code")
        assert "13812345678" not in signed.evidence
        hows = list(db.scalars(select(ContractConfirmation.how)))
        assert hows == (["code"] if paper else [])


def test_a_code_is_good_for_one_text_five_minutes_and_five_guesses(care: Sessions, desk: Town) -> None:
    telephone = Telephone()
    row = with_a_code(care, desk, telephone)
    wrong = f"{(int(telephone.code) + 1) % 10**6:06}"

    def refused(code: str, later: timedelta = timedelta()) -> bool:
        with care() as db, pytest.raises(CareError, match=r"signer\.wrong_code"):
            counter.sign_by_code(db, care, desk.doctor(db), reading(row), code, now=NOW + later)
        return True

    assert refused(telephone.code, timedelta(minutes=5))
    assert all(refused(wrong) for _ in range(4))
    assert refused(telephone.code)


def test_a_code_for_one_agreement_signs_no_other(care: Sessions, desk: Town) -> None:
    telephone = Telephone()
    row = with_a_code(care, desk, telephone)
    with care.begin() as db:
        db.get_one(Contract, row.id).terms_sha256 = "f" * 64
    other = Reading(form(row), "f" * 64)
    with care() as db, pytest.raises(InvalidError, match=r"signer\.wrong_code"):
        counter.sign_by_code(db, care, desk.doctor(db), other, telephone.code, now=NOW)


def test_without_a_telephone_a_paper_is_asked_for(db: Session) -> None:
    here = town(db)
    row = accepted(db, here)
    db.get_one(Resident, here.newcomer).phone = None
    with pytest.raises(ConflictError, match=r"signer\.no_telephone"):
        counter.send_code(db, here.doctor(db), form(row), Telephone(), now=NOW)
