"""Lines for Mosquitto's access list that shut out who was revoked, open connections too. Writes no file.

A name's `deny` goes before every `pattern` (mosquitto.conf(5), "acl_file"); SIGHUP reads the list again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from device_drivers.wire.topics import Channel, topic
from ingest.door.enrolled import Fleet

_SAYS: Final[tuple[Channel, ...]] = ("up", "state")


def denials(fleet: Fleet) -> Iterator[str]:
    """For each gateway without a key in force. It still hears, so that it can be told."""
    for gateway, enrolled in sorted(fleet.items()):
        if all(key.revoked for key in enrolled.keys):
            yield f"user {gateway}"
            yield from (f"topic deny {topic(gateway, channel)}" for channel in _SAYS)
