"""What rooms raise. One handler turns them into pages and JSON problems."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID


class About(NamedTuple):
    """What an error concerns, for the audit: a kind like `resident` or `episode`, and the id asked for."""

    kind: str
    id: UUID


class CareError(Exception):
    """Something a caller can act on; its text is for developers and the log, never for a page.

    `code` is a stable word: pages look their own words up by it, and programs decide by it.
    """

    def __init__(self, code: str, detail: str = "", *, about: About | None = None) -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.about = about


class NotLoggedInError(CareError):
    """Nobody knows who asks: no login, an ended one, or a wrong name or password."""


class TooManyError(CareError):
    """Asked too often; `retry_after` seconds from now it may be tried again."""

    def __init__(self, code: str, retry_after: int) -> None:
        super().__init__(code)
        self.retry_after = retry_after


class NotFoundError(CareError):
    """There is no such thing, or none that the asker may know of: the two look alike from outside."""


class NotAllowedError(CareError):
    """The asker may know of it and may not do this with it."""


class ConflictError(CareError):
    """Somebody was faster, or the page was old; nothing was changed."""


class InvalidError(CareError):
    """What was asked makes no sense; `field` names the part that is wrong."""

    def __init__(self, code: str, field: str) -> None:
        super().__init__(code, field)
        self.field = field
