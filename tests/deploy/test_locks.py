"""The locks serve behind any mirror, and pin everything."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT

LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
OPTION = re.compile(r"^\s*-(?!-hash=sha256:)", re.MULTILINE)  # such as --index-url or --find-links
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+)(.*?)(?=^[a-z0-9]|\Z)", re.MULTILINE | re.DOTALL)


def pins(lock: Path) -> set[tuple[str, str]]:
    return {(name, version) for name, version, _rest in PIN.findall(lock.read_text(encoding="utf-8"))}


def test_there_is_a_lock_for_the_box_the_cloud_the_working_copy_and_set_up() -> None:
    assert [lock.stem for lock in LOCKS] == ["dev", "gateway", "node", "server"]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_a_lock_names_no_host(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert "://" not in text
    assert " @ " not in text
    assert OPTION.findall(text) == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_every_pin_has_a_hash(lock: Path) -> None:
    unhashed = [
        name for name, _, rest in PIN.findall(lock.read_text(encoding="utf-8")) if "--hash" not in rest
    ]
    assert unhashed == []


@pytest.mark.parametrize("name", ["gateway", "server"])
def test_box_and_cloud_run_the_versions_that_were_tested(name: str) -> None:
    assert pins(ROOT / "requirements" / f"{name}.txt") <= pins(ROOT / "requirements" / "dev.txt")
