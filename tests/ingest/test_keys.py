"""The cloud's keys on disk."""

from __future__ import annotations

from pathlib import Path

from device_drivers.wire.signing import is_signed_by, key_id, public_hex
from ingest.keys import Keyring, open_keyring, rotate


def test_the_first_start_makes_keys_that_only_their_owner_reads(tmp_path: Path) -> None:
    open_keyring(tmp_path / "keys")
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "keys").iterdir()}
    assert modes == {"root.key": 0o600, "signing.key": 0o600, "key_set.json": 0o600}


def test_later_starts_find_the_same_keys(tmp_path: Path) -> None:
    first, second = open_keyring(tmp_path), open_keyring(tmp_path)
    assert (first.kid, first.key_set, first.root_public) == (second.kid, second.key_set, second.root_public)


def names(keyring: Keyring) -> list[str]:
    return [key.kid for key in keyring.key_set.keys]


def test_rotation_puts_a_new_key_in_force_and_keeps_the_old_one_valid(tmp_path: Path) -> None:
    old = open_keyring(tmp_path)
    new = rotate(tmp_path)
    assert names(new) == [new.kid, old.kid]
    assert new.key_set.version == old.key_set.version + 1
    assert is_signed_by(new.key_set, new.key_set.sig, old.root_public)


def test_a_rotation_that_was_cut_short_is_finished_at_the_next_start(tmp_path: Path) -> None:
    old = open_keyring(tmp_path)
    before = (tmp_path / "key_set.json").read_bytes()
    rotate(tmp_path)
    (tmp_path / "key_set.json").write_bytes(before)
    repaired = open_keyring(tmp_path)
    assert names(repaired) == [key_id(public_hex(repaired.signing)), old.kid]
