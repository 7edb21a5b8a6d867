"""Who may touch what on a NATS cluster, as the file that its servers include. Writes no file.

MQTT's patterns by a certificate's name do not exist there: each gateway stands in the list.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final
from uuid import UUID

from device_drivers.wire.topics import Channel

_UP: Final[tuple[Channel, ...]] = ("up", "state")
_TO_HEAR: Final[tuple[Channel, ...]] = ("receipt", "lineage", "config", "command")


_OWN: Final = ("$MQTT.sub.>",)
"""Where a server delivers what it holds for an MQTT client of quality of service 1."""


def users(gateways: Iterable[UUID], *, ingest: str = "ingest") -> Iterator[str]:
    """The lines of an authorization block: ingest and each gateway by the common name of its certificate."""
    yield "users: ["
    yield _line(ingest, _subjects("*", _TO_HEAR), _subjects("*", _UP))
    for gateway in sorted(gateways):
        yield _line(str(gateway), _subjects(gateway, _UP), [*_subjects(gateway, _TO_HEAR), *_OWN])
    yield "]"


def _subjects(gateway: UUID | str, channels: Iterable[Channel]) -> list[str]:
    return [f"hl.v1.{gateway}.{channel}" for channel in channels]


def _line(name: str, publish: list[str], subscribe: list[str]) -> str:
    may = f"publish: [{_quoted(publish)}], subscribe: [{_quoted(subscribe)}]"
    return f'  {{ user: "CN={name}", permissions: {{ {may} }} }}'


def _quoted(subjects: Iterable[str]) -> str:
    return ", ".join(f'"{subject}"' for subject in subjects)
