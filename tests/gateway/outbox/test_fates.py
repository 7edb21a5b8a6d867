"""What became of single readings, asked of the outbox."""

from __future__ import annotations

from contextlib import closing
from uuid import uuid4

from device_drivers.wire.receipt import Refusal
from tests.gateway.home import Cloud, keep, outbox, sealed


def test_a_reading_without_a_receipt_has_no_fate_yet() -> None:
    with closing(outbox()) as box:
        (reading,) = keep(box)
        assert box.fates([reading]) == {}
        box.seal()
        assert box.fates([reading]) == {}


def test_a_receipt_says_which_readings_are_stored_and_which_are_not() -> None:
    with closing(outbox()) as box:
        stored, refused = keep(box, 2)
        (batch,) = box.seal()
        box.act(Cloud().receipt(sealed(box, batch.id), rejected=(Refusal(refused, "identity: no"),)))
        assert box.fates([stored, refused]) == {stored: "stored", refused: "not_accepted"}


def test_of_a_rejected_batch_no_reading_is_accepted() -> None:
    with closing(outbox()) as box:
        (reading,) = keep(box)
        (batch,) = box.seal()
        box.act(Cloud().receipt(sealed(box, batch.id), "rejected"))
        assert box.fates([reading]) == {reading: "not_accepted"}


def test_after_a_rewind_nothing_is_called_stored_any_more() -> None:
    with closing(outbox()) as box:
        (reading,) = keep(box)
        (batch,) = box.seal()
        box.act(Cloud().receipt(sealed(box, batch.id)))
        box.rewind(2)
        assert box.fates([reading]) == {}


def test_an_unknown_reading_has_none() -> None:
    with closing(outbox()) as box:
        assert box.fates([uuid4()]) == {}
