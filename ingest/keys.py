"""The cloud's keys: a root that gateways pin and the key that signs receipts, in one folder's files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from device_drivers.wire.codec import decode, encode
from device_drivers.wire.receipt import CloudKey, KeySet
from device_drivers.wire.signing import key_id, public_hex, sign
from ingest.files import replace_file

_ROOT: Final = "root.key"
_SIGNING: Final = "signing.key"
_KEY_SET: Final = "key_set.json"

_MAX_KEYS: Final = 32


@dataclass(frozen=True, slots=True)
class Keyring:
    """The key in force and the set of all keys still valid, which the root signed."""

    root_public: str
    signing: Ed25519PrivateKey
    key_set: KeySet

    @property
    def kid(self) -> str:
        return key_id(public_hex(self.signing))


def open_keyring(folder: Path) -> Keyring:
    """The keys in this folder; made at the first start."""
    if not (folder / _KEY_SET).exists():
        _begin(folder)
    key_set = decode((folder / _KEY_SET).read_bytes(), KeySet)
    signing = _read(folder / _SIGNING)
    if key_id(public_hex(signing)) not in {key.kid for key in key_set.keys}:
        return _put_in_force(folder, signing, key_set)
    return Keyring(public_hex(_read(folder / _ROOT)), signing, key_set)


def rotate(folder: Path) -> Keyring:
    """Put a new signing key in force. The old ones stay in the set: receipts never expire.

    Announce the new set before this key signs anything; a gateway that knows neither asks for the set.
    """
    return _put_in_force(folder, Ed25519PrivateKey.generate(), open_keyring(folder).key_set)


def _begin(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (folder / _ROOT).exists():
        replace_file(folder / _ROOT, Ed25519PrivateKey.generate().private_bytes_raw())
    _put_in_force(folder, Ed25519PrivateKey.generate(), None)


def _put_in_force(folder: Path, key: Ed25519PrivateKey, old: KeySet | None) -> Keyring:
    public = public_hex(key)
    version, keys = (old.version + 1, old.keys) if old else (1, ())
    named = (CloudKey(key_id(public), public), *keys)[:_MAX_KEYS]
    root = _read(folder / _ROOT)
    key_set = sign(KeySet(version, named, sig=""), root)
    # The key before the set that names it: the next start repairs what a crash leaves between the two.
    replace_file(folder / _SIGNING, key.private_bytes_raw())
    replace_file(folder / _KEY_SET, encode(key_set))
    return Keyring(public_hex(root), key, key_set)


def _read(path: Path) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(path.read_bytes())
