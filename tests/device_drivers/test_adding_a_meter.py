"""What a new meter costs: one file, its vectors, one line. Kept true for the profiles that were added so."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from device_drivers.registry import DECODERS

ROOT = Path(__file__).parents[2]
REGISTRY = ROOT / "device_drivers/registry.py"
PACKAGES = ("alerts", "clinician_api", "device_drivers", "firmware_sim", "gateway", "hearthline", "ingest")
VECTORS = [
    tomllib.loads(path.read_text(encoding="utf-8")) for path in (ROOT / "tests/vectors").rglob("*.toml")
]


@pytest.mark.parametrize("profile", ["thermometer", "body_composition", "heart_rate", "pulse_oximeter"])
def test_a_profile_is_named_by_the_registry_alone(profile: str) -> None:
    imports = re.compile(rf"import.*\b{profile}\b|^    {profile},$|profiles\.{profile}\b", re.MULTILINE)
    modules = [module for package in PACKAGES for module in (ROOT / package).rglob("*.py")]
    assert [module for module in modules if imports.search(module.read_text(encoding="utf-8"))] == [REGISTRY]


@pytest.mark.parametrize("characteristic", DECODERS)
def test_each_characteristic_has_a_frame_that_decodes_and_one_that_is_cut(characteristic: str) -> None:
    of_it = [vector for vector in VECTORS if vector["characteristic"] == characteristic]
    assert any("expect" in vector for vector in of_it)
    assert any("error" in vector for vector in of_it)


@pytest.mark.parametrize("characteristic", [name for name in DECODERS if name != "2A52"])
def test_bytes_left_over_are_noted_wherever_they_are_no_field(characteristic: str) -> None:
    vectors = [
        v for v in VECTORS if v["characteristic"] == characteristic and "expect" in v and "notes" not in v
    ]
    frame = bytes.fromhex(vectors[0]["frame"]) + b"\xa5"
    assert DECODERS[characteristic](frame).notes == ("1 trailing bytes a5",)
