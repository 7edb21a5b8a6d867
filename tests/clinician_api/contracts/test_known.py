"""Nobody applies unknown: staff saw a document, or the resident typed its number; agreements mask it."""

from __future__ import annotations

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from clinician_api.agreements import service as agreements
from clinician_api.audit.rules import By
from clinician_api.contracts import counter, service
from clinician_api.contracts.service import Wish
from clinician_api.errors import CareError, ConflictError, NotAllowedError, NotFoundError
from clinician_api.identity import papers
from clinician_api.identity.models import IdentityDocument
from tests.clinician_api.contracts.signing_up import OpenKms, Town, applied, form, known, town
from tests.clinician_api.identity.test_numbers import number_of
from tests.clinician_api.making import NOW, actor

KMS = OpenKms()
BORN = "19540506"


def stranger(db: Session) -> Town:
    """A town whose newcomer nobody knows by document."""
    here = town(db)
    db.execute(update(IdentityDocument).values(superseded_at=NOW))
    return here


def test_nobody_applies_or_renews_unknown(db: Session) -> None:
    here = stranger(db)
    with pytest.raises(NotAllowedError, match=r"contract\.no_document"):
        applied(db, here)
    known(db, here.newcomer)
    assert applied(db, here).state == "applied"


def test_staff_see_the_card_of_whom_they_write_down_before_they_apply(db: Session) -> None:
    here = stranger(db)
    nurse = actor(db, here.there.nurse)
    row = service.draft(db, nurse, Wish(here.newcomer, here.there.team), now=NOW)
    number = number_of(BORN, "717")
    another = actor(db, here.there.own_account)
    with pytest.raises(NotFoundError):
        counter.state_document(db, KMS, another, row.id, "resident_id", number, now=NOW)
    counter.state_document(db, KMS, nurse, row.id, "resident_id", number, now=NOW)
    row = service.apply(db, nurse, form(row), now=NOW)
    with pytest.raises(ConflictError, match=r"contract\.not_now"):
        counter.state_document(db, KMS, nurse, row.id, "resident_id", number, now=NOW)


def test_the_agreement_shows_the_ends_of_the_number_alone(db: Session) -> None:
    here = town(db)
    number = known(db, here.newcomer)
    row = applied(db, here)
    row = service.accept(db, here.doctor(db), form(row), kms=KMS, now=NOW)
    assert row.agreement is not None
    terms, _blocks = agreements.blocks(db, row.agreement, "zh")
    assert terms.id_number == f"{number[:6]}********{number[-4:]}"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (number_of(BORN), None),
        (number_of(BORN)[:-1] + "%", "document.shape"),
        ("110105195405060013", "document.check_digit"),
        (number_of("19540507"), "document.born_differs"),
        (number_of("18600506"), "document.age"),
        ("110105195402301234", "document.date"),
        ("'; drop table care.contract --", "document.shape"),
        (number_of(BORN, "333"), "document.ask_at_desk"),
    ],
)
def test_a_number_that_is_typed_has_form_and_birthday_and_is_nobody_elses(
    db: Session, number: str, code: str | None
) -> None:
    here = stranger(db)
    papers.state(db, KMS, By(), here.there.stranger, "resident_id", number_of(BORN, "333"), now=NOW)
    said = None
    try:
        papers.state_own(db, KMS, By(account=here.account), here.newcomer, number, now=NOW)
    except CareError as error:
        said = error.code
    assert said == code


def test_what_is_known_is_changed_at_the_desk_alone(db: Session) -> None:
    here = town(db)
    with pytest.raises(ConflictError, match=r"document\.known_already"):
        papers.state_own(db, KMS, By(account=here.account), here.newcomer, number_of(BORN, "999"), now=NOW)
