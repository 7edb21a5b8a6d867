"""The signed heartbeat against forgeries."""

from __future__ import annotations

from uuid import uuid4

from msgspec.structs import replace

from device_drivers.wire.codec import encode
from device_drivers.wire.state import State
from ingest.door.accept import Unanswerable
from ingest.door.heartbeat import Heartbeat, hear
from tests.ingest.making import Gateway, make_state


def judge(state: State, gateway: Gateway, *, revoked: bool = False) -> Heartbeat | Unanswerable:
    return hear(encode(state), gateway.gateway, {gateway.gateway: gateway.enrolled(revoked=revoked)})


def test_a_signed_heartbeat_is_heard() -> None:
    gateway = Gateway()
    assert isinstance(judge(make_state(gateway), gateway), Heartbeat)


def test_a_changed_heartbeat_is_a_forgery() -> None:
    gateway = Gateway()
    assert isinstance(judge(replace(make_state(gateway), rewound=7), gateway), Unanswerable)


def test_a_revoked_gateway_is_not_heard() -> None:
    gateway = Gateway()
    assert isinstance(judge(make_state(gateway), gateway, revoked=True), Unanswerable)


def test_a_heartbeat_on_another_gateways_topic_is_not_heard() -> None:
    gateway = Gateway()
    fleet = {gateway.gateway: gateway.enrolled()}
    assert isinstance(hear(encode(make_state(gateway)), uuid4(), fleet), Unanswerable)


def test_bytes_that_are_no_heartbeat_are_not_heard() -> None:
    assert isinstance(hear(b"{}", uuid4(), {}), Unanswerable)
