"""Whole conversations of the real drivers on a link made of a table: what is asked, and what is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from msgspec.structs import replace

from device_drivers.conversation import (
    Conversation,
    Event,
    Gone,
    Listen,
    Mark,
    Note,
    Quiet,
    Refused,
    Subscribe,
)
from device_drivers.profiles import blood_pressure
from device_drivers.registry import driver_for
from gateway.outbox.store import Outbox
from gateway.radio.runner import Ears, LinkLost, LinkRefused, run
from gateway.radio.transfer import Desk, Transfer, recover_all, recover_overdue
from tests.gateway.home import METER, TestClock, draft, outbox
from tests.gateway.quiet_log import QuietLog

ADDRESS = "C0:00:00:00:00:01"
FRAME = bytes.fromhex("06780050006200ea070301080011" + "4800")  # 120/80, 2026-03-01 08:00:17, pulse 72
CLOCKLESS = bytes.fromhex("04780050006200" + "4800")
SERIAL = {"2A25": b"SN-7"}


@dataclass
class TableLink:
    """Answers reads from a table; after a subscription it says its lines and, once told to, hangs up."""

    ears: Ears
    values: dict[str, bytes] = field(default_factory=dict)
    lines: dict[str, list[bytes]] = field(default_factory=dict)
    needs_bond: bool = False
    written: list[bytes] = field(default_factory=list)
    answer: Callable[[bytes], list[tuple[str, bytes]]] = lambda _request: []
    bonds: int = 0

    async def subscribe(self, characteristic: str) -> None:
        if self.needs_bond and not self.bonds:
            raise LinkRefused("insufficient encryption", 0x0F)
        for line in self.lines.get(characteristic, []):
            self.ears.hear(characteristic, line)
        if characteristic in self.lines:
            self.ears.lose()

    async def read(self, characteristic: str) -> bytes:
        if characteristic not in self.values:
            raise LinkRefused("no such characteristic")
        return self.values[characteristic]

    async def write(self, characteristic: str, value: bytes) -> None:
        self.written.append(value)
        for heard, line in self.answer(value):
            self.ears.hear(heard, line)

    async def bond(self) -> None:
        self.bonds += 1


def desk(box: Outbox, clock: TestClock | None = None) -> Desk:
    return Desk(box, clock or TestClock(), lambda _kept: None, QuietLog())


def contact(box: Outbox, service: str, dress: Callable[[Ears], TableLink]) -> TableLink:
    """One contact from advertisement to the end of the transfer."""
    driver = driver_for([service])
    assert driver is not None
    transfer = Transfer(desk(box), ADDRESS, driver)
    ears = Ears(transfer.hear)
    link = dress(ears)
    asyncio.run(run(driver.conversation(transfer.memory), link, ears, transfer.want))
    transfer.finish()
    return link


def test_a_cuffs_indication_becomes_a_reading_named_by_the_serial_number() -> None:
    box = outbox()

    contact(box, "1810", lambda ears: TableLink(ears, SERIAL, {"2A35": [FRAME]}))

    assert box.counts().unsent == 1
    assert box.unsettled() == []
    meter = box.meter(ADDRESS)
    assert meter is not None
    assert meter.key == "SN-7"


def test_a_refusal_for_want_of_a_bond_is_cured_once() -> None:
    box = outbox()

    link = contact(box, "1810", lambda ears: TableLink(ears, {}, {"2A35": [FRAME]}, needs_bond=True))

    assert link.bonds == 1
    assert box.counts().unsent == 1


def test_a_frame_that_does_not_decode_is_spoiled_and_the_next_one_is_kept() -> None:
    box = outbox()

    contact(box, "1810", lambda ears: TableLink(ears, {}, {"2A35": [FRAME[:5], FRAME]}))

    assert box.counts().undecodable == 1
    assert box.counts().unsent == 1


def test_cuff_pressure_is_never_a_reading() -> None:
    box = outbox()

    contact(box, "1810", lambda ears: TableLink(ears, {}, {"2A36": [FRAME], "2A35": []}))

    assert box.counts().unsent == 0


def record(sequence: int, day: int) -> bytes:
    """A glucose record without concentration, in March 2026 at 08:00:17."""
    return b"\x00" + sequence.to_bytes(2, "little") + bytes((0xEA, 0x07, 3, day, 8, 0, 17))


def glucometer(ears: Ears, sequences: range, day: int = 1) -> TableLink:
    """Answers the record access control point for the records it has."""

    def answer(request: bytes) -> list[tuple[str, bytes]]:
        start = int.from_bytes(request[3:5], "little") if len(request) == 5 else 0
        found = [sequence for sequence in sequences if sequence >= start]
        if request[0] == 4:
            return [("2A52", b"\x05\x00" + len(found).to_bytes(2, "little"))]
        result = 1 if found else 6
        return [*(("2A18", record(one, day)) for one in found), ("2A52", bytes((6, 0, request[0], result)))]

    return TableLink(ears, SERIAL, {}, answer=answer)


def test_a_glucometers_memory_is_kept_and_the_next_contact_asks_only_for_what_is_new() -> None:
    box = outbox()
    contact(box, "1808", lambda ears: glucometer(ears, range(5)))
    assert box.counts().unsent == 5

    again = contact(box, "1808", lambda ears: glucometer(ears, range(7)))

    assert box.counts().unsent == 7
    assert box.cursor(ADDRESS) == Mark(6, record(6, day=1)[3:])
    assert bytes.fromhex("0103010400") in again.written


def test_a_glucometers_memory_that_was_cleared_is_kept_from_its_first_record_on() -> None:
    box = outbox()
    contact(box, "1808", lambda ears: glucometer(ears, range(5)))

    contact(box, "1808", lambda ears: glucometer(ears, range(8), day=2))
    contact(box, "1808", lambda ears: glucometer(ears, range(8), day=3))

    assert box.counts().unsent == 5 + 8 + 8
    assert box.cursor(ADDRESS) == Mark(7, record(7, day=3)[3:])


def acquainted() -> Outbox:
    """An outbox that has met the meter: one reading of it is there."""
    box = outbox()
    with_meter = draft(meter=replace(METER, address=ADDRESS))
    box.keep(with_meter, (), transfer=box.begin(sends_once=False))
    box.recovered()
    return box


def test_a_frame_left_by_a_crash_becomes_its_reading_at_the_next_start() -> None:
    box = acquainted()
    driver = driver_for(["1810"])
    assert driver is not None
    Transfer(desk(box), ADDRESS, driver).hear("2A35", FRAME)

    assert recover_all(desk(box), (driver,)) == 1

    assert box.counts().unsent == 2
    assert box.unsettled() == []
    assert box.counts().at_risk == 1


def test_two_identical_clockless_frames_stay_two_even_when_a_crash_left_them() -> None:
    box = acquainted()
    transfer = Transfer(desk(box), ADDRESS, blood_pressure.DRIVER)
    transfer.hear("2A35", CLOCKLESS)
    transfer.hear("2A35", CLOCKLESS)

    recover_all(desk(box), (blood_pressure.DRIVER,))

    assert box.counts().unsent == 3


def test_frames_that_a_broken_conversation_left_are_settled_when_the_transfer_ends() -> None:
    box = acquainted()
    transfer = Transfer(desk(box), ADDRESS, blood_pressure.DRIVER)
    transfer.hear("2A35", FRAME)

    transfer.finish()

    assert box.counts().unsent == 2
    assert box.counts().at_risk == 0


def test_a_frame_of_a_meter_never_met_waits_for_the_contact_that_reads_its_names() -> None:
    """Called by its address now, it would be called so for good, and no slot is bound to an address."""
    box = outbox()
    transfer = Transfer(desk(box), ADDRESS, blood_pressure.DRIVER)
    transfer.hear("2A35", FRAME)
    transfer.finish()
    assert recover_all(desk(box), (blood_pressure.DRIVER,)) == 0

    contact(box, "1810", lambda ears: TableLink(ears, SERIAL, {"2A35": []}))

    met = box.meter(ADDRESS)
    assert met is not None
    assert (met.key, box.counts().unsent, box.unsettled()) == ("SN-7", 1, [])


def test_a_frame_whose_meter_tells_no_name_in_time_is_delivered_all_the_same() -> None:
    box, clock = outbox(), TestClock()
    transfer = Transfer(desk(box, clock), ADDRESS, blood_pressure.DRIVER)
    transfer.hear("2A35", FRAME)
    transfer.finish()
    clock.forward(minutes=9)
    assert recover_overdue(desk(box, clock), (blood_pressure.DRIVER,)) == 0
    clock.forward(minutes=1)

    assert recover_overdue(desk(box, clock), (blood_pressure.DRIVER,)) == 1

    assert box.counts().unsent == 1


def overheard(*wishes: Subscribe | Listen) -> tuple[list[Event], Conversation]:
    """A conversation that notes its answers."""
    events: list[Event] = []

    def conversation() -> Conversation:
        for wish in wishes:
            event = yield wish
            events.append(event)

    return events, conversation()


class LostLink(TableLink):
    async def subscribe(self, characteristic: str) -> None:
        raise LinkLost(characteristic)


def test_queued_notes_come_before_the_news_that_the_link_is_gone_and_that_news_stays() -> None:
    ears = Ears(lambda _characteristic, _value: 4)
    ears.hear("2A35", b"\x01")
    ears.lose()
    events, conversation = overheard(Listen(1), Listen(1), Listen(1))

    asyncio.run(run(conversation, TableLink(ears), ears, lambda _wish: None))

    assert events == [Note("2A35", b"\x01", 4), Gone(), Gone()]


def test_silence_and_a_lost_link_are_answers() -> None:
    ears = Ears(lambda _characteristic, _value: None)
    events, conversation = overheard(Listen(0.001), Subscribe("2A35"))
    asyncio.run(run(conversation, LostLink(ears), ears, lambda _wish: None))
    assert events == [Quiet(), Gone()]


class StubbornLink(TableLink):
    async def subscribe(self, characteristic: str) -> None:
        raise LinkRefused("insufficient encryption", 0x0F)


def test_a_meter_that_refuses_even_a_bond_is_asked_to_bond_once() -> None:
    ears = Ears(lambda _characteristic, _value: None)
    events, conversation = overheard(Subscribe("2A35"), Subscribe("2A36"))
    link = StubbornLink(ears)

    asyncio.run(run(conversation, link, ears, lambda _wish: None))

    assert events == [Refused("insufficient encryption", 0x0F)] * 2
    assert link.bonds == 1
