"""What a killed run left goes, what a living one holds stays."""

from __future__ import annotations

import os
from pathlib import Path

from tests.folders import roomy_folder, sweep


def grow_old(folder: Path) -> None:
    os.utime(folder, (0, 0))


def test_what_a_killed_run_left_is_removed_by_the_next(tmp_path: Path) -> None:
    left = tmp_path / "hl-tests-left"
    (left / "pg18").mkdir(parents=True)
    grow_old(left)
    with roomy_folder(tmp_path) as own:
        assert list(tmp_path.iterdir()) == [own]


def test_what_a_run_holds_stays_however_old_it_is(tmp_path: Path) -> None:
    with roomy_folder(tmp_path) as folder:
        grow_old(folder)
        sweep(tmp_path)
        assert folder.is_dir()
    assert list(tmp_path.iterdir()) == []


def test_what_was_made_a_moment_ago_is_about_to_be_held(tmp_path: Path) -> None:
    (tmp_path / "hl-tests-new").mkdir()
    sweep(tmp_path)
    assert (tmp_path / "hl-tests-new").is_dir()
