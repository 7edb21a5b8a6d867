"""What changed in a resident's episodes between two steps, as it is told to whoever cares. Tells nobody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from alerts.care import Change, Concern
from alerts.episodes import Episode
from alerts.rules.rule import Finding
from alerts.rules.symptom import RED_FLAG
from alerts.words import to_the_home


@dataclass(frozen=True, slots=True)
class Mark:
    """Of a stored episode: version, place among its resident's, and changes nobody was told of yet."""

    version: int
    place: int
    owed: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Changed:
    """An episode to be stored with its new mark; `changes` are to be told."""

    episode: Episode
    mark: Mark
    changes: tuple[Change, ...]


def changed(
    before: Iterable[Episode], after: Iterable[Episode], marks: Mapping[UUID, Mark]
) -> tuple[Changed, ...]:
    """The episodes that are not as they were, or of which something is still to be told."""
    were = {each.id: each for each in before}
    found: list[Changed] = []
    last = 0
    for episode in after:
        mark = marks.get(episode.id, Mark(0, 0))
        place = mark.place if mark.place > last else last + 1
        last = place
        was = were.get(episode.id)
        changes = _with(mark.owed, _changes(was, episode))
        if changes or place != mark.place:
            version = mark.version + bool(changes)
            found.append(Changed(episode, Mark(version, place), changes))
    return tuple(found)


def _with(owed: tuple[Change, ...], changes: tuple[Change, ...]) -> tuple[Change, ...]:
    return (*owed, *(each for each in changes if each not in owed))


def _changes(was: Episode | None, now: Episode) -> tuple[Change, ...]:
    if was is now or was == now:
        return ()
    old = was or replace(now, level=now.level, confirmed_at=None, paged_at=None, closed_at=None)
    happened: list[tuple[Change, bool]] = [
        ("opened", was is None),
        ("escalated", now.level > old.level),
        ("confirmed", now.confirmed_at is not None and old.confirmed_at is None),
        ("paged", now.paged_at is not None and old.paged_at is None),
        ("reopened", now.reopened > old.reopened),
        ("closed", now.closed_at is not None and now.closed_at != old.closed_at),
    ]
    return tuple(change for change, did in happened if did) or ("updated",)


def concern(change: Changed) -> Concern:
    """All that is to be known of an episode as it stands now."""
    episode = change.episode
    # Of the worst, the last: a further value at the same level may be worse, and is what is current.
    worst = max(reversed(episode.findings), key=lambda finding: finding.level)
    measured = _asked_about(episode, worst)
    return Concern(
        episode=episode.id,
        version=change.mark.version,
        changes=change.changes,
        resident=UUID(episode.resident),
        cause=episode.cause,
        level=episode.level,
        late=episode.late,
        provisional=episode.provisional,
        awaits_repeat=episode.waiting is not None and not episode.late,
        opened_at=episode.opened_at,
        heard_at=episode.heard_at,
        confirmed_at=episode.confirmed_at,
        confirmed_by=episode.confirmed_by,
        paged_at=episode.paged_at,
        closed_at=episode.closed_at,
        rule=(worst.code, worst.version),
        reason=worst.reason,
        value=measured.value,
        inputs=tuple(dict.fromkeys((*measured.inputs, *worst.inputs))),
        readings=len(episode.readings),
        words=to_the_home(episode),
    )


def _asked_about(episode: Episode, worst: Finding) -> Finding:
    """A yes to the question about red flags has no number: the one that it was asked about stays in sight."""
    if worst.code != RED_FLAG:
        return worst
    return next((each for each in reversed(episode.stretch) if each.code != RED_FLAG), worst)
