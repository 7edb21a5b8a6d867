"""What a browser asked, and whether it may: decisions about one request. Pure."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qs, urlsplit

MOST_FIELDS: Final = 16
COOKIE: Final = "hearthline"


@dataclass(frozen=True, slots=True)
class Request:
    """Header names in lower case; `form` has each field's first value."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Response:
    status: int
    body: bytes = b""
    kind: str = "text/html; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()


def form_of(body: bytes) -> Mapping[str, str]:
    """Fields of application/x-www-form-urlencoded. Raises ValueError on too many."""
    fields = parse_qs(body.decode(errors="replace"), max_num_fields=MOST_FIELDS)
    return {name: values[0] for name, values in fields.items()}


def is_addressed_here(host: str, names: frozenset[str]) -> bool:
    """Whether a Host header means this machine: a bare address or one of its names. Any other name may belong
    to a site that points it here, whose script could then read the page (DNS rebinding)."""
    name = urlsplit(f"//{host}").hostname or ""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return name in names
    return True


def is_from_here(request: Request) -> bool:
    """Whether a form was sent by our own page: browsers name the sender of every POST from elsewhere."""
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host", "")


def ticket(code: str, secret: bytes) -> str:
    """What a browser shows once it has given the code. Worth nothing after a restart."""
    return hmac.new(secret, code.encode(), hashlib.sha256).hexdigest()


def has_ticket(request: Request, code: str | None, secret: bytes) -> bool:
    """Whether it may come in; everybody, where there is no code. A program gives the code itself."""
    if code is None:
        return True
    kind, _, said = request.headers.get("authorization", "").partition(" ")
    if kind == "Bearer" and hmac.compare_digest(said.encode(), code.encode()):
        return True
    return hmac.compare_digest(_cookie(request).encode(), ticket(code, secret).encode())


def _cookie(request: Request) -> str:
    pairs = (part.strip().partition("=") for part in request.headers.get("cookie", "").split(";"))
    return next((value for name, _, value in pairs if name == COOKIE), "")
