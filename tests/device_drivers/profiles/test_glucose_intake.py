"""Records and contexts in whatever order they come."""

from __future__ import annotations

import pytest

from device_drivers.conversation import Note, Wish
from device_drivers.measurement import Glucose
from device_drivers.profiles.glucose_intake import MOST_WAITING, Asked, Intake
from tests.device_drivers.driving import CONTEXT, RECORD, context, emitted, mark, record, records_of


def take(intake: Intake, *values: tuple[str, bytes]) -> list[Wish]:
    return [wish for name, value in values for wish in intake.take(Note(name, value))]


def request(start: int | None, last: int | None, expected: int | None) -> Asked:
    known = None if start is None else mark(start)
    return Asked(known, None if last is None else mark(last), expected)


def meals(wishes: list[Wish]) -> list[str | None]:
    return [kept.context.meal if kept.context else None for kept in records_of(wishes)]


def test_a_record_that_announces_no_context_is_kept_at_once() -> None:
    assert emitted(take(Intake(), (RECORD, record(1)))) == [1]


def test_a_record_waits_for_the_context_it_announces() -> None:
    intake = Intake()
    assert take(intake, (RECORD, record(1, with_context=True))) == []
    assert meals(take(intake, (CONTEXT, context(1)))) == ["fasting"]


def test_a_context_waits_for_its_record() -> None:
    intake = Intake()
    assert take(intake, (CONTEXT, context(1))) == []
    assert meals(take(intake, (RECORD, record(1, with_context=True)))) == ["fasting"]


def test_contexts_find_their_records_by_number() -> None:
    intake = Intake()
    take(intake, (RECORD, record(1, with_context=True)), (RECORD, record(2, with_context=True)))
    wishes = take(intake, (CONTEXT, context(2, meal=1)), (CONTEXT, context(1, meal=2)))
    assert list(zip(emitted(wishes), meals(wishes), strict=True)) == [(2, "pre_meal"), (1, "post_meal")]


def test_a_record_that_went_without_is_told_again_when_its_context_comes_late() -> None:
    intake = Intake()
    take(intake, (RECORD, record(1, with_context=True)))
    assert meals(intake.flush()) == [None]
    assert meals(take(intake, (CONTEXT, context(1)))) == ["fasting"]


def test_a_context_that_comes_twice_is_told_once() -> None:
    intake = Intake()
    wishes = take(intake, (RECORD, record(1)), (CONTEXT, context(1)), (CONTEXT, context(1)))
    assert meals(wishes) == [None, "fasting"]


def test_a_ketone_is_marked_by_its_context() -> None:
    intake = Intake()
    wishes = take(intake, (RECORD, record(1, with_context=True)), (CONTEXT, context(1, meal=6)))
    contexts = [kept.context for kept in records_of(wishes)]
    assert [said is not None and said.is_ketone for said in contexts] == [True]


def test_the_same_number_with_another_time_is_another_record() -> None:
    older = record(1, with_context=True)
    newer = older[:8] + b"\x3b" + older[9:]
    intake = Intake()
    wishes = take(intake, (RECORD, older), (RECORD, newer))
    assert emitted([*wishes, *intake.flush()]) == [1, 1]


def test_no_more_records_wait_than_is_bounded() -> None:
    intake = Intake()
    announced = [(RECORD, record(number, with_context=True)) for number in range(MOST_WAITING + 1)]
    assert emitted(take(intake, *announced)) == [0]


def test_nothing_is_flushed_twice() -> None:
    intake = Intake()
    take(intake, (RECORD, record(1, with_context=True)))
    assert emitted(intake.flush()) == [1]
    assert intake.flush() == []


def test_what_came_before_does_not_count() -> None:
    intake = Intake()
    take(intake, (RECORD, record(1)))
    intake.begin()
    assert not intake.has(1)
    assert intake.latest is None


def test_a_repeat_counts_once_but_again_after_a_new_beginning() -> None:
    intake = Intake()
    take(intake, (RECORD, record(1)), (RECORD, record(1)))
    assert not intake.has(2)
    intake.begin()
    take(intake, (RECORD, record(1)))
    assert intake.has(1)


def test_a_record_has_not_wholly_come_before_its_context() -> None:
    intake = Intake()
    take(intake, (RECORD, record(1, with_context=True)))
    assert not intake.has(1)
    take(intake, (CONTEXT, context(1)))
    assert intake.has(1)


def test_the_latest_record_is_the_one_that_arrived_last_and_decoded() -> None:
    intake = Intake()
    take(intake, (RECORD, record(9)), (RECORD, record(4)), (RECORD, b"\x02"))
    assert intake.latest == mark(4)


def test_a_frame_that_does_not_decode_arrived_all_the_same() -> None:
    intake = Intake()
    take(intake, (RECORD, b"\x02\x01"), (RECORD, record(2)))
    assert intake.reached(request(None, 2, 2)) == mark(2)


def test_a_record_with_other_words_under_a_known_number_makes_it_another_memory() -> None:
    intake = Intake()
    take(intake, (RECORD, record(5, day=10)), (RECORD, record(6, day=10)))
    since_five = Asked(mark(5), mark(6, day=10), 2)
    assert intake.is_of_another_memory(since_five)
    assert intake.reached(since_five) is None


@pytest.mark.parametrize(
    ("arrived", "asked", "reached"),
    [
        ([5, 6, 7], request(5, 7, 3), 7),
        ([5, 7], request(5, 7, 3), 5),
        ([6, 7], request(5, 7, 3), None),
        ([5, 7], request(5, 7, 2), 7),
        ([5, 6, 7], request(5, 7, None), 7),
        ([5, 6, 8], request(5, 7, 3), 6),
        ([5, 6], request(5, 7, 2), 6),
        ([5, 6], request(None, 7, 3), 6),
        ([65534, 65535, 0, 1], request(None, 1, 4), 1),
        ([65535, 0, 1], request(None, 1, 4), None),
        ([65533, 65535, 0], request(65533, 65535, 3), 65533),
        ([6, 7], request(None, 7, 3), None),
        ([5, 6], request(None, 7, None), None),
        ([5, 6], request(5, None, 2), None),
        ([], request(5, 7, 3), None),
        ([65535], request(65535, 65535, 1), 65535),
    ],
)
def test_the_cursor_reaches_as_far_as_nothing_is_missing(
    arrived: list[int], asked: Asked, reached: int | None
) -> None:
    intake = Intake()
    take(intake, *[(RECORD, record(number)) for number in arrived])
    assert intake.reached(asked) == (None if reached is None else mark(reached))


def test_a_kept_record_is_the_decoded_one() -> None:
    (kept,) = records_of(take(Intake(), (RECORD, record(1))))
    assert isinstance(kept, Glucose)
    assert str(kept.concentration) == "0.00111"
