"""Questions to the home and what the button answers. Pure.

Silence is no answer, least of all `no`. Whoever said no may still say yes; a yes is never taken back here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from device_drivers.wire.downlink import Question
from gateway.button.pressing import Answer
from gateway.voice.happenings import (
    AnswerArrived,
    AnsweredElsewhere,
    Asked,
    Deed,
    Moment,
    Pressed,
    Say,
    Send,
)
from gateway.voice.sentences import Name

AGAIN_S: Final = (30.0, 90.0, 240.0)
"""Seconds after a question at which it is asked anew, while nobody answers."""

ARRIVES_S: Final = 20.0
"""Seconds without a receipt after which the home is told that its answer has not arrived."""

_SAID: Final[dict[tuple[Question, Answer], Name]] = {
    ("red_flag", "yes"): "answered_yes",
    ("red_flag", "no"): "answered_no",
    ("was_it_you", "yes"): "answered_me",
    ("was_it_you", "no"): "answered_not_me",
}
_FIRST: Final[dict[Question, int]] = {"red_flag": 0, "was_it_you": 1}


@dataclass(frozen=True, slots=True)
class Open:
    """A question asked at `since`, `times` over; `waits_since`: its answer has no receipt yet."""

    what: Question
    question: UUID
    since: float
    until: float
    times: int = 0
    answer: Answer | None = None
    waits_since: float | None = None


@dataclass(frozen=True, slots=True)
class Asking:
    """The most pressing question first."""

    open: tuple[Open, ...] = ()


def asked(asking: Asking, event: Asked, moment: Moment) -> tuple[Asking, tuple[Deed, ...]]:
    """The same question again, by a repeated command, is known already."""
    if any(each.question == event.question for each in asking.open):
        return asking, ()
    new = Open(event.what, event.question, moment.now, event.until)
    ordered = sorted((*asking.open, new), key=lambda each: (_FIRST[each.what], -each.since))
    return Asking(tuple(ordered)), (Say(event.what, event.until),)


def pressed(asking: Asking, event: Pressed, moment: Moment) -> tuple[Asking, tuple[Deed, ...]]:
    """An answer belongs to the first question without one; else it may turn the first's `no` into `yes`."""
    alive = [each for each in asking.open if moment.now <= each.until]
    if not alive:
        return asking, (Say("nothing_asked", moment.now + 10),)
    one = next((each for each in alive if each.answer is None), alive[0])
    if one.answer is not None and one.answer in {"yes", event.answer}:
        return asking, (Say(_SAID[one.what, one.answer], moment.now + 10),)
    answered = replace(one, answer=event.answer, waits_since=moment.now)
    say = Say(_SAID[one.what, event.answer], moment.now + 60)
    return _put(asking, answered), (say, Send(one.question, one.what, event.answer))


def arrived(asking: Asking, event: AnswerArrived, moment: Moment) -> tuple[Asking, tuple[Deed, ...]]:
    one = next((each for each in asking.open if each.question == event.question), None)
    if one is None or one.waits_since is None:
        return asking, ()
    return _put(asking, replace(one, waits_since=None)), (Say("answer_received", moment.now + 60),)


def elsewhere(asking: Asking, event: AnsweredElsewhere) -> Asking:
    """It is not asked again; an own answer that is under way still gets its word."""
    left = [each for each in asking.open if each.question != event.question or each.waits_since is not None]
    return Asking(tuple(left))


def passed(asking: Asking, moment: Moment) -> tuple[Asking, tuple[Deed, ...]]:
    """Ask anew the most pressing that nobody answers; admit what has not arrived; forget what is over."""
    alive = tuple(each for each in asking.open if moment.now <= each.until or each.waits_since is not None)
    asking, deeds = Asking(alive), list[Deed]()
    for one in alive:
        if one.waits_since is not None and moment.now >= one.waits_since + ARRIVES_S:
            asking = _put(asking, replace(one, waits_since=None))
            deeds.append(Say("answer_waits", moment.now + 60))
    silent = next((each for each in asking.open if each.answer is None), None)
    if silent is not None and _again_at(silent) <= moment.now <= silent.until:
        asking = _put(asking, replace(silent, times=silent.times + 1))
        deeds.append(Say(silent.what, silent.until))
    return asking, tuple(deeds)


def due_at(asking: Asking) -> float | None:
    moments = [each.waits_since + ARRIVES_S for each in asking.open if each.waits_since is not None]
    moments += [each.until + 1 for each in asking.open if each.waits_since is None]
    silent = next((each for each in asking.open if each.answer is None), None)
    if silent is not None:
        moments.append(_again_at(silent))
    return min(moments, default=None)


def _again_at(one: Open) -> float:
    return one.since + AGAIN_S[one.times] if one.times < len(AGAIN_S) else float("inf")


def _put(asking: Asking, one: Open) -> Asking:
    return Asking(tuple(one if each.question == one.question else each for each in asking.open))
