"""Settings that would let a login travel in the clear refuse to start."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from clinician_api.settings import Settings

URL = "postgresql://127.0.0.1/care"


def test_cookies_are_secure_unless_told_otherwise() -> None:
    assert Settings(database_url=URL).secure_cookies


def test_on_loopback_they_need_not_be() -> None:
    assert not Settings(
        database_url=URL, public_origin="http://localhost:8000", secure_cookies=False
    ).secure_cookies


@pytest.mark.parametrize(
    "origin", ["http://hearth.example", "https://hearth.example", "http://127.0.0.1.example"]
)
def test_anywhere_else_they_must_be(origin: str) -> None:
    with pytest.raises(ValidationError, match="secure_cookies may be off on loopback alone"):
        Settings(database_url=URL, public_origin=origin, secure_cookies=False)


@pytest.mark.parametrize(
    "origin", ["hearth.example", "https://hearth.example/", "ftp://hearth.example", "https://"]
)
def test_an_origin_is_a_scheme_and_a_host(origin: str) -> None:
    with pytest.raises(ValidationError, match="scheme://host and nothing more"):
        Settings(database_url=URL, public_origin=origin)


def test_staff_stay_no_longer_than_half_an_hour() -> None:
    with pytest.raises(ValidationError):
        Settings(database_url=URL, login_idle_minutes=31)
