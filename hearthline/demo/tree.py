"""A tree of child processes that ends with its root, whatever ends that. Knows nothing of what they do."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

_PR_SET_PDEATHSIG: Final = 1
_libc: Final = ctypes.CDLL(None, use_errno=True)


class Tree:
    """Starts children by name, each with a log of its own, and stops them in reverse order."""

    def __init__(self, logs: Path) -> None:
        self.logs = logs
        self._children: dict[str, subprocess.Popen[str]] = {}
        logs.mkdir(parents=True, exist_ok=True)

    def start(
        self, name: str, command: Sequence[str], *, env: Mapping[str, str] | None = None, talks: bool = False
    ) -> subprocess.Popen[str]:
        """Start a child; with `talks` its standard input and output are pipes. Its log is `NAME.log`."""
        pipe = subprocess.PIPE if talks else subprocess.DEVNULL
        with self.log(name).open("a", encoding="utf-8") as log:
            child = subprocess.Popen(
                list(command),
                stdin=pipe,
                stdout=pipe if talks else log,
                stderr=log,
                env={**os.environ, **(env or {})},
                text=True,
                bufsize=1,
                start_new_session=True,  # a Ctrl-C at the terminal is ours to pass on, in order
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - it only calls prctl, which takes no lock
            )
        self._children[name] = child
        return child

    def log(self, name: str) -> Path:
        """Where a child's words go."""
        return self.logs / f"{name}.log"

    def last_words(self, names: Iterable[str], lines: int = 30) -> str:
        """The end of what these children said, for the message when a start fails."""
        said = {name: self.log(name).read_text(errors="replace").splitlines() for name in names}
        return "\n".join(f"{name}: {line}" for name, words in said.items() for line in words[-lines:])

    def running(self) -> list[str]:
        """The names of the children that are alive."""
        return [name for name, child in self._children.items() if child.poll() is None]

    def dead(self) -> list[str]:
        """The names of the children that ended by themselves."""
        return [name for name, child in self._children.items() if child.poll() is not None]

    def kill(self, name: str) -> None:
        """End a child at once, as a power cut would."""
        self._children[name].kill()
        self._bury(name, patience=10)

    def stop(self, *names: str, patience: float = 10) -> None:
        """Ask these children to end, all at once, and end those that have not within `patience` seconds."""
        for name in names:
            self._children[name].terminate()
        for name in names:
            self._bury(name, patience=patience)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for name in reversed(list(self._children)):
            self.stop(name)

    def _bury(self, name: str, *, patience: float) -> None:
        child = self._children.pop(name)
        try:
            child.wait(patience)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()


def _die_with_parent() -> None:
    # Runs in the child between fork and exec: if the root is killed, the kernel ends the child too.
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
