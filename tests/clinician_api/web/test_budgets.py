"""The weight of a first visit and the time to its first paint, as ux.md's budgets have them.

Bytes are those on the wire, compressed, unless a name says raw. A slow visit has 400 kbit/s, 400 ms of
latency and a processor a quarter as fast.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import Any, Final
from uuid import UUID

import pytest
from playwright.sync_api import Page

from tests.clinician_api.concerns import attended, concern
from tests.clinician_api.making import NOW, make_contract, make_resident
from tests.clinician_api.stored import store_reading
from tests.clinician_api.web.conftest import Desk

pytestmark = pytest.mark.browser

_ROWS: Final = 50
_POINTS: Final = 14
_DAYS: Final = 90
_KBIT: Final = 1000 / 8
_LOADED: Final = """() => performance.getEntriesByType('paint').length === 2
    && performance.getEntriesByType('navigation')[0].loadEventEnd > 0"""
_FILES: Final = """() => ['navigation', 'resource']
    .flatMap(kind => performance.getEntriesByType(kind))
    .map(each => ({
        name: new URL(each.name).pathname,
        wire: each.transferSize,
        raw: each.decodedBodySize,
        blocks: each.renderBlockingStatus === 'blocking',
    }))"""
_PAINT: Final = "performance.getEntriesByName('first-contentful-paint')[0].startTime"


@dataclass(frozen=True, slots=True)
class File:
    name: str
    wire: int
    raw: int
    blocks: bool


def wire(files: list[File], ending: str = "") -> int:
    return sum(file.wire for file in files if file.name.endswith(ending))


def visit(desk: Desk, account: UUID, path: str) -> tuple[Page, list[File]]:
    """The page as a browser has it that was never here, and what it fetched for it."""
    page = desk.blank_of(account)
    page.goto(desk.origin + path)
    page.wait_for_function(_LOADED)
    found: list[dict[str, Any]] = page.evaluate(_FILES)
    return page, [File(**each) for each in found]


def slow_paint(desk: Desk, account: UUID, path: str) -> float:
    """Seconds; the middle one of three first visits."""
    return median(_slow_paint(desk, account, path) for _ in range(3))


def _slow_paint(desk: Desk, account: UUID, path: str) -> float:
    page = desk.blank_of(account)
    tools = page.context.new_cdp_session(page)
    speed = {"downloadThroughput": 400 * _KBIT, "uploadThroughput": 400 * _KBIT}
    tools.send("Network.enable")
    tools.send("Network.emulateNetworkConditions", {"offline": False, "latency": 400, **speed})
    tools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.goto(desk.origin + path)
    page.wait_for_function(_LOADED)
    seconds = float(page.evaluate(_PAINT)) / 1000
    page.context.close()
    return seconds


@pytest.fixture
def busy(desk: Desk) -> str:
    """The address of a full worklist beside the resident who has measured twice a day for three months."""
    with desk.app.state.sessions.begin() as db:
        for number in range(2 * _DAYS):
            store_reading(db, desk.people.resident, NOW - timedelta(hours=12 * number))
        for number in range(_ROWS - 1):
            resident = make_resident(db)
            make_contract(db, resident, desk.people.team)
            for point in range(_POINTS):
                store_reading(db, resident, NOW - timedelta(hours=12 * point, minutes=number))
            attended(db, concern(resident, value="186/112 mmHg"))
    return f"/worklist?episode={desk.sends()}"


def test_a_residents_home_is_at_most_45_kilobytes_and_no_script_blocks_it(desk: Desk) -> None:
    desk.sends()
    _, files = visit(desk, desk.people.own_account, "/me")
    assert wire(files) <= 45_000, files
    assert wire(files, ".js") <= 20_000, files
    assert [file.name for file in files if file.blocks and file.name.endswith(".js")] == []


def test_a_worklist_beside_a_resident_is_at_most_90_kilobytes(desk: Desk, busy: str) -> None:
    _, files = visit(desk, desk.people.doctor, busy)
    assert wire(files) <= 90_000, files
    assert wire(files, ".js") <= 35_000, files
    assert sum(file.raw for file in files if file.name.endswith(".css")) <= 25_000, files


def test_fifty_rows_are_at_most_1500_nodes(desk: Desk, busy: str) -> None:
    page, _ = visit(desk, desk.people.doctor, busy.partition("?")[0])
    assert page.locator(".row").count() == _ROWS
    assert page.evaluate("document.querySelectorAll('*').length") <= 1_500


def test_a_chart_of_ninety_days_is_at_most_40_kilobytes_and_1500_marks(desk: Desk, busy: str) -> None:
    page, _ = visit(desk, desk.people.doctor, f"{busy}&days={_DAYS}")
    drawn = page.locator("#bp-card svg[role=img]")
    assert len(drawn.evaluate("chart => chart.outerHTML").encode()) <= 40_000
    assert drawn.evaluate("chart => chart.querySelectorAll('*').length") <= 1_500


def test_a_resident_sees_something_within_2_seconds_on_slow_3g(desk: Desk) -> None:
    desk.sends()
    assert slow_paint(desk, desk.people.own_account, "/me") <= 2.0


def test_a_doctor_sees_something_within_2_and_a_half_seconds_on_slow_3g(desk: Desk, busy: str) -> None:
    assert slow_paint(desk, desk.people.doctor, busy) <= 2.5
