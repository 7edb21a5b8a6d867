"""The names of the MQTT topics. Quality of service is 1 on all of them."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

Channel = Literal["up", "receipt", "lineage", "config", "command", "state"]


def topic(gateway: UUID | Literal["+"], channel: Channel) -> str:
    """`hl/v1/{gateway}/{channel}`; `+` stands for every gateway in a subscription."""
    return f"hl/v1/{gateway}/{channel}"


def gateway_of(name: str) -> UUID | None:
    """The gateway whose topic this is, or None where the name is not one of ours."""
    parts = name.split("/")
    if len(parts) != 4 or parts[:2] != ["hl", "v1"]:
        return None
    try:
        gateway = UUID(parts[2])
    except ValueError:
        return None
    return gateway if str(gateway) == parts[2] else None
