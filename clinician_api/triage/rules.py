"""The steps of a case: from which state, by whom, and with what. Plain values; it looks nothing up."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from alerts.rules.rule import Level
from clinician_api.access.rules import Actor, Role
from clinician_api.errors import ConflictError, InvalidError, NotAllowedError
from clinician_api.follow_ups.rules import How, Outcome, is_contact

State = Literal["new", "claimed", "contacted", "resolved"]
Step = Literal["claim", "contact", "snooze", "transfer", "resolve"]
Phrase = Literal["well_done", "seen", "keep_measuring", "please_rest"]
HomeState = Literal["sent", "received", "looked", "contacted", "resolved", "nobody"]

UNDO_WITHIN: Final = timedelta(seconds=10)

SNOOZE_CAPS: Final[Mapping[Level, timedelta]] = {
    Level.HIGH: timedelta(hours=24),
    Level.WATCH: timedelta(days=7),
    Level.DATA: timedelta(days=7),
}
"""A critical has none: it is handed over, never put aside."""

_CLINICIANS: Final[frozenset[Role]] = frozenset({"doctor", "leader", "duty", "supervisor"})
HANDLERS: Final[Mapping[Level, frozenset[Role]]] = {
    Level.CRITICAL: _CLINICIANS,
    Level.HIGH: _CLINICIANS,
    Level.WATCH: _CLINICIANS | {"nurse"},
    Level.DATA: _CLINICIANS | {"nurse"},
}
"""Who may take each step of a case; what they may see is decided elsewhere."""

REASON_LENGTH: Final = 200


@dataclass(frozen=True, slots=True)
class Move:
    """`by_owner`: while somebody owns the case, nobody else may."""

    sources: frozenset[State]
    target: State | None
    by_owner: bool = True


MOVES: Final[Mapping[Step, Move]] = {
    "claim": Move(frozenset({"new"}), "claimed", by_owner=False),
    "contact": Move(frozenset({"claimed", "contacted"}), "contacted"),
    "snooze": Move(frozenset({"new", "claimed", "contacted"}), None),
    "transfer": Move(frozenset({"new", "claimed", "contacted"}), None, by_owner=False),
    "resolve": Move(frozenset({"claimed", "contacted"}), "resolved"),
}
"""The whole state machine. Undo leads back along the last step; a rise or a reopening, to `new`."""


@dataclass(frozen=True, slots=True)
class Handling:
    """What people have done about a case, and all that an undo restores."""

    state: State = "new"
    owner: UUID | None = None
    claimed_at: datetime | None = None
    offered_to: UUID | None = None
    contacted_at: datetime | None = None
    contacted_how: How | None = None
    snoozed_until: datetime | None = None
    snooze_reason: str = ""
    resolved_at: datetime | None = None
    outcome: Outcome | None = None
    next_follow_up: date | None = None

    @property
    def is_claimed(self) -> bool:
        return self.state != "new"


@dataclass(frozen=True, slots=True)
class Standing:
    """A case as decisions see it. `since`: when it was heard of at this level, from where its clocks run.

    `is_over`: the condition no longer holds, whether or not anybody has done something. `is_paged`: the duty
    must be called although the level is lower (a late extreme). `is_watched`: somebody answers for the
    resident (rule 18).
    """

    level: Level
    since: datetime
    is_over: bool = False
    is_confirmed: bool = True
    is_paged: bool = False
    is_watched: bool = True
    handling: Handling = field(default_factory=Handling)

    @property
    def was_nothing(self) -> bool:
        """A provisional that its repeat ended (rule 4)."""
        return self.is_over and not self.is_confirmed

    @property
    def urgency(self) -> Level:
        """The level whose clocks run. What a repeat has disproved is still looked at, but wakes nobody."""
        if self.was_nothing:
            return min(self.level, Level.WATCH)
        return Level.CRITICAL if self.is_paged else self.level


def claim(case: Standing, actor: Actor, now: datetime) -> Handling:
    """Become the owner of what nobody owns, or of what its owner offered."""
    _check_handler(case, actor)
    held = case.handling
    if held.is_claimed and (held.state == "resolved" or held.offered_to != actor.account):
        raise ConflictError(
            "case.already_resolved" if held.state == "resolved" else "case.already_claimed", str(held.owner)
        )
    state: State = held.state if held.is_claimed else "claimed"
    return replace(held, state=state, owner=actor.account, claimed_at=now, offered_to=None)


def contact(case: Standing, actor: Actor, how: How, now: datetime) -> Handling:
    """Whoever could not be reached has not been contacted: the clock runs on."""
    held = _allowed(case, actor, "contact")
    if not is_contact(how):
        return held
    return replace(held, state="contacted", contacted_at=held.contacted_at or now, contacted_how=how)


def snooze(case: Standing, actor: Actor, *, until: datetime, reason: str, now: datetime) -> Handling:
    """Put aside, for a reason and for a while. Who puts aside what nobody owns owns it from then on."""
    held = _allowed(case, actor, "snooze")
    cap = SNOOZE_CAPS.get(max(case.level, case.urgency))
    if cap is None:
        raise NotAllowedError("case.critical_is_never_snoozed")
    if not now < until <= now + cap:
        raise InvalidError("case.snooze_too_long" if until > now else "case.snooze_in_the_past", "until")
    if not held.is_claimed:
        held = replace(held, state="claimed", owner=actor.account, claimed_at=now)
    return replace(held, snoozed_until=until, snooze_reason=checked_reason(reason))


def transfer(case: Standing, actor: Actor, to: UUID) -> Handling:
    """Offer it to somebody. The duty stays where it is, and its clocks run, until they claim it."""
    held = _allowed(case, actor, "transfer")
    is_in_charge = held.owner in {None, actor.account} or not actor.roles.isdisjoint({"leader", "supervisor"})
    if not is_in_charge:
        raise NotAllowedError("case.not_the_owner", str(held.owner))
    if to == held.owner:
        raise InvalidError("case.owner_already", "to")
    return replace(held, offered_to=to)


def resolve(
    case: Standing, actor: Actor, outcome: Outcome, *, next_follow_up: date | None, now: datetime
) -> Handling:
    """Only an outcome closes. Missing data may be closed by whoever mended it, claimed or not."""
    if case.level is Level.DATA and not case.handling.is_claimed:
        case = replace(case, handling=claim(case, actor, now))
    held = _allowed(case, actor, "resolve")
    if case.urgency is Level.CRITICAL and held.contacted_at is None:
        raise ConflictError("case.contact_first")
    return replace(
        held,
        state="resolved",
        resolved_at=now,
        outcome=outcome,
        next_follow_up=next_follow_up,
        offered_to=None,
        snoozed_until=None,
        snooze_reason="",
    )


def check_undo(*, by: UUID | None, at: datetime, actor: Actor, now: datetime) -> None:
    """One's own step, the last one, within ten seconds. `by` is None where nothing can be undone."""
    if by != actor.account:
        raise ConflictError("case.nothing_to_undo")
    if now - at > UNDO_WITHIN:
        raise ConflictError("case.too_late_to_undo")


def lapsed(held: Handling) -> Handling:
    """A rise, a reopening, or an owner who may no longer see the resident: it must be claimed anew."""
    return Handling(offered_to=held.owner)


def woken(held: Handling) -> Handling:
    return replace(held, snoozed_until=None, snooze_reason="")


def is_worse(old: str, new: str, *, low: bool) -> bool:
    """Whether a value as it is shown is worse than another. When in doubt it is."""
    if old == new:
        return False
    before, after = _numbers(old), _numbers(new)
    if len(before) != len(after) or not before:
        return True
    pairs = zip(before, after, strict=True)
    return any(b > a if low else b < a for b, a in pairs)


def checked_reason(reason: str) -> str:
    """Raises InvalidError."""
    if not reason.strip():
        raise InvalidError("case.reason_missing", "reason")
    if len(reason) > REASON_LENGTH or "\x00" in reason:
        raise InvalidError("case.reason_too_long", "reason")
    return reason.strip()


def home_state(desk: str, held: Handling, *, viewed_at: datetime | None, stored_at: datetime) -> HomeState:
    """What the home is told of a reading that has a case: no more than what happened since it was stored.

    What was done before concerned an earlier one. One that joined when all was done has reached nobody.
    """

    def since(moment: datetime | None) -> bool:
        return moment is not None and moment >= stored_at

    if held.state == "resolved":
        return "resolved" if since(held.resolved_at) else "sent"
    if since(held.contacted_at):
        return "contacted"
    if since(viewed_at):
        return "looked"
    return "nobody" if desk == "nobody" else "received"


def is_somebodys(whose: str) -> bool:
    """Whether a case must not stand under one name: its readings may be another's of the home (rule 14)."""
    return whose in {"asked", "another"}


def check_resident(resident: UUID, seen: UUID) -> None:
    """A form must speak of the person whom its sender had before their eyes."""
    if resident != seen:
        raise ConflictError("case.wrong_resident", str(seen))


def check_version(version: int, seen: int) -> None:
    """And of the state they saw it in."""
    if version != seen:
        raise ConflictError("case.stale", f"{seen} is now {version}")


def can_handle(case: Standing, roles: frozenset[Role]) -> bool:
    """Whether somebody with these roles may take the steps of this case."""
    return not roles.isdisjoint(HANDLERS[max(case.level, case.urgency)])


def check_may_reply(actor: Actor) -> None:
    if actor.roles.isdisjoint({"doctor", "leader", "nurse", "duty"}):
        raise NotAllowedError("role.not_allowed")


def _allowed(case: Standing, actor: Actor, step: Step) -> Handling:
    """Where the case stands, if this actor may take this step from there."""
    _check_handler(case, actor)
    move, held = MOVES[step], case.handling
    if held.state not in move.sources:
        raise ConflictError("case.already_resolved" if held.state == "resolved" else "case.claim_first")
    if move.by_owner and held.owner not in {None, actor.account}:
        raise NotAllowedError("case.not_the_owner", str(held.owner))
    return held


def _check_handler(case: Standing, actor: Actor) -> None:
    if not can_handle(case, actor.roles):
        raise NotAllowedError("role.not_allowed")


def _numbers(value: str) -> list[float]:
    return [float(number) for number in re.findall(r"\d+(?:\.\d+)?", value)]
