"""PostgreSQL's own programs, those of the server's version, and what they are told. Reads no output."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from ingest.backups import manifest
from ingest.postgres import PostgresError, wheel_binaries

_DEBIAN: Final = "/usr/lib/postgresql/{major}/bin"
_WHEEL: Final = 18


class ToolError(Exception):
    """A program of PostgreSQL's failed. `said` is the end of what it said."""

    def __init__(self, program: str, said: str) -> None:
        super().__init__(f"{program} failed: {said}")
        self.program = program
        self.said = said


@dataclass(frozen=True, slots=True)
class Server:
    """The server at this address, as the programs want it: the password is for no list of processes."""

    url: str

    @property
    def address(self) -> str:
        parts = {name: value for name, value in conninfo_to_dict(self.url).items() if name != "password"}
        return make_conninfo("", **parts)

    @property
    def environ(self) -> Mapping[str, str]:
        password = conninfo_to_dict(self.url).get("password")
        return {**os.environ, **({"PGPASSWORD": str(password)} if password else {})}


def binaries(major: int) -> Path:
    """The folder of the programs for this version. Raises ToolError where none is installed."""
    debian = Path(_DEBIAN.format(major=major))
    if (debian / "pg_basebackup").exists():
        return debian
    if major == _WHEEL:
        try:
            return wheel_binaries()
        except PostgresError as error:
            raise ToolError("PostgreSQL", error.log) from error
    raise ToolError("pg_basebackup", f"PostgreSQL {major} is not in {debian}: say where with --binaries")


def copy_cluster(programs: Path, server: Server, target: Path) -> None:
    """The files of the running cluster, with the log that makes them consistent. Raises ToolError."""
    copy = ["--pgdata", str(target), "--format=plain", "--wal-method=stream", "--checkpoint=fast"]
    called = ["--label=hearthline", "--manifest-checksums=SHA256", "--no-password"]
    _run(programs / "pg_basebackup", ["--dbname", server.address, *copy, *called], server.environ)


def verify(programs: Path, copy: Path) -> None:
    """Every file against the manifest, and that the log it needs can be read. Raises ToolError."""
    if _works(programs / "pg_verifybackup"):
        _run(programs / "pg_verifybackup", ["--exit-on-error", str(copy)])
    else:
        _verify_ourselves(programs, copy)


def _verify_ourselves(programs: Path, copy: Path) -> None:
    try:
        needed = manifest.check(copy)
    except manifest.DamageError as damage:
        raise ToolError("the check of the copy", str(damage)) from damage
    for each in needed:
        where = ["--path", str(copy / "pg_wal"), "--timeline", str(each.timeline), "--quiet"]
        _run(programs / "pg_waldump", [*where, "--start", each.start, "--end", each.end])


def receive(programs: Path, server: Server, target: Path, *, slot: str) -> NoReturn:
    """Become PostgreSQL's program that writes the log down as it is made, until it is told to stop. The
    server keeps for its slot what it has not written yet. Raises ToolError."""
    program = programs / "pg_receivewal"
    where = ["--dbname", server.address, "--no-password", "--slot", slot]
    _run(program, [*where, "--create-slot", "--if-not-exists"], server.environ)
    goes_on = [program.name, *where, "--directory", str(target), "--synchronous"]
    os.execve(program, goes_on, server.environ)  # noqa: S606 - no shell is wanted


def _works(program: Path) -> bool:
    return subprocess.run([program, "--version"], capture_output=True, check=False).returncode == 0


def _run(program: Path, words: Sequence[str], environ: Mapping[str, str] | None = None) -> None:
    done = subprocess.run([program, *words], env=environ, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ToolError(program.name, done.stderr.strip()[-2000:])
