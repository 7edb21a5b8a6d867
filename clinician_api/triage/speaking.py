"""What the home is to hear of a case, as names of sentences. Pure; the words are the gateway's."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from alerts import words
from alerts.rules.rule import Level
from alerts.words import Words
from clinician_api.follow_ups.rules import DeskKind
from device_drivers.wire.downlink import Phrase, Question

Word = Phrase | Question

_WORDS: Final[Mapping[Words, Word]] = {
    words.MEASURE_AGAIN: "rest_and_repeat",
    words.MEASURE_AGAIN_LOW: "rest_and_repeat_low",
    words.LOW_GLUCOSE: "low_glucose",
    words.QUESTION: "red_flag",
}
"""What the rules would have said, under the name that travels."""

_DESK: Final[Mapping[DeskKind, Phrase]] = {
    "team": "received",
    "institution": "duty_desk",
    "nobody": "unwatched",
}
"""What is true of whoever answers for the resident (rule 18)."""

_ANEW: Final = frozenset({"opened", "reopened", "escalated"})


@dataclass(frozen=True, slots=True)
class Development:
    """A case after a change. `is_heard_more`: a reading joined it. `says`: what the rules tell the home."""

    urgency: Level
    desk: DeskKind
    changes: Collection[str]
    is_heard_more: bool
    is_late: bool
    says: Sequence[Words]


def of_development(case: Development) -> tuple[Word, ...]:
    """In the order to be said: what to do, the question, then who answers. After each critical reading the
    question is asked anew (rule 5); hours later nothing is said (rule 10)."""
    return () if case.is_late else tuple(_said(case))


def _said(case: Development) -> Iterator[Word]:
    is_anew = not _ANEW.isdisjoint(case.changes)
    if is_anew or case.is_heard_more:
        yield from (_WORDS[each] for each in case.says if each in _WORDS)
    if is_anew and case.urgency >= Level.HIGH:
        yield _DESK[case.desk]
    if "confirmed" in case.changes and case.urgency is Level.CRITICAL:
        yield "stay_by_phone"
