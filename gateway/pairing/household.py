"""The meters of this home, and a pairing under way: Company to the scanner, and what the page asks."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

import msgspec

from device_drivers.wire.downlink import Pair
from gateway.folder.files import write_private
from gateway.log import Log
from gateway.pairing import steps, ties
from gateway.pairing.answers import Answers
from gateway.pairing.steps import Pairing
from gateway.pairing.ties import Tie
from gateway.radio.contact import Contact

FILE: Final = "ties.json"
MOST: Final = 256
"""Ties kept at most: strangers who were met once make room."""

Forget = Callable[[object], Awaitable[None]]
"""Drop our side of the bond with this meter, as the radio knows it."""


class Household:
    """`is_open`: meters that nobody asked for are welcome too. Made and used in the event loop."""

    def __init__(self, folder: Path, forget: Forget, log: Log, *, is_open: bool) -> None:
        self._path = folder / FILE
        self._forget = forget
        self._log = log
        self._is_open = is_open
        self._ties = _read(self._path, log)
        self._pairing = Pairing()
        self._held: set[str] = set()
        self._errands: set[asyncio.Task[None]] = set()
        self.answers = Answers(self.admits)

    @property
    def pairing(self) -> Pairing:
        self._pairing = steps.at(self._pairing, _now())
        return self._pairing

    @property
    def ties(self) -> tuple[Tie, ...]:
        return tuple(self._ties.values())

    def begin(self, *, minutes: int) -> None:
        """Raises ValueError. Digits of an earlier pairing are forgotten."""
        self.answers.forget()
        self._pairing = steps.begun(_now(), minutes=minutes)
        self._log.info("pairing.begun", minutes=minutes)

    def obey(self, order: Pair, _within_s: float) -> bool:
        """Begin as the cloud says; whether it could: a pairing under way is somebody's who stands here."""
        if self.pairing.is_open:
            return False
        self.begin(minutes=order.minutes)
        return True

    def stop(self) -> None:
        self.answers.forget()
        self._pairing = steps.stopped(self.pairing)

    def admits(self, address: str) -> bool:
        """Whether bluetoothd may bond us with it, or let it use its bond: only while we are in contact."""
        return address.upper() in self._held

    def welcomes(self, address: str) -> bool:
        return self._is_open or self._is_ours(address) or self.pairing.concerns(address)

    def met(self, address: str, name: str | None) -> None:
        self._held.add(address.upper())
        self.answers.asked.discard(address.upper())
        tie = self._ties.get(address)
        if tie is None or tie.state in {None, "lost"}:
            self._move(steps.met(self.pairing, address, name))

    def parted(self, contact: Contact, device: object) -> None:
        self._held.discard(contact.address.upper())
        known = self._with_digits(contact)
        self._move(steps.parted(self.pairing, known))
        self._learn(known, device)

    def _with_digits(self, contact: Contact) -> Contact:
        """BlueZ bonds by itself while it connects, and tells only its agent: digits that were asked for and
        served for nothing were refused."""
        was_asked = contact.address.upper() in self.answers.asked
        return replace(contact, refused=True) if was_asked and not contact.served else contact

    def _is_ours(self, address: str) -> bool:
        """A meter whose bond is lost is still ours: it is welcome to bond again."""
        tie = self._ties.get(address)
        return tie is not None and tie.state is not None

    def _move(self, pairing: Pairing) -> None:
        if pairing.stage != self._pairing.stage:
            self._log.info("pairing.moved", stage=pairing.stage, meter=pairing.address, reason=pairing.reason)
            if pairing.stage != "bonding":
                self.answers.forget()
        self._pairing = pairing

    def _learn(self, contact: Contact, device: object) -> None:
        before = self._ties.pop(contact.address, Tie(contact.address))
        tie = self._ties[contact.address] = ties.after(before, contact)
        _make_room(self._ties)
        if (tie.state, tie.name) != (before.state, before.name):
            self._write()
        if (trouble := ties.trouble_of(tie)) is not None and trouble != ties.trouble_of(before):
            self._log.warning("meter.troubled", meter=tie.address, trouble=trouble, app=ties.app_of(tie.name))
        if tie.state == "lost" and before.state != "lost":
            self._send_off(device, tie.address)

    def _write(self) -> None:
        """Counts are not worth a write: the card is to last for years."""
        try:
            write_private(self._path, msgspec.json.encode(self.ties))
        except OSError as error:  # full or read-only: what we know is in memory, and readings come first
            self._log.failure("ties.unwritten", error)

    def _send_off(self, device: object, address: str) -> None:
        errand = asyncio.get_running_loop().create_task(self._drop(device, address))
        self._errands.add(errand)
        errand.add_done_callback(self._errands.discard)

    async def _drop(self, device: object, address: str) -> None:
        """Our side of a lost bond only keeps the meter from making a new one."""
        await self._forget(device)
        self._log.info("bond.dropped", meter=address)


def _now() -> float:
    return asyncio.get_running_loop().time()


def _make_room(held: dict[str, Tie]) -> None:
    while len(held) > MOST:
        strangers = (address for address, tie in held.items() if tie.state is None)
        del held[next(strangers, next(iter(held)))]


def _read(path: Path, log: Log) -> dict[str, Tie]:
    """A file that cannot be read is as good as none: bonds live in the radio, and are learnt again."""
    try:
        found = msgspec.json.decode(path.read_bytes(), type=tuple[Tie, ...])
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.MsgspecError) as error:
        log.failure("ties.unreadable", error)
        return {}
    return {tie.address: tie for tie in found}
