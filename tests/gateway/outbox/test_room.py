"""How large the outbox may grow, and what goes when it may not."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from device_drivers.wire.signing import public_hex
from gateway.outbox.room import RESERVE, Room, excess
from gateway.outbox.store import Outbox, Surroundings
from gateway.trust.sealing import Signer
from tests.gateway.home import (
    GATEWAY,
    NOON,
    OURS,
    ROOT,
    Cloud,
    TestClock,
    announcement,
    keep,
    sealed,
)

MB = 1 << 20
PLENTY = 1 << 40


@pytest.mark.parametrize(
    ("room", "expected"),
    [
        (Room(used=5 * MB, file=5 * MB, free=PLENTY), 0),
        (Room(used=12 * MB, file=12 * MB, free=PLENTY), 2 * MB),
        (Room(used=12 * MB, file=40 * MB, free=PLENTY), 2 * MB),
        (Room(used=5 * MB, file=5 * MB, free=RESERVE - MB), MB),
        (Room(used=5 * MB, file=9 * MB, free=RESERVE - MB), 0),
        (Room(used=5 * MB, file=5 * MB, free=0), 5 * MB),
    ],
    ids=["small", "too large", "too large with free pages", "disk nearly full", "free pages", "disk full"],
)
def test_what_must_go_is_what_is_over_the_limit_or_over_what_the_disk_bears(
    room: Room, expected: int
) -> None:
    assert excess(room, 10 * MB) == expected


def small() -> Outbox:
    around = Surroundings(public_hex(ROOT), TestClock(), Random(1).randbytes, most=160 << 10)
    box = Outbox(":memory:", Signer(GATEWAY, OURS), around)
    box.heed(announcement())
    return box


def send(box: Outbox, readings: int) -> list[int]:
    """Keep, seal and get receipts; the numbers of the batches."""
    keep(box, readings)
    batches = box.seal()
    for batch in batches:
        box.act(Cloud().receipt(sealed(box, batch.id)))
    return [batch.id for batch in batches]


def test_the_oldest_receipted_readings_go_first() -> None:
    box = small()
    first, second, third = send(box, 150)

    assert box.make_room(PLENTY) > 0

    assert box.payload(first) is None
    assert box.payload(third) is not None
    assert second


def test_a_reading_without_a_receipt_never_goes() -> None:
    box = small()
    keep(box, 500)
    box.seal()

    assert box.make_room(0) == 0
    assert box.counts().unsent == 500


def test_an_outbox_that_is_small_enough_loses_nothing() -> None:
    box = small()
    send(box, 3)

    assert box.make_room(PLENTY) == 0


def test_what_went_early_is_at_risk_once_a_restore_asks_for_it() -> None:
    box = small()
    send(box, 150)
    gone = box.make_room(PLENTY)
    assert box.counts().at_risk == 0

    box.heed(announcement(2))

    assert box.counts().at_risk == gone


def test_what_went_early_is_at_risk_no_more_once_every_backup_holds_it() -> None:
    box = small()
    send(box, 150)
    box.make_room(PLENTY)
    box.heed(announcement(safe_before=NOON + timedelta(days=1)))

    box.heed(announcement(2))

    assert box.counts().at_risk == 0
