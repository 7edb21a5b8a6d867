"""One HTTP/1.1 connection as bytes, by h11: requests out of them, answers into them. Moves none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import Final

import h11

from device_drivers.wire.codec import MAX_MESSAGE

MOST_AT_ONCE: Final = 8 * 1024
"""Bytes to hand over in one piece, and the longest head of a request: h11 bounds only a head that is still
incomplete when a piece has come."""

_TOO_LARGE: Final = 413


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked, whole."""

    method: str
    path: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to a request. `headers`: beside those that every answer has."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class RefusedError(Exception):
    """What came deserves this status and no further hearing."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Exchange:
    """Give it what came, take requests, and answer each before the next is taken."""

    def __init__(self) -> None:
        self._connection = h11.Connection(h11.SERVER, max_incomplete_event_size=MOST_AT_ONCE)
        self._asked: h11.Request | None = None
        self._body = bytearray()
        self.is_over = False
        """No further request can come."""

    def receive(self, piece: bytes) -> None:
        """At most MOST_AT_ONCE bytes; none say that the other side has ended."""
        self._connection.receive_data(piece)

    def next(self) -> Request | None:
        """The next whole request, None as long as something is missing. Raises RefusedError."""
        while True:
            try:
                event = self._connection.next_event()
            except h11.RemoteProtocolError as error:
                raise RefusedError(error.error_status_hint) from error
            match event:
                case h11.Request():
                    self._begin(event)
                case h11.Data():
                    self._add(event.data)
                case h11.EndOfMessage():
                    return self._end()
                case h11.ConnectionClosed():
                    self.is_over = True
                    return None
                case _:
                    return None

    def go_ahead(self) -> bytes:
        """What a client wants to hear before it sends its body, if it does."""
        if not self._connection.they_are_waiting_for_100_continue:
            return b""
        return self._connection.send(h11.InformationalResponse(status_code=100, headers=[])) or b""

    def answer(self, answer: Answer, now: datetime) -> bytes:
        """An answer before the request had wholly come is the last one of the connection."""
        headers = {
            "Date": format_datetime(now, usegmt=True),
            "Cache-Control": "no-store",
            "Content-Length": str(len(answer.body)),
            **answer.headers,
        }
        if self._connection.their_state is not h11.DONE:
            headers["Connection"] = "close"
        parts = (
            h11.Response(status_code=answer.status, headers=list(headers.items())),
            h11.Data(data=answer.body),
            h11.EndOfMessage(),
        )
        said = b"".join(self._connection.send(part) or b"" for part in parts)
        self._turn()
        return said

    def _begin(self, asked: h11.Request) -> None:
        self._asked = asked
        lengths = [int(value) for name, value in asked.headers if name == b"content-length"]
        if lengths and lengths[0] > MAX_MESSAGE:
            raise RefusedError(_TOO_LARGE)

    def _add(self, piece: bytes) -> None:
        if len(self._body) + len(piece) > MAX_MESSAGE:
            raise RefusedError(_TOO_LARGE)
        self._body += piece

    def _end(self) -> Request | None:
        asked, body = self._asked, bytes(self._body)
        self._asked = None
        self._body.clear()
        if asked is None:
            return None
        path = asked.target.split(b"?", 1)[0]
        return Request(asked.method.decode("ascii"), path.decode("ascii"), body)

    def _turn(self) -> None:
        if self._connection.our_state is h11.DONE and self._connection.their_state is h11.DONE:
            self._connection.start_next_cycle()
        else:
            self.is_over = True
