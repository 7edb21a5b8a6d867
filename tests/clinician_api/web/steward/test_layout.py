"""JSON laid out for people changes nothing but blanks."""

from __future__ import annotations

import json

import pytest

from clinician_api.web.steward.layout import body_of, laid_out
from device_drivers.wire.codec import encode
from tests.ingest.making import Gateway, make_body, make_reading


def test_numbers_and_doubled_keys_stand_as_they_came() -> None:
    assert laid_out('{"a":1.50,"a":1e999}').replace("\n", "").replace(" ", "") == '{"a":1.50,"a":1e999}'


@pytest.mark.parametrize("text", ["", "hex:ff", "{", "[" * 5_000, "<b>"])
def test_what_is_no_json_stays_as_it_is(text: str) -> None:
    assert laid_out(text) == text


def test_of_a_sealed_batch_only_the_body_can_be_put_right() -> None:
    body = make_body(make_reading(1))
    sealed = encode(Gateway().seal_body(body)).decode()
    assert json.loads(body_of(sealed)) == json.loads(body)
    assert body_of("{}") == "{}"
