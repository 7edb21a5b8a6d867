"""How a gateway joins and renews its papers: asked over HTTPS, answered in the cloud's signature."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta, Struct

from device_drivers.wire.downlink import Url
from device_drivers.wire.fields import Digest, KeyId, Moment, Signature
from device_drivers.wire.receipt import KeySet

CLAIMS: Final = "/v1/claims"
RENEWALS: Final = "/v1/renewals"

CODE_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter that is read as another."""

CODE_LENGTH: Final = 16
"""80 random bits: nobody guesses one within its life."""

Code = Annotated[str, Meta(pattern=rf"^[{CODE_LETTERS}]{{{CODE_LENGTH}}}(?![\s\S])")]

Der = Annotated[str, Meta(pattern=r"^(?:[0-9a-f]{2})+(?![\s\S])", max_length=8192)]
"""ASN.1 in hexadecimal."""


class Claim(Struct, frozen=True, forbid_unknown_fields=True):
    """A certificate request (PKCS #10) named as the gateway's id and signed by its new key, and the one-time
    code that stands for a home."""

    code: Code
    csr: Der


class Renewal(Struct, frozen=True, forbid_unknown_fields=True):
    """A request for the next key, signed by the one in force."""

    gateway: UUID
    csr: Der
    sig: Signature


class Papers(Struct, frozen=True, forbid_unknown_fields=True):
    """The certificate for the key that was asked with, the authority that made it, the root to pin with the
    keys that it signed, and where to send readings to: `mqtt` or `https`."""

    kid: KeyId
    gateway: UUID
    home: UUID
    certificate: Der
    authority: Der
    not_before: Moment
    not_after: Moment
    root: Digest
    kids: KeySet
    mqtt: Url | None
    https: Url | None
    sig: Signature


def plain(said: str) -> str:
    """A code as it was typed: spaces and hyphens apart, small letters, O for 0, I and L for 1."""
    letters = said.upper().replace("O", "0").replace("I", "1").replace("L", "1")
    return "".join(letter for letter in letters if letter not in " -")
