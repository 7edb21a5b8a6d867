"""The configuration's file, and its trial in a running process. Decides by `configuration`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from device_drivers.wire.codec import WireError, decode
from device_drivers.wire.downlink import Configuration, Keep, Reported
from gateway.folder.files import write_private
from gateway.log import Log
from gateway.orders import configuration
from gateway.orders.configuration import Standing
from gateway.settings import Settings, SettingsError
from gateway.trust.receipts import Trust

FILE: Final = "configuration.json"
TRIAL_S: Final = 300.0


class Configured:
    """Settings as installed, and over them what the cloud wants. Make it once in a process's life."""

    def __init__(self, folder: Path, installed: Settings, log: Log, *, trial_s: float = TRIAL_S) -> None:
        self._path = folder / FILE
        self._installed = installed
        self._log = log
        self._trial_s = trial_s
        self._standing = _read(self._path)
        self._running = 0
        self._move(configuration.begun(self._standing))

    def settings(self) -> Settings:
        """What is in force from now on, until this is asked again."""
        standing = self._standing
        self._running = 0
        if standing.in_force is None:
            return self._installed
        try:
            settings = configuration.applied(self._installed, standing.in_force.wanted)
        except SettingsError as error:  # the file below it was changed by hand since
            self._log.failure("configuration.unusable", error, version=standing.in_force.version)
            self._move(configuration.given_up(standing))
            return self._installed
        self._running = standing.in_force.version
        return settings

    def report(self) -> Reported | None:
        """Never that a version is in force which was only taken in: said over the old way, that would prove
        nothing of the new one."""
        failed = self._standing.failed
        return Reported(self._running, failed) if self._running or failed else None

    def receive(self, payload: bytes, trust: Trust) -> bool:
        """A message that may be anyone's; whether it is to be begun with now."""
        try:
            message = decode(payload, Configuration)
        except WireError as error:
            self._log.warning("configuration.ignored", reason=error.reason)
            return False
        if not configuration.is_news(message, trust, self._standing):
            return False
        return self._move(configuration.take(self._standing, message, self._installed)) and self._is_on_trial

    def keep(self, order: Keep, _within_s: float) -> bool:
        """The cloud has heard that this version is in force; whether it was on trial, and no longer is."""
        before = self._standing
        self._move(configuration.kept(before, order.version))
        return self._standing != before

    async def prove(self, begin_anew: Callable[[], None]) -> None:
        """Give the trial its time. Ends by itself where there is none."""
        if (trial := self._standing.trial) is None:
            return
        await asyncio.sleep(self._trial_s)
        if self._standing.trial == trial:
            self._move(configuration.given_up(self._standing))
            begin_anew()

    @property
    def _is_on_trial(self) -> bool:
        return self._standing.trial is not None

    def _move(self, standing: Standing) -> bool:
        """On disk before anything is done by it. A card that takes no note changes no settings, and stops no
        gateway either: False."""
        if standing != self._standing:
            try:
                write_private(self._path, msgspec.json.encode(standing))
            except OSError as error:
                self._log.failure("configuration.unnoted", error)
                return False
            if standing.failed != self._standing.failed:
                self._log.warning("configuration.given_up", version=standing.failed)
            self._standing = standing
        return True


def _read(path: Path) -> Standing:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Standing)
    except (FileNotFoundError, msgspec.DecodeError):
        return Standing()
