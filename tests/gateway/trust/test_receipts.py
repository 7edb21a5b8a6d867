"""A receipt does exactly what its signature, place and outcome allow."""

from __future__ import annotations

from uuid import UUID

import pytest
from msgspec.structs import replace

from device_drivers.wire.receipt import Outcome, Receipt, Refusal
from device_drivers.wire.signing import key_id, public_hex
from gateway.trust import receipts
from gateway.trust.receipts import (
    FetchKeys,
    Ignore,
    MarkRejected,
    MarkStored,
    MoveRowsToCurrent,
    Named,
    OpenNewStream,
    StopSending,
    Trust,
)
from tests.gateway.home import CLOUD, GATEWAY, Cloud, keep, key, outbox, sealed

TRUST = Trust(GATEWAY, {key_id(public_hex(CLOUD)): public_hex(CLOUD)}, lineage=2)
CURRENT = Named(7, is_receipted=False, is_current_stream=True)
CLOSED = Named(7, is_receipted=False, is_current_stream=False)
DONE = Named(7, is_receipted=True, is_current_stream=True)


def receipt(outcome: Outcome = "stored", cloud: Cloud | None = None, *rejected: Refusal) -> Receipt:
    box = outbox()
    keep(box)
    (batch,) = box.seal()
    return (cloud or Cloud(lineage=2)).receipt(sealed(box, batch.id), outcome, rejected)


def test_a_true_receipt_is_not_doubted() -> None:
    assert receipts.distrust(receipt(), TRUST) is None


def test_a_higher_lineage_is_not_doubted() -> None:
    assert receipts.distrust(receipt(cloud=Cloud(lineage=3)), TRUST) is None


@pytest.mark.parametrize(
    ("forged", "answer"),
    [
        (replace(receipt(), gateway=UUID(int=9)), Ignore("other_gateway")),
        (replace(receipt(), sig="00" * 64), Ignore("bad_signature")),
        (replace(receipt(), seq=2), Ignore("bad_signature")),
        (replace(receipt(), outcome="rejected"), Ignore("bad_signature")),
        (receipt(cloud=Cloud(lineage=1)), Ignore("lower_lineage")),
        (
            receipt(cloud=Cloud(lineage=2, signing=key(99))),
            FetchKeys(key_id(public_hex(key(99)))),
        ),
    ],
)
def test_a_receipt_that_proves_nothing_is_not_acted_on(
    forged: Receipt, answer: receipts.Ignore | receipts.FetchKeys
) -> None:
    assert receipts.distrust(forged, TRUST) == answer


@pytest.mark.parametrize(
    ("outcome", "named", "action"),
    [
        ("stored", CURRENT, MarkStored(7, ())),
        ("stored", CLOSED, MarkStored(7, ())),
        ("rejected", CURRENT, MarkRejected(7)),
        ("resync", CURRENT, OpenNewStream(7)),
        ("resync", CLOSED, MoveRowsToCurrent(7)),
        ("refused", CURRENT, StopSending(7)),
        ("stored", None, Ignore("no_such_batch")),
        ("resync", None, Ignore("no_such_batch")),
        ("refused", None, Ignore("no_such_batch")),
        ("stored", DONE, Ignore("repeated")),
        ("resync", DONE, Ignore("repeated")),
    ],
)
def test_each_outcome_asks_for_one_action(
    outcome: Outcome, named: Named | None, action: receipts.Action
) -> None:
    assert receipts.decide(receipt(outcome), named) == action


def test_a_stored_batch_names_the_readings_it_refuses() -> None:
    refusal = Refusal(UUID(int=5), "systolic is no number")

    action = receipts.decide(receipt("stored", None, refusal), CURRENT)

    assert action == MarkStored(7, ((UUID(int=5), "systolic is no number"),))
