"""Around every request: how large it may be, and what a browser may do with the answer."""

from __future__ import annotations

from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_POLICY: Final = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
)
SECURITY: Final = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    # Not `no-referrer`: with it browsers send `Origin: null` from our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class SecurityHeaders:
    """Nothing from elsewhere, nothing inline, no frame; and no page is kept, only static files may be."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self._app = app
        self._headers = SECURITY | ({"Strict-Transport-Security": "max-age=31536000"} if secure else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self._headers)
                if not scope["path"].startswith("/static/"):
                    headers["Cache-Control"] = "no-store"
            await send(message)

        await self._app(scope, receive, send_with_headers)


class BodyLimit:
    """Refuses a body that says it is too large before reading it, and any other once it has become so.

    FastAPI's own limit answers by itself: not in our shape, and without a row in the audit.
    """

    def __init__(self, app: ASGIApp, *, most: int, roomy: tuple[str, int] | None = None) -> None:
        """`roomy` is the beginning of paths that take more, and how much."""
        self._app = app
        self._usual = most
        self._roomy = roomy

    def _most(self, path: str) -> int:
        return self._roomy[1] if self._roomy and path.startswith(self._roomy[0]) else self._usual

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = self._most(scope["path"])
        declared = Headers(scope=scope).get("Content-Length", "0")
        too_large = declared.isdecimal() and int(declared) > most
        heard = 0

        async def receive_limited() -> Message:
            nonlocal heard
            message = await receive() if not too_large else {"body": b""}
            heard += len(message.get("body", b""))
            if too_large or heard > most:
                raise HTTPException(413)
            return message

        await self._app(scope, receive_limited, send)
