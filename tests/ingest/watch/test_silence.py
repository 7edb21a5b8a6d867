"""One cause for many: platform, network and gateway told apart, without a table in sight."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from ingest.watch.outage import NOWHERE, Network
from ingest.watch.silence import PLATFORM, Blame, Evidence, Silence, Watch, Watched, judge, listen
from tests.ingest.making import NOON

MINUTE = timedelta(minutes=1)
TELECOM, MOBILE = Network("telecom", "310107"), Network("mobile", "310107")
FAR = Network("telecom", "110101")
WATCH = Watch(NOON - 24 * 60 * MINUTE, NOON)


def fallen(
    first: int, last: int, network: Network = NOWHERE, *, ago: int = 6, blame: Blame | None = None
) -> list[Watched]:
    """Gateways first to last, heard so many minutes before noon and not since."""
    heard_at = NOON - ago * MINUTE
    silence = None if blame is None else Silence(heard_at, blame)
    return [Watched(UUID(int=n), network, heard_at, None, silence) for n in range(first, last + 1)]


def blamed(
    watched: Iterable[Watched],
    alive: Mapping[Network, int] | None = None,
    *,
    returned: Mapping[Blame, datetime] | None = None,
    watch: Watch = WATCH,
) -> dict[int, str]:
    """By the gateway's number, what it is blamed on."""
    found = judge(Evidence(list(watched), alive or {}, returned or {}), watch, NOON)
    return {
        gateway.int: each.blame.cause if each.blame.cause == "gateway" else each.blame.subject
        for gateway, each in found.items()
    }


def test_one_that_falls_silent_alone_is_blamed_itself() -> None:
    assert blamed(fallen(1, 1, ago=7), {NOWHERE: 9}) == {1: "gateway"}


def test_its_silence_is_counted_from_when_it_was_heard_last() -> None:
    (found,) = judge(Evidence(fallen(1, 1, ago=9), {NOWHERE: 9}, {}), WATCH, NOON).values()
    assert found == Silence(NOON - 9 * MINUTE, Blame("gateway", str(UUID(int=1))))


def test_it_is_not_blamed_alone_before_others_that_fell_with_it_can_be_seen() -> None:
    assert blamed(fallen(1, 1, ago=6), {NOWHERE: 9}) == {}


def test_a_goodbye_is_waited_for_less_long_but_a_restart_passes() -> None:
    (gone,) = fallen(1, 1, ago=5)
    assert blamed([replace(gone, left_at=NOON - 4 * MINUTE)], {NOWHERE: 9}) == {1: "gateway"}
    (just_now,) = fallen(1, 1, ago=1)
    assert blamed([replace(just_now, left_at=NOON - MINUTE)], {NOWHERE: 9}) == {}


def test_half_of_a_network_at_once_is_the_network() -> None:
    assert set(blamed(fallen(1, 4, TELECOM), {TELECOM: 4, MOBILE: 8}).values()) == {"telecom/310107"}


def test_less_than_half_or_fewer_than_three_are_blamed_one_by_one() -> None:
    assert set(blamed(fallen(1, 3, TELECOM, ago=7), {TELECOM: 4, MOBILE: 8}).values()) == {"gateway"}
    assert set(blamed(fallen(1, 2, TELECOM, ago=7), {MOBILE: 8}).values()) == {"gateway"}


def test_an_operator_that_is_down_in_each_region_is_one_outage() -> None:
    away = [*fallen(1, 4, TELECOM), *fallen(5, 9, FAR)]
    assert set(blamed(away, {MOBILE: 8}).values()) == {"telecom/*"}


def test_a_region_that_is_down_whoever_carries_it_is_one_outage() -> None:
    away = [*fallen(1, 4, TELECOM), *fallen(5, 9, MOBILE)]
    assert set(blamed(away, {FAR: 8}).values()) == {"*/310107"}


def test_where_every_network_is_down_it_is_ourselves() -> None:
    away = [*fallen(1, 4, TELECOM), *fallen(5, 9, MOBILE)]
    assert set(blamed(away, {TELECOM: 1, MOBILE: 2}).values()) == {"*"}


def test_where_all_share_one_network_it_is_ourselves_only_if_nobody_is_heard() -> None:
    assert set(blamed(fallen(1, 4, TELECOM)).values()) == {"*"}
    assert set(blamed(fallen(1, 4, TELECOM), {TELECOM: 1}).values()) == {"telecom/310107"}


def test_homes_of_which_nobody_knows_the_network_make_no_outage_of_one() -> None:
    assert set(blamed(fallen(1, 4, ago=7), {NOWHERE: 1}).values()) == {"gateway"}


def test_who_is_away_for_days_says_nothing_of_today() -> None:
    own = [replace(each, silence=Silence(each.heard_at, Blame("gateway", "x")))
           for each in fallen(1, 40, TELECOM, ago=3000)]  # fmt: skip
    new = fallen(41, 41, TELECOM, ago=8)
    assert set(blamed([*own, *new], {TELECOM: 5, MOBILE: 9}).values()) == {"gateway"}


def test_a_network_that_falls_takes_over_those_that_were_blamed_alone_just_before() -> None:
    early = fallen(1, 1, TELECOM, ago=9, blame=Blame("gateway", "x"))
    assert set(blamed([*early, *fallen(2, 9, TELECOM)], {MOBILE: 9}).values()) == {"telecom/310107"}


DOWN = Blame("network", "telecom/310107")


def test_while_some_return_the_others_get_no_ticket_each() -> None:
    away = fallen(1, 2, TELECOM, ago=90, blame=DOWN)
    returned = {DOWN: NOON - 5 * MINUTE}
    assert set(blamed(away, {TELECOM: 20, MOBILE: 9}, returned=returned).values()) == {"telecom/310107"}


def test_the_first_to_return_holds_the_outage_together_at_once() -> None:
    (back,) = fallen(3, 3, TELECOM, ago=90, blame=DOWN)
    away = fallen(1, 2, TELECOM, ago=90, blame=DOWN)
    found = blamed([*away, replace(back, heard_at=NOON)], {MOBILE: 9})
    assert found == {1: "telecom/310107", 2: "telecom/310107"}


def test_when_nobody_returns_any_more_those_left_are_blamed_alone() -> None:
    away = fallen(1, 2, TELECOM, ago=90, blame=DOWN)
    returned = {DOWN: NOON - 11 * MINUTE}
    assert blamed(away, {TELECOM: 20, MOBILE: 9}, returned=returned) == {1: "gateway", 2: "gateway"}


def test_an_outage_that_lasts_stays_one() -> None:
    away = fallen(1, 5, TELECOM, ago=5000, blame=DOWN)
    assert set(blamed(away, {MOBILE: 9}).values()) == {"telecom/310107"}


def test_one_that_spoke_in_between_begins_a_new_silence() -> None:
    (each,) = fallen(1, 1, ago=8)
    before = Silence(NOON - 60 * MINUTE, Blame("gateway", str(each.gateway)))
    (found,) = judge(Evidence([replace(each, silence=before)], {NOWHERE: 9}, {}), WATCH, NOON).values()
    assert found.since == NOON - 8 * MINUTE


def test_what_was_not_heard_while_nobody_listened_is_our_own_fault() -> None:
    deaf = Watch(NOON - 100 * MINUTE, NOON - 5 * MINUTE)
    own = fallen(1, 1, TELECOM, ago=50, blame=Blame("gateway", "x"))
    assert blamed([*own, *fallen(2, 2, TELECOM)], watch=deaf) == {1: "gateway", 2: "*"}


def test_after_we_were_away_everybody_has_time_to_come_back() -> None:
    again = Watch(NOON - 4 * MINUTE, NOON)
    ours = fallen(1, 4, TELECOM, ago=60, blame=PLATFORM)
    assert set(blamed([*ours, *fallen(5, 9, MOBILE, ago=60)], watch=again).values()) == {"*"}
    assert set(blamed([*ours, *fallen(5, 9, MOBILE, ago=60)], watch=again)) == {1, 2, 3, 4}


def test_who_does_not_come_back_after_we_were_away_for_long_is_still_seen_together() -> None:
    again = Watch(NOON - 8 * MINUTE, NOON)
    away = fallen(1, 9, TELECOM, ago=600)
    assert set(blamed(away, {MOBILE: 9}, watch=again).values()) == {"telecom/310107"}


def test_a_watch_has_no_gap_while_rounds_follow_each_other() -> None:
    first = listen(None, NOON, is_listening=True)
    assert first == Watch(NOON, NOON)
    assert listen(first, NOON + MINUTE, is_listening=True) == Watch(NOON, NOON + MINUTE)
    assert listen(first, NOON + MINUTE, is_listening=False) == first
    late = NOON + 3 * MINUTE
    assert listen(first, late, is_listening=True) == Watch(late, late)
    assert listen(None, NOON, is_listening=False) is None


PLACES = st.sampled_from([NOWHERE, TELECOM, MOBILE, FAR])


@given(
    away=st.lists(st.tuples(PLACES, st.integers(0, 200)), max_size=30),
    alive=st.dictionaries(PLACES, st.integers(0, 9)),
)
def test_whatever_falls_silent_has_one_cause_and_whoever_is_heard_none(
    away: list[tuple[Network, int]], alive: dict[Network, int]
) -> None:
    watched = [
        Watched(UUID(int=number), network, NOON - ago * MINUTE) for number, (network, ago) in enumerate(away)
    ]
    found = judge(Evidence(watched, alive, {}), WATCH, NOON)
    expected = {each.gateway for each in watched if each.heard_at <= NOON - 7 * MINUTE}
    heard = {each.gateway for each in watched if each.heard_at > NOON - 5 * MINUTE}
    assert expected <= set(found)
    assert heard.isdisjoint(found)
    again = [replace(each, silence=found.get(each.gateway)) for each in watched]
    assert judge(Evidence(again, alive, {}), WATCH, NOON).items() >= found.items()
