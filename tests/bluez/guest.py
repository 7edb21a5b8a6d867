"""A QEMU guest with a real BlueZ, whose controller is a simulated one outside. Knows nothing of gateways.

The meters live in a process on this machine; the guest's second serial port is plugged into their air. So
nothing that is killed in the guest, nor the guest itself, can kill the witness.
"""

from __future__ import annotations

import compileall
import io
import re
import shutil
import socket
import subprocess
import tarfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from py_compile import PycInvalidationMode
from typing import Final

from tests.conftest import missing
from tests.e2e.servers import free_port

REPOSITORY: Final = Path(__file__).parents[2]
BUILD: Final = REPOSITORY / "deploy" / "guest" / "build.sh"
QEMU: Final = "qemu-system-x86_64"
INSIDE: Final = Path(__file__).with_name("inside.py")
PACKAGES: Final = ("device_drivers", "gateway", "hearthline")
OUTSIDE: Final = "10.0.2.2"
"""This machine, seen from the guest (QEMU's user network)."""

BUILD_S: Final = 900.0
BOOT_S: Final = 600.0
"""Many times what an idle machine takes: the guest is emulated, and other tests run beside it."""
COMMAND_S: Final = 300.0
_POLL_S: Final = 0.2
_END: Final = "guest-exit:"
_TOLD: Final = re.compile(rb"^guest-exit:[0-9]+:$", re.MULTILINE)


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
        script = f"exec 2>&1\n{{ {lines}\n}} </dev/null\ncode=$?; echo; echo {_END}$code:\nexit\n".encode()
        with socket.create_connection(("127.0.0.1", self.door), timeout=seconds) as line:
            line.sendall(script)
            # Not to the end of the stream: what was left running in the guest holds the other end.
            printed, _, code = _until_told(line).rpartition(_END)
        if code != "0:":
            raise GuestError(f"{lines}: exit {code or 'unknown'}\n{printed}")
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
                    tar.add(source, name)
                else:
                    entry = tarfile.TarInfo(name)
                    entry.size = len(source)
                    tar.addfile(entry, io.BytesIO(source))
        with socket.create_connection(("127.0.0.1", self.hatch), timeout=COMMAND_S) as line:
            line.sendall(archive.getvalue())
            line.shutdown(socket.SHUT_WR)
            while line.recv(1):  # until it is unpacked
                pass

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


def _until_told(line: socket.socket) -> str:
    """What comes until a command's end is told, or until the guest hangs up."""
    heard = b""
    while chunk := line.recv(65536):
        heard += chunk
        if _TOLD.search(heard):
            break
    return heard.decode(errors="replace").strip()


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
        _give_code(guest, folder)
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
        *("-append", "console=ttyS0 quiet panic=-1 nowatchdog no_timer_check"),
        *("-serial", f"file:{folder / 'console'}"),
        *("-chardev", f"socket,id=radio,host={host},port={port}", "-serial", "chardev:radio"),
        *("-netdev", f"user,id=net,{forwards}", "-device", "virtio-net-pci,netdev=net,romfile="),
    ]
    with (folder / "qemu.log").open("ab") as log:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    return Guest(folder, door, hatch, child)


def _give_code(guest: Guest, folder: Path) -> None:
    """Compiled here: the emulated machine would take a minute. Another Python in it compiles for itself."""
    code = folder / "code"
    for name in PACKAGES:
        shutil.copytree(
            REPOSITORY / name, code / name, ignore=shutil.ignore_patterns("static", "__pycache__")
        )
    shutil.copy(INSIDE, code)
    compileall.compile_dir(
        code,
        quiet=1,
        stripdir=str(code),
        prependdir="/opt/code",
        invalidation_mode=PycInvalidationMode.UNCHECKED_HASH,
    )
    guest.put([("opt/code", code)])


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
