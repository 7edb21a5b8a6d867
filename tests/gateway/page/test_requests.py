"""Who may look at the page and who may change what it shows."""

from __future__ import annotations

import pytest

from gateway.page.requests import Request, has_ticket, is_addressed_here, is_from_here, ticket

NAMES = frozenset({"localhost", "box"})


@pytest.mark.parametrize("host", ["127.0.0.1:8470", "192.168.1.7", "[::1]:8470", "localhost:8470", "box"])
def test_the_boxs_own_addresses_are_answered(host: str) -> None:
    assert is_addressed_here(host, NAMES)


@pytest.mark.parametrize("host", ["", "evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80"])
def test_a_strangers_name_that_points_here_is_not_answered(host: str) -> None:
    assert not is_addressed_here(host, NAMES)


@pytest.mark.parametrize(
    ("origin", "ours"),
    [
        (None, True),
        ("http://127.0.0.1:8470", True),
        ("http://evil.example", False),
        ("null", False),
        ("http://127.0.0.1:9", False),
    ],
)
def test_a_form_from_another_site_changes_nothing(origin: str | None, ours: bool) -> None:  # noqa: FBT001
    headers = {"host": "127.0.0.1:8470"} | ({} if origin is None else {"origin": origin})

    assert is_from_here(Request("POST", "/pair", headers)) is ours


def test_without_a_code_everybody_who_reaches_it_may_look() -> None:
    assert has_ticket(Request("GET", "/"), None, b"secret")


@pytest.mark.parametrize(
    ("header", "value", "may"),
    [
        ("cookie", f"a=b; hearthline={ticket('open-sesame', b'secret')}", True),
        ("cookie", f"hearthline={ticket('open-sesame', b'another life')}", False),
        ("cookie", "hearthline=", False),
        ("authorization", "Bearer open-sesame", True),
        ("authorization", "Bearer wrong", False),
        ("authorization", "Basic open-sesame", False),
        ("x", "", False),
    ],
)
def test_with_a_code_only_who_has_given_it(header: str, value: str, may: bool) -> None:  # noqa: FBT001
    assert has_ticket(Request("GET", "/", {header: value}), "open-sesame", b"secret") is may
