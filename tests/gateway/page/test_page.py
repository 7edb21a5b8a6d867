"""The page as a browser meets it: a real socket, a real household."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from gateway.page.pairing import routes
from gateway.page.requests import Request
from gateway.page.server import serving
from gateway.page.site import Site
from gateway.pairing.household import Household
from tests.gateway.pairing.contacts import CUFF, again, contact, first
from tests.gateway.quiet_log import QuietLog

Result = TypeVar("Result")


class Browser:
    """Speaks HTTP by hand, as whoever wants in may."""

    def __init__(self, port: int, household: Household) -> None:
        self._port = port
        self.household = household

    async def raw(self, said: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        writer.write(said)
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
        return answer

    async def get(self, path: str, *headers: str, host: str | None = None) -> str:
        return await self._ask("GET", path, "", headers, host)

    async def post(self, path: str, form: str, *headers: str) -> str:
        return await self._ask("POST", path, form, headers, None)

    async def _ask(
        self, method: str, path: str, form: str, headers: tuple[str, ...], host: str | None
    ) -> str:
        lines = [f"{method} {path} HTTP/1.1", f"Host: {host or f'127.0.0.1:{self._port}'}", *headers]
        lines.append(f"Content-Length: {len(form)}")
        return (await self.raw(("\r\n".join(lines) + "\r\n\r\n" + form).encode())).decode()


async def _forget(_device: object) -> None: ...


def visit(folder: Path, scene: Callable[[Browser], Awaitable[Result]], code: str | None = None) -> Result:
    async def scenario() -> Result:
        household = Household(folder, _forget, QuietLog(), is_open=False)
        async with serving("127.0.0.1", 0, Site(routes(household), code).answer) as port:
            return await scene(Browser(port, household))

    return asyncio.run(scenario())


def test_it_leads_through_three_steps(tmp_path: Path) -> None:
    async def scene(browser: Browser) -> list[str]:
        seen = [await browser.get("/")]
        await browser.post("/pair", "do=begin")
        seen.append(await browser.get("/"))
        browser.household.met(CUFF, "HL-BP")
        seen.append(await browser.get("/"))
        browser.household.parted(first(0), None)
        seen.append(await browser.get("/"))
        browser.household.parted(again(40), None)
        return [*seen, await browser.get("/")]

    idle, looking, bonding, proving, done = visit(tmp_path, scene)

    assert "<li aria-current" not in idle
    assert "<li aria-current=step>第一步" in looking
    assert "<li aria-current=step>第二步" in bonding
    assert "<li aria-current=step>第三步" in proving
    assert "已配好" in done
    assert "✓ HL-BP" in done


@pytest.mark.parametrize("is_saving", [True, False])
def test_a_box_that_can_save_nothing_says_so_above_all_else(tmp_path: Path, *, is_saving: bool) -> None:
    household = Household(tmp_path, _forget, QuietLog(), is_open=False)

    async def scene() -> bytes:
        home = routes(household, lambda: is_saving)["GET", "/"]
        return home(Request("GET", "/", {}, {})).body

    assert ("存不下新的数据".encode() in asyncio.run(scene())) is not is_saving


def test_digits_typed_on_the_page_reach_the_meter_that_asks(tmp_path: Path) -> None:
    async def scene(browser: Browser) -> int:
        await browser.post("/pair", "do=begin")
        browser.household.met(CUFF, "HL-BP")
        question = asyncio.create_task(browser.household.answers.passkey(CUFF))
        await asyncio.sleep(0)
        await browser.post("/pair", "do=digits&digits=042+117")
        return await question

    assert visit(tmp_path, scene) == 42117


def test_what_is_not_six_digits_is_said_at_once(tmp_path: Path) -> None:
    async def scene(browser: Browser) -> str:
        return await browser.post("/pair", "do=digits&digits=12345")

    assert visit(tmp_path, scene).startswith("HTTP/1.1 400")


def test_a_program_gets_the_same_as_json(tmp_path: Path) -> None:
    async def scene(browser: Browser) -> str:
        return await browser.post("/pair", "do=begin", "Accept: application/json")

    state = json.loads(visit(tmp_path, scene).partition("\r\n\r\n")[2])
    assert (state["stage"], state["seconds_left"]) == ("looking", 299)


def test_a_lost_bond_and_a_phone_are_explained_with_names(tmp_path: Path) -> None:
    async def scene(browser: Browser) -> str:
        home = browser.household
        home.parted(first(0), None)
        home.parted(contact(40, refused=True), None)
        for _ in range(3):
            omron = contact(80, address="C0:00:00:00:00:02", name="BLESmart_01", was_heard=False)
            home.parted(omron, None)
        return await browser.get("/")

    page = visit(tmp_path, scene)

    assert "⚠ HL-BP: 配对丢失" in page
    assert "⚠ BLESmart_01 (OMRON connect): 可能有手机" in page


def test_a_name_from_the_air_is_text_and_no_markup(tmp_path: Path) -> None:
    async def scene(browser: Browser) -> str:
        browser.household.parted(contact(0, name="<script>alert(1)</script>", served=True, bonded=True), None)
        return await browser.get("/")

    page = visit(tmp_path, scene)

    assert "<script>" not in page
    assert "script-src" not in page
    assert "Content-Security-Policy: default-src 'none'" in page


def test_behind_a_code_nothing_is_seen_or_done_without_it(tmp_path: Path) -> None:
    async def scene(browser: Browser) -> tuple[str, str, str, str]:
        closed = await browser.get("/")
        undone = await browser.post("/pair", "do=begin")
        opened = await browser.post("/enter", "code=open-sesame")
        cookie = next(line for line in opened.splitlines() if line.startswith("Set-Cookie: "))
        held = cookie.removeprefix("Set-Cookie: ").partition(";")[0]
        return closed, undone, browser.household.pairing.stage, await browser.get("/", f"Cookie: {held}")

    closed, undone, stage, inside = visit(tmp_path, scene, code="open-sesame")

    assert closed.startswith("HTTP/1.1 401")
    assert "第一步" not in closed
    assert undone.startswith("HTTP/1.1 401")
    assert stage == "idle"
    assert inside.startswith("HTTP/1.1 200")


def test_after_a_wrong_code_the_right_one_has_to_wait(tmp_path: Path) -> None:
    async def scene(browser: Browser) -> tuple[str, str]:
        wrong = await browser.post("/enter", "code=guess")
        return wrong, await browser.post("/enter", "code=open-sesame")

    assert "Set-Cookie" not in "".join(visit(tmp_path, scene, code="open-sesame"))


def test_another_sites_form_and_another_name_for_this_box_are_refused(tmp_path: Path) -> None:
    async def scene(browser: Browser) -> tuple[str, str, str]:
        forged = await browser.post("/pair", "do=begin", "Origin: http://evil.example")
        rebound = await browser.get("/pair.json", host="evil.example")
        return forged, rebound, browser.household.pairing.stage

    forged, rebound, stage = visit(tmp_path, scene)

    assert forged.startswith("HTTP/1.1 403")
    assert rebound.startswith("HTTP/1.1 421")
    assert stage == "idle"


@pytest.mark.parametrize(
    "said",
    [
        b"\x16\x03\x01\x02\x00",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET /" + b"a" * 10000,
        b"POST /pair HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5000\r\n\r\n" + b"a" * 5000,
        b"POST /pair HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 40\r\n\r\n"
        + b"&".join([b"a=1"] * 10)
        + b"&",
        b"POST /pair HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 80\r\n\r\n" + b"a=1&" * 20,
    ],
    ids=["tls", "no host", "two hosts", "long path", "long form", "odd form", "many fields"],
)
def test_whatever_comes_in_the_next_visitor_is_served(tmp_path: Path, said: bytes) -> None:
    async def scene(browser: Browser) -> tuple[bytes, str]:
        return await browser.raw(said), await browser.get("/")

    answer, after = visit(tmp_path, scene)

    assert not answer.startswith(b"HTTP/1.1 200")
    assert after.startswith("HTTP/1.1 200")
