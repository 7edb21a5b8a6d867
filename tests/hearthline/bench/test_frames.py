"""The bench's frames against the standard's own examples, and however a network cuts them up."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearthline.bench import frames
from hearthline.bench.frames import Frame, Splitter

# MQTT Version 3.1.1, 2.2.3, table 2.4: the last length of each number of bytes and the first of the next.
LENGTHS = [0, 127, 128, 16_383, 16_384, 100_000]


def test_a_subscription_is_as_the_standard_lays_it_out() -> None:
    assert frames.subscribe("a/b", "c/d") == bytes.fromhex("820e0001 0003612f6201 0003632f6401")


def test_a_published_message_comes_apart_as_it_was_put_together() -> None:
    (frame,) = Splitter().feed(frames.publish("hl/v1/x/up", b"body", 0x1234))
    assert frames.published(frame) == ("hl/v1/x/up", b"\x12\x34", b"body")


def test_a_message_that_wants_no_acknowledgement_has_no_number() -> None:
    (frame,) = Splitter().feed(bytes.fromhex("3007 0003612f62 6869"))
    assert frames.published(frame) == ("a/b", b"", b"hi")


@pytest.mark.parametrize("length", LENGTHS)
def test_a_frame_of_any_length_is_found_whole(length: int) -> None:
    sent = frames.publish("t", bytes(length), 1)
    (frame,) = Splitter().feed(sent)
    assert frames.published(frame)[2] == bytes(length)


@given(payloads=st.lists(st.binary(max_size=300), max_size=5), cuts=st.lists(st.integers(0, 1600)))
def test_however_the_bytes_are_cut_the_same_frames_come_out(payloads: list[bytes], cuts: list[int]) -> None:
    whole = b"".join(frames.publish("t", payload, 1) for payload in payloads)
    places = sorted({0, *(min(cut, len(whole)) for cut in cuts), len(whole)})
    splitter = Splitter()
    found: list[Frame] = []
    for begin, end in pairwise(places):
        found += splitter.feed(whole[begin:end])
    assert [frames.published(frame)[2] for frame in found] == payloads
