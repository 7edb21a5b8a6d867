"""The queue between network and worker."""

from __future__ import annotations

from threading import Thread

from ingest.door.intake import Intake, Message

BIG = Message("up", bytes(60))


def test_what_was_put_is_taken_in_order() -> None:
    intake = Intake(limit=100)
    intake.put(Message("a", b"1"))
    intake.put(Message("b", b"2"))
    assert [message.topic for message in intake.take(5, 0)] == ["a", "b"]


def test_nothing_is_taken_when_nothing_comes() -> None:
    assert Intake(limit=100).take(5, 0) == []


def test_a_full_intake_makes_the_network_wait_until_there_is_room() -> None:
    intake = Intake(limit=100)
    intake.put(BIG)
    waiting = Thread(target=intake.put, args=(BIG,))
    waiting.start()
    waiting.join(timeout=0.2)
    assert waiting.is_alive()
    assert intake.take(5, 0) == [BIG]
    waiting.join(timeout=10)
    assert intake.take(5, 0) == [BIG]


def test_a_message_larger_than_the_limit_has_room_alone() -> None:
    intake = Intake(limit=10)
    intake.put(BIG)
    assert intake.take(1, 0) == [BIG]


def test_closing_lets_a_waiting_network_go() -> None:
    intake = Intake(limit=100)
    intake.put(BIG)
    waiting = Thread(target=intake.put, args=(BIG,))
    waiting.start()
    intake.close()
    waiting.join(timeout=10)
    assert not waiting.is_alive()


def test_an_offer_to_a_full_intake_is_declined_at_once() -> None:
    intake = Intake(limit=100)
    assert intake.offer(BIG)
    assert not intake.offer(BIG)
    assert intake.take(5, 0) == [BIG]
    assert intake.offer(BIG)


def test_nothing_is_taken_in_after_the_end() -> None:
    intake = Intake(limit=100)
    intake.close()
    assert not intake.offer(BIG)
