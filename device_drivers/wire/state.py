"""The gateway's signed heartbeat: where its stream stands and how it is. Holds no reading and no name."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from device_drivers.wire.downlink import Done, Reported
from device_drivers.wire.fields import Count, Digest, Moment, Signature, StreamId, Text

Trouble = Literal["full", "read_only", "damaged", "unwritable"]
"""Why a gateway can write nothing down: what it hears now may be lost."""


class Head(Struct, frozen=True, forbid_unknown_fields=True):
    """The last batch sealed in a stream; `seq` 0 and the genesis link before the first."""

    stream: StreamId
    seq: Count
    link: Digest


class State(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Retained at `hl/v1/{gateway}/state`. `rewound` is the highest lineage whose rewind is done. What stands
    after the signature is left out where there is nothing to say, so an older gateway's state keeps its
    spelling. `done`: of the last commands."""

    gateway: UUID
    at: Moment
    online: bool
    head: Head
    rewound: Count
    unsent: Count
    oldest_unsent_s: Count
    at_risk: Count
    undecodable: Count
    adapter: Text
    clock: Literal["synced", "unsynced"]
    meters_seen: Annotated[tuple[Text, ...], Meta(max_length=64)]
    version: Text
    sig: Signature
    configuration: Reported | None = None
    done: Annotated[tuple[Done, ...], Meta(max_length=16)] = ()
    trouble: Trouble | None = None
