"""Hears commands and has them carried out, each at most once, over restarts too. Decides nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from device_drivers.wire.codec import WireError, decode
from device_drivers.wire.downlink import Command, Done, Restart
from gateway.clock.cloud import CloudClock
from gateway.folder.files import write_private
from gateway.log import Log
from gateway.orders.commands import Decline, Obey, judge
from gateway.orders.table import Obedience
from gateway.trust.receipts import Trust

FILE: Final = "commands.json"
_REMEMBERED: Final = 256
"""More commands than come within the quarter of an hour that one lives."""

_REPORTED: Final = 16


class _Memory(Struct, frozen=True, forbid_unknown_fields=True):
    done: tuple[Done, ...] = ()


class Obeying:
    """The commands of one gateway; `folder` keeps which were heard."""

    def __init__(
        self, folder: Path, trust: Callable[[], Trust], clock: CloudClock, log: Log, obey: Obedience
    ) -> None:
        self._path = folder / FILE
        self._trust = trust
        self._clock = clock
        self._log = log
        self._obey = obey
        self._done = self._read()

    def receive(self, payload: bytes) -> bool:
        """A message that may be anyone's; whether there is something new to report."""
        try:
            command = decode(payload, Command)
        except WireError as error:
            self._log.warning("command.ignored", reason=error.reason)
            return False
        match judge(command, self._trust(), now=self._clock.now(), seen={one.id for one in self._done}):
            case Obey() as told:
                self._carry_out(told)
            case Decline(is_authentic=True) as declined:
                self._decline(declined)
            case Decline(reason=reason):
                self._log.warning("command.ignored", reason=reason)
                return False
        return True

    def report(self) -> tuple[Done, ...]:
        """What became of the last ones."""
        return self._done[-_REPORTED:]

    def _carry_out(self, told: Obey) -> None:
        """Noted before it is begun: what a crash interrupts (a restart is one) is not done twice."""
        is_noted = self._note(Done(told.id, "done"))
        # On a card that takes no note, a restart would be obeyed again and again.
        may_begin = is_noted or not isinstance(told.order, Restart)
        if not (may_begin and self._obey(told)):
            self._note(Done(told.id, "declined"))
        self._log.info("command.heard", command=str(told.id), kind=type(told.order).__name__)

    def _decline(self, declined: Decline) -> None:
        self._note(Done(declined.id, "expired" if declined.reason == "expired" else "declined"))
        self._log.warning("command.declined", command=str(declined.id), reason=declined.reason)

    def _note(self, new: Done) -> bool:
        """Whether it will be known after a restart; in this process it is."""
        others = tuple(one for one in self._done if one.id != new.id)
        self._done = (*others, new)[-_REMEMBERED:]
        try:
            write_private(self._path, msgspec.json.encode(_Memory(self._done)))
        except OSError as error:
            self._log.failure("command.unnoted", error)
            return False
        return True

    def _read(self) -> tuple[Done, ...]:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=_Memory).done
        except (FileNotFoundError, msgspec.DecodeError):
            return ()
