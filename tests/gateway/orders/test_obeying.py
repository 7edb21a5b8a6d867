"""A command is carried out once, whatever is repeated and whoever dies."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest

from device_drivers.wire.codec import encode
from device_drivers.wire.downlink import Done, Restart, Speak
from gateway.clock.cloud import CloudClock
from gateway.orders.commands import Obey
from gateway.orders.obeying import FILE, Obeying
from gateway.orders.table import by_kind
from tests.gateway.commanding import COMMAND, LOOKED, TRUST, command
from tests.gateway.home import TestClock
from tests.gateway.quiet_log import QuietLog


class Home:
    """Carries out everything, and remembers what."""

    def __init__(self, *, is_able: bool = True) -> None:
        self.told: list[Obey] = []
        self._is_able = is_able

    def __call__(self, told: Obey) -> bool:
        self.told.append(told)
        return self._is_able


class Dying:
    """Loses its power as it begins."""

    def __call__(self, _told: Obey) -> bool:
        raise KeyboardInterrupt


def gateway(folder: Path, home: Home | Dying, *, minutes: float = 0, log: QuietLog | None = None) -> Obeying:
    clock = TestClock()
    clock.forward(minutes=minutes)
    return Obeying(folder, lambda: TRUST, CloudClock(clock, lambda: 0), log or QuietLog(), home)


def test_a_command_is_handed_on_and_reported(tmp_path: Path) -> None:
    home = Home()
    obeying = gateway(tmp_path, home)
    assert obeying.receive(encode(command()))
    assert [told.order for told in home.told] == [LOOKED]
    assert obeying.report() == (Done(COMMAND, "done"),)


def test_a_repeated_command_is_not_carried_out_again(tmp_path: Path) -> None:
    home = Home()
    obeying = gateway(tmp_path, home)
    obeying.receive(encode(command()))
    assert not obeying.receive(encode(command()))
    assert len(home.told) == 1


def test_nor_by_the_next_process(tmp_path: Path) -> None:
    gateway(tmp_path, Home()).receive(encode(command()))
    home = Home()
    assert not gateway(tmp_path, home).receive(encode(command()))
    assert home.told == []


def test_a_command_that_a_crash_interrupted_is_not_begun_again(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        gateway(tmp_path, Dying()).receive(encode(command(Restart())))
    home = Home()
    gateway(tmp_path, home).receive(encode(command(Restart())))
    assert home.told == []


def test_what_came_too_late_is_reported_so(tmp_path: Path) -> None:
    home = Home()
    obeying = gateway(tmp_path, home, minutes=16)
    obeying.receive(encode(command()))
    assert (home.told, obeying.report()) == ([], (Done(COMMAND, "expired"),))


def test_what_the_home_could_not_do_is_reported_so(tmp_path: Path) -> None:
    obeying = gateway(tmp_path, Home(is_able=False))
    obeying.receive(encode(command()))
    assert obeying.report() == (Done(COMMAND, "declined"),)


def test_an_order_that_nobody_here_knows_is_declined(tmp_path: Path) -> None:
    clock = CloudClock(TestClock(), lambda: 0)
    obeying = Obeying(tmp_path, lambda: TRUST, clock, QuietLog(), by_kind({Restart: lambda *_: True}))
    obeying.receive(encode(command()))
    assert obeying.report() == (Done(COMMAND, "declined"),)


@pytest.mark.parametrize("payload", [b"", b"{}", b"\xff", b"[" * 100_000, encode(command())[:-1]])
def test_anybodys_bytes_are_ignored(tmp_path: Path, payload: bytes) -> None:
    log = QuietLog()
    assert not gateway(tmp_path, Home(), log=log).receive(payload)
    assert log.events == ["command.ignored"]


def test_a_damaged_memory_forgets_and_goes_on(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"\x00" * 40)
    assert gateway(tmp_path, Home()).receive(encode(command()))


def test_a_card_that_takes_no_note_is_not_restarted_for_ever(tmp_path: Path) -> None:
    home = Home()
    obeying = gateway(tmp_path / "nowhere", home)
    obeying.receive(encode(command(Restart())))
    assert (home.told, obeying.report()) == ([], (Done(COMMAND, "declined"),))


def test_a_card_that_takes_no_note_still_lets_a_sentence_be_spoken(tmp_path: Path) -> None:
    home = Home()
    gateway(tmp_path / "nowhere", home).receive(encode(command()))
    assert len(home.told) == 1


def test_sixteen_answers_stand_in_a_report(tmp_path: Path) -> None:
    obeying = gateway(tmp_path, Home())
    for number in range(20):
        obeying.receive(encode(command(Speak("looked", None), id_=UUID(int=number))))
    assert [one.id.int for one in obeying.report()] == list(range(4, 20))
