"""A loop on which waiting takes no time."""

from __future__ import annotations

import asyncio
import time

import pytest

from firmware_sim.virtual_time import StuckError, VirtualTimeLoop, run


def test_a_day_passes_at_once() -> None:
    async def sleep() -> float:
        loop = asyncio.get_running_loop()
        begin = loop.time()
        await asyncio.sleep(86_400)
        return loop.time() - begin

    begin = time.monotonic()

    assert run(sleep()) == pytest.approx(86_400, abs=1)
    assert time.monotonic() - begin < 30


def test_sleepers_wake_in_the_order_of_their_times() -> None:
    woken: list[int] = []

    async def sleep(seconds: int) -> None:
        await asyncio.sleep(seconds)
        woken.append(seconds)

    async def all_of_them() -> None:
        await asyncio.gather(*map(sleep, (30, 10, 20)))

    run(all_of_them())

    assert woken == [10, 20, 30]


def test_a_timer_that_is_early_by_a_rounding_error_is_reached_all_the_same() -> None:
    loop = VirtualTimeLoop()
    begin = loop.time()
    while loop.time() < begin + 1e-5:
        loop.run_until_complete(asyncio.sleep(0))
    loop.close()


def test_a_loop_that_nobody_will_wake_says_so_instead_of_hanging() -> None:
    async def wait() -> None:
        await asyncio.get_running_loop().create_future()

    loop = VirtualTimeLoop()
    task = loop.create_task(wait())
    with pytest.raises(StuckError):
        loop.run_until_complete(task)
    task.cancel()
    loop.run_until_complete(asyncio.gather(task, return_exceptions=True))
    loop.close()
