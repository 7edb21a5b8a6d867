"""The steps of a case alone: from which state, by whom, with what."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, get_args
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.rules.rule import Level
from clinician_api.access.rules import Actor, Role
from clinician_api.errors import CareError, ConflictError, InvalidError, NotAllowedError
from clinician_api.triage import rules
from clinician_api.triage.rules import Handling, Standing

NOW = datetime.fromisoformat("2026-03-02T09:00:00+08:00")
DOCTOR, NURSE = UUID(int=1), UUID(int=2)


def somebody(*roles: Role, account: UUID = DOCTOR) -> Actor:
    return Actor(account, uuid4(), "", frozenset(roles or ("doctor",)))


def case(level: Level = Level.CRITICAL, **handling: Any) -> Standing:  # noqa: ANN401 - each as its field
    return Standing(level, NOW, handling=Handling(**handling))


def mine(level: Level = Level.CRITICAL, **handling: Any) -> Standing:  # noqa: ANN401 - each as its field
    return case(level, **{"state": "claimed", "owner": DOCTOR, "claimed_at": NOW, **handling})


def test_whoever_claims_owns() -> None:
    held = rules.claim(case(), somebody(), NOW)
    assert (held.state, held.owner, held.claimed_at) == ("claimed", DOCTOR, NOW)


def test_what_is_claimed_is_not_claimed_twice_and_it_is_said_who_has_it() -> None:
    with pytest.raises(ConflictError, match=str(DOCTOR)) as refused:
        rules.claim(mine(), somebody(account=UUID(int=9)), NOW)
    assert refused.value.code == "case.already_claimed"


def test_what_was_offered_to_somebody_they_may_claim_from_its_owner() -> None:
    other = UUID(int=9)
    held = rules.claim(mine(offered_to=other, contacted_at=NOW), somebody(account=other), NOW)
    assert (held.owner, held.offered_to, held.contacted_at) == (other, None, NOW)


@pytest.mark.parametrize("level", [Level.CRITICAL, Level.HIGH])
def test_a_nurse_takes_no_critical_and_no_high(level: Level) -> None:
    with pytest.raises(NotAllowedError, match=r"role\.not_allowed"):
        rules.claim(case(level), somebody("nurse"), NOW)


@pytest.mark.parametrize("level", [Level.WATCH, Level.DATA])
def test_a_nurse_takes_a_watch_and_data(level: Level) -> None:
    assert rules.claim(case(level), somebody("nurse", account=NURSE), NOW).owner == NURSE


def test_a_contact_needs_a_claim() -> None:
    with pytest.raises(ConflictError, match=r"case\.claim_first"):
        rules.contact(case(), somebody(), "phone", NOW)


def test_who_could_not_be_reached_has_not_been_contacted() -> None:
    held = rules.contact(mine(), somebody(), "unreachable", NOW)
    assert (held.state, held.contacted_at) == ("claimed", None)


def test_only_the_owner_contacts() -> None:
    with pytest.raises(NotAllowedError, match=r"case\.not_the_owner"):
        rules.contact(mine(), somebody(account=NURSE), "phone", NOW)


@pytest.mark.parametrize("by", [case(), mine(), mine(state="contacted", contacted_at=NOW)])
def test_a_critical_is_never_snoozed(by: Standing) -> None:
    with pytest.raises(NotAllowedError, match=r"case\.critical_is_never_snoozed"):
        rules.snooze(by, somebody(), until=NOW + timedelta(minutes=1), reason="later", now=NOW)


def test_a_late_extreme_that_the_duty_was_called_for_is_not_snoozed_either() -> None:
    paged = Standing(Level.HIGH, NOW, is_paged=True)
    with pytest.raises(NotAllowedError):
        rules.snooze(paged, somebody(), until=NOW + timedelta(minutes=1), reason="later", now=NOW)


@pytest.mark.parametrize(
    ("level", "cap"),
    [(Level.HIGH, timedelta(hours=24)), (Level.WATCH, timedelta(days=7)), (Level.DATA, timedelta(days=7))],
)
def test_a_snooze_reaches_its_cap_and_no_further(level: Level, cap: timedelta) -> None:
    held = rules.snooze(mine(level), somebody(), until=NOW + cap, reason="on holiday", now=NOW)
    assert held.snoozed_until == NOW + cap
    with pytest.raises(InvalidError, match=r"case\.snooze_too_long"):
        rules.snooze(mine(level), somebody(), until=NOW + cap + timedelta(seconds=1), reason="x", now=NOW)


def test_a_snooze_needs_a_reason() -> None:
    with pytest.raises(InvalidError, match=r"case\.reason_missing"):
        rules.snooze(mine(Level.HIGH), somebody(), until=NOW + timedelta(hours=1), reason="  ", now=NOW)


def test_a_snooze_ends_in_the_future() -> None:
    with pytest.raises(InvalidError, match=r"case\.snooze_in_the_past"):
        rules.snooze(mine(Level.HIGH), somebody(), until=NOW, reason="x", now=NOW)


def test_who_puts_aside_what_nobody_owns_owns_it() -> None:
    held = rules.snooze(case(Level.HIGH), somebody(), until=NOW + timedelta(hours=1), reason="x", now=NOW)
    assert (held.state, held.owner) == ("claimed", DOCTOR)


def test_a_transfer_leaves_the_duty_where_it_is() -> None:
    held = rules.transfer(mine(), somebody(), NURSE)
    assert (held.owner, held.offered_to) == (DOCTOR, NURSE)


def test_a_leader_hands_on_what_somebody_else_owns() -> None:
    held = rules.transfer(mine(), somebody("leader", account=UUID(int=9)), UUID(int=9))
    assert held.offered_to == UUID(int=9)


def test_a_doctor_hands_on_nobody_elses() -> None:
    with pytest.raises(NotAllowedError, match=r"case\.not_the_owner"):
        rules.transfer(mine(), somebody(account=UUID(int=9)), NURSE)


def test_a_critical_is_contacted_before_it_is_resolved() -> None:
    with pytest.raises(ConflictError, match=r"case\.contact_first"):
        rules.resolve(mine(), somebody(), "educated", next_follow_up=None, now=NOW)


def test_a_provisional_that_its_repeat_ended_needs_no_call() -> None:
    ended = Standing(
        Level.CRITICAL, NOW, is_over=True, is_confirmed=False, handling=Handling("claimed", DOCTOR, NOW)
    )
    held = rules.resolve(ended, somebody(), "nothing_needed", next_follow_up=None, now=NOW)
    assert held.state == "resolved"


def test_missing_data_is_closed_without_being_claimed() -> None:
    held = rules.resolve(
        case(Level.DATA), somebody("nurse", account=NURSE), "device_problem", next_follow_up=None, now=NOW
    )
    assert (held.state, held.owner, held.outcome) == ("resolved", NURSE, "device_problem")


@pytest.mark.parametrize("step", ["contact", "snooze", "transfer", "resolve", "claim"])
def test_nothing_is_done_to_what_is_resolved(step: str) -> None:
    done = mine(Level.HIGH, state="resolved", resolved_at=NOW, outcome="educated")
    with pytest.raises(ConflictError, match=r"case\.already_resolved"):
        take(done, step, somebody(), NOW)


def take(stands: Standing, step: str, actor: Actor, now: datetime) -> Handling:
    """One step with whatever else it needs."""
    match step:
        case "claim":
            return rules.claim(stands, actor, now)
        case "contact":
            return rules.contact(stands, actor, "phone", now)
        case "snooze":
            return rules.snooze(stands, actor, until=now + timedelta(hours=1), reason="x", now=now)
        case "transfer":
            return rules.transfer(stands, actor, UUID(int=77))
    return rules.resolve(stands, actor, "educated", next_follow_up=None, now=now)


def test_undo_is_for_ten_seconds() -> None:
    rules.check_undo(by=DOCTOR, at=NOW, actor=somebody(), now=NOW + timedelta(seconds=10))
    with pytest.raises(ConflictError, match=r"case\.too_late_to_undo"):
        rules.check_undo(by=DOCTOR, at=NOW, actor=somebody(), now=NOW + timedelta(seconds=10.1))


@pytest.mark.parametrize("by", [None, NURSE])
def test_undo_is_for_ones_own_step(by: UUID | None) -> None:
    with pytest.raises(ConflictError, match=r"case\.nothing_to_undo"):
        rules.check_undo(by=by, at=NOW, actor=somebody(), now=NOW)


@pytest.mark.parametrize(
    ("old", "new", "low", "expected"),
    [
        ("186/112", "186/112", False, False),
        ("186/112", "187/112", False, True),
        ("186/112", "170/100", False, False),
        ("3.4", "3.3", True, True),
        ("3.4", "3.5", True, False),
        ("18.0", "HI", False, True),
        ("HI", "HI", False, False),
    ],
)
def test_a_value_is_worse_further_from_its_limit(old: str, new: str, low: bool, expected: bool) -> None:  # noqa: FBT001
    assert rules.is_worse(old, new, low=low) is expected


def test_the_home_hears_no_more_than_what_happened() -> None:
    def said(**facts: Any) -> str:  # noqa: ANN401 - each as its argument
        known = {"desk": "team", "held": Handling(), "viewed_at": None, "stored_at": NOW, **facts}
        return rules.home_state(**known)

    before = NOW - timedelta(seconds=1)
    assert said() == "received"
    assert said(desk="nobody") == "nobody"
    assert said(held=Handling(state="claimed")) == "received"
    assert said(viewed_at=NOW) == "looked"
    assert said(viewed_at=before) == "received"
    assert said(held=Handling(state="contacted", contacted_at=NOW)) == "contacted"
    assert said(held=Handling(state="contacted", contacted_at=before), viewed_at=NOW) == "looked"
    assert said(held=Handling(state="resolved", contacted_at=NOW, resolved_at=NOW)) == "resolved"
    assert said(held=Handling(state="resolved", contacted_at=before, resolved_at=before)) == "sent"


people = st.builds(
    lambda roles, number: somebody(*roles, account=UUID(int=number)),
    st.lists(st.sampled_from(get_args(Role)), min_size=1, unique=True),
    st.integers(1, 3),
)


@given(
    level=st.sampled_from(Level),
    steps=st.lists(
        st.tuples(st.sampled_from(["claim", "contact", "snooze", "transfer", "resolve", "lapse"]), people)
    ),
    is_paged=st.booleans(),
)
def test_whatever_is_tried_what_nobody_owns_is_new_and_a_critical_is_never_aside(
    level: Level,
    steps: list[tuple[str, Actor]],
    is_paged: bool,  # noqa: FBT001
) -> None:
    held, now = Handling(), NOW
    for step, actor in steps:
        now += timedelta(minutes=7)
        held = tried(Standing(level, NOW, is_paged=is_paged, handling=held), step, actor, now)
        assert held.is_claimed == (held.owner is not None)
        assert (held.state == "resolved") == (held.outcome is not None)
        is_critical = level is Level.CRITICAL or is_paged
        assert not (is_critical and held.snoozed_until)
        assert not (is_critical and held.state == "resolved" and held.contacted_at is None)


def tried(stands: Standing, step: str, actor: Actor, now: datetime) -> Handling:
    if step == "lapse":
        return rules.lapsed(stands.handling)
    try:
        return take(stands, step, actor, now)
    except CareError:
        return stands.handling
