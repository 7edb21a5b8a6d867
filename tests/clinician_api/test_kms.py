"""Master keys in a folder: what they wrap, what rotation leaves readable, what they refuse."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from clinician_api.kms import FolderKms, WrongKeyError

DATA_KEY = bytes(range(32))


def test_what_was_wrapped_comes_back_and_does_not_show_the_key(tmp_path: Path) -> None:
    kms = FolderKms(tmp_path)
    wrapped = kms.wrap(DATA_KEY)
    assert DATA_KEY not in wrapped
    assert FolderKms(tmp_path).unwrap(wrapped) == DATA_KEY


def test_a_rotation_leaves_the_old_readable_and_says_what_is_to_be_wrapped_again(tmp_path: Path) -> None:
    kms = FolderKms(tmp_path)
    old = kms.wrap(DATA_KEY)
    kms.rotate()
    new = kms.wrap(kms.unwrap(old))
    assert (kms.is_current(old), kms.is_current(new)) == (False, True)
    assert kms.unwrap(old) == kms.unwrap(new) == DATA_KEY


def test_another_folder_cannot_unwrap_it(tmp_path: Path) -> None:
    wrapped = FolderKms(tmp_path / "one").wrap(DATA_KEY)
    FolderKms(tmp_path / "other").rotate()
    with pytest.raises(WrongKeyError):
        FolderKms(tmp_path / "other").unwrap(wrapped)


@pytest.mark.parametrize("change", [b"", b"\0", b"\0\0\0\1", b"\0\0\0\1" + bytes(40), b"\xff" * 44])
def test_what_was_not_wrapped_here_is_refused(tmp_path: Path, change: bytes) -> None:
    kms = FolderKms(tmp_path)
    kms.rotate()
    with pytest.raises(WrongKeyError):
        kms.unwrap(change)


def test_two_that_begin_at_once_share_a_master_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        wrapped = list(pool.map(lambda _: FolderKms(tmp_path).wrap(DATA_KEY), range(16)))
    assert {FolderKms(tmp_path).unwrap(each) for each in wrapped} == {DATA_KEY}
    assert [file.name for file in tmp_path.glob("*.master")] == ["1.master"]


def test_a_master_key_is_its_owners_alone(tmp_path: Path) -> None:
    FolderKms(tmp_path).rotate()
    assert (tmp_path / "1.master").stat().st_mode & 0o077 == 0
