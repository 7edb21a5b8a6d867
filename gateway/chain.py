"""The gateway's chain from the air to the cloud: scanner, desk and sender over one outbox. No decisions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from device_drivers.registry import driver_for
from gateway.clock.own import Clock
from gateway.cloud.sender import SILENCE_S, Sender
from gateway.cloud.sending import Schedule
from gateway.log import Log
from gateway.outbox.keeping import Kept
from gateway.outbox.store import Outbox, Watcher, unwatched
from gateway.radio.contact import OPEN_HOUSE, Company
from gateway.radio.scanner import Radio, Scanner
from gateway.radio.transfer import Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """What a chain is joined to. A simulated gateway has no more than the first four."""

    clock: Clock
    log: Log
    radio: Radio
    schedule: Schedule
    at: Watcher = unwatched
    silence_s: float = SILENCE_S
    dated: Callable[[datetime], None] = lambda _cloud_time: None
    """Told the cloud's time in each receipt that counted."""
    kept: Callable[[Kept], None] = lambda _kept: None
    """Told of each reading, after the sender."""
    unsaved: Callable[[], None] = lambda: None
    zone: ZoneInfo | None = None
    """As in Desk: None writes no meter's clock."""
    meters: tuple[str, ...] = ()
    """Addresses that may be listened to; none named allows all."""
    company: Company = OPEN_HOUSE


@dataclass(frozen=True, slots=True)
class Chain:
    """`scanner` writes by `desk` into the outbox, whose batches `sender` brings out."""

    scanner: Scanner
    desk: Desk
    sender: Sender


def joined(outbox: Outbox, ends: Ends) -> Chain:
    """In a running loop; nothing listens before the scanner runs."""
    sender = Sender(outbox, ends.schedule, ends.log, ends.at, silence_s=ends.silence_s, dated=ends.dated)
    kept = _both(sender.kept, ends.kept)
    desk = Desk(outbox, ends.clock, kept, ends.log, ends.zone, ends.unsaved)
    scanner = Scanner(ends.radio, desk, driver_for, ends.meters, company=ends.company)
    return Chain(scanner, desk, sender)


def _both(*told: Callable[[Kept], None]) -> Callable[[Kept], None]:
    def tell(kept: Kept) -> None:
        for one in told:
            one(kept)

    return tell
