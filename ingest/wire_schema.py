"""The messages between gateway and cloud as JSON Schema, for who writes another end. Checks no message."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from device_drivers.wire.answer import Answered
from device_drivers.wire.batch import Body, Sealed
from device_drivers.wire.downlink import Command, Configuration
from device_drivers.wire.receipt import Lineage, Receipt
from device_drivers.wire.state import State

MESSAGES: Final = (Sealed, Body, Answered, Receipt, Lineage, Command, Configuration, State)
"""`Body` is what stands, byte for byte as hashed, in the field `body` of `Sealed`."""


def schema() -> dict[str, Any]:
    """A document whose `$defs` hold every kind of message and what it is made of."""
    _, components = msgspec.json.schema_components(MESSAGES, ref_template="#/$defs/{name}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Messages between a Hearthline gateway and the cloud, version 1",
        "oneOf": [{"$ref": f"#/$defs/{kind.__name__}"} for kind in MESSAGES],
        "$defs": components,
    }


def text() -> str:
    """The schema as it stands in the manual."""
    return msgspec.json.format(msgspec.json.encode(schema(), order="sorted"), indent=2).decode() + "\n"
