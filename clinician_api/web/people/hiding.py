"""What somebody searched for, in an address that only their own login can read.

Names stand in no log, and Back, reloading and a page without a script work all the same.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

LONGEST: Final = 1000
_NONCE: Final = 12
_BLOCK: Final = 48
_PURPOSE: Final = b"searched words"


def hidden(words: str, token: str) -> str:
    """AES-256-GCM under a key that follows from the login's token; filled up, so its length says little."""
    plain = words.encode()
    filled = plain + bytes(-len(plain) % _BLOCK or _BLOCK)
    nonce = secrets.token_bytes(_NONCE)
    return urlsafe_b64encode(nonce + AESGCM(_key(token)).encrypt(nonce, filled, None)).decode()


def read(at: str, token: str) -> str:
    """The words; none at all of another login's address, or one that was made up."""
    try:
        raw = urlsafe_b64decode(at.encode("ascii"))
        plain = AESGCM(_key(token)).decrypt(raw[:_NONCE], raw[_NONCE:], None)
        return plain.rstrip(b"\x00").decode()
    except (ValueError, InvalidTag):
        return ""


def _key(token: str) -> bytes:
    return hmac.new(token.encode(), _PURPOSE, sha256).digest()
