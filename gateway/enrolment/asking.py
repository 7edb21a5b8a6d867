"""Asks the cloud's enrolment one thing over HTTPS. Believes nothing of the answer but its shape."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path
from urllib.parse import urlsplit

from device_drivers.wire.codec import WireError, decode, encode
from device_drivers.wire.enrolment import CLAIMS, RENEWALS, Claim, Papers, Renewal
from gateway.cloud.http import Answer, dial
from gateway.settings import Node

_IN_CLEAR = {"127.0.0.1", "::1", "localhost"}
_REFUSED = 403


class AskedInVainError(Exception):
    """No papers; the message says why, and what to do."""


def ask(cloud: str, said: Claim | Renewal, ca: Path | None) -> Papers:
    """Raises AskedInVainError."""
    node, context = _node(cloud), None
    if node.is_encrypted:
        context = ssl.create_default_context(cafile=ca)
    elif node.host not in _IN_CLEAR:
        raise AskedInVainError("a code travels over TLS alone: write https://")
    path = CLAIMS if isinstance(said, Claim) else RENEWALS
    try:
        answer = asyncio.run(_post(node, context, path, encode(said)))
    except OSError as error:
        raise AskedInVainError(
            f"{cloud} does not answer ({str(error) or type(error).__name__}): try again"
        ) from error
    return _read(answer)


async def _post(node: Node, context: ssl.SSLContext | None, path: str, body: bytes) -> Answer:
    connection = await dial(node, context)
    try:
        return await connection.ask("POST", path, body)
    finally:
        connection.close()


def _read(answer: Answer) -> Papers:
    if answer.status == _REFUSED:
        raise AskedInVainError(answer.body.decode("utf-8", "replace")[:200])
    if answer.status != 200:
        raise AskedInVainError(f"the cloud answers {answer.status}: try again in a minute")
    try:
        return decode(answer.body, Papers)
    except WireError as error:
        raise AskedInVainError("what answers there is no cloud of ours: look at the address") from error


def _node(cloud: str) -> Node:
    url = urlsplit(cloud)
    is_encrypted = url.scheme == "https"
    return Node(url.hostname or "", url.port or (443 if is_encrypted else 80), is_encrypted)
