"""Pairing from a terminal, over the gateway's own page on a real socket."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gateway.page.pairing import routes
from gateway.page.server import serving
from gateway.page.site import Site
from gateway.pairing.household import Household
from gateway.settings import Settings
from hearthline import pairing
from tests.gateway.pairing.contacts import CUFF, again, contact, first
from tests.gateway.quiet_log import QuietLog

CODE = "open-sesame"


class Box:
    """A gateway's household and page in a thread of their own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._over = asyncio.Event()
        self.port = 0

    def live(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        async def forget(_device: object) -> None: ...

        self.household = Household(self._folder, forget, QuietLog(), is_open=False)
        async with serving("127.0.0.1", 0, Site(routes(self.household), CODE).answer) as self.port:
            self._ready.set()
            await self._over.wait()

    def wait(self) -> None:
        assert self._ready.wait(10)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._over.set)

    def happens(self, *contacts: object) -> None:
        """Contacts, in the loop's own thread."""
        done = threading.Event()

        def happen() -> None:
            for each in contacts:
                self.household.met(CUFF, "HL-BP")
                self.household.parted(each, None)  # type: ignore[arg-type]
            done.set()

        self._loop.call_soon_threadsafe(happen)
        assert done.wait(10)


@contextmanager
def box(folder: Path) -> Iterator[Box]:
    one = Box(folder)
    thread = threading.Thread(target=one.live)
    thread.start()
    try:
        one.wait()
        yield one
    finally:
        one.stop()
        thread.join(10)


def told(port: int, *, code: str = CODE) -> Settings:
    return Settings(data_dir=Path(), root="0" * 64, page=f"127.0.0.1:{port}", page_code=code)


def never(question: str) -> str:
    raise AssertionError(question)


def test_it_leads_from_step_to_step_to_the_end(tmp_path: Path) -> None:
    with box(tmp_path) as one:
        waits = iter((lambda: one.happens(first(10)), lambda: one.happens(again(40))))
        lines = list(pairing.lead(pairing.Page(told(one.port)), never, wait=lambda _s: next(waits)()))

    assert [line.partition(":")[0] for line in lines] == ["Step 1", "Step 3", "HL-BP"]


def test_a_refusal_is_told_and_the_steps_begin_again(tmp_path: Path) -> None:
    with box(tmp_path) as one:
        scenes = (contact(10, refused=True),), (first(20), again(50))
        waits = iter([lambda scene=scene: one.happens(*scene) for scene in scenes])
        lines = list(pairing.lead(pairing.Page(told(one.port)), never, wait=lambda _s: next(waits)()))

    assert any("digits may be wrong" in line for line in lines)
    assert "Paired" in lines[-1]


def test_without_a_running_gateway_or_the_right_code_it_says_what_to_do(tmp_path: Path) -> None:
    with box(tmp_path) as one, pytest.raises(pairing.PageError, match="401"):
        pairing.Page(told(one.port, code="wrong-code")).look()
    with pytest.raises(pairing.PageError, match="is it running"):
        pairing.Page(told(one.port)).look()
    with pytest.raises(pairing.PageError, match="has no page"):
        pairing.Page(Settings(data_dir=Path(), root="0" * 64))
