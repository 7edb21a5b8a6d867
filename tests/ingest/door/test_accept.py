"""The door against hostile bytes."""

from __future__ import annotations

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from device_drivers.wire.batch import Sealed
from device_drivers.wire.codec import encode
from ingest.door.accept import Accepted, Refused, Rejected, Unanswerable, Verdict, accept
from ingest.door.enrolled import Enrolled, GatewayKey
from tests.ingest.making import Gateway, make_body, make_reading

GATEWAY = Gateway()


def judge(batch: Sealed, gateway: Gateway, *, revoked: bool = False) -> Verdict:
    return accept(encode(batch), gateway.gateway, {gateway.gateway: gateway.enrolled(revoked=revoked)})


def with_body_text(old: str, new: str, *, gateway: Gateway) -> Verdict:
    """A batch whose own gateway signed a body in which one text was exchanged."""
    body = make_body(make_reading(1), make_reading(2))
    assert old.encode() in body
    return judge(gateway.seal_body(body.replace(old.encode(), new.encode(), 1)), gateway)


def test_an_authentic_batch_is_accepted_with_its_readings() -> None:
    gateway = Gateway()
    verdict = judge(gateway.seal(make_reading(1), make_reading(2)), gateway)
    assert isinstance(verdict, Accepted)
    assert verdict.readings == (make_reading(1), make_reading(2))
    assert verdict.home == gateway.home


@pytest.mark.parametrize(
    "value",
    ["NaN", "1e999999999", "1_2", "１２８", "Infinity", "+128", " 128", "", "12345", "1.23456"],
)
def test_a_number_in_any_foreign_spelling_refuses_its_reading_alone(value: str) -> None:
    verdict = with_body_text('"systolic":"128"', f'"systolic":"{value}"', gateway=Gateway())
    assert isinstance(verdict, Accepted)
    assert [reading.reading_id for reading in verdict.readings] == [make_reading(2).reading_id]
    assert [refused.reading_id for refused in verdict.refusals] == [make_reading(1).reading_id]
    assert value.encode() in verdict.refusals[0].raw


def test_a_nul_in_a_string_refuses_its_reading_alone() -> None:
    """An authentic batch always gets an answer: without one its gateway would send it for ever."""
    verdict = with_body_text('"model":"Cuff"', '"model":"UA\\u0000"', gateway=Gateway())
    assert isinstance(verdict, Accepted)
    assert (len(verdict.readings), len(verdict.refusals)) == (1, 1)
    assert verdict.refusals[0].reason.startswith("control")


def test_a_key_that_stands_twice_refuses_its_reading() -> None:
    verdict = with_body_text('"systolic":"128"', '"systolic":"128","systolic":"999"', gateway=Gateway())
    assert isinstance(verdict, Accepted)
    assert len(verdict.refusals) == 1


def test_an_unknown_field_refuses_its_reading() -> None:
    verdict = with_body_text('"unit":"mmHg"', '"unit":"mmHg","diagnosis":"none"', gateway=Gateway())
    assert isinstance(verdict, Accepted)
    assert "diagnosis" in verdict.refusals[0].reason


def test_a_key_that_stands_twice_in_the_body_itself_rejects_the_batch() -> None:
    assert isinstance(with_body_text('{"v":1,', '{"v":1,"v":1,', gateway=Gateway()), Rejected)


def test_a_reading_without_a_readable_id_rejects_the_batch() -> None:
    own = str(make_reading(1).reading_id)
    assert isinstance(with_body_text(own, "not an id", gateway=Gateway()), Rejected)


def test_an_id_that_does_not_follow_from_its_content_is_refused() -> None:
    other = uuid4()
    verdict = with_body_text(str(make_reading(1).reading_id), str(other), gateway=Gateway())
    assert isinstance(verdict, Accepted)
    assert (verdict.refusals[0].reading_id, verdict.refusals[0].reason[:8]) == (other, "identity")


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59-08:00"])
def test_a_gateway_clock_that_would_overflow_somewhere_is_refused(moment: str) -> None:
    verdict = with_body_text('"at":"2026-03-05T12:01:00Z"', f'"at":"{moment}"', gateway=Gateway())
    assert isinstance(verdict, Accepted)
    assert verdict.refusals[0].reason.startswith("clock")


def test_a_place_that_is_nowhere_on_earth_refuses_its_reading_alone() -> None:
    """PostgreSQL cannot take such an offset, and one reading must not cost its batch."""
    verdict = with_body_text('Z","synced"', '+20:00","synced"', gateway=Gateway())
    assert isinstance(verdict, Accepted)
    assert (len(verdict.readings), len(verdict.refusals)) == (1, 1)


def test_a_body_that_is_no_json_object_is_rejected() -> None:
    gateway = Gateway()
    assert isinstance(judge(gateway.seal_body(b"[]"), gateway), Rejected)


def test_a_deeply_nested_body_does_not_break_the_door() -> None:
    gateway = Gateway()
    nested = b"[" * 20_000 + b"]" * 20_000
    assert not isinstance(judge(gateway.seal_body(nested), gateway), Accepted)


def test_a_message_over_the_limit_is_not_even_read() -> None:
    verdict = accept(b"x" * 60_000_000, GATEWAY.gateway, {})
    assert isinstance(verdict, Unanswerable)
    assert verdict.reason.startswith("too_large")


def test_a_batch_on_another_gateways_topic_is_not_answered() -> None:
    gateway = Gateway()
    verdict = accept(encode(gateway.seal()), uuid4(), {gateway.gateway: gateway.enrolled()})
    assert isinstance(verdict, Unanswerable)
    assert verdict.reason.startswith("foreign_topic")


def test_a_batch_signed_by_somebody_else_is_not_answered() -> None:
    gateway = Gateway()
    forger = Gateway(gateway=gateway.gateway)
    verdict = judge(forger.seal(), gateway)
    assert isinstance(verdict, Unanswerable)
    assert verdict.reason.startswith("forged")


@pytest.mark.parametrize("change", [{"seq": 7}, {"stream": "0" * 32}, {"prev_link": "1" * 64}])
def test_a_resequenced_batch_is_a_forgery(change: dict[str, object]) -> None:
    gateway = Gateway()
    verdict = judge(replace(gateway.seal(), **change), gateway)
    assert isinstance(verdict, Unanswerable)
    assert verdict.reason.startswith("forged")


def test_an_unknown_gateway_is_refused() -> None:
    gateway = Gateway()
    assert accept(encode(batch := gateway.seal()), gateway.gateway, {}) == Refused(batch, "unknown")


def test_a_revoked_gateway_is_refused() -> None:
    gateway = Gateway()
    batch = gateway.seal()
    assert judge(batch, gateway, revoked=True) == Refused(batch, "revoked")


def test_a_forgery_cannot_make_us_answer_a_revoked_gateway() -> None:
    gateway = Gateway()
    forger = Gateway(gateway=gateway.gateway)
    assert isinstance(judge(forger.seal(), gateway, revoked=True), Unanswerable)


def test_a_renewed_key_does_not_strand_what_the_old_one_sealed() -> None:
    gateway, renewed = Gateway(), Gateway()
    both = Enrolled(gateway.home, (GatewayKey(renewed.public), GatewayKey(gateway.public)))
    assert isinstance(accept(encode(gateway.seal()), gateway.gateway, {gateway.gateway: both}), Accepted)


def test_a_reason_is_one_printable_line() -> None:
    verdict = with_body_text('"unit":"mmHg"', '"unit":"mmHg","\\n\\t\\u202e":1', gateway=Gateway())
    assert isinstance(verdict, Accepted)
    assert verdict.refusals[0].reason.isprintable()


@given(st.binary(max_size=400))
def test_any_bytes_get_a_verdict(payload: bytes) -> None:
    verdict = accept(payload, GATEWAY.gateway, {GATEWAY.gateway: GATEWAY.enrolled()})
    assert isinstance(verdict, Unanswerable | Refused)


AUTHENTIC = encode(Gateway(gateway=GATEWAY.gateway, key=GATEWAY.key).seal())


@given(st.integers(0, len(AUTHENTIC) - 1), st.integers(0, 255))
def test_no_changed_byte_gets_past_the_signature(place: int, value: int) -> None:
    payload = AUTHENTIC[:place] + bytes([value]) + AUTHENTIC[place + 1 :]
    verdict = accept(payload, GATEWAY.gateway, {GATEWAY.gateway: GATEWAY.enrolled()})
    assert isinstance(verdict, Accepted) == (payload == AUTHENTIC)


@given(st.binary(max_size=300))
def test_any_signed_body_gets_a_verdict(body: bytes) -> None:
    gateway = Gateway(gateway=GATEWAY.gateway, key=GATEWAY.key)
    assert isinstance(judge(gateway.seal_body(body), gateway), Unanswerable | Rejected)
