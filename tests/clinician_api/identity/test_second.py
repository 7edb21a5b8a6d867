"""The second factor: set up, asked for, used once, lost."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import pyotp
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from clinician_api.audit.rules import By
from clinician_api.errors import ConflictError, NotLoggedInError
from clinician_api.identity import rules, second
from clinician_api.identity.models import RecoveryCode, SecondFactor
from clinician_api.kms import FolderKms
from tests.clinician_api.making import NOW, Clinic, clinic

LOGIN = uuid4()


@pytest.fixture
def kms(tmp_path: Path) -> FolderKms:
    return FolderKms(tmp_path)


@pytest.fixture
def people(db: Session) -> Clinic:
    return clinic(db)


def enrolled(db: Session, kms: FolderKms, people: Clinic) -> tuple[pyotp.TOTP, tuple[str, ...]]:
    otp = pyotp.TOTP(second.begin(db, kms, people.doctor, login=LOGIN, now=NOW).secret)
    return otp, second.confirm(db, kms, By(people.doctor), people.doctor, otp.at(NOW), login=LOGIN, now=NOW)


def test_rfc_6238_says_the_same() -> None:
    """Appendix B, SHA-1, the last six of its eight digits."""
    otp = pyotp.TOTP("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
    known = {59: "287082", 1111111109: "081804", 1234567890: "005924", 20000000000: "353130"}
    assert {at: otp.at(at) for at in known} == known


def test_a_code_is_good_once(db: Session, kms: FolderKms, people: Clinic) -> None:
    otp, _ = enrolled(db, kms, people)
    later = NOW + timedelta(seconds=30)
    with pytest.raises(NotLoggedInError):
        second.check(db, kms, people.doctor, otp.at(NOW), now=NOW)
    second.check(db, kms, people.doctor, otp.at(later), now=later)
    with pytest.raises(NotLoggedInError):
        second.check(db, kms, people.doctor, otp.at(later), now=later)


@pytest.mark.parametrize(
    ("behind_s", "is_taken"), [(-60, False), (-30, True), (0, True), (30, True), (90, False)]
)
def test_a_device_may_be_half_a_minute_off(
    db: Session,
    kms: FolderKms,
    people: Clinic,
    behind_s: int,
    is_taken: bool,  # noqa: FBT001 (a column of the table)
) -> None:
    otp, _ = enrolled(db, kms, people)
    now = NOW + timedelta(hours=1)
    code = otp.at(now - timedelta(seconds=behind_s))
    if is_taken:
        second.check(db, kms, people.doctor, code, now=now)
    else:
        with pytest.raises(NotLoggedInError):
            second.check(db, kms, people.doctor, code, now=now)


def test_a_clock_that_was_set_back_repeats_no_code_and_paper_still_opens(
    db: Session, kms: FolderKms, people: Clinic
) -> None:
    otp, paper = enrolled(db, kms, people)
    earlier = NOW - timedelta(hours=1)
    with pytest.raises(NotLoggedInError):
        second.check(db, kms, people.doctor, otp.at(earlier), now=earlier)
    second.check(db, kms, people.doctor, paper[0], now=earlier)


def test_each_code_on_paper_works_once_however_it_is_typed(
    db: Session, kms: FolderKms, people: Clinic
) -> None:
    _, paper = enrolled(db, kms, people)
    assert len(set(paper)) == 10
    second.check(db, kms, people.doctor, f"{paper[3][:5]}-{paper[3][5:]}".upper(), now=NOW)
    with pytest.raises(NotLoggedInError):
        second.check(db, kms, people.doctor, paper[3], now=NOW)


def test_an_unconfirmed_one_can_be_scanned_again_and_a_confirmed_one_never(
    db: Session, kms: FolderKms, people: Clinic
) -> None:
    first, again = (second.begin(db, kms, people.doctor, login=LOGIN, now=NOW) for _ in range(2))
    assert first == again
    assert "secret=" + first.secret in first.uri
    with pytest.raises(NotLoggedInError):
        second.confirm(db, kms, By(), people.doctor, "000000", login=LOGIN, now=NOW)
    second.confirm(db, kms, By(), people.doctor, pyotp.TOTP(first.secret).at(NOW), login=LOGIN, now=NOW)
    with pytest.raises(ConflictError):
        second.begin(db, kms, people.doctor, login=LOGIN, now=NOW)


def test_what_another_login_was_shown_is_never_the_second_factor(
    db: Session, kms: FolderKms, people: Clinic
) -> None:
    """Who set the first password could look at the secret, leave, and know both factors of a colleague."""
    seen = second.begin(db, kms, people.doctor, login=uuid4(), now=NOW)
    own = second.begin(db, kms, people.doctor, login=LOGIN, now=NOW)
    assert own.secret != seen.secret
    with pytest.raises(NotLoggedInError):
        second.confirm(db, kms, By(), people.doctor, pyotp.TOTP(seen.secret).at(NOW), login=LOGIN, now=NOW)
    with pytest.raises(ConflictError):
        second.confirm(db, kms, By(), people.doctor, pyotp.TOTP(own.secret).at(NOW), login=uuid4(), now=NOW)


def test_the_table_holds_no_secret_in_the_clear(db: Session, kms: FolderKms, people: Clinic) -> None:
    otp, paper = enrolled(db, kms, people)
    plain = {sha256(each.encode()).digest() for each in paper}
    assert plain.isdisjoint(db.scalars(select(RecoveryCode.digest)))
    assert otp.secret.encode() not in db.scalars(select(SecondFactor.locked)).one()


def test_who_lost_both_begins_anew(db: Session, kms: FolderKms, people: Clinic) -> None:
    otp, paper = enrolled(db, kms, people)
    second.remove(db, By(), people.doctor, now=NOW)
    for code in (otp.at(NOW), paper[0]):
        with pytest.raises(NotLoggedInError):
            second.check(db, kms, people.doctor, code, now=NOW)
    assert second.begin(db, kms, people.doctor, login=LOGIN, now=NOW).secret != otp.secret


def test_what_a_login_waits_for() -> None:
    told = {
        (resident, has, must): rules.stage(is_resident=resident, has_second=has, must_have_second=must)
        for resident in (True, False)
        for has in (True, False)
        for must in (True, False)
    }
    assert {stage for (resident, _, _), stage in told.items() if resident} == {"open"}
    assert told[False, True, True] == told[False, True, False] == "code"
    assert (told[False, False, True], told[False, False, False]) == ("enrol", "open")


def test_after_a_rotation_a_secret_is_wrapped_anew(
    db: Session, kms: FolderKms, people: Clinic, tmp_path: Path
) -> None:
    otp, _ = enrolled(db, kms, people)
    kms.rotate()
    assert [second.wrap_again(db, kms) for _ in range(2)] == [1, 0]
    (tmp_path / "1.master").unlink()
    later = NOW + timedelta(minutes=1)
    second.check(db, kms, people.doctor, otp.at(later), now=later)
