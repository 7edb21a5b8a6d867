"""The gateway's process as systemd and a helper meet it: it says that it lives, and pairs when asked."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway import settings
from gateway.page.pairing import Shown
from hearthline.pairing import Page, PageError
from tests.e2e.homes import HEARTHLINE, PATIENCE_S, Box, box, homes
from tests.e2e.servers import free_port
from tests.gateway.stub_cloud import stub_cloud

LOOK_S = 0.1


@contextmanager
def supervised(one: Box, place: Path) -> Iterator[socket.socket]:
    """The gateway's process with a supervisor's socket; told to stop at the end."""
    radio = ["--hci", one.hci, "--bonds", str(one.folder / "bonds.json")]
    command = [*HEARTHLINE, "sim", "gateway", *radio, "--", "--config", str(one.config)]
    environ = {"PYTHONPATH": ".", "NOTIFY_SOCKET": str(place)}
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as supervisor:
        supervisor.bind(str(place))
        supervisor.settimeout(PATIENCE_S)
        with (one.folder / "gateway.log").open("ab") as log:
            child = subprocess.Popen(command, env=environ, stderr=log)
        try:
            yield supervisor
        finally:
            child.terminate()
            child.wait(PATIENCE_S)


def seen(page: Page, what: Callable[[Shown], bool]) -> Shown:
    """The page once it shows this."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        try:
            if what(state := page.look()):
                return state
        except PageError:
            pass  # it is not there yet
        time.sleep(LOOK_S)  # it is another process that will make it true
    raise AssertionError("it never came to that")


def test_a_cuff_waits_until_somebody_pairs_it_on_the_page_and_systemd_knows_of_it(
    tmp_path: Path, broker: str
) -> None:
    with homes() as (meters, hci):
        one = box(tmp_path, hci, broker)
        with one.config.open("a") as config:
            config.write(f'pairing = "asked"\npage = "127.0.0.1:{free_port()}"\n')
        page = Page(settings.read(one.config, os.environ))
        meters.tell(do="measure", home=0, meter="bp")
        with stub_cloud(broker, one.gateway) as cloud, supervised(one, tmp_path / "notify") as supervisor:
            assert supervisor.recv(200) == b"READY=1"
            assert supervisor.recv(200).startswith(b"WATCHDOG=1\n")
            assert seen(page, lambda state: state.stage == "idle").meters == ()
            assert list(cloud.readings()) == []
            page.do("begin")
            proving = seen(page, lambda state: state.stage == "proving")
            cloud.wait_until(lambda cloud: len(list(cloud.readings())) > 0)
    assert [meter.state for meter in proving.meters] == ["unproven"]
