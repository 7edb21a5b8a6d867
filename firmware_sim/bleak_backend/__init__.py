"""bleak on a virtual air: `install` puts a bumble central in place of BlueZ. For logic, not for truth.

Unlike BlueZ it never pairs by itself, hangs up in a millisecond and keeps no GATT cache. Like BlueZ it keeps
bonds across restarts, encrypts a bonded link at connecting, confirms an indication before Python sees it, and
holds the last value of each characteristic for whoever asks after that.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from functools import partial
from pathlib import Path

import bleak

from firmware_sim.bleak_backend.adapter import Adapter, at
from firmware_sim.bleak_backend.client import BumbleClient
from firmware_sim.bleak_backend.scanner import BumbleScanner

BACKEND_ID = "bumble"
PATCHED = ("get_platform_client_backend_type", "get_platform_scanner_backend_type")


def install(hci_url: str, *, bonds: Path | None = None) -> Adapter:
    """Let every later BleakClient and BleakScanner of this process use the controller at `hci_url`.

    The URL is bumble's (`tcp-client:127.0.0.1:9001`); `bonds` is a JSON file, made when first needed; what
    the stack holds lies beside it.
    """
    adapter = Adapter(at(hci_url), bonds=bonds)
    # bleak looks these two names up in its own namespace each time it makes a client or scanner.
    client, scanner = partial(BumbleClient, adapter), partial(BumbleScanner, adapter)
    setattr(bleak, PATCHED[0], lambda: (client, BACKEND_ID))
    setattr(bleak, PATCHED[1], lambda: (scanner, BACKEND_ID))
    return adapter


_OURS: ContextVar[Adapter] = ContextVar("adapter")


def use(adapter: Adapter) -> None:
    """From here on, in this task and those that it starts, bleak's clients and scanners use that adapter.

    Needs `several`.
    """
    _OURS.set(adapter)


@contextmanager
def several() -> Iterator[None]:
    """For a while each task has an adapter of its own: many gateways in one process."""
    before = {name: getattr(bleak, name) for name in PATCHED}
    for name, kind in zip(PATCHED, (BumbleClient, BumbleScanner), strict=True):
        setattr(bleak, name, lambda kind=kind: (partial(kind, _OURS.get()), BACKEND_ID))
    try:
        yield
    finally:
        for name, function in before.items():
            setattr(bleak, name, function)


@asynccontextmanager
async def installed(hci_url: str, *, bonds: Path | None = None) -> AsyncIterator[Adapter]:
    """`install` for a while."""
    before = {name: getattr(bleak, name) for name in PATCHED}
    adapter = install(hci_url, bonds=bonds)
    try:
        yield adapter
    finally:
        for name, function in before.items():
            setattr(bleak, name, function)
        await adapter.close()
