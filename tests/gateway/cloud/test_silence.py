"""When a gateway leaves a node that answers nothing."""

from __future__ import annotations

from gateway.cloud.silence import MOST_S, Silence


def test_who_has_asked_nothing_misses_no_answer() -> None:
    assert not Silence(120).is_too_long(1e6)


def test_after_the_patience_it_is_time_to_move() -> None:
    silence = Silence(120)
    silence.asked(1000)
    silence.asked(1100)
    assert not silence.is_too_long(1119)
    assert silence.is_too_long(1120)


def test_an_answer_ends_the_silence() -> None:
    silence = Silence(120)
    silence.asked(1000)
    silence.heard()
    assert not silence.is_too_long(2000)


def test_each_move_without_an_answer_doubles_the_patience() -> None:
    silence = Silence(120)
    silence.asked(0)
    assert silence.is_too_long(120)
    silence.asked(120)
    assert not silence.is_too_long(359)
    assert silence.is_too_long(360)


def test_an_answer_restores_the_patience() -> None:
    silence = Silence(120)
    silence.asked(0)
    silence.is_too_long(120)
    silence.heard()
    silence.asked(200)
    assert silence.is_too_long(320)


def test_the_patience_has_an_end() -> None:
    silence = Silence(MOST_S)
    silence.asked(0)
    assert silence.is_too_long(MOST_S)
    silence.asked(0)
    assert silence.is_too_long(MOST_S)
