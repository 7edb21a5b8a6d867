"""The ledger's decision on one batch."""

from __future__ import annotations

from uuid import uuid4

from device_drivers.wire.receipt import Refusal
from ingest.door.accept import Accepted, RefusedReading, Rejected
from ingest.door.enrolled import GatewayKey
from ingest.door.ledger import Folded, Settled, Verdict, judge
from tests.ingest.making import NOON, Gateway


def accepted(*refusals: RefusedReading) -> Accepted:
    gateway = Gateway()
    return Accepted(gateway.seal(), GatewayKey(gateway.public), gateway.home, NOON, (), refusals)


def test_a_batch_in_a_free_place_is_stored() -> None:
    assert judge(accepted(), None) == Verdict("stored", is_new=True)


def test_readings_refused_for_cause_are_named_in_the_answer() -> None:
    reading = uuid4()
    verdict = judge(accepted(RefusedReading(reading, "identity: no", b"{}")), None)
    assert verdict.refusals == (Refusal(reading, "identity: no"),)


def test_an_unreadable_batch_in_a_free_place_is_rejected() -> None:
    batch = accepted()
    rejected = Rejected(batch.sealed, batch.signer, "malformed: no")
    assert judge(rejected, None) == Verdict("rejected", is_new=True)


def test_a_repeated_batch_gets_the_answer_it_got_before() -> None:
    batch = accepted()
    before = Settled(batch.sealed.link, "rejected")
    assert judge(batch, before) == Verdict("rejected")


def test_another_batch_in_a_taken_place_is_sent_back_as_a_fork() -> None:
    assert judge(accepted(), Settled("0" * 64, "stored")) == Verdict("resync", conflict="fork")


def test_a_batch_in_a_folded_place_is_sent_back_without_an_alarm() -> None:
    assert judge(accepted(), Folded()) == Verdict("resync", conflict="folded")
