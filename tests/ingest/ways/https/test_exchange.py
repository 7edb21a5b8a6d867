"""Requests out of bytes, however they come, and nothing that is too large."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_drivers.wire.codec import MAX_MESSAGE
from ingest.ways.https.exchange import MOST_AT_ONCE, Answer, Exchange, RefusedError, Request
from tests.ingest.making import NOON

POST = b"POST /v1/batches?x=1 HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody"
LINEAGE = b"GET /v1/lineage HTTP/1.1\r\nHost: a\r\n\r\n"
CHUNKED = b"POST /v1/state HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"


@given(st.integers(0, len(POST)))
def test_a_request_may_come_in_pieces(cut: int) -> None:
    exchange = Exchange()
    for piece in filter(None, (POST[:cut], POST[cut:])):
        exchange.receive(piece)
    assert exchange.next() == Request("POST", "/v1/batches", b"body")


def test_two_requests_sent_at_once_are_answered_one_after_the_other() -> None:
    exchange = Exchange()
    exchange.receive(POST + LINEAGE)
    assert exchange.next() == Request("POST", "/v1/batches", b"body")
    assert exchange.answer(Answer(200, b"{}"), NOON).endswith(b"\r\n\r\n{}")
    assert exchange.next() == Request("GET", "/v1/lineage", b"")


def test_an_answer_has_its_length_its_date_and_what_is_added() -> None:
    exchange = Exchange()
    exchange.receive(LINEAGE)
    exchange.next()
    said = exchange.answer(Answer(503, headers={"Retry-After": "5"}), NOON).split(b"\r\n")
    assert said[0].startswith(b"HTTP/1.1 503")
    assert {
        b"Date: Thu, 05 Mar 2026 12:00:00 GMT",
        b"Content-Length: 0",
        b"Cache-Control: no-store",
        b"Retry-After: 5",
    } <= set(said)
    assert not exchange.is_over


def test_a_client_that_waits_for_it_is_told_to_go_ahead() -> None:
    exchange = Exchange()
    head = POST.removesuffix(b"body").replace(b"Host", b"Expect: 100-continue\r\nHost")
    exchange.receive(head)
    assert exchange.next() is None
    assert exchange.go_ahead().startswith(b"HTTP/1.1 100 ")
    assert exchange.go_ahead() == b""
    exchange.receive(b"body")
    assert exchange.next() == Request("POST", "/v1/batches", b"body")


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 65537\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00", 400),
        (b"GET /" + bytes([0xE5]) + b" HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ],
)
def test_what_is_no_request_of_ours_is_refused_before_its_body(said: bytes, status: int) -> None:
    exchange = Exchange()
    exchange.receive(said)
    with pytest.raises(RefusedError) as caught:
        exchange.next()
    assert caught.value.status == status
    assert b"Connection: close" in exchange.answer(Answer(status), NOON)
    assert exchange.is_over


def test_a_head_without_end_is_refused() -> None:
    exchange = Exchange()
    exchange.receive(b"GET / HTTP/1.1\r\nHost: a\r\nX: ".ljust(MOST_AT_ONCE, b"x"))
    assert exchange.next() is None
    exchange.receive(b"x" * MOST_AT_ONCE)
    with pytest.raises(RefusedError, match="431"):
        exchange.next()


def test_a_body_in_chunks_is_bounded_as_well() -> None:
    exchange = Exchange()
    exchange.receive(CHUNKED)
    chunk = b"1000\r\n" + bytes(0x1000) + b"\r\n"
    for _ in range(MAX_MESSAGE // 0x1000):
        exchange.receive(chunk)
        assert exchange.next() is None
    exchange.receive(chunk)
    with pytest.raises(RefusedError, match="413"):
        exchange.next()


def test_the_largest_message_fits() -> None:
    exchange = Exchange()
    exchange.receive(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % MAX_MESSAGE)
    exchange.receive(bytes(MAX_MESSAGE))
    request = exchange.next()
    assert request is not None
    assert len(request.body) == MAX_MESSAGE


def test_who_hangs_up_between_requests_has_ended_well() -> None:
    exchange = Exchange()
    exchange.receive(b"")
    assert exchange.next() is None
    assert exchange.is_over


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_any_bytes_make_a_request_or_a_refusal(first: bytes, second: bytes) -> None:
    assert 400 <= refusal(first, second) < 600


def refusal(*pieces: bytes) -> int:
    """Of all that is said; where it is not refused, as if it were not found."""
    exchange = Exchange()
    try:
        for piece in filter(None, pieces):
            exchange.receive(piece)
            exchange.next()
    except RefusedError as refused:
        return refused.status
    return 404
