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
_COMMAND: Final = "python3 -m hearthline gateway"


def fresh(guest: Guest) -> None:
    """A gateway never used before, on a BlueZ that knows no meter."""
    guest.run(f"rm -rf {FOLDER} && mkdir {FOLDER}")
    guest.run("for meter in $(bluetoothctl devices | cut -d' ' -f2); do bluetoothctl remove $meter; done; true")
    settings = f'data_dir = "{FOLDER}/data"\nmqtt = "mqtt://127.0.0.1:1883"\nroot = "{public_hex(ROOT)}"\n'
    settings += f'gateway = "{GATEWAY}"\n'
    hurry = "receipt_wait_s = 5\nbackoff_base_s = 0.1\nbackoff_cap_s = 1\nheartbeat_s = 5\n"
    guest.put([(CONFIG.removeprefix("/"), (settings + hurry).encode())])


@contextmanager
def running(guest: Guest, broker: str, environ: Mapping[str, str] | None = None) -> Iterator[None]:
    """The gateway's process; it scans when this yields, and is told to stop at the end."""
    variables = " ".join(f"{name}={value}" for name, value in (environ or {}).items())
    outside = f"{OUTSIDE}:{urlsplit(broker).port}"
    guest.start(f"exec socat TCP-LISTEN:1883,bind=127.0.0.1,reuseaddr,fork TCP:{outside}", "/tmp/socat.log")
    before = len(events(guest, "scanner.started"))
    guest.start(f"{variables} exec {_COMMAND} run --config {CONFIG}", LOG)
    try:
        guest.until(f'[ "$(grep -c scanner.started {LOG})" -gt {before} ] && grep -q agent.registered {LOG}')
        yield
    finally:
        guest.run("pkill -f 'gateway run'; while pgrep -f 'gateway run' >/dev/null; do sleep 0.2; done; true")
        guest.run("pkill -f TCP-LISTEN:1883; true")


def status(guest: Guest) -> dict[str, Any]:
    """What `gateway status` says."""
    found: dict[str, Any] = json.loads(guest.run(f"{_COMMAND} status --config {CONFIG} --json 2>/dev/null"))
    return found


def events(guest: Guest, name: str) -> list[dict[str, Any]]:
    """What the gateway's log tells under that name."""
    lines = guest.run(f"grep -F '\"event\": \"{name}\"' {LOG} 2>/dev/null; true").splitlines()
    return [json.loads(line) for line in lines]
