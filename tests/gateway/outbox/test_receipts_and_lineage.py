"""What receipts, lineages and the cloud's time do to the outbox."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from device_drivers.wire.receipt import Receipt, Refusal
from device_drivers.wire.signing import sign
from gateway.trust.lineage import Disregard
from gateway.trust.receipts import FetchKeys, Ignore, MoveRowsToCurrent, OpenNewStream
from tests.gateway.home import (
    CLOUD,
    NOON,
    Cloud,
    TestClock,
    announcement,
    keep,
    key,
    key_set,
    outbox,
    readings_in,
    sealed,
)


def resigned(receipt: Receipt, **changes: object) -> Receipt:
    return sign(replace(receipt, **changes), CLOUD)


def test_a_stored_batch_is_not_sent_again_but_stays_as_a_second_copy() -> None:
    box = outbox()
    keep(box, 3)
    (batch,) = box.seal()

    box.act(Cloud().receipt(sealed(box, batch.id)))

    assert box.unsent() == []
    assert box.counts().receipted == 3


@pytest.mark.parametrize(
    "wrong",
    [{"stream": "0" * 32}, {"link": "0" * 64}, {"seq": 2}],
    ids=["other stream", "other link", "other sequence"],
)
def test_a_receipt_that_names_no_batch_exactly_does_nothing(wrong: dict[str, object]) -> None:
    box = outbox()
    keep(box)
    (batch,) = box.seal()

    action = box.act(resigned(Cloud().receipt(sealed(box, batch.id)), **wrong))

    assert action == Ignore("no_such_batch")
    assert box.unsent() == [batch.id]


def test_a_reimaged_gateways_old_receipt_purges_nothing() -> None:
    """The trap: same gateway, same sequence, same meter; only the random stream tells the cards apart."""
    old, new = outbox(seed=1), outbox(seed=2)
    for box in (old, new):
        keep(box)
        box.seal()
    late = Cloud(now=NOON - timedelta(days=60)).receipt(sealed(old, 1))

    action = new.act(late)
    new.act(Cloud(now=NOON).receipt(sealed(old, 1)))

    assert action == Ignore("no_such_batch")
    assert new.purge() == 0
    assert new.unsent() == [1]


def test_a_refused_reading_is_kept_marked_and_never_sent_again() -> None:
    box = outbox()
    bad, _good = keep(box, 2)
    (batch,) = box.seal()

    box.act(Cloud().receipt(sealed(box, batch.id), "stored", (Refusal(bad, "no number"),)))

    assert box.counts().refused == 1
    assert box.unsent() == []
    assert box.seal() == []


def test_resync_seals_all_unreceipted_readings_into_the_first_batches_of_a_new_stream() -> None:
    box = outbox()
    ids = keep(box, 120)
    first, second, third = box.seal()
    box.act(Cloud().receipt(sealed(box, first.id)))
    old_head = box.head()

    action = box.act(Cloud().receipt(sealed(box, second.id), "resync"))

    fresh = [sealed(box, batch) for batch in box.unsent()]
    opens = fresh[0].opens
    assert action == OpenNewStream(second.id)
    assert opens is not None
    assert (opens.stream, opens.seq, opens.link, opens.resealed) == (old_head.stream, 3, old_head.link, 2)
    assert [batch.opens for batch in fresh[1:]] == [None]
    assert [one for batch in fresh for one in readings_in(batch)] == ids[50:]
    assert box.payload(third.id) is None


def test_a_reading_that_waits_during_a_resync_is_not_counted_as_resealed() -> None:
    box = outbox()
    keep(box)
    (batch,) = box.seal()
    waiting = keep(box)

    box.act(Cloud().receipt(sealed(box, batch.id), "resync"))
    (later,) = box.seal()

    assert sealed(box, later.id).seq == 2
    assert readings_in(sealed(box, later.id)) == waiting


def test_resync_of_a_closed_streams_batch_moves_its_rows_to_the_current_stream() -> None:
    box = outbox()
    first_ids = keep(box)
    (first,) = box.seal()
    keep(box)
    (second,) = box.seal()
    box.act(Cloud().receipt(sealed(box, first.id)))
    box.act(Cloud().receipt(sealed(box, second.id), "resync"))
    box.heed(announcement(2))  # the first, of the closed stream, is unsent again

    action = box.act(Cloud(lineage=2).receipt(sealed(box, first.id), "resync"))
    (moved,) = box.seal()

    assert action == MoveRowsToCurrent(first.id)
    assert readings_in(sealed(box, moved.id)) == first_ids
    assert sealed(box, moved.id).stream == box.head().stream


def test_a_higher_lineage_makes_every_receipted_batch_unsent_with_the_same_bytes() -> None:
    box = outbox()
    keep(box)
    (batch,) = box.seal()
    box.act(Cloud().receipt(sealed(box, batch.id)))

    box.heed(announcement(2))

    assert box.unsent() == [batch.id]
    assert box.payload(batch.id) == batch.payload


def test_a_receipt_of_a_higher_lineage_rewinds_before_it_acts() -> None:
    box = outbox()
    keep(box)
    (first,) = box.seal()
    keep(box)
    (second,) = box.seal()
    box.act(Cloud().receipt(sealed(box, first.id)))

    box.act(Cloud(lineage=2).receipt(sealed(box, second.id)))

    assert box.unsent() == [first.id]


def test_a_receipt_of_a_lower_lineage_than_the_highest_seen_does_nothing() -> None:
    box = outbox()
    keep(box)
    (batch,) = box.seal()
    box.heed(announcement(2))

    assert box.act(Cloud(lineage=1).receipt(sealed(box, batch.id))) == Ignore("lower_lineage")
    assert box.unsent() == [batch.id]


def test_a_rewind_is_done_when_all_from_before_it_has_a_receipt_again() -> None:
    box = outbox()
    keep(box)
    (batch,) = box.seal()
    box.act(Cloud().receipt(sealed(box, batch.id)))
    assert box.rewound() == 1

    box.heed(announcement(2))
    assert box.rewound() == 1
    box.act(Cloud(lineage=2).receipt(sealed(box, batch.id)))

    assert box.rewound() == 2


def test_a_refused_reading_of_a_lower_lineage_is_offered_again() -> None:
    box = outbox()
    (bad,) = keep(box)
    (batch,) = box.seal()
    box.act(Cloud().receipt(sealed(box, batch.id), "stored", (Refusal(bad, "no number"),)))

    box.heed(announcement(2))

    assert box.counts().refused == 0
    assert box.unsent() == [batch.id]


def test_an_unknown_key_asks_for_the_key_set_and_a_rotated_one_is_then_believed() -> None:
    box = outbox()
    keep(box)
    (batch,) = box.seal()
    fresh = key(50)
    receipt = Cloud(signing=fresh).receipt(sealed(box, batch.id))
    assert box.act(receipt) == FetchKeys(receipt.kid)

    box.heed(announcement(kids=key_set(2, fresh), signing=fresh))
    box.act(receipt)

    assert box.unsent() == []


def test_an_old_key_stays_good_after_a_rotation() -> None:
    box = outbox()
    keep(box)
    (batch,) = box.seal()
    receipt = Cloud().receipt(sealed(box, batch.id))
    box.heed(announcement(kids=key_set(2, key(50)), signing=key(50)))

    box.act(receipt)

    assert box.unsent() == []


def test_a_key_set_that_the_pinned_root_did_not_sign_is_disregarded() -> None:
    box = outbox()
    thief = key(66)

    judged = box.heed(announcement(9, kids=key_set(9, thief, root=thief), signing=thief))

    assert judged == Disregard("bad_key_set")
    assert box.lineage() == 1


def aged(*, safe_before_days: float, cloud_days: float) -> int:
    """How much is purged of one reading stored at noon, when a later receipt says so many days passed."""
    clock = TestClock()
    box = outbox(clock=clock)
    keep(box)
    (batch,) = box.seal()
    box.act(Cloud(now=NOON).receipt(sealed(box, batch.id)))
    keep(box)
    (later,) = box.seal()
    clock.forward(days=3650)
    box.act(Cloud(now=NOON + timedelta(days=cloud_days)).receipt(sealed(box, later.id)))
    box.heed(announcement(safe_before=NOON + timedelta(days=safe_before_days)))
    return box.purge()


def test_a_week_old_reading_that_every_backup_holds_may_go() -> None:
    assert aged(safe_before_days=1, cloud_days=7.01) == 1


def test_a_reading_that_a_restore_could_miss_stays() -> None:
    assert aged(safe_before_days=0, cloud_days=30) == 0


def test_a_week_by_the_gateways_own_clock_alone_purges_nothing() -> None:
    assert aged(safe_before_days=1, cloud_days=6.9) == 0


def test_after_a_rewind_nothing_goes_until_the_new_lineage_has_said_what_is_safe() -> None:
    box = outbox()
    keep(box)
    (batch,) = box.seal()
    box.act(Cloud().receipt(sealed(box, batch.id)))
    box.heed(announcement(safe_before=NOON + timedelta(days=9)))
    box.act(Cloud(lineage=2, now=NOON + timedelta(days=20)).receipt(sealed(box, batch.id)))

    assert box.purge() == 0
