"""What set-up puts in place for the pages is what was pinned: version, licence, content."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from tests.architecture.tree import ROOT

VENDOR = ROOT / "clinician_api" / "web" / "static" / "vendor"
LOCK: dict[str, Any] = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
LICENCES = {
    "@expo-google-fonts/noto-sans-sc": "MIT AND OFL-1.1",
    "htmx.org": "BSD-0-Clause",
    "lucide-static": "ISC",
    "axe-core": "MPL-2.0",
    "oidc-provider": "MIT",
}
FOR_TESTS = {"axe-core", "oidc-provider"}
"""With what they need themselves; none of it is put in place or carried along."""

RECORDED = [
    line.split() for line in (ROOT / "deploy" / "assets.sha256").read_text(encoding="utf-8").splitlines()
]


@pytest.mark.parametrize(("digest", "name"), RECORDED, ids=[name for _, name in RECORDED])
def test_a_file_in_place_is_the_one_that_was_looked_at(digest: str, name: str) -> None:
    assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest


def test_nothing_else_is_in_place() -> None:
    found = {each.name for each in VENDOR.iterdir() if not each.name.startswith(".")}
    assert found == {name for _, name in RECORDED if "/" not in name}


@pytest.mark.parametrize("name", LICENCES)
def test_the_version_installed_is_the_one_locked_and_its_licence_the_one_we_know(name: str) -> None:
    locked = LOCK["packages"][f"node_modules/{name}"]
    installed = json.loads((ROOT / "node_modules" / name / "package.json").read_text(encoding="utf-8"))
    assert installed["version"] == locked["version"]
    assert locked["license"] == LICENCES[name]


def test_every_package_is_pinned_exactly_with_its_hash_and_without_an_address() -> None:
    packages = {name: each for name, each in LOCK["packages"].items() if name}
    shipped = {name.removeprefix("node_modules/") for name, each in packages.items() if not each.get("dev")}
    assert shipped == set(LICENCES) - FOR_TESTS
    assert {name.removeprefix("node_modules/") for name in packages} >= FOR_TESTS
    assert all(each["integrity"].startswith("sha512-") for each in packages.values())
    # Where its makers ask for money is no place that anything comes from.
    told = [{key: said for key, said in each.items() if key != "funding"} for each in packages.values()]
    assert "://" not in json.dumps(told)


def test_the_licences_travel_with_the_files() -> None:
    text = (VENDOR / "LICENSES.txt").read_text(encoding="utf-8")
    assert "Zero-Clause BSD" in text
    assert "ISC License" in text
