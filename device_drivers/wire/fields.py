"""The kinds of text and number that may stand in a message. Nothing here reads or writes a message."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

from msgspec import Meta

# `$` would let a line feed through; this end is understood by Python and by JSON Schema (ECMA 262) alike.
_END: Final = r"(?![\s\S])"

Number = Annotated[str, Meta(pattern=rf"^-?[0-9]{{1,4}}(?:\.[0-9]{{1,4}})?{_END}", max_length=10)]
"""A decimal number as text: ASCII digits only, so that no `NaN`, exponent or full-width digit can pass."""

Hex = Annotated[str, Meta(pattern=rf"^(?:[0-9a-f]{{2}})*{_END}", max_length=1024)]
"""Raw bytes, at most 512 of them (the longest GATT value), in lower-case hexadecimal."""

Digest = Annotated[str, Meta(pattern=rf"^[0-9a-f]{{64}}{_END}")]
"""A SHA-256 or a public Ed25519 key: 32 bytes."""

Signature = Annotated[str, Meta(pattern=rf"^(?:[0-9a-f]{{128}})?{_END}")]
"""An Ed25519 signature of 64 bytes; empty only while it is being made."""

StreamId = Annotated[str, Meta(pattern=rf"^[0-9a-f]{{32}}{_END}")]
"""128 random bits, minted with an outbox."""

KeyId = Annotated[str, Meta(pattern=rf"^[0-9a-f]{{16}}{_END}")]
"""The first 8 bytes of the SHA-256 of a public key."""

Text = Annotated[str, Meta(min_length=1, max_length=64)]
"""A name. The codec refuses control characters in every string at once."""

Reason = Annotated[str, Meta(min_length=1, max_length=200)]
"""A sentence for people."""

Moment = Annotated[datetime, Meta(tz=True)]
"""An instant with its offset from UTC."""

Sequence = Annotated[int, Meta(ge=1, le=2**53 - 1)]
"""A batch's place in its stream, from 1; below 2**53 so that every JSON reader keeps it exact."""

Count = Annotated[int, Meta(ge=0, le=2**53 - 1)]
