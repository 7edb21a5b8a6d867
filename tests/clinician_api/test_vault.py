"""Documents in a folder: locked, whole, and none passed off as another."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from clinician_api.kms import FolderKms, WrongKeyError
from clinician_api.vault import DiskVault, NotInVaultError

CONTENT = b"what two people agreed" * 100


def vault(folder: Path) -> DiskVault:
    return DiskVault(folder / "vault", FolderKms(folder / "keys"))


def files(folder: Path) -> list[Path]:
    return list((folder / "vault").rglob("*.locked"))


def test_what_was_put_comes_back_and_lies_there_locked(tmp_path: Path) -> None:
    name = uuid4()
    vault(tmp_path).put(name, CONTENT)
    assert vault(tmp_path).get(name) == CONTENT
    assert b"agreed" not in files(tmp_path)[0].read_bytes()


def test_an_empty_document_is_one(tmp_path: Path) -> None:
    name = uuid4()
    vault(tmp_path).put(name, b"")
    assert vault(tmp_path).get(name) == b""


def test_a_changed_byte_anywhere_is_found(tmp_path: Path) -> None:
    name = uuid4()
    vault(tmp_path).put(name, b"short")
    file = files(tmp_path)[0]
    whole = file.read_bytes()
    for place in range(len(whole)):
        changed = bytearray(whole)
        changed[place] ^= 1
        file.write_bytes(changed)
        with pytest.raises((NotInVaultError, WrongKeyError)):
            vault(tmp_path).get(name)


def test_a_cut_file_is_found(tmp_path: Path) -> None:
    name = uuid4()
    vault(tmp_path).put(name, b"short")
    file = files(tmp_path)[0]
    whole = file.read_bytes()
    for length in range(len(whole)):
        file.write_bytes(whole[:length])
        with pytest.raises((NotInVaultError, WrongKeyError)):
            vault(tmp_path).get(name)


def test_a_document_is_not_passed_off_as_another(tmp_path: Path) -> None:
    mine, theirs = uuid4(), uuid4()
    store = vault(tmp_path)
    store.put(mine, CONTENT)
    store.put(theirs, b"another's")
    for file in files(tmp_path):
        if file.stem == str(mine):
            stolen = file.read_bytes()
    next(file for file in files(tmp_path) if file.stem == str(theirs)).write_bytes(stolen)
    with pytest.raises(NotInVaultError):
        store.get(theirs)


def test_what_was_destroyed_or_never_was_is_not_there(tmp_path: Path) -> None:
    name = uuid4()
    store = vault(tmp_path)
    store.put(name, CONTENT)
    store.destroy(name)
    store.destroy(name)
    with pytest.raises(NotInVaultError):
        store.get(name)


def test_what_was_locked_before_a_rotation_still_opens(tmp_path: Path) -> None:
    name = uuid4()
    vault(tmp_path).put(name, CONTENT)
    FolderKms(tmp_path / "keys").rotate()
    assert vault(tmp_path).get(name) == CONTENT


def test_after_a_rotation_every_document_is_wrapped_anew_and_the_old_key_can_go(
    tmp_path: Path,
) -> None:
    names = [uuid4() for _ in range(3)]
    for name in names:
        vault(tmp_path).put(name, CONTENT)
    FolderKms(tmp_path / "keys").rotate()
    assert [vault(tmp_path).wrap_again() for _ in range(2)] == [3, 0]
    (tmp_path / "keys" / "1.master").unlink()
    assert [vault(tmp_path).get(name) for name in names] == [CONTENT] * 3
