"""The gateway's process: wires settings, outbox, radio and broker together and runs until told to stop."""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Coroutine
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

from device_drivers.registry import DRIVERS
from device_drivers.wire.downlink import Keep, Pair, Restart
from gateway import settings
from gateway.chain import Chain, Ends, joined
from gateway.clock.cloud import CloudClock
from gateway.clock.own import Clock, system_clock
from gateway.cloud import status
from gateway.cloud.sending import Patience, Schedule
from gateway.cloud.uplink import Heart, Uplink
from gateway.cloud.way import connected
from gateway.endurance.watch import RadioStuck
from gateway.enrolment import held
from gateway.enrolment.renewing import Renewing
from gateway.folder.alone import AlreadyRunning, only_one
from gateway.log import Log, to_stream
from gateway.orders.configured import Configured
from gateway.orders.downlink import Downlink
from gateway.orders.obeying import Obeying
from gateway.orders.table import Able, by_kind
from gateway.outbox.keyring import KeyringError, read_wrap
from gateway.outbox.opening import open_outbox, suspect
from gateway.outbox.schema import OutboxError
from gateway.outbox.store import Outbox, Surroundings, Watcher, unwatched
from gateway.page.showing import page
from gateway.pairing.household import Household
from gateway.radio.bleak_link import BleakRadio
from gateway.radio.transfer import Desk, recall, recover_all, recover_held, recover_overdue
from gateway.settings import Settings
from gateway.tending import Machine, Tools, of_this_machine, tended
from gateway.trust import keys
from gateway.trust.sealing import Signer
from gateway.voice.making import Speaking, speaking
from gateway.voice.orders import orders

CONFIG: Final = Path("/etc/hearthline/gateway.toml")
SWEEP_S: Final = 60.0

_SAID: Final = (
    settings.SettingsError,
    keys.KeyFileError,
    KeyringError,
    OutboxError,
    AlreadyRunning,
    RadioStuck,
)
"""What ends the process with one line on stderr: there is nothing in it for a programmer."""


def run(argv: list[str], *, at: Watcher = unwatched, machine: Machine = of_this_machine) -> int:
    """`hearthline gateway run`. Returns the exit code: 0 when told to stop, 1 with the reason on stderr.

    `at` is told of each named point: `frame.arrived frame.heard reading.kept batch.sealed batch.sent
    receipt.received receipt.acted`. `machine`: whose Bluetooth is tended.
    """
    arguments = _parser().parse_args(argv)
    os.umask(0o077)  # the outbox holds readings: nobody else on this machine may look into it
    try:
        chosen = settings.read(arguments.config, os.environ)
        keys.load_or_make(chosen.data_dir, chosen.gateway)
        log = to_stream(sys.stderr)
        with only_one(chosen.data_dir):
            configured = Configured(chosen.data_dir, chosen, log)
            while _run(_live(configured, log, at, machine)):
                pass
    except _SAID as error:
        sys.stderr.write(f"hearthline gateway: {error}\n")
        return 1
    return 0


def _run(life: Coroutine[None, None, bool]) -> bool:
    """Raises RadioStuck as itself: it comes in a group, with the work that it ended."""
    stuck: RadioStuck | None = None
    try:
        return asyncio.run(life)
    except* RadioStuck as group:
        stuck = RadioStuck(*group.exceptions[0].args)
    raise stuck


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hearthline gateway run", description="Listen for meters and deliver their readings, for ever."
    )
    parser.add_argument(
        "--config", type=Path, default=CONFIG, help="TOML file with the settings; GATEWAY_* override it"
    )
    return parser


class _Ending:
    """Set by a signal, an order, or other settings (then it begins `anew`)."""

    def __init__(self) -> None:
        self.event = asyncio.Event()
        self.anew = False

    def begin_anew(self) -> None:
        self.anew = True
        self.event.set()

    def restart(self, _order: Restart, _within_s: float) -> bool:
        """Whoever started this process starts it again."""
        self.event.set()
        return True


@dataclass(frozen=True, slots=True)
class _Box:
    """What one life of the gateway is made of, before anything of it runs."""

    configured: Configured
    chosen: Settings
    signer: Signer
    outbox: Outbox
    clock: Clock
    cloud: CloudClock
    speech: Speaking
    tools: Tools
    radio: BleakRadio
    household: Household
    log: Log


async def _live(configured: Configured, log: Log, at: Watcher, machine: Machine) -> bool:
    """Until told to stop; whether to begin anew, with other settings or papers."""
    ending, chosen = _Ending(), configured.settings()
    held.finish(chosen.data_dir)
    signer = keys.load_or_make(chosen.data_dir, chosen.gateway)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ending.event.set)
    clock = system_clock()
    around = Surroundings(chosen.root, clock, os.urandom, at, wrap=_wrap(chosen), most=chosen.outbox_mb << 20)
    outbox = open_outbox(chosen.data_dir / status.OUTBOX, signer, around, log)
    with closing(outbox):
        _seal_afresh(outbox, chosen.data_dir)
        box = _box(configured, chosen, signer, outbox, machine(chosen), clock=clock, log=log)
        chain = joined(outbox, _ends(box, at))
        box.speech.join(chain.sender)
        if outbox.interrupted():
            recall(chain.desk, DRIVERS, await box.tools.held())
        log.info("gateway.started", gateway=str(signer.gateway), recovered=recover_all(chain.desk, DRIVERS))
        await _work(box, chain, ending)
        box.speech.close()
        log.info("gateway.stopped")
    return ending.anew


def _box(
    configured: Configured,
    chosen: Settings,
    signer: Signer,
    outbox: Outbox,
    tools: Tools,
    *,
    clock: Clock,
    log: Log,
) -> _Box:
    """Make it in the event loop."""
    cloud = CloudClock(clock, time.monotonic)
    radio = BleakRadio(chosen.adapter, tools.early)
    return _Box(
        configured=configured,
        chosen=chosen,
        signer=signer,
        outbox=outbox,
        clock=clock,
        cloud=cloud,
        speech=speaking(chosen, outbox, signer, clock=clock, cloud=cloud, log=log),
        tools=tools,
        radio=radio,
        household=Household(chosen.data_dir, radio.forget, log, is_open=chosen.pairing == "open"),
        log=log,
    )


def _ends(box: _Box, at: Watcher) -> Ends:
    return Ends(
        clock=box.clock,
        log=box.log,
        radio=box.radio,
        schedule=_schedule(box.chosen),
        at=at,
        silence_s=box.chosen.silence_s,
        dated=box.cloud.hear,
        kept=box.speech.home.kept,
        unsaved=box.speech.home.not_saved,
        zone=settings.zone_of_meters(box.chosen),
        meters=box.chosen.meters,
        company=box.household,
    )


async def _work(box: _Box, chain: Chain, ending: _Ending) -> None:
    """All that goes on side by side, until it is to end."""
    chosen, outbox, home = box.chosen, box.outbox, box.speech.home
    downlink = _downlink(box, ending)
    heart = _heart(box, chain, downlink)
    uplink = Uplink(chain.sender, heart, box.log, every_s=chosen.heartbeat_s, asked=downlink.asked)
    proof = box.configured.prove(ending.begin_anew)
    renewing = Renewing(chosen.data_dir, box.signer.gateway, box.cloud.now, box.log)
    async with connected(chosen, box.signer.gateway, uplink):
        tending = tended(box.tools, chain.scanner, box.household.answers, box.log)
        pages = page(chosen, box.household, home, lambda: outbox.trouble is None, box.log)
        papers = renewing.watch(ending.begin_anew)
        sweep = _sweep(chain.desk, chosen.data_dir / status.OUTBOX, ending.begin_anew)
        working = chain.scanner.run(), uplink.beat(), sweep, proof, papers, box.speech.run()
        await _until(ending.event, *working, *tending, *pages)


def _downlink(box: _Box, ending: _Ending) -> Downlink:
    """What may be asked of this box, and who obeys."""
    able: dict[type, Able] = {Restart: ending.restart, Keep: box.configured.keep, Pair: box.household.obey}
    able |= orders(box.speech.home.happened, asyncio.get_running_loop().time)
    obeying = Obeying(box.chosen.data_dir, box.outbox.trust, box.cloud, box.log, by_kind(able))
    return Downlink(obeying, box.configured, box.outbox.trust, ending.begin_anew)


def _heart(box: _Box, chain: Chain, downlink: Downlink) -> Heart:
    return Heart(
        box.outbox,
        box.signer,
        box.clock,
        adapter=box.chosen.adapter,
        meters=chain.scanner.seen,
        heeded=downlink.report,
    )


def _seal_afresh(outbox: Outbox, folder: Path) -> None:
    """After a claim: what was sealed under the one before may be refused for its revoked key."""
    found = held.read(folder)
    if found is not None and found.is_claimed_anew:
        if outbox.unsent():
            outbox.open_stream()
        held.sealed_afresh(folder, found)


def _wrap(chosen: Settings) -> bytes | None:
    return None if chosen.outbox_key is None else read_wrap(chosen.outbox_key)


async def _sweep(desk: Desk, path: Path, begin_anew: Callable[[], None]) -> None:
    """For ever, or until the outbox turns out to be damaged: then all begins anew with what can be saved."""
    while True:
        await asyncio.sleep(SWEEP_S)
        desk.outbox.note_clock()
        recover_held(desk)
        desk.outbox.make_room(shutil.disk_usage(path.parent).free)
        if desk.outbox.is_damaged():
            suspect(path)
            begin_anew()
        recover_overdue(desk, DRIVERS)


def _schedule(chosen: Settings) -> Schedule:
    patience = Patience(chosen.receipt_wait_s, chosen.backoff_base_s, chosen.backoff_cap_s)
    return Schedule(patience, Random())  # noqa: S311  jitter, no secret


async def _until(stop: asyncio.Event, *work: Coroutine[None, None, None]) -> None:
    """Work until told to stop. Work that fails ends the process: systemd starts it anew."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one) for one in work]
        await stop.wait()
        for task in tasks:
            task.cancel()
