"""A QEMU guest with a real BlueZ, whose controller is a simulated one outside. Knows nothing of gateways.

The meters live in a process on this machine; the guest's second serial port is plugged into their air. So
nothing that is killed in the guest, nor the guest itself, can kill the witness.
"""

from __future__ import annotations

import io
import os
import shutil
import socket
import subprocess
import tarfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.conftest import missing
from tests.e2e.servers import free_port

REPOSITORY: Final = Path(__file__).parents[2]
BUILD: Final = REPOSITORY / "deploy" / "guest" / "build.sh"
QEMU: Final = "qemu-system-x86_64"
PACKAGES: Final = ("device_drivers", "gateway", "hearthline")
OUTSIDE: Final = "10.0.2.2"
"""This machine, seen from the guest (QEMU's user network)."""

BUILD_S: Final = 900.0
BOOT_S: Final = 240.0
"""Ten times what an idle machine takes: the guest is emulated, and other tests run beside it."""
COMMAND_S: Final = 120.0
_POLL_S: Final = 0.2
_END: Final = "guest-exit:"


class GuestError(Exception):
    """A command failed in the guest; the message holds what it printed."""


@dataclass(frozen=True)
class Guest:
    """`folder` holds the console; `door` and `hatch` are loopback ports: shell lines, and files to unpack."""

    folder: Path
    door: int
    hatch: int
    child: subprocess.Popen[bytes]

    def run(self, lines: str, *, seconds: float = COMMAND_S) -> str:
        """What the shell lines print; raises GuestError unless the last of them succeeds."""
        script = f"{{ {lines}\n}} 2>&1\necho; echo {_END}$?\nexit\n"
        printed, _, code = self._say(self.door, script.encode(), seconds).decode().rpartition(_END)
        if code.strip() != "0":
            raise GuestError(f"{lines}: exit {code.strip() or 'unknown'}\n{printed}")
        return printed.strip()

    def start(self, command: str, log: str) -> None:
        """Leave a command running; what it prints goes to that file in the guest."""
        self.run(f"({command}) </dev/null >>{log} 2>&1 &")

    def put(self, files: Sequence[tuple[str, Path | bytes]]) -> None:
        """Copy files and folders to these places below /."""
        archive = io.BytesIO()
        with tarfile.open(fileobj=archive, mode="w") as tar:
            for name, source in files:
                if isinstance(source, Path):
                    tar.add(source, name, filter=_without_caches)
                else:
                    entry = tarfile.TarInfo(name)
                    entry.size = len(source)
                    tar.addfile(entry, io.BytesIO(source))
        self._say(self.hatch, archive.getvalue(), COMMAND_S)

    def until(self, lines: str, *, seconds: float = COMMAND_S) -> str:
        """Repeat the lines until the last of them succeeds; what they printed then."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                return self.run(lines)
            except GuestError:
                if time.monotonic() > deadline:
                    raise
            time.sleep(_POLL_S)

    def console(self) -> str:
        return (self.folder / "console").read_text(errors="replace")

    def _say(self, port: int, words: bytes, seconds: float) -> bytes:
        with socket.create_connection(("127.0.0.1", port), timeout=seconds) as line:
            line.sendall(words)
            line.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: line.recv(65536), b""))


def image() -> Path:
    """The guest's kernel and root, built now if need be; the test is left out where that cannot be."""
    for program, package in ((QEMU, "QEMU"), ("apt-get", "apt"), ("cpio", "cpio")):
        if shutil.which(program) is None:
            missing(package)
    built = subprocess.run([BUILD], check=False, capture_output=True, text=True, timeout=BUILD_S)
    if built.returncode:
        missing(f"what the guest is built from ({built.stderr.strip().splitlines()[-1]})")
    return Path(built.stdout.strip())


@contextmanager
def booted(kernel_and_root: Path, folder: Path, radio: str) -> Iterator[Guest]:
    """A guest that takes commands and holds our code. `radio`: `tcp-client:HOST:PORT`."""
    guest = _switched_on(kernel_and_root, folder, radio)
    try:
        _wait(lambda: _answers(guest), guest)
        guest.put([(f"opt/code/{name}", REPOSITORY / name) for name in PACKAGES])
        yield guest
    finally:
        guest.child.kill()
        guest.child.wait()


def _switched_on(kernel_and_root: Path, folder: Path, radio: str) -> Guest:
    door, hatch = free_port(), free_port()
    _, host, port = radio.split(":")
    forwards = f"hostfwd=tcp:127.0.0.1:{door}-:2222,hostfwd=tcp:127.0.0.1:{hatch}-:2223"
    command = [
        *(
            QEMU,
            "-accel",
            "tcg",
            "-m",
            "640",
            "-nodefaults",
            "-no-user-config",
            "-display",
            "none",
            "-no-reboot",
        ),
        *("-kernel", str(kernel_and_root / "vmlinuz"), "-initrd", str(kernel_and_root / "initramfs")),
        *("-append", "console=ttyS0 quiet panic=-1 nowatchdog"),
        *("-serial", f"file:{folder / 'console'}"),
        *("-chardev", f"socket,id=radio,host={host},port={port}", "-serial", "chardev:radio"),
        *("-netdev", f"user,id=net,{forwards}", "-device", "virtio-net-pci,netdev=net,romfile="),
    ]
    with (folder / "qemu.log").open("ab") as log:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    return Guest(folder, door, hatch, child)


def _answers(guest: Guest) -> bool:
    try:
        return guest.run("echo here", seconds=5) == "here"
    except (OSError, GuestError):
        return False


def _wait(is_true: Callable[[], bool], guest: Guest) -> None:
    deadline = time.monotonic() + BOOT_S
    while not is_true():
        assert guest.child.poll() is None, (guest.folder / "qemu.log").read_text()
        assert time.monotonic() < deadline, guest.console()
        time.sleep(_POLL_S)


def _without_caches(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    is_ours = os.path.basename(entry.name) not in {"__pycache__", "static"}  # noqa: PTH119  a name in an archive
    return entry if is_ours else None
