"""Papers in the folder, and a power cut between any two of their files."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from device_drivers.wire.signing import public_hex
from gateway.enrolment import held
from gateway.enrolment.due import is_due, renew_at
from gateway.enrolment.held import Held
from gateway.trust import keys
from tests.gateway.home import GATEWAY, NOON

LIFE = timedelta(days=90)


def papers(public: str) -> Held:
    return Held(public, NOON, NOON + LIFE, "ab" * 32, "https://cloud", is_claimed_anew=True)


def ours(folder: Path) -> str:
    return public_hex(keys.load_or_make(folder, GATEWAY).key)


def test_the_next_key_becomes_ours_with_its_papers(tmp_path: Path) -> None:
    before = ours(tmp_path)
    key = public_hex(held.next_key(tmp_path))
    held.adopt(tmp_path, papers(key), bundle=b"bundle", authority=b"authority")
    assert ours(tmp_path) == key != before
    assert (tmp_path / held.BUNDLE).read_bytes() == b"bundle"


def test_asking_again_is_asking_with_the_same_key(tmp_path: Path) -> None:
    assert public_hex(held.next_key(tmp_path)) == public_hex(held.next_key(tmp_path))


def test_after_renewing_the_next_key_is_another(tmp_path: Path) -> None:
    key = public_hex(held.next_key(tmp_path))
    held.adopt(tmp_path, papers(key), bundle=b"", authority=b"")
    assert public_hex(held.next_key(tmp_path)) != key


@pytest.mark.parametrize("unwritten", [held.AUTHORITY, held.BUNDLE, "papers.json"])
def test_what_ends_before_the_papers_are_noted_leaves_the_old_key(tmp_path: Path, unwritten: str) -> None:
    """A folder stands where the file is to be: writing ends there, as by a power cut or a full disk."""
    before, key = ours(tmp_path), public_hex(held.next_key(tmp_path))
    (tmp_path / unwritten).mkdir()
    with pytest.raises(OSError, match="directory"):
        held.adopt(tmp_path, papers(key), bundle=b"", authority=b"")
    (tmp_path / unwritten).rmdir()
    held.finish(tmp_path)
    assert ours(tmp_path) == before
    assert public_hex(held.next_key(tmp_path)) == key


def test_a_power_cut_after_that_is_finished_by_the_next_start(tmp_path: Path) -> None:
    ours(tmp_path)
    key = public_hex(held.next_key(tmp_path))
    next_bytes = (tmp_path / "next.key").read_bytes()
    held.adopt(tmp_path, papers(key), bundle=b"", authority=b"")
    (tmp_path / "gateway.key").unlink()
    (tmp_path / "next.key").write_bytes(next_bytes)
    held.finish(tmp_path)
    (tmp_path / "gateway.key").chmod(0o600)
    assert ours(tmp_path) == key


def test_nobody_else_may_read_what_is_held(tmp_path: Path) -> None:
    key = public_hex(held.next_key(tmp_path))
    assert (tmp_path / "next.key").stat().st_mode & 0o077 == 0
    held.adopt(tmp_path, papers(key), bundle=b"", authority=b"")
    assert (tmp_path / held.BUNDLE).stat().st_mode & 0o077 == 0


def test_damaged_papers_are_none(tmp_path: Path) -> None:
    (tmp_path / "papers.json").write_bytes(b"{")
    assert held.read(tmp_path) is None


@pytest.mark.parametrize("number", [0, 1, 500, 999, 2**128 - 1])
def test_every_gateway_renews_before_two_thirds_of_its_certificates_life(number: int) -> None:
    moment = renew_at(papers("11" * 32), UUID(int=number))
    assert NOON + LIFE / 2 <= moment < NOON + LIFE * 2 / 3


def test_without_a_clock_nothing_is_due() -> None:
    assert not is_due(papers("11" * 32), GATEWAY, None)
    assert is_due(papers("11" * 32), GATEWAY, NOON + LIFE)
