"""A button as the kernel gives it: the bytes of its events, through a file that can be pulled out."""

from __future__ import annotations

import asyncio
import os
import struct
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from gateway.button.input_device import Edge, InputDevice, edges
from gateway.button.pressing import Answer
from tests.gateway.quiet_log import WatchedLog

EVENT = struct.Struct("llHHi")
"""struct input_event of linux/input.h on this machine."""

EV_SYN, EV_KEY, KEY_ENTER = 0, 1, 28


def event(value: int, kind: int = EV_KEY) -> bytes:
    return EVENT.pack(1_700_000_000, 0, kind, KEY_ENTER, value) + EVENT.pack(1_700_000_000, 0, EV_SYN, 0, 0)


PRESS = event(1) + event(0)


def test_down_and_up_are_edges_and_a_repeat_is_none() -> None:
    assert edges(event(1) + event(2) + event(0)) == [Edge(down=True), Edge(down=False)]


def test_what_is_no_key_is_no_edge() -> None:
    assert edges(event(1, kind=4)) == []


@given(st.binary(max_size=200))
def test_any_bytes_are_read_without_complaint(piece: bytes) -> None:
    assert len(edges(piece)) <= len(piece) // EVENT.size


def test_a_press_is_heard_and_a_button_that_was_pulled_out_is_found_again(tmp_path: Path) -> None:
    path, log, answers = tmp_path / "event0", WatchedLog(), list[Answer]()
    os.mkfifo(path)

    async def story() -> None:
        answered = asyncio.Event()

        def hear(answer: Answer) -> None:
            answers.append(answer)
            answered.set()

        listening = asyncio.create_task(InputDevice(path, hear, log).run(again_s=0.01))
        for number in (1, 2):
            await log.until(lambda number=number: log.events.count("button.ready") >= number)  # type: ignore[misc]
            with path.open("wb") as button:
                button.write(PRESS)
                button.flush()
                await answered.wait()
                answered.clear()
        listening.cancel()

    asyncio.run(story())

    assert answers == ["yes", "yes"]
    assert "button.lost" in log.events


def test_a_button_that_is_not_there_is_looked_for_again(tmp_path: Path) -> None:
    log = WatchedLog()

    async def story() -> None:
        device = InputDevice(tmp_path / "none", lambda _answer: None, log)
        listening = asyncio.create_task(device.run(again_s=0.01))
        await log.until(lambda: log.events.count("button.lost") >= 2)
        listening.cancel()

    asyncio.run(story())
