"""The papers in the gateway's folder: what is held, what is being asked for, and how one becomes the other.

A power cut at any point leaves a key that signs and a certificate that opens: the bundle that TLS takes is
one file, and the next key is renamed last.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Struct

from device_drivers.wire.signing import public_hex
from gateway.folder.files import sync_folder, write_private
from gateway.trust.keys import KEY

BUNDLE: Final = "gateway.pem"
AUTHORITY: Final = "authority.pem"
CLOUD_CA: Final = "cloud.pem"
_HELD: Final = "papers.json"
_NEXT: Final = "next.key"


class Held(Struct, frozen=True, forbid_unknown_fields=True):
    """The certificate's key (public, hex) and life, the pinned root, and where to renew. `is_claimed_anew`:
    what was sealed before belongs to a claim that may be revoked."""

    public: str
    not_before: datetime
    not_after: datetime
    root: str
    cloud: str
    is_claimed_anew: bool


def read(folder: Path) -> Held | None:
    """None where this box never joined, or by hand."""
    try:
        return msgspec.json.decode((folder / _HELD).read_bytes(), type=Held)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def next_key(folder: Path) -> Ed25519PrivateKey:
    """The key to ask with: the same again until there is an answer for it."""
    path = folder / _NEXT
    if not path.exists():
        write_private(path, Ed25519PrivateKey.generate().private_bytes_raw())
    return Ed25519PrivateKey.from_private_bytes(path.read_bytes())


def adopt(folder: Path, held: Held, *, bundle: bytes, authority: bytes) -> None:
    """Put the next key and its papers in force."""
    write_private(folder / AUTHORITY, authority)
    write_private(folder / BUNDLE, bundle)
    write_private(folder / _HELD, msgspec.json.encode(held))
    finish(folder)


def finish(folder: Path) -> None:
    """What a power cut interrupted: the next key, once its papers are held, is ours."""
    path, held = folder / _NEXT, read(folder)
    if held is None or not path.exists():
        return
    if public_hex(Ed25519PrivateKey.from_private_bytes(path.read_bytes())) == held.public:
        path.replace(folder / KEY)
        sync_folder(folder)


def sealed_afresh(folder: Path, held: Held) -> None:
    """What waited is sealed by the new claim's key."""
    write_private(folder / _HELD, msgspec.json.encode(msgspec.structs.replace(held, is_claimed_anew=False)))
