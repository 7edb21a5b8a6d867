"""Episodes and waiting readings as JSON, so that a course goes on after a restart exactly as it was."""

from __future__ import annotations

from typing import Final

from msgspec.json import Decoder, encode

from alerts.episodes import Episode
from alerts.reading import Reading

_EPISODES: Final = Decoder(Episode)
_READINGS: Final = Decoder(Reading)


def freeze(value: Episode | Reading) -> str:
    return encode(value).decode()


def thaw_episode(text: str) -> Episode:
    return _EPISODES.decode(text)


def thaw_reading(text: str) -> Reading:
    return _READINGS.decode(text)
