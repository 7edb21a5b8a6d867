"""Edges of a switch become answers: once yes, twice no, and when in doubt yes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.button.pressing import Answer, Presses, due_at, edge, said

Edges = list[tuple[float, bool]]


def press(at: float, held: float = 0.1) -> Edges:
    return [(at, True), (at + held, False)]


def heard(edges: Edges) -> list[Answer]:
    """All that is said, asked at each moment of note."""
    presses, answers = Presses(), list[Answer]()

    def settle(until: float) -> None:
        nonlocal presses
        while (due := due_at(presses)) is not None and due <= until:
            presses, answer = said(presses, due)
            answers.extend([answer] if answer else [])

    for at, down in edges:
        settle(at)
        presses = edge(presses, at, down=down)
    settle(1e9)
    return answers


def test_once_is_yes() -> None:
    assert heard(press(0)) == ["yes"]


def test_twice_is_no() -> None:
    assert heard(press(0) + press(0.7)) == ["no"]


def test_three_times_is_yes() -> None:
    assert heard(press(0) + press(0.7) + press(1.4)) == ["yes"]


def test_long_is_yes_while_it_is_still_held() -> None:
    presses = edge(Presses(), 0, down=True)
    assert said(presses, 1.9)[1] is None
    assert said(presses, 2.0)[1] == "yes"


def test_long_is_said_once() -> None:
    assert heard(press(0, held=30)) == ["yes"]


def test_a_trembling_hand_presses_once() -> None:
    tremor = [edge for number in range(5) for edge in press(number * 0.12, held=0.05)]
    assert heard(tremor[:2] + tremor[2:4]) == ["yes"]


def test_a_second_press_that_is_held_is_no_no() -> None:
    assert heard(press(0) + press(0.7, held=5)) == ["yes"]


def test_two_answers_far_apart_are_two() -> None:
    assert heard(press(0) + press(10) + press(10.6)) == ["yes", "no"]


def test_a_key_that_repeats_is_one_press() -> None:
    assert heard([(0, True), (0.3, True), (0.4, True), (0.5, False)]) == ["yes"]


@given(st.lists(st.tuples(st.floats(0.01, 3), st.floats(0.01, 3)), min_size=1, max_size=12))
def test_however_it_is_pressed_something_is_heard_and_never_more_than_was_pressed(
    pairs: list[tuple[float, float]],
) -> None:
    at, edges = 0.0, Edges()
    for pause, held in pairs:
        at += pause
        edges += press(at, held)
        at += held
    assert 1 <= len(heard(edges)) <= len(pairs)


@pytest.mark.parametrize("gap", [0.0, 0.1, 0.24])
def test_what_bounces_is_the_same_press(gap: float) -> None:
    assert heard([(0, True), (gap / 2, False), (gap, True), (0.4, False)]) == ["yes"]
