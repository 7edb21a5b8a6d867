"""The conversation with a glucometer: what it asks, what it keeps, how far it dares to remember."""

from __future__ import annotations

from collections import deque

import pytest

from device_drivers.conversation import (
    Done,
    Event,
    Gone,
    Listen,
    Memory,
    Note,
    Quiet,
    Read,
    Refused,
    Remember,
    Spoil,
    Subscribe,
    Wish,
    Write,
)
from device_drivers.profiles.glucose_memory import GRACE, PATIENCE, TIMEOUT, drain
from tests.device_drivers.driving import (
    CONTEXT,
    RECORD,
    Glucometer,
    context,
    converse,
    emitted,
    gone,
    mark,
    record,
    records_of,
    remembered,
    written,
)


def read_from(meter: Glucometer, cursor: int | None = None) -> list[Wish]:
    return converse(drain(Memory(None if cursor is None else mark(cursor))), meter)


def test_it_subscribes_to_the_control_point_first_and_asks_only_after_the_slow_questions() -> None:
    wishes = read_from(Glucometer([1]))
    subscribed = [wish.characteristic for wish in wishes if isinstance(wish, Subscribe)]
    last_read = max(place for place, wish in enumerate(wishes) if isinstance(wish, Read))
    first_write = min(place for place, wish in enumerate(wishes) if isinstance(wish, Write))
    assert subscribed == ["2A52", "2A18", "2A34"]
    assert last_read < first_write


def test_a_first_visit_takes_the_whole_memory() -> None:
    wishes = read_from(Glucometer([1, 2, 3]))
    assert written(wishes) == ["01 06", "04 01", "01 01"]
    assert sorted(emitted(wishes)) == [1, 2, 3]
    assert remembered(wishes) == [3]


def test_a_later_visit_asks_from_the_last_known_record_on() -> None:
    wishes = read_from(Glucometer([1, 2, 3, 4]), cursor=2)
    assert written(wishes) == ["01 06", "04 03 01 02 00", "01 03 01 02 00"]
    assert sorted(emitted(wishes)) == [2, 3, 4]
    assert remembered(wishes) == [4]


def test_the_newest_record_is_remembered_with_its_time_and_value() -> None:
    assert Remember(mark(3)) in read_from(Glucometer([1, 2, 3]))


def test_a_visit_without_news_asks_for_the_last_record_alone() -> None:
    wishes = read_from(Glucometer([1, 2, 3]), cursor=3)
    assert written(wishes) == ["01 06"]
    assert remembered(wishes) == []


def test_an_empty_memory_is_no_error() -> None:
    wishes = read_from(Glucometer([]), cursor=7)
    assert written(wishes) == ["01 06", "04 01"]
    assert emitted(wishes) == []
    assert remembered(wishes) == []


def test_a_memory_that_was_reset_is_read_whole_and_the_cursor_goes_back() -> None:
    wishes = read_from(Glucometer([1, 2]), cursor=500)
    assert sorted(emitted(wishes)) == [1, 2]
    assert remembered(wishes) == [2]


@pytest.mark.parametrize("newest", [4, 5, 6, 40])
def test_a_memory_begun_anew_is_read_whole_however_far_it_has_grown(newest: int) -> None:
    wishes = read_from(Glucometer([*range(1, newest + 1)], day=10), cursor=5)
    assert sorted(emitted(wishes)) == [*range(1, newest + 1)]
    assert wishes[-2] == Remember(mark(newest, day=10))


def test_another_record_under_the_known_number_is_told_by_the_last_record_alone() -> None:
    wishes = read_from(Glucometer([4, 5], day=10), cursor=5)
    assert written(wishes) == ["01 06", "04 01", "01 01"]


def test_a_memory_without_the_record_that_was_known_is_read_whole() -> None:
    wishes = read_from(Glucometer([3, 4, 6, 7]), cursor=5)
    assert sorted(emitted(wishes)) == [3, 4, 6, 7]
    assert remembered(wishes) == [7]


def test_a_link_lost_before_a_new_memory_is_read_moves_no_cursor() -> None:
    wishes = read_from(Glucometer([*range(1, 9)], day=10, mute_after=6, then=Gone()), cursor=5)
    assert remembered(wishes) == []


def test_numbers_that_wrapped_are_read_whole_once_and_remembered() -> None:
    wishes = read_from(Glucometer([65534, 65535, 0, 1]), cursor=65534)
    assert written(wishes) == ["01 06", "04 01", "01 01"]
    assert sorted(emitted(wishes)) == [0, 1, 65534, 65535]
    assert remembered(wishes) == [1]


def test_after_the_wrap_a_visit_without_news_asks_for_the_last_record_alone() -> None:
    assert written(read_from(Glucometer([65534, 65535, 0, 1]), cursor=1)) == ["01 06"]


def test_after_the_wrap_what_is_new_is_read_once() -> None:
    wishes = read_from(Glucometer([65534, 65535, 0, 1, 2]), cursor=1)
    assert written(wishes) == ["01 06", "04 03 01 01 00", "01 03 01 01 00"]
    assert remembered(wishes) == [2]


def test_the_highest_number_has_no_successor_to_ask_for() -> None:
    wishes = read_from(Glucometer([65535, 0]), cursor=65535)
    assert written(wishes) == ["01 06", "04 01", "01 01"]
    assert sorted(emitted(wishes)) == [0, 65535]


def test_records_that_the_completion_overtook_are_waited_for() -> None:
    wishes = read_from(Glucometer([1, 2, 3, 4], overtaken=2))
    assert written(wishes) == ["01 06", "04 01", "01 01"]
    assert sorted(emitted(wishes)) == [1, 2, 3, 4]
    assert remembered(wishes) == [4]


def test_a_lost_record_is_asked_for_again() -> None:
    wishes = read_from(Glucometer([4, 5, 6, 7, 8], lost=[7]), cursor=4)
    assert written(wishes)[3:] == ["01 06", "04 03 01 06 00", "01 03 01 06 00"]
    assert sorted(emitted(wishes)) == [4, 5, 6, 7, 8]
    assert remembered(wishes) == [6, 8]


def test_the_cursor_never_passes_a_record_that_does_not_come() -> None:
    wishes = read_from(Glucometer([4, 5, 6, 7, 8], always_lost=frozenset({7})), cursor=4)
    assert sorted(emitted(wishes)) == [4, 5, 6, 8]
    assert remembered(wishes)[-1] == 6


def test_it_asks_again_only_once() -> None:
    wishes = read_from(Glucometer([4, 5, 6, 7, 8], always_lost=frozenset({7})), cursor=4)
    assert written(wishes).count("01 06") == 2


def test_a_live_record_does_not_stand_in_for_a_lost_one() -> None:
    meter = Glucometer([4, 5, 6, 7], always_lost=frozenset({6}), live=[8])
    wishes = read_from(meter, cursor=4)
    assert remembered(wishes)[-1] == 5


def test_a_live_record_does_not_stand_in_for_a_lost_one_where_the_numbers_wrap() -> None:
    meter = Glucometer([65532, 65533, 65534, 65535], always_lost=frozenset({65534}), live=[0])
    assert max(remembered(read_from(meter, cursor=65532))) == 65533


def test_a_first_visit_with_a_gap_remembers_nothing_beyond_it() -> None:
    wishes = read_from(Glucometer([1, 2, 3, 4], always_lost=frozenset({3})))
    assert remembered(wishes)[-1] == 2


def test_a_first_visit_that_misses_the_oldest_record_remembers_nothing() -> None:
    wishes = read_from(Glucometer([1, 2, 3], always_lost=frozenset({1})))
    assert remembered(wishes) == []


def test_a_count_that_denies_the_last_record_proves_nothing() -> None:
    wishes = read_from(Glucometer([4, 5, 6, 7], always_lost=frozenset({6}), counts=0), cursor=4)
    assert remembered(wishes) == [5]


def test_a_count_that_is_met_without_the_last_record_proves_nothing() -> None:
    meter = Glucometer([4, 5, 6, 7, 8], counts=3, mute_after=6, then=Gone())
    assert remembered(read_from(meter, cursor=4)) == [6]


def test_gaps_in_the_meters_own_numbers_are_no_loss() -> None:
    wishes = read_from(Glucometer([2, 3, 9, 40]), cursor=2)
    assert remembered(wishes) == [40]


def test_a_repeated_record_is_kept_once() -> None:
    wishes = read_from(Glucometer([1, 1, 1]))
    assert emitted(wishes) == [1]


def test_silence_aborts_the_procedure_and_ends() -> None:
    wishes = read_from(Glucometer([0, 1, 2, 3, 4], mute_after=7), cursor=0)
    assert written(wishes) == ["01 06", "04 03 01 00 00", "01 03 01 00 00", "03 00"]
    assert remembered(wishes) == [3]


def test_every_note_starts_the_time_limit_anew() -> None:
    wishes = read_from(Glucometer([1, 2, 3]))
    report = wishes.index(Write("2A52", bytes.fromhex("0101")))
    patience = [wish.seconds for wish in wishes[report:] if isinstance(wish, Listen)]
    assert patience == [TIMEOUT] * 4 + [PATIENCE]


def test_a_lost_link_leaves_the_cursor_before_what_did_not_come() -> None:
    wishes = read_from(Glucometer([0, 1, 2, 3, 4], mute_after=7, then=Gone()), cursor=0)
    assert sorted(emitted(wishes)) == [0, 1, 2, 3, 4]
    assert remembered(wishes) == [3]


def test_after_a_lost_link_the_next_visit_goes_on_where_it_stopped() -> None:
    broken = read_from(Glucometer([1, 2, 3, 4, 5], mute_after=5, then=Gone()))
    cursor = remembered(broken)[-1]
    wishes = read_from(Glucometer([1, 2, 3, 4, 5]), cursor=cursor)
    assert cursor == 2
    assert sorted({*emitted(broken), *emitted(wishes)}) == [1, 2, 3, 4, 5]


def test_a_meter_that_left_at_once_is_asked_nothing_more() -> None:
    wishes = converse(drain(Memory()), gone)
    assert written(wishes) == []


@pytest.mark.parametrize("code", [0x80, 0xFE])
def test_a_meter_still_busy_with_what_is_over_is_given_a_moment_and_asked_again(code: int) -> None:
    wishes = read_from(Glucometer([1], refusals=deque([Refused("in progress", code)])))
    assert written(wishes)[:2] == ["01 06", "01 06"]
    assert remembered(wishes) == [1]


@pytest.mark.parametrize("code", [0x80, 0xFE])
def test_a_procedure_already_in_progress_is_aborted_and_the_request_written_again(code: int) -> None:
    wishes = read_from(Glucometer([1], refusals=deque([Refused("in progress", code)] * 2)))
    assert written(wishes)[:4] == ["01 06", "01 06", "03 00", "01 06"]
    assert remembered(wishes) == [1]


@pytest.mark.parametrize("code", [0x81, 0xFD])
def test_a_forgotten_subscription_is_made_again(code: int) -> None:
    wishes = read_from(Glucometer([1], refusals=deque([Refused("not configured", code)])))
    subscribed = [wish.characteristic for wish in wishes if isinstance(wish, Subscribe)]
    assert written(wishes)[:2] == ["01 06", "01 06"]
    assert subscribed == ["2A52", "2A18", "2A34"] * 2
    assert remembered(wishes) == [1]


@pytest.mark.parametrize("code", [0x05, 0x0F, None])
def test_any_other_refusal_ends_the_asking(code: int | None) -> None:
    wishes = read_from(Glucometer([1], refusals=deque([Refused("no", code)])))
    assert written(wishes) == ["01 06"]
    assert wishes[-1] == Listen(0)


def test_a_meter_that_never_gets_free_is_asked_no_more() -> None:
    wishes = read_from(Glucometer([1], refusals=deque([Refused("in progress", 0xFE)] * 4)))
    assert written(wishes) == ["01 06", "01 06", "03 00", "01 06"]


def test_a_meter_that_cannot_name_its_last_record_is_read_whole_and_never_remembered() -> None:
    wishes = read_from(Glucometer([1, 2], unsupported=frozenset({"0106"})), cursor=1)
    assert written(wishes) == ["01 06", "04 01", "01 01"]
    assert emitted(wishes) == [1, 2]
    assert remembered(wishes) == []


def test_a_meter_that_cannot_report_from_a_number_is_read_whole() -> None:
    wishes = read_from(Glucometer([1, 2, 3], unsupported=frozenset({"0103", "0403"})), cursor=1)
    assert written(wishes)[-1] == "01 01"
    assert sorted(emitted(wishes)) == [1, 2, 3]
    assert remembered(wishes) == [3]


def test_a_meter_that_cannot_count_is_believed_only_as_far_as_its_numbers_are_unbroken() -> None:
    wishes = read_from(Glucometer([1, 2, 3, 5], unsupported=frozenset({"0403"})), cursor=1)
    assert emitted(wishes) == [5, 1, 2, 3]
    assert remembered(wishes) == [3]


def test_a_record_carries_its_context() -> None:
    wishes = read_from(Glucometer([1], contexts={1: context(1)}))
    assert [kept.context and kept.context.meal for kept in records_of(wishes)] == ["fasting"]


def test_a_record_whose_context_never_comes_goes_without() -> None:
    wishes = read_from(Glucometer([1], contexts={1: b""}))
    assert [kept.context for kept in records_of(wishes)] == [None]
    assert remembered(wishes) == [1]


def test_a_record_is_kept_before_the_cursor_moves() -> None:
    wishes = read_from(Glucometer([1, 2], contexts={2: b""}))
    kinds = [type(wish).__name__ for wish in wishes if type(wish).__name__ in {"Emit", "Remember"}]
    assert kinds == ["Emit", "Emit", "Remember"]


def test_a_frame_that_does_not_decode_is_kept_as_such_and_the_rest_goes_on() -> None:
    meter = Glucometer([1, 2])
    meter.notes.append(Note(RECORD, b"\x02\x01"))
    wishes = read_from(meter)
    spoiled = [wish for wish in wishes if isinstance(wish, Spoil)]
    assert [(wish.characteristic, wish.value) for wish in spoiled] == [(RECORD, b"\x02\x01")]
    assert "sequence" in spoiled[0].error
    assert sorted(emitted(wishes)) == [1, 2]


def test_an_answer_that_does_not_decode_is_kept_as_such_and_the_next_one_counts() -> None:
    meter = Glucometer([1])
    meter.notes.append(Note("2A52", b"\x06"))
    wishes = read_from(meter)
    assert [wish.value for wish in wishes if isinstance(wish, Spoil)] == [b"\x06"]
    assert remembered(wishes) == [1]


def test_an_answer_to_an_earlier_request_is_passed_over() -> None:
    meter = Glucometer([1])
    meter.notes.append(Note("2A52", bytes.fromhex("06000301")))
    assert remembered(read_from(meter)) == [1]


def test_a_record_that_comes_unasked_after_the_transfer_is_kept_but_not_remembered() -> None:
    meter = Glucometer([1])
    live = [Note(RECORD, record(2))]

    def answer(wish: Wish) -> Event:
        if wish == Listen(PATIENCE) and live:
            return live.pop()
        return meter(wish)

    wishes = converse(drain(Memory()), answer)
    assert emitted(wishes) == [1, 2]
    assert remembered(wishes) == [1]


def test_notes_queued_behind_a_refusal_are_still_kept() -> None:
    meter = Glucometer([], refusals=deque([Refused("no", 0x0F)]))
    meter.notes.extend([Note(RECORD, record(9, with_context=True)), Note(CONTEXT, context(9))])
    assert [kept.context and kept.context.meal for kept in records_of(read_from(meter))] == ["fasting"]


def test_contexts_are_optional() -> None:
    meter = Glucometer([1])

    def answer(wish: Wish) -> Event:
        return Refused("no such characteristic", 0x0A) if wish == Subscribe(CONTEXT) else meter(wish)

    assert remembered(converse(drain(Memory()), answer)) == [1]


def test_without_its_control_point_a_meter_is_left_alone() -> None:
    def answer(wish: Wish) -> Event:
        if isinstance(wish, Subscribe):
            return Refused("insufficient encryption", 0x0F)
        return Quiet() if isinstance(wish, Listen) else Done()

    wishes = converse(drain(Memory()), answer)
    assert [type(wish).__name__ for wish in wishes] == ["Subscribe", "Listen"]


def test_the_grace_is_short_against_the_time_limit() -> None:
    assert GRACE < PATIENCE < TIMEOUT
