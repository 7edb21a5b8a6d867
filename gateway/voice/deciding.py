"""The home's voice as one function: how things stand and what happened give what to say. Speaks nothing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from gateway.voice import asking, fresh, repeating
from gateway.voice.asking import Asking
from gateway.voice.fresh import Fresh
from gateway.voice.happenings import (
    AnswerArrived,
    AnsweredElsewhere,
    Asked,
    Deed,
    Happening,
    Kept,
    Moment,
    NotSaved,
    Pressed,
    Say,
    Settled,
    ShutOut,
    TimePassed,
    Told,
)
from gateway.voice.repeating import Repeating
from gateway.voice.sentences import Name

COURTESIES: Final[frozenset[Name]] = frozenset(
    {"received", "looked", "contacted", "resolved", "well_done", "seen", "keep_measuring"}
)
"""What wakes nobody: at night it is not said, and the page shows it in the morning."""

NOT_SO_OFTEN_S: Final = 60.0
"""Seconds between two times that a fault is told."""


@dataclass(frozen=True, slots=True)
class Home:
    """How things stand, as far as the voice is concerned. Kept in memory alone: after a restart nothing old
    is said (rule 16)."""

    fresh: Fresh = field(default_factory=Fresh)
    repeating: Repeating = field(default_factory=Repeating)
    asking: Asking = field(default_factory=Asking)
    faults: tuple[tuple[Name, float], ...] = ()
    """When each fault was told last."""


def decide(home: Home, event: Happening, moment: Moment) -> tuple[Home, tuple[Deed, ...]]:
    """The home afterwards, and what is to be said and sent now, in this order."""
    home, deeds = _happen(home, event, moment)
    home, more = _pass(home, moment)
    return home, (*deeds, *more)


def due_at(home: Home) -> float | None:
    """The monotonic second at which to decide again even if nothing happens."""
    moments = (fresh.due_at(home.fresh), repeating.due_at(home.repeating), asking.due_at(home.asking))
    return min((each for each in moments if each is not None), default=None)


def _happen(home: Home, event: Happening, moment: Moment) -> tuple[Home, tuple[Deed, ...]]:
    match event:
        case Kept():
            now_fresh = fresh.kept(home.fresh, event, moment)
            now_repeating = repeating.kept(home.repeating, event, moment)
            return replace(home, fresh=now_fresh, repeating=now_repeating), ()
        case Settled():
            settled, says = fresh.settled(home.fresh, event, moment)
            return replace(home, fresh=settled), says
        case NotSaved() | ShutOut():
            return _fault(home, "not_saved" if isinstance(event, NotSaved) else "refused", moment)
        case Told():
            return _told(home, event, moment)
        case TimePassed():
            return home, ()
        case _:
            return _about_questions(home, event, moment)


def _about_questions(
    home: Home, event: Asked | Pressed | AnswerArrived | AnsweredElsewhere, moment: Moment
) -> tuple[Home, tuple[Deed, ...]]:
    deeds: tuple[Deed, ...] = ()
    match event:
        case Asked():
            after, deeds = asking.asked(home.asking, event, moment)
        case Pressed():
            after, deeds = asking.pressed(home.asking, event, moment)
        case AnswerArrived():
            after, deeds = asking.arrived(home.asking, event, moment)
        case AnsweredElsewhere():
            after = asking.elsewhere(home.asking, event)
    return replace(home, asking=after), deeds


def _told(home: Home, event: Told, moment: Moment) -> tuple[Home, tuple[Deed, ...]]:
    home = replace(home, repeating=repeating.told(home.repeating, event, moment))
    if event.sentence in COURTESIES and moment.is_night is not False:
        return home, ()
    return home, (Say(event.sentence, event.until),)


def _fault(home: Home, sentence: Name, moment: Moment) -> tuple[Home, tuple[Deed, ...]]:
    """At any hour, but a full disk must not talk without end."""
    told = dict(home.faults)
    if moment.now - told.get(sentence, float("-inf")) < NOT_SO_OFTEN_S:
        return home, ()
    told[sentence] = moment.now
    return replace(home, faults=tuple(told.items())), (Say(sentence, moment.now + NOT_SO_OFTEN_S),)


def _pass(home: Home, moment: Moment) -> tuple[Home, tuple[Deed, ...]]:
    now_fresh, of_fresh = fresh.passed(home.fresh, moment)
    now_repeating, of_repeating = repeating.passed(home.repeating, moment)
    now_asking, of_asking = asking.passed(home.asking, moment)
    home = replace(home, fresh=now_fresh, repeating=now_repeating, asking=now_asking)
    return home, (*of_fresh, *of_repeating, *of_asking)
