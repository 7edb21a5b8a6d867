"""The real gateway on a simulated radio: the only place where both meet. Changes nothing in the gateway."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from firmware_sim import bleak_backend
from gateway.bluez.values import short
from gateway.main import run as run_gateway
from gateway.radio.recalling import Said
from gateway.tending import of_no_machine
from hearthline import faults


def run(hci_url: str, arguments: Sequence[str], *, bonds: Path | None = None) -> int:
    """`hearthline gateway run` with those arguments, on the controller at `hci_url`; the exit code. `bonds`:
    where the radio's stack keeps what outlives the gateway.

    Dies where HEARTHLINE_CRASH_AT says, at one of the gateway's named points.
    """
    adapter = bleak_backend.install(hci_url, bonds=bonds)

    async def held() -> list[Said]:
        return [Said(one.address, short(one.characteristic), one.value) for one in adapter.held.last()]

    machine = partial(of_no_machine, held=held)
    return run_gateway(list(arguments), at=faults.from_environment(os.environ), machine=machine)
