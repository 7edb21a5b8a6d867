"""A demo home: its gateway's folder, its enrolment, its residents. The meters live in another process."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

import psycopg

from device_drivers.wire.signing import public_hex
from gateway.cloud import status
from gateway.outbox.counts import Counts
from gateway.trust import keys
from gateway.trust.sealing import Signer
from ingest.fleet import places, registry

_NAMESPACE: Final = uuid5(NAMESPACE_URL, "https://hearthline.example/demo")
_CUFF_USERS: Final = (1, 2)
_REGION: Final = "310107"
_OPERATORS: Final = ("中国移动", "中国电信", "中国联通")

_SETTINGS: Final = """\
data_dir = "{folder}"
mqtt = "{mqtt}"
mqtt_version = "{version}"
root = "{root}"
heartbeat_s = 2
receipt_wait_s = 5
backoff_base_s = 0.2
backoff_cap_s = 5
"""


@dataclass(frozen=True, slots=True)
class Home:
    """`hci` is where the gateway's radio plugs in; `meters` are as the air names them."""

    number: int
    folder: Path
    signer: Signer
    hci: str
    meters: tuple[Mapping[str, Any], ...]

    @property
    def outbox(self) -> Path:
        return self.folder / status.OUTBOX

    def counts(self) -> Counts | None:
        """What the gateway's outbox holds; None before its first start."""
        return status.read(self.folder, self.signer.gateway).outbox

    def command(self) -> list[str]:
        """The gateway itself, on this home's radio."""
        python = [sys.executable, "-m", "hearthline"]
        radio = ["sim", "gateway", "--hci", self.hci, "--bonds", str(self.folder / "bonds.json")]
        return [*python, *radio, "--", "--config", str(self.folder / "gateway.toml")]


def furnish(place: Mapping[str, Any], folder: Path, *, mqtt: str, root: str, version: str = "3.1.1") -> Home:
    """Give a home on the air its gateway, with a key of its own, not enrolled yet."""
    signer = keys.load_or_make(folder)
    settings = _SETTINGS.format(folder=folder, mqtt=mqtt, root=root, version=version)
    (folder / "gateway.toml").write_text(settings, encoding="utf-8")
    return Home(place["home"] + 1, folder, signer, place["hci"], tuple(place["meters"]))


def enrol(connection: psycopg.Connection, home: Home) -> None:
    """Claim the gateway for its home and give each slot of its meters a resident."""
    place, now, public = _named(f"home {home.number}"), datetime.now(UTC), public_hex(home.signer.key)
    registry.enrol(connection, home.signer.gateway, public=public, home=place, now=now)
    for meter in home.meters:
        slots = _CUFF_USERS if meter["kind"] == "blood_pressure" else (None,)
        for slot in slots:
            binding = registry.forever(slot, resident_id(home.number, slot or 1))
            registry.bind(connection, home=place, meter=meter["serial"], binding=binding, now=now)


def settle(connection: psycopg.Connection, homes: Iterable[Home], institution: UUID) -> None:
    """Say where the homes are: in Putuo of Shanghai, of this institution."""
    places.place_region(connection, _REGION, name="普陀区")
    places.place_institution(connection, institution, region=_REGION)
    for home in homes:
        place = _named(f"home {home.number}")
        places.place_home(connection, place, institution=institution, operator=_OPERATORS[home.number % 3])


def resident_id(home: int, slot: int) -> UUID:
    """Who uses this slot of the home's cuff; its first user also owns the glucometer."""
    return _named(f"home {home} resident {slot}")


def _named(name: str) -> UUID:
    return uuid5(_NAMESPACE, name)
