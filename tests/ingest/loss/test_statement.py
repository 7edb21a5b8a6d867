"""The loss statement: what is proven, missing or unknown."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from device_drivers.wire.batch import GENESIS, Opens
from ingest.loss.chain import Range
from ingest.loss.history import Claim, Fold, History, Place, Restore, Resync, SignedHead
from ingest.loss.statement import Statement, StreamStatement, Unknown, state
from tests.ingest.making import NOON

GATEWAY = UUID(int=1)
FIRST = (Claim(1, NOON - timedelta(days=30)),)


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def link(stream: str, seq: int) -> str:
    return f"{stream}{seq}" if seq else GENESIS


def place(stream: str, seq: int, *, opens: Opens | None = None, minute: float = 0, lineage: int = 0) -> Place:
    return Place(
        stream, seq, link(stream, seq), link(stream, seq - 1), opens, "stored", 1, lineage, at(minute)
    )


def head(stream: str, seq: int, *, minute: float = 0, rewound: int = 0, lineage: int = 0) -> SignedHead:
    return SignedHead(stream, seq, link(stream, seq), rewound, 1, lineage, at(minute))


def folded_to(stream: str, last: int) -> Fold:
    """Its first batches up to `last`."""
    return Fold(stream, 1, last, GENESIS, link(stream, last), 1, 0, NOON, NOON, NOON, NOON, NOON)


def of(*evidence: Place | SignedHead, restores: tuple[Restore, ...] = ()) -> History:
    return History(
        GATEWAY,
        places=tuple(piece for piece in evidence if isinstance(piece, Place)),
        heads=tuple(piece for piece in evidence if isinstance(piece, SignedHead)),
        claims=FIRST,
        restores=restores,
    )


def stream_in(statement: Statement, name: str) -> StreamStatement:
    return next(stream for stream in statement.streams if stream.stream == name)


def test_an_unbroken_chain_up_to_the_signed_head_is_complete() -> None:
    statement = state(of(place("a", 1), place("a", 2), head("a", 2)))
    assert stream_in(statement, "a").verified == (Range(1, 2),)
    assert statement.complete


def test_what_lies_between_is_a_hole() -> None:
    statement = state(of(place("a", 1), place("a", 4)))
    assert stream_in(statement, "a").holes == (Range(2, 3),)
    assert (statement.missing, statement.complete) == (2, False)


def test_what_the_head_says_was_sealed_is_pending_until_it_arrives() -> None:
    statement = state(of(place("a", 1), head("a", 3)))
    assert stream_in(statement, "a").pending == (Range(2, 3),)
    assert not statement.complete


def test_the_first_batch_of_a_stream_may_be_a_hole_too() -> None:
    assert stream_in(state(of(place("a", 2))), "a").holes == (Range(1, 1),)


def test_a_rejected_batch_is_counted_and_missing_nowhere() -> None:
    statement = state(of(place("a", 1), replace(place("a", 2), outcome="rejected")))
    assert stream_in(statement, "a").rejected == 1
    assert statement.complete


def test_a_link_that_does_not_fit_its_neighbour_is_a_fork() -> None:
    statement = state(of(place("a", 1), replace(place("a", 2), prev_link="other")))
    assert stream_in(statement, "a").forks == (2,)
    assert stream_in(statement, "a").verified == (Range(1, 1), Range(2, 2))
    assert [unknown.reason for unknown in statement.unknown] == ["forked"]


def test_a_signed_head_that_contradicts_a_batch_is_a_fork() -> None:
    statement = state(of(place("a", 1), replace(head("a", 1), link="other")))
    assert stream_in(statement, "a").forks == (1,)


def test_a_batch_sent_back_for_another_in_its_place_is_a_fork() -> None:
    history = replace(of(place("a", 1)), resyncs=(Resync("a", 1, is_fork=True, at=NOON),))
    assert stream_in(state(history), "a").forks == (1,)


def closing(stream: str = "a", seq: int = 3, *, resealed: int = 1) -> Opens:
    return Opens(stream=stream, seq=seq, link=link(stream, seq), resealed=resealed)


def test_a_proven_successor_carries_what_did_not_arrive() -> None:
    statement = state(of(place("a", 1), place("a", 3), place("b", 1, opens=closing())))
    assert stream_in(statement, "a").carried == (Range(2, 2),)
    assert statement.complete


def test_a_signed_head_proves_a_successor_too() -> None:
    statement = state(of(place("a", 1), head("a", 3), place("b", 1, opens=closing())))
    assert stream_in(statement, "a").carried == (Range(2, 3),)
    assert statement.complete


def test_a_successor_carries_nothing_before_all_its_resealed_batches_are_here() -> None:
    statement = state(of(place("a", 1), place("a", 3), place("b", 1, opens=closing(resealed=2))))
    assert stream_in(statement, "a").holes == (Range(2, 2),)


def test_a_successor_of_an_end_that_nobody_saw_carries_nothing() -> None:
    statement = state(of(place("a", 1), place("b", 1, opens=closing())))
    assert statement.missing == 2


def test_a_successor_that_names_another_end_is_a_fork_and_carries_nothing() -> None:
    opens = Opens(stream="a", seq=3, link="other", resealed=1)
    statement = state(of(place("a", 1), place("a", 3), place("b", 1, opens=opens)))
    assert statement.missing == 1
    assert stream_in(statement, "a").forks == (3,)


def test_two_successors_of_one_stream_are_a_fork() -> None:
    history = of(place("a", 1), place("a", 3), place("b", 1, opens=closing()), place("c", 1, opens=closing()))
    assert stream_in(state(history), "a").forks == (3,)


def test_a_stream_that_goes_on_after_its_end_is_a_fork() -> None:
    history = of(place("a", 1), place("a", 2), head("a", 3), place("b", 1, opens=closing(seq=2)))
    assert stream_in(state(history), "a").forks == (2,)


def test_a_stream_named_only_by_its_successor_is_missing() -> None:
    assert stream_in(state(of(place("b", 1, opens=closing()))), "a").pending == (Range(1, 3),)


def test_a_stream_that_names_no_predecessor_makes_the_time_between_unknown() -> None:
    statement = state(of(place("a", 1), head("a", 1, minute=5), place("b", 1, minute=9)))
    assert statement.unknown == (Unknown("outbox_lost", at(0), at(9), "a"),)
    assert not statement.complete


def test_a_new_stream_counts_as_lost_outbox_as_soon_as_its_head_is_heard() -> None:
    statement = state(of(place("a", 1), head("b", 0, minute=9)))
    assert [unknown.reason for unknown in statement.unknown] == ["outbox_lost"]


def test_claiming_again_makes_the_time_since_the_last_sign_unknown() -> None:
    history = of(place("a", 1), replace(place("b", 1, minute=30), claim=2))
    statement = state(replace(history, claims=(*FIRST, Claim(2, at(20)))))
    assert statement.unknown == (Unknown("claimed_again", at(0), at(20)),)


def test_claiming_again_stays_unknown_even_if_the_new_stream_names_the_old() -> None:
    history = of(place("a", 1), replace(place("b", 1, opens=closing(seq=1)), claim=2))
    statement = state(replace(history, claims=(*FIRST, Claim(2, at(20)))))
    assert [unknown.reason for unknown in statement.unknown] == ["claimed_again"]


def test_a_batch_sent_back_from_a_folded_place_is_unknown_until_a_successor_comes() -> None:
    folded = replace(
        of(),
        folds=(folded_to("a", 3),),
        resyncs=(Resync("a", 2, is_fork=False, at=NOON),),
    )
    answered = replace(folded, places=(place("b", 1, opens=closing()),))
    assert [unknown.reason for unknown in state(folded).unknown] == ["resync_unanswered"]
    assert state(answered).complete


def test_a_folded_range_goes_on_verified() -> None:
    history = replace(of(place("a", 4)), folds=(folded_to("a", 3),))
    assert stream_in(state(history), "a").verified == (Range(1, 4),)


RESTORE = Restore(1, since=at(10), until=at(20))


def test_a_restore_is_unknown_until_the_gateway_says_it_sends_again() -> None:
    before = of(place("a", 1), restores=(RESTORE,))
    after = replace(before, heads=(head("a", 1, minute=25, rewound=1, lineage=1),))
    assert state(before).unknown == (Unknown("restored", at(10), at(20)),)
    assert state(after).complete


def test_a_fresh_outbox_cannot_speak_for_what_a_restore_lost() -> None:
    history = of(
        place("b", 1, minute=30, lineage=1),
        head("b", 1, minute=30, rewound=1, lineage=1),
        restores=(RESTORE,),
    )
    assert [unknown.reason for unknown in state(history).unknown] == ["restored"]


def test_a_restore_before_the_gateway_was_claimed_does_not_concern_it() -> None:
    history = replace(of(restores=(RESTORE,)), claims=(Claim(1, at(60)),))
    assert [unknown.reason for unknown in state(history).unknown] == ["never_heard"]


def test_a_stream_closed_before_a_restore_is_not_carried_by_what_came_after() -> None:
    """Its second batch may have had a receipt, so nobody sealed it again, and the restore lost it."""
    history = of(
        place("a", 1),
        place("a", 3, minute=30, lineage=1),
        place("b", 1, opens=closing(), minute=30, lineage=1),
        head("b", 1, minute=30, rewound=1, lineage=1),
        restores=(RESTORE,),
    )
    assert state(history).missing == 1


def test_a_stream_that_outlived_the_restore_is_carried_by_its_successor() -> None:
    history = of(
        place("a", 1),
        head("a", 3, minute=25, rewound=1, lineage=1),
        place("b", 1, opens=closing(), minute=30, lineage=1),
        restores=(RESTORE,),
    )
    assert state(history).complete


def test_a_gateway_that_has_said_nothing_is_unknown_and_not_complete() -> None:
    said = state(History(GATEWAY, claims=(Claim(1, NOON),)))
    assert [unknown.reason for unknown in said.unknown] == ["never_heard"]
    assert not said.complete
