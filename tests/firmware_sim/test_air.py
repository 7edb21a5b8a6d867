"""The witness's process: it is told what to do, tells what happened, and outlives the collectors."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from firmware_sim.plan import Scenario, plan, planned_hash

WAIT_S = 30
READING = {"systolic": "142", "diastolic": "88", "pulse": "71", "user": "1"}


class AirProcess:
    def __init__(self, process: Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.process = process
        self._stdin, self._stdout = process.stdin, process.stdout

    async def hears(self, event: str) -> dict[str, Any]:
        """The next event of that name."""
        while True:
            line = await asyncio.wait_for(self._stdout.readline(), WAIT_S)
            told: dict[str, Any] = json.loads(line)
            if told["event"] == event:
                return told

    def say(self, **command: object) -> None:
        self._stdin.write(json.dumps(command).encode() + b"\n")

    def close_stdin(self) -> None:
        self._stdin.close()

    async def report(self) -> dict[str, Any]:
        self.say(do="report")
        return await self.hears("report")


@asynccontextmanager
async def air(*options: str) -> AsyncIterator[AirProcess]:
    arguments = ("-m", "hearthline", "sim", "home", *options)
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, stdin=PIPE, stdout=PIPE)
    try:
        yield AirProcess(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@asynccontextmanager
async def collector(ready: dict[str, Any], bonds: Path) -> AsyncIterator[Process]:
    (gateway,) = ready["gateways"]
    arguments = (
        "-m",
        "tests.firmware_sim.collector",
        gateway["hci"],
        str(bonds),
        gateway["meters"][0]["address"],
    )
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, stdout=PIPE)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def says(process: Process) -> str:
    assert process.stdout is not None
    return (await asyncio.wait_for(process.stdout.readline(), WAIT_S)).decode().strip()


async def test_meters_outlive_a_killed_collector_and_keep_what_it_did_not_confirm(tmp_path: Path) -> None:
    async with air("--for", "0") as process:
        ready = await process.hears("ready")
        process.say(do="measure", home=0, meter="bp", values=READING)
        async with collector(ready, tmp_path / "bonds.json") as first:
            received = [await says(first)]
            await process.hears("confirmed")
            first.send_signal(signal.SIGKILL)
            await first.wait()
        process.say(do="measure", home=0, meter="bp", values=READING)
        async with collector(ready, tmp_path / "bonds.json") as second:
            received.append(await says(second))
            await process.hears("confirmed")
        cuff = (await process.report())["meters"][0]
        assert [record["frame"] for record in cuff["records"]] == received
        assert (cuff["taken"], cuff["pending"], cuff["violations"]) == (2, [], [])


async def test_it_measures_as_planned_and_reports_the_plan_s_hash(tmp_path: Path) -> None:
    options = ("--homes", "2", "--seed", "5", "--for", "1.2", "--measure-every", "0.4")
    planned = plan(Scenario(seed=5, homes=2, seconds=1.2, every_s=0.4))
    witness = tmp_path / "witness.jsonl"
    async with air(*options, "--witness", str(witness)) as process:
        taken = [await process.hears("taken") for _ in planned]
        report = await process.report()
    assert report["planned_hash"] == planned_hash(planned)
    assert sum(meter["taken"] for meter in report["meters"]) == len(planned) == len(taken)
    assert [json.loads(line)["n"] for line in witness.read_text().splitlines()] == [
        event["n"] for event in taken
    ]


async def test_a_glucometer_comes_with_a_person_s_past(tmp_path: Path) -> None:
    async with air("--for", "0", "--records", "data-40") as process:
        report = await process.report()
        glucometer = report["meters"][1]
        assert glucometer["kind"] == "glucose"
        assert glucometer["pending"] == list(range(glucometer["taken"])) == list(range(31))


async def test_stop_ends_measuring_but_not_the_air() -> None:
    async with air("--for", "3600", "--measure-every", "0.2") as process:
        await process.hears("taken")
        process.say(do="stop")
        before = await process.report()
        process.say(do="measure", home=0, meter="glucose", values=None)
        after = await process.report()
        assert [meter["taken"] for meter in after["meters"]] == [
            before["meters"][0]["taken"],
            before["meters"][1]["taken"] + 1,
        ]


async def test_a_wrong_line_is_answered_and_survived() -> None:
    async with air("--for", "0") as process:
        process.say(do="dance")
        assert "dance" in (await process.hears("error"))["reason"]
        process.say(do="measure", home=99, meter="bp")
        await process.hears("error")
        assert await process.report()


async def test_it_ends_when_told_or_when_stdin_closes() -> None:
    async with air("--for", "0") as told, air("--for", "0") as abandoned:
        told.say(do="quit")
        abandoned.close_stdin()
        assert await asyncio.wait_for(told.process.wait(), WAIT_S) == 0
        assert await asyncio.wait_for(abandoned.process.wait(), WAIT_S) == 0


async def test_where_it_waits_nobody_measures_before_the_word() -> None:
    async with air("--waits", "--for", "60", "--measure-every", "0.1") as process:
        await process.hears("ready")
        assert [meter["taken"] for meter in (await process.report())["meters"]] == [0, 0]
        process.say(do="start")
        assert (await process.hears("taken"))["n"] == 0
