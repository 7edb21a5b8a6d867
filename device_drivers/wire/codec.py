"""Canonical JSON: one value has exactly one spelling. Says nothing of what the messages mean."""

from __future__ import annotations

import re
from typing import Final, TypeVar

import msgspec

MAX_MESSAGE: Final = 64 * 1024
"""Bytes; a longer message is refused before it is read."""

T = TypeVar("T", bound=msgspec.Struct)

_encoder = msgspec.json.Encoder()

# JSON can only spell a control character by an escape; a quote and a backslash have the two that may stand.
_ESCAPED_CONTROL = re.compile(rb"(?<!\\)(?:\\\\)*\\[^\\\"]")


class WireError(ValueError):
    """A message that the contract does not allow.

    `reason` is one of `too_large malformed control not_canonical`; `detail` says where.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


def encode(value: msgspec.Struct) -> bytes:
    """The canonical bytes of a message: msgspec's JSON, fields in the order of their declaration."""
    return _encoder.encode(value)


def decode(payload: bytes, kind: type[T], *, limit: int = MAX_MESSAGE) -> T:
    """A message of the given kind. Raises WireError on anything but its canonical spelling."""
    value = decode_envelope(payload, kind, limit=limit)
    _refuse_control(payload)
    return value


def decode_envelope(payload: bytes, kind: type[T], *, limit: int = MAX_MESSAGE) -> T:
    """Like decode, for a message whose own strings have no room for a control character.

    What it carries raw is not looked into.

    Comparing with our own spelling refuses duplicate keys, spaces and second spellings of a number in one
    step: a JSON reader alone would silently keep the last of two equal keys.
    """
    value = parse(payload, kind, limit=limit)
    if encode(value) != payload:
        raise WireError("not_canonical", "a duplicate key, spacing, or another spelling of the same value")
    return value


def parse(payload: bytes, kind: type[T], *, limit: int = MAX_MESSAGE) -> T:
    """What of a message fits the kind, in any spelling: enough to name what is refused. Raises WireError."""
    if len(payload) > limit:
        raise WireError("too_large", f"{len(payload)} bytes, at most {limit}")
    try:
        return msgspec.json.decode(payload, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise WireError("malformed", str(error)[:200]) from error


def _refuse_control(payload: bytes) -> None:
    # Nearly no message has a backslash at all, and that is found out fast.
    if b"\x7f" in payload or (b"\\" in payload and _ESCAPED_CONTROL.search(payload)):
        raise WireError("control", "a NUL or another control character in a string")
