"""What waits for the next group commit, bounded in bytes: a full intake makes the network wait."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import Condition


@dataclass(frozen=True, slots=True)
class Message:
    """A topic's name and the bytes that came on it."""

    topic: str
    payload: bytes


def _unwatched(_point: str) -> None:
    """Nobody asks for crash points."""


class Intake:
    """A queue between the networks' threads and the worker's. `at` is told of each message that came."""

    def __init__(self, *, limit: int, at: Callable[[str], None] = _unwatched) -> None:
        """`limit` in bytes of payload."""
        self._limit = limit
        self._at = at
        self._held = 0
        self._messages: deque[Message] = deque()
        self._closed = False
        self._changed = Condition()

    @property
    def held(self) -> int:
        """Bytes that wait."""
        return self._held

    @property
    def waiting(self) -> int:
        """Messages that wait."""
        return len(self._messages)

    def put(self, message: Message) -> None:
        """Wait for room, then queue. One message always has room; after `close` messages are dropped."""
        self._at("message.received")
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._has_room(message))
            self._add(message)

    def offer(self, message: Message) -> bool:
        """Queue if there is room now; whether there was."""
        with self._changed:
            if self._closed or not self._has_room(message):
                return False
            self._at("message.received")
            self._add(message)
        return True

    def take(self, most: int, timeout_s: float) -> list[Message]:
        """The oldest messages, at most so many; empty if none came in time."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._messages, timeout_s)
            taken = [self._messages.popleft() for _ in range(min(most, len(self._messages)))]
            self._held -= sum(len(message.payload) for message in taken)
            self._changed.notify_all()
        return taken

    def close(self) -> None:
        """Let nobody wait any more; what waits can still be taken."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _has_room(self, message: Message) -> bool:
        return not self._held or self._held + len(message.payload) <= self._limit

    def _add(self, message: Message) -> None:
        if not self._closed:
            self._messages.append(message)
            self._held += len(message.payload)
            self._changed.notify_all()
