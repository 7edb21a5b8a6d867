"""How far back readings must be known to judge a resident as if all were. Loads none."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from alerts.clearing import ByAPerson
from alerts.episodes import Episode
from alerts.reading import Reading
from alerts.rules import RuleSet
from alerts.settings import Settings

_DAY: Final = timedelta(days=1)


def look_back(settings: Settings, rules: RuleSet) -> timedelta:
    """The longest that a rule looks: a sparse mean with the gap before its first day (rule 7)."""
    means = settings.sparse_days * _DAY + settings.gap + 3 * _DAY
    return max(means, *(rule.window + _DAY for rule in rules.rows))


def since(
    moments: Iterable[datetime], episodes: Iterable[Episode], sitting: Reading | None, back: timedelta
) -> datetime:
    """From when on readings are needed to judge what was taken at those moments."""
    starts = [each - back for each in moments]
    starts += [] if sitting is None else [sitting.taken_at - back]
    for episode in episodes:
        if episode.is_open:
            starts += _of_open(episode)
    return min(starts)


def _of_open(episode: Episode) -> list[datetime]:
    """A waiting one is decided by what followed it, and clearing looks at all since the limit was crossed."""
    waits = [episode.waiting.taken_at] if episode.waiting is not None else []
    is_cleared_by_numbers = not any(isinstance(each.clearing, ByAPerson) for each in episode.stretch)
    return [*waits, *([episode.crossed_at - _DAY] if is_cleared_by_numbers else [])]
