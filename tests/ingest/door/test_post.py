"""Messages sorted by what is to be done with them."""

from __future__ import annotations

from device_drivers.wire.codec import encode
from device_drivers.wire.topics import topic
from ingest.door.intake import Message
from ingest.door.post import Post
from tests.ingest.making import Gateway, make_state


def test_a_heartbeat_of_a_gateway_that_is_not_known_makes_the_worker_look_again() -> None:
    gateway = Gateway()
    beat = Message(topic(gateway.gateway, "state"), encode(make_state(gateway)))
    assert Post.of([beat], {}).has_unknown
    assert not Post.of([beat], {gateway.gateway: gateway.enrolled()}).has_unknown


def test_a_topic_that_names_nobody_is_no_reason_to_look_again() -> None:
    post = Post.of([Message("hl/v1/nobody/up", b"{}")], {})
    assert not post.has_unknown
    assert len(post.strays) == 1
