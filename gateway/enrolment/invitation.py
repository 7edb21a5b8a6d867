"""What stands in a QR code or is typed by hand: where to join, by which code, and which root to expect."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, urlsplit

from device_drivers.wire.enrolment import CODE_LENGTH, CODE_LETTERS, plain

SCHEME: Final = "hearthline"

_CODE = re.compile(f"[{CODE_LETTERS}]{{{CODE_LENGTH}}}")
_ROOT = re.compile(r"[0-9a-f]{64}")


class InvitationError(ValueError):
    """It is none; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """`root`: the cloud's public key (hex), where it was in the QR code; None where only TLS vouches for the
    first answer."""

    cloud: str
    code: str
    root: str | None


def read(said: str, cloud: str | None) -> Invitation:
    """`hearthline:claim?c=CODE&u=URL&r=ROOT` as scanned, or a code as typed with `cloud`, the address of the
    cloud's enrolment. Raises InvitationError."""
    if said.lower().startswith(f"{SCHEME}:"):
        asked = parse_qs(urlsplit(said).query)
        code, url, root = (asked.get(name, [""])[0] for name in ("c", "u", "r"))
        return Invitation(_url(cloud or url), _code(code), _root(root))
    if cloud is None:
        raise InvitationError("a typed code needs the cloud's address: add --cloud https://…")
    return Invitation(_url(cloud), _code(said), None)


def _code(said: str) -> str:
    code = plain(said)
    if not _CODE.fullmatch(code):
        raise InvitationError(f"a code has {CODE_LENGTH} letters and digits: read it again")
    return code


def _root(said: str) -> str:
    if not _ROOT.fullmatch(said):
        raise InvitationError("this QR code is damaged: its root key has not 64 digits")
    return said


def _url(said: str) -> str:
    if urlsplit(said).scheme not in {"http", "https"}:
        raise InvitationError("the cloud's address begins with https://")
    return said
