"""Who is told the lineage, and when."""

from __future__ import annotations

from threading import Event
from uuid import UUID

from device_drivers.wire.topics import gateway_of
from ingest.ways.herald import Herald

FIRST, SECOND = UUID(int=1), UUID(int=2)


class Notebook:
    """A transport that writes down whom it told."""

    def __init__(self) -> None:
        self.connected = Event()
        self.is_connected = True
        self.told: list[UUID | None] = []

    def start(self) -> None:
        """Nothing to do."""

    def publish(self, name: str, payload: bytes, *, retain: bool = False) -> None:
        assert retain
        self.told.append(gateway_of(name))

    def stop(self) -> None:
        """Nothing to do."""


def test_each_gateway_is_told_once_a_connect() -> None:
    notebook = Notebook()
    herald = Herald(notebook)
    herald.tell({FIRST}, b"1")
    herald.tell({FIRST}, b"1")
    notebook.connected.set()
    herald.tell({FIRST}, b"1")
    assert notebook.told == [FIRST, FIRST]


def test_a_gateway_that_was_enrolled_meanwhile_is_told_alone() -> None:
    notebook = Notebook()
    herald = Herald(notebook)
    herald.tell({FIRST}, b"1")
    herald.tell({FIRST, SECOND}, b"1")
    assert notebook.told == [FIRST, SECOND]


def test_those_who_were_told_are_told_again_after_the_next_connect_only() -> None:
    notebook = Notebook()
    herald = Herald(notebook)
    everybody = frozenset({FIRST, SECOND})
    herald.tell(everybody, b"1")
    herald.tell(everybody, b"1")
    assert len(notebook.told) == 2
    notebook.connected.set()
    herald.tell(everybody, b"1")
    assert len(notebook.told) == 4
