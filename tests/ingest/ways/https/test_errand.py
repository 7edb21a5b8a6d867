"""What a request to the door asks for."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_drivers.wire.codec import encode
from device_drivers.wire.topics import Channel, topic
from ingest.ways.https.errand import Ask, Keep, Place, Settle, Tell, errand_of
from ingest.ways.https.exchange import Answer, Request
from tests.ingest.making import Gateway, make_state

GATEWAY = Gateway()
BATCH = GATEWAY.seal()
NAMED = Place(BATCH.gateway, BATCH.stream, BATCH.seq, BATCH.link)


@pytest.mark.parametrize("caller", [None, BATCH.gateway])
def test_a_batch_is_settled_under_its_gateways_topic(caller: UUID | None) -> None:
    errand = errand_of(Request("POST", "/v1/batches", encode(BATCH)), caller)
    assert errand == Settle(topic(BATCH.gateway, "up"), encode(BATCH), NAMED)


def test_a_heartbeat_is_taken() -> None:
    state = encode(make_state(GATEWAY))
    errand = errand_of(Request("POST", "/v1/state", state), None)
    assert errand == Keep(topic(GATEWAY.gateway, "state"), state, Answer(202))


def test_the_lineage_is_told() -> None:
    assert errand_of(Request("GET", "/v1/lineage", b""), None) == Tell()


@pytest.mark.parametrize("path", ["/v1/batches", "/v1/state"])
def test_what_comes_in_anothers_name_is_kept_as_evidence_against_whoever_sent_it(path: str) -> None:
    thief = uuid4()
    payload = encode(BATCH) if path == "/v1/batches" else encode(make_state(GATEWAY))
    channel: Channel = "up" if path == "/v1/batches" else "state"
    errand = errand_of(Request("POST", path, payload), thief)
    assert errand == Keep(topic(thief, channel), payload, Answer(403))


def test_what_is_malformed_is_kept_without_a_name() -> None:
    assert errand_of(Request("POST", "/v1/batches", b"{"), None) == Keep("", b"{", Answer(400))


@pytest.mark.parametrize(
    ("method", "path", "answer"),
    [
        ("GET", "/", Answer(404)),
        ("GET", "/v1/batches", Answer(405, headers={"Allow": "POST"})),
        ("POST", "/v1/lineage", Answer(405, headers={"Allow": "GET"})),
        ("GET", "/v1/batches/", Answer(404)),
    ],
)
def test_nothing_else_is_there(method: str, path: str, answer: Answer) -> None:
    assert errand_of(Request(method, path, b""), None) == answer


@given(st.binary(max_size=200))
def test_any_bytes_are_kept(payload: bytes) -> None:
    errand = errand_of(Request("POST", "/v1/batches", payload), None)
    assert isinstance(errand, Keep)
    assert errand.payload == payload


@pytest.mark.parametrize("caller", [None, BATCH.gateway])
def test_a_gateway_asks_what_waits_for_it(caller: UUID | None) -> None:
    errand = errand_of(Request("GET", f"/v1/downlink/{BATCH.gateway}", b""), caller)
    assert errand == Ask(BATCH.gateway)


def test_nobody_asks_what_waits_for_another() -> None:
    errand = errand_of(Request("GET", f"/v1/downlink/{BATCH.gateway}", b""), uuid4())
    assert errand == Answer(403)


def test_what_waits_for_nobody_is_not_found() -> None:
    assert errand_of(Request("GET", "/v1/downlink/everybody", b""), None) == Answer(404)
