"""A signature speaks for one message of one kind."""

from __future__ import annotations

import msgspec

from device_drivers.wire.receipt import CloudKey, KeySet, Lineage, Receipt
from device_drivers.wire.signing import is_signed_by, key_id, public_hex, sign
from tests.device_drivers.wire.samples import GATEWAY, KEY, NOON, STREAM

PUBLIC = public_hex(KEY)
KEYS = KeySet(1, (CloudKey(key_id(PUBLIC), PUBLIC),), "")
RECEIPT = Receipt(key_id(PUBLIC), 1, GATEWAY, STREAM, 1, "11" * 32, "stored", (), NOON, "")


def test_a_signed_receipt_verifies() -> None:
    signed = sign(RECEIPT, KEY)
    assert is_signed_by(signed, signed.sig, PUBLIC)


def test_a_receipt_with_another_outcome_does_not() -> None:
    signed = sign(RECEIPT, KEY)
    forged = msgspec.structs.replace(signed, outcome="resync")
    assert not is_signed_by(forged, forged.sig, PUBLIC)


def test_a_signature_under_one_kind_of_message_is_worthless_under_another() -> None:
    keys = sign(KEYS, KEY)
    lineage = Lineage(key_id(PUBLIC), 1, NOON, keys, keys.sig)
    assert not is_signed_by(lineage, lineage.sig, PUBLIC)
