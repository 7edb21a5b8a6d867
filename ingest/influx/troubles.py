"""What can go wrong between us and the copy, for those who need not know its client."""

from __future__ import annotations


class AwayError(RuntimeError):
    """The server does not answer, or is busy: the same again later."""


class RefusedError(RuntimeError):
    """The server will not take these lines however often they are sent; the message is the status."""


class WrongSettingError(RuntimeError):
    """The server takes nothing from us: wrong token, org or bucket. The message says what to do."""
