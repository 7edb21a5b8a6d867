"""What is told of an episode after a step."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from alerts.concerns import Changed, Mark, changed, concern
from alerts.episodes import Episode
from alerts.reading import Reading
from alerts.words import MEASURE_AGAIN
from tests.alerts.chain import resident
from tests.alerts.making import answer, at, course_of, pressure


def episodes(*readings: Reading, until: float | None = None) -> tuple[Episode, ...]:
    owned = [
        replace(each, resident=str(resident("a")), id=str(UUID(int=n))) for n, each in enumerate(readings)
    ]
    return course_of(*owned, until=until)


HIGH, REPEAT, NORMAL = pressure(0, 186, 112), pressure(4, 184, 110), pressure(4, 130, 80)


def changes(before: tuple[Episode, ...], after: tuple[Episode, ...]) -> list[tuple[str, ...]]:
    return [each.changes for each in changed(before, after, {}) if each.changes]


def test_a_first_critical_reading_asks_for_a_repeat() -> None:
    (one,) = changed((), episodes(HIGH), {})
    told = concern(one)
    assert (told.changes, told.version, told.provisional, told.awaits_repeat) == (("opened",), 1, True, True)
    assert (told.rule, told.value, told.readings) == (("bp_critical", "1"), "186/112 mmHg", 1)
    assert (told.inputs, told.words[0]) == ((str(UUID(int=0)),), MEASURE_AGAIN)


def test_everything_that_happened_in_one_step_is_told() -> None:
    assert changes((), episodes(HIGH, REPEAT)) == [("opened", "confirmed", "paged")]
    assert changes((), episodes(HIGH, NORMAL)) == [("opened", "closed")]


def test_a_repeat_confirms_and_pages() -> None:
    assert changes(episodes(HIGH), episodes(HIGH, REPEAT)) == [("confirmed", "paged")]


def test_a_yes_about_red_flags_leaves_the_number_in_sight_that_it_was_asked_about() -> None:
    told = concern(changed(episodes(HIGH), episodes(HIGH, answer(2, "chest_pain")), {})[0])
    assert (told.confirmed_by, told.rule[0], told.value) == ("symptom", "red_flag", "186/112 mmHg")
    assert told.inputs == (str(UUID(int=0)), str(UUID(int=1)))


def test_a_red_flag_without_any_number_stands_for_itself() -> None:
    told = concern(changed((), episodes(answer(0, "chest_pain")), {})[0])
    assert (told.value, told.inputs) == ("chest_pain", (str(UUID(int=0)),))


def test_what_is_as_it_was_is_not_told() -> None:
    assert changes(episodes(HIGH), episodes(HIGH)) == []


def test_another_reading_at_the_same_level_only_updates() -> None:
    confirmed = (HIGH, REPEAT, pressure(60, 186, 112))
    assert changes(episodes(*confirmed[:2]), episodes(*confirmed)) == [("updated",)]


def test_opening_again_is_told() -> None:
    again = (HIGH, NORMAL, pressure(300, 186, 112))
    assert changes(episodes(*again[:2]), episodes(*again)) == [("reopened",)]


def test_a_late_reading_asks_nobody_to_measure_again() -> None:
    (one,) = changed((), episodes(replace(HIGH, stored_at=at(300))), {})
    told = concern(one)
    assert (told.late, told.awaits_repeat, told.words) == (True, False, ())


def test_versions_rise_and_owed_changes_are_told_again() -> None:
    (episode,) = episodes(HIGH)
    (again,) = changed((episode,), (episode,), {episode.id: Mark(3, 1, owed=("opened",))})
    assert again == Changed(episode, Mark(4, 1), ("opened",))


def test_what_is_crossed_last_stands_last() -> None:
    low = pressure(100, 85, 60), pressure(105, 85, 60)
    before = episodes(HIGH, *low)
    after = episodes(HIGH, *low, pressure(130, 187, 112))
    marks = {each.id: Mark(1, place) for place, each in enumerate(before, start=1)}
    assert [each.cause for each in before] == ["bp_high", "bp_low"]
    moved = [(each.episode.cause, each.mark.place) for each in changed(before, after, marks)]
    assert moved == [("bp_high", 3)]
