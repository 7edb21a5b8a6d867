"""Until when a sitting, a repeat or a recheck is waited for. Looks at no clock and changes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from alerts.episodes import Episode
from alerts.reading import Reading
from alerts.settings import Settings


def sitting_until(last: Reading, settings: Settings) -> datetime:
    """When the sitting of its newest pressure is over."""
    return max(last.taken_at + settings.sitting, last.stored_at) + settings.transit


def silence_until(episode: Episode, settings: Settings) -> datetime | None:
    """When silence confirms (rule 4); a late one never is (rule 10)."""
    first = episode.waiting
    if first is None or episode.late:
        return None
    return max(first.taken_at + settings.repeat_within, first.stored_at) + settings.transit


def recheck_until(episode: Episode, settings: Settings) -> datetime | None:
    """When a recheck of a low glucose is overdue (rule 8)."""
    low = episode.recheck
    if low is None:
        return None
    return max(low.taken_at + settings.recheck_within, low.stored_at) + settings.transit


def next_due(sitting: Reading | None, episodes: Iterable[Episode], settings: Settings) -> datetime | None:
    """The earliest of all that a resident's course waits for."""
    waits = [sitting_until(sitting, settings)] if sitting is not None else []
    for episode in episodes:
        if episode.is_open:
            both = (silence_until(episode, settings), recheck_until(episode, settings))
            waits += [until for until in both if until is not None]
    return min(waits, default=None)
