"""What speaks, as the rest of the gateway sees it. Chooses no words."""

from __future__ import annotations

from typing import Protocol

from gateway.voice.sentences import Name


class VoiceFailed(Exception):  # noqa: N818  a state of the world more than an error
    """The sentence was not heard: no loudspeaker, or no synthesiser."""


class Voice(Protocol):
    """One sentence at a time. Returns when it has been said; raises VoiceFailed."""

    async def say(self, sentence: Name) -> None: ...


class Silent:
    """For a home that wants none, and for tests: it remembers."""

    def __init__(self) -> None:
        self.said: list[Name] = []

    async def say(self, sentence: Name) -> None:
        self.said = [*self.said[-63:], sentence]
