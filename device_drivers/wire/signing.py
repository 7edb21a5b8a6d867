"""Ed25519 over a message's canonical bytes, told apart by domain. Keeps no keys and trusts none."""

from __future__ import annotations

import hashlib
from typing import TypeVar

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from device_drivers.wire.codec import encode

S = TypeVar("S", bound=msgspec.Struct)


def public_hex(key: Ed25519PrivateKey) -> str:
    """The public half of a key: 32 bytes in hexadecimal."""
    return key.public_key().public_bytes_raw().hex()


def key_id(public: str) -> str:
    """The name of a public key: the first 8 bytes of its SHA-256."""
    return hashlib.sha256(bytes.fromhex(public)).hexdigest()[:16]


def sign(message: S, key: Ed25519PrivateKey) -> S:
    """The same message with its signature."""
    return msgspec.structs.replace(message, sig=key.sign(_signable(message)).hex())


def is_signed_by(message: msgspec.Struct, signature: str, public: str) -> bool:
    """Whether `signature`, the message's own, was made by the holder of the public key."""
    return verifies(public, signature, _signable(message))


def verifies(public: str, signature: str, content: bytes) -> bool:
    """Whether the signature over exactly these bytes is the key's. Never raises on foreign input."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), content)
    except (InvalidSignature, ValueError):
        return False
    return True


def _signable(message: msgspec.Struct) -> bytes:
    # The kind of message is part of what is signed: a state can never be replayed as a receipt.
    domain = f"hearthline/{type(message).__name__}/1\n".encode()
    return domain + encode(msgspec.structs.replace(message, sig=""))
