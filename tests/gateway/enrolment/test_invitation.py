"""What is scanned or typed."""

from __future__ import annotations

import pytest

from device_drivers.wire.enrolment import CODE_LETTERS
from gateway.enrolment.invitation import Invitation, InvitationError, read

CODE = "ABCD2345EFGH6789"
ROOT = "ab" * 32
QR = f"hearthline:claim?c={CODE}&u=https%3A%2F%2Fcloud%3A8444&r={ROOT}"


def test_a_qr_code_says_everything() -> None:
    assert read(QR, None) == Invitation("https://cloud:8444", CODE, ROOT)


@pytest.mark.parametrize("typed", [CODE, "abcd-2345-efgh-6789", " ABCD 2345 EFGH 6789 "])
def test_a_code_may_be_typed_as_people_type(typed: str) -> None:
    assert read(typed, "https://cloud") == Invitation("https://cloud", CODE, None)


def test_letters_that_look_like_digits_are_taken_for_them() -> None:
    assert read("OOOOIIIILLLL0000", "https://cloud").code == "0000111111110000"


HOSTILE = [
    "",
    "ABCD",
    CODE + "A",
    "ABCD2345EFGH678U",
    "ABCD2345EFGH678\0",
    QR.replace(ROOT, ROOT[:-1]),
    QR.replace("https", "ftp"),
    "hearthline:claim",
]


@pytest.mark.parametrize("said", HOSTILE)
def test_what_is_no_invitation_is_said_to_be_none(said: str) -> None:
    with pytest.raises(InvitationError):
        read(said, None if said.startswith("hearthline") else "https://cloud")


def test_a_typed_code_needs_an_address() -> None:
    with pytest.raises(InvitationError, match="--cloud"):
        read(CODE, None)


def test_no_letter_of_a_code_is_read_as_another() -> None:
    assert set(CODE_LETTERS).isdisjoint("OIL")
