"""The meters of a home over the years: who is welcome, what is kept, what becomes of a lost bond."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from gateway.pairing.answers import NotSixDigits, passkey_of
from gateway.pairing.household import FILE, MOST, Household
from tests.gateway.pairing.contacts import CUFF, again, contact, first
from tests.gateway.quiet_log import QuietLog

Result = TypeVar("Result")
STRANGER = "C0:00:00:00:00:09"


class Home:
    """A household and what its radio was told to forget."""

    def __init__(self, folder: Path, *, is_open: bool) -> None:
        self.forgotten: list[object] = []
        self.log = QuietLog()
        self.household = Household(folder, self._forget, self.log, is_open=is_open)

    async def _forget(self, device: object) -> None:
        self.forgotten.append(device)


def lived(folder: Path, scene: Callable[[Home], Awaitable[Result]], *, is_open: bool = False) -> Result:
    async def scenario() -> Result:
        return await scene(Home(folder, is_open=is_open))

    return asyncio.run(scenario())


def test_a_neighbours_meter_is_left_alone_until_somebody_pairs(tmp_path: Path) -> None:
    async def scene(home: Home) -> list[bool]:
        before = home.household.welcomes(STRANGER)
        home.household.begin(minutes=5)
        during = home.household.welcomes(STRANGER)
        home.household.stop()
        return [before, during, home.household.welcomes(STRANGER)]

    assert lived(tmp_path, scene) == [False, True, False]


def test_an_open_house_welcomes_everybody(tmp_path: Path) -> None:
    async def scene(home: Home) -> bool:
        return home.household.welcomes(STRANGER)

    assert lived(tmp_path, scene, is_open=True)


def test_a_meter_may_bond_only_while_it_is_in_contact(tmp_path: Path) -> None:
    async def scene(home: Home) -> list[bool]:
        before = home.household.admits(CUFF)
        home.household.met(CUFF, None)
        during = home.household.admits(CUFF.lower())
        home.household.parted(first(0), None)
        return [before, during, home.household.admits(CUFF)]

    assert lived(tmp_path, scene) == [False, True, False]


def test_a_paired_meter_is_welcome_after_a_restart(tmp_path: Path) -> None:
    async def before(home: Home) -> None:
        home.household.parted(first(0), None)

    async def later(home: Home) -> bool:
        return home.household.welcomes(CUFF)

    lived(tmp_path, before)

    assert lived(tmp_path, later)


def test_a_meter_that_bonded_without_our_asking_is_as_welcome(tmp_path: Path) -> None:
    async def scene(home: Home) -> tuple[str, bool]:
        home.household.begin(minutes=5)
        for at in (10, 40):
            home.household.met(CUFF, None)
            home.household.parted(again(at), None)
        return home.household.pairing.stage, home.household.welcomes(CUFF)

    assert lived(tmp_path, scene) == ("done", True)


@pytest.mark.parametrize("content", [b"", b"{", b'[{"address": 1}]', b"\xff\xfe"])
def test_a_spoilt_file_is_no_reason_not_to_start(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)

    async def scene(home: Home) -> tuple[bool, list[str]]:
        return home.household.welcomes(CUFF), home.log.events

    assert lived(tmp_path, scene) == (False, ["ties.unreadable"])


def test_a_lost_bond_is_dropped_on_our_side_once_and_the_meter_may_bond_again(tmp_path: Path) -> None:
    async def scene(home: Home) -> tuple[list[object], list[str]]:
        home.household.parted(first(0), "device")
        home.household.parted(contact(40, refused=True), "device")
        home.household.parted(contact(60, refused=True), "device")
        await asyncio.sleep(0)
        assert home.household.welcomes(CUFF)
        home.household.parted(first(80), "device")
        return home.forgotten, [str(tie.state) for tie in home.household.ties]

    assert lived(tmp_path, scene) == (["device"], ["unproven"])


def test_a_lost_bond_is_said_once(tmp_path: Path) -> None:
    async def scene(home: Home) -> int:
        home.household.parted(first(0), None)
        for at in (40, 60, 80):
            home.household.parted(contact(at, refused=True), None)
        return home.log.events.count("meter.troubled")

    assert lived(tmp_path, scene) == 1


def test_a_card_that_is_full_keeps_no_meter_from_being_read(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()

    async def scene(home: Home) -> list[str]:
        gone.rmdir()
        home.household.parted(first(0), None)
        return home.log.events

    assert lived(gone, scene) == ["ties.unwritten"]


def test_a_street_full_of_strangers_does_not_push_out_ours(tmp_path: Path) -> None:
    async def scene(home: Home) -> tuple[int, bool]:
        home.household.parted(first(0), None)
        for number in range(2 * MOST):
            stranger = f"C0:00:00:01:{number >> 8:02X}:{number & 0xFF:02X}"
            home.household.parted(contact(1, address=stranger, reached=True), None)
        return len(home.household.ties), home.household.welcomes(CUFF)

    assert lived(tmp_path, scene) == (MOST, True)


def test_digits_of_one_pairing_open_no_other(tmp_path: Path) -> None:
    async def scene(home: Home) -> bool:
        home.household.begin(minutes=5)
        home.household.answers.give(123456)
        home.household.begin(minutes=5)
        asked = asyncio.create_task(home.household.answers.passkey(CUFF))
        await asyncio.sleep(0)
        waits = home.household.answers.wants_passkey
        asked.cancel()
        return waits

    assert lived(tmp_path, scene)


def test_wrong_digits_are_a_refusal_though_the_stack_tells_nobody(tmp_path: Path) -> None:
    async def scene(home: Home) -> list[object]:
        household = home.household
        household.begin(minutes=5)
        troubles: list[object] = []
        for is_asked in (False, True):
            household.met(CUFF, None)
            if is_asked:
                household.answers.give(111111)
                await household.answers.passkey(CUFF)
            household.parted(contact(20, reached=True), None)
            troubles.append(household.pairing.trouble)
        return troubles

    assert lived(tmp_path, scene) == [None, "refused"]


def test_a_lost_meter_is_led_through_pairing_like_a_new_one(tmp_path: Path) -> None:
    async def scene(home: Home) -> list[str]:
        home.household.parted(first(0), None)
        home.household.parted(contact(40, refused=True), None)
        home.household.begin(minutes=5)
        stages = []
        for each in (first(60), again(90)):
            home.household.met(CUFF, None)
            home.household.parted(each, None)
            stages.append(str(home.household.pairing.stage))
        return stages

    assert lived(tmp_path, scene) == ["proving", "done"]


@pytest.mark.parametrize(("typed", "passkey"), [("000042", 42), (" 123 456 ", 123456), ("123-456", 123456)])
def test_digits_are_read_as_people_type_them(typed: str, passkey: int) -> None:
    assert passkey_of(typed) == passkey


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "12345a", "１２３４５６", "-12345", "+12345"])
def test_what_is_no_passkey_is_none(typed: str) -> None:
    with pytest.raises(NotSixDigits):
        passkey_of(typed)
