"""Where a PDF is set: in this process, or in one of its own beside a server whose pages go on being answered.

Setting an agreement is a second of pure computing that holds the interpreter: on a thread it would hold up
every other request just as well.
"""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing import get_context, parent_process
from multiprocessing.process import BaseProcess
from threading import Lock, Thread
from typing import Final, Protocol

import structlog

from clinician_api.agreements import drawing
from clinician_api.agreements.rules import Language, Signature, Terms
from clinician_api.agreements.text import Block

log = structlog.get_logger()

_PATIENCE_S: Final = 8.0
"""Then it is set here after all: the database ends a transaction that has waited for longer than 15."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that a PDF is made of: plain values, that travel to another process."""

    terms: Terms
    texts: dict[Language, tuple[Block, ...]]
    signatures: tuple[Signature, ...]
    digest: str
    at: datetime


class Press(Protocol):
    def begin(self) -> None: ...

    def print(self, sheet: Sheet) -> bytes: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Here:
    """In this process: for commands, jobs and tests."""

    def begin(self) -> None:
        return

    def print(self, sheet: Sheet) -> bytes:
        return printed(sheet)

    def close(self) -> None:
        return


@dataclass(slots=True)
class Apart:
    """In one process of its own. Where that died or is late the sheet is set here: slow, and never lost."""

    _pool: ProcessPoolExecutor | None = None
    _lock: Lock = field(default_factory=Lock)

    def begin(self) -> None:
        """Have it ready before somebody waits: its first sheet takes seconds longer."""
        self._process().submit(_warm)

    def print(self, sheet: Sheet) -> bytes:
        try:
            return self._process().submit(printed, sheet).result(_PATIENCE_S)
        except TimeoutError:
            log.warning("press.late")
        except BrokenProcessPool:
            log.warning("press.died")
            self.close()
        return printed(sheet)

    def close(self) -> None:
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)

    def _process(self) -> ProcessPoolExecutor:
        with self._lock:
            if self._pool is None:
                # Not forked: a server's threads and connections have no copy that works.
                spawn = get_context("spawn")
                self._pool = ProcessPoolExecutor(1, mp_context=spawn, initializer=_end_with_server)
            return self._pool


def _end_with_server() -> None:
    """A server that was killed leaves nothing behind."""
    server = parent_process()
    if server is not None:
        Thread(target=_leave_after, args=(server,), daemon=True).start()


def _leave_after(server: BaseProcess) -> None:
    server.join()
    os._exit(0)


def _warm() -> None:
    """To be found in the other process, it loads all that a sheet needs."""


def printed(sheet: Sheet) -> bytes:
    return drawing.pdf(
        sheet.terms, sheet.texts, signatures=sheet.signatures, digest=sheet.digest, at=sheet.at
    )
