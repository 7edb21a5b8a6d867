"""Three hosts on one wire, as network namespaces: what one sends to another can be made to vanish."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass

from tests.conftest import missing
from tests.nats_cluster import Place


def ip(*words: str) -> None:
    """Run the tool of that name."""
    subprocess.run(["ip", *words], check=True, capture_output=True)


@dataclass
class Hosts:
    """This machine reaches each of them, cut off or not."""

    names: list[str]
    places: list[Place]

    def cut_off(self, last: int = 2) -> None:
        """The last of them and the others hear no more of each other; nobody is told."""
        self._on_both_sides("add", last)

    def join(self, last: int = 2) -> None:
        self._on_both_sides("del", last)

    def _on_both_sides(self, verb: str, last: int) -> None:
        for other in (0, 1):
            for here, there in ((last, other), (other, last)):
                ip("-n", self.names[here], "route", verb, "blackhole", self.places[there].host)


@contextmanager
def three_hosts() -> Iterator[Hosts]:
    if os.geteuid() != 0 or shutil.which("ip") is None:
        missing("ip, or root's right to use it,")
    token, net = f"hl{os.getpid() % 100_000}", f"10.213.{os.getpid() % 250}"
    names = [f"{token}n{number}" for number in (1, 2, 3)]
    with ExitStack() as ending:
        ip("link", "add", f"{token}b", "type", "bridge")
        ending.callback(_forget, "link", "del", f"{token}b")
        ip("addr", "add", f"{net}.254/24", "dev", f"{token}b")
        ip("link", "set", f"{token}b", "up")
        for number, name in enumerate(names, 1):
            ip("netns", "add", name)
            ending.callback(_forget, "netns", "del", name)
            ip("link", "add", f"{token}v{number}", "type", "veth", "peer", "name", "wire", "netns", name)
            # A socket that waits for its peer keeps a namespace, and its end of the wire, for minutes.
            ending.callback(_forget, "link", "del", f"{token}v{number}")
            ip("link", "set", f"{token}v{number}", "master", f"{token}b", "up")
            ip("-n", name, "addr", "add", f"{net}.{number}/24", "dev", "wire")
            ip("-n", name, "link", "set", "wire", "up")
            ip("-n", name, "link", "set", "lo", "up")
        places = [
            Place(f"{net}.{number}", ("ip", "netns", "exec", name)) for number, name in enumerate(names, 1)
        ]
        yield Hosts(names, places)


def _forget(*words: str) -> None:
    with suppress(subprocess.CalledProcessError):
        ip(*words)
