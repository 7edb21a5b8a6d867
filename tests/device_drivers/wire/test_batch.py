"""A link binds a batch to its place, and no part of it can be changed unseen."""

from __future__ import annotations

from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Raw

from device_drivers.wire.batch import Opens, is_sealed_by, link_of, open_envelope
from device_drivers.wire.codec import encode
from device_drivers.wire.signing import public_hex
from tests.device_drivers.wire.samples import KEY, blood_pressure, body, changed, sealed

PUBLIC = public_hex(KEY)


def test_a_sealed_batch_verifies_with_its_key() -> None:
    assert is_sealed_by(open_envelope(encode(sealed())), PUBLIC)


def test_another_key_does_not_verify() -> None:
    assert not is_sealed_by(sealed(), public_hex(Ed25519PrivateKey.generate()))


def test_sealing_twice_gives_the_same_bytes() -> None:
    assert encode(sealed()) == encode(sealed())


@pytest.mark.parametrize(
    "change",
    [
        {"gateway": uuid4()},
        {"stream": "cd" * 16},
        {"seq": 2},
        {"opens": Opens("cd" * 16, 4, "11" * 32, 0)},
        {"body": Raw(body(blood_pressure(occurrence=1)))},
        {"prev_link": "11" * 32},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_part_breaks_the_link(change: dict[str, object]) -> None:
    assert link_of(changed(sealed(), **change)) != sealed().link
    assert not is_sealed_by(changed(sealed(), **change), PUBLIC)


@pytest.mark.parametrize(
    "opens",
    [Opens("cd" * 16, 5, "11" * 32, 0), Opens("cd" * 16, 4, "12" * 32, 0), Opens("cd" * 16, 4, "11" * 32, 1)],
)
def test_what_a_stream_follows_is_bound_too(opens: Opens) -> None:
    assert sealed(opens=opens).link != sealed(opens=Opens("cd" * 16, 4, "11" * 32, 0)).link


@pytest.mark.parametrize("signature", ["", "00" * 64, "ff" * 64])
def test_a_worthless_signature_is_no_error_and_no_proof(signature: str) -> None:
    assert not is_sealed_by(changed(sealed(), sig=signature), PUBLIC)
