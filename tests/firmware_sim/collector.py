"""A process that collects from a cuff over HCI by bleak: prints each value until it is killed."""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from pathlib import Path

from bleak import BleakClient, BleakScanner
from bleak.exc import BleakError

from firmware_sim.bleak_backend import installed


async def collect(hci_url: str, bonds: Path, address: str) -> None:
    async with installed(hci_url, bonds=bonds):
        while True:
            device = await BleakScanner.find_device_by_address(address, timeout=30)
            assert device is not None
            with suppress(BleakError):  # a slow machine is hung up on: again, as a gateway would
                async with BleakClient(device, pair=True) as client:
                    await client.start_notify("2A35", lambda _, value: say(bytes(value).hex()))
                    await asyncio.Event().wait()


def say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(collect(sys.argv[1], Path(sys.argv[2]), sys.argv[3]))
