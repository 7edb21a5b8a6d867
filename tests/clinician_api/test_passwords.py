"""Argon2id as we use it."""

from __future__ import annotations

from clinician_api.passwords import Passwords
from tests.clinician_api.making import WEAK


def test_a_password_fits_its_own_hash_alone() -> None:
    stored = WEAK.hash("正确的密码")
    assert WEAK.fits("正确的密码", stored)
    assert not WEAK.fits("错误的密码", stored)


def test_without_a_hash_or_with_a_broken_one_nothing_fits() -> None:
    assert not WEAK.fits("any", None)
    assert not WEAK.fits("any", "no hash at all")


def test_our_parameters_are_those_of_the_rfcs_low_memory_profile() -> None:
    assert Passwords().hash("any").startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert Passwords().is_outdated(WEAK.hash("any"))
