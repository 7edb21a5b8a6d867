"""The gateway's process in the guest, delivering to a broker outside. Decides nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from device_drivers.wire.signing import public_hex
from tests.bluez.guest import OUTSIDE, Guest
from tests.gateway.home import ROOT

FOLDER: Final = "/tmp/gateway"  # noqa: S108  the guest's
CONFIG: Final = f"{FOLDER}/gateway.toml"
LOG: Final = f"{FOLDER}/log"
GATEWAY: Final = UUID("0b1e2000-0000-4000-8000-000000000032")
PAGE: Final = "127.0.0.1:8470"
POINTS: Final = f"{FOLDER}/points"
_RUN: Final = f"exec python3 /opt/code/inside.py --config {CONFIG}"


def fresh(guest: Guest) -> None:
    """A gateway never used before, on a BlueZ that knows no meter."""
    guest.run(f"rm -rf {FOLDER} && mkdir {FOLDER}")
    guest.run(
        "for meter in $(bluetoothctl devices | cut -d' ' -f2); do bluetoothctl remove $meter; done; true"
    )
    settings = f'data_dir = "{FOLDER}/data"\nmqtt = "mqtt://127.0.0.1:1883"\nroot = "{public_hex(ROOT)}"\n'
    settings += f'gateway = "{GATEWAY}"\npage = "{PAGE}"\n'
    hurry = "receipt_wait_s = 5\nbackoff_base_s = 0.1\nbackoff_cap_s = 1\nheartbeat_s = 5\n"
    guest.put([(CONFIG.removeprefix("/"), (settings + hurry).encode())])


@contextmanager
def running(guest: Guest, broker: str, environ: Mapping[str, str] | None = None) -> Iterator[None]:
    """The gateway's process; it scans when this yields, and is told to stop at the end."""
    variables = " ".join(f"{name}={value}" for name, value in (environ or {}).items())
    outside = f"{OUTSIDE}:{urlsplit(broker).port}"
    seen = int(guest.run(f"cat {LOG} 2>/dev/null | wc -l")) + 1
    line = f"exec socat TCP-LISTEN:1883,bind=127.0.0.1,reuseaddr,fork TCP:{outside}"
    guest.start(line, f"{FOLDER}/socat.log")
    guest.start(f"{variables} POINTS={POINTS} {_RUN}", LOG)
    try:
        guest.until(f"pgrep -f inside.py && tail -n +{seen} {LOG} | grep scanner.started")
        guest.until(f"tail -n +{seen} {LOG} | grep agent.registered")
        yield
    finally:
        stop(guest)
        guest.run("pkill -f TCP-LISTEN:1883; true")


def stop(guest: Guest, signal: str = "TERM") -> None:
    """Until the gateway's process is gone."""
    guest.run(f"pkill -{signal} -f inside.py; while pgrep -f inside.py >/dev/null; do sleep 0.2; done; true")


def kill_bluetoothd(guest: Guest) -> None:
    """Until the next one has the controller."""
    before = guest.run("pidof bluetoothd")
    guest.run("pkill -KILL bluetoothd")
    guest.until(f"pidof bluetoothd && [ $(pidof bluetoothd) != {before} ] && bluetoothctl power on")


def status(guest: Guest) -> dict[str, Any]:
    """What `gateway status` says."""
    said = guest.run(f"python3 -m hearthline gateway status --config {CONFIG} --json 2>/dev/null")
    found: dict[str, Any] = json.loads(said)
    return found


def points(guest: Guest, name: str) -> list[float]:
    """The guest's clock (seconds since 1970) at each named point of that name."""
    lines = [json.loads(line) for line in guest.run(f"cat {POINTS}").splitlines()]
    return [line["at"] for line in lines if line["point"] == name]


def events(guest: Guest, name: str) -> list[dict[str, Any]]:
    """What the gateway's log tells under that name."""
    lines = guest.run(f'grep -F \'"event": "{name}"\' {LOG} 2>/dev/null; true').splitlines()
    return [json.loads(line) for line in lines]


def press(guest: Guest, form: str) -> None:
    """On the gateway's own page, as a browser sends it."""
    guest.run(f"wget -q -O - --header 'accept: application/json' --post-data '{form}' http://{PAGE}/pair")


def until_page(guest: Guest, shows: str) -> None:
    """Until the page's JSON has that text in it."""
    guest.until(f"wget -q -O - http://{PAGE}/pair.json | grep -F '{shows}'")
