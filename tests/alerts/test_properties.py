"""What must hold whatever else is in a history: invariants 2, 3 and 4 of the design."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from alerts.course import Course, due_at, hear, run_on
from alerts.reading import Reading
from alerts.replay import replay, report
from tests.alerts.making import START, glucose, pressure

# Close together and far apart, with all that the limits are near to.
GAPS = st.sampled_from([0, 0.5, 1, 2, 5, 10, 15, 16, 60, 400, 720, 1440, 12000])
DELAYS = st.sampled_from([0, 5, 900, 7200, 7201, 50000])
QUALITIES = st.sampled_from(["ok", "ok", "ok", "implausible", "device_error"])
FLAGS = st.sampled_from([frozenset[str](), frozenset({"cuff_loose"}), frozenset({"irregular_pulse"})])
CONTEXTS = st.sampled_from([None, "fasting", "post_meal", "bedtime"])


@st.composite
def histories(draw: st.DrawFn) -> list[Reading]:
    """Up to a dozen readings of one resident, in the order stored."""
    minutes, found = 0.0, []
    for number in range(draw(st.integers(1, 12))):
        minutes += draw(GAPS)
        stored = START + timedelta(minutes=minutes, seconds=draw(DELAYS))
        found.append(
            draw(st.one_of(pressures(minutes), sugars(minutes))) | {"id": str(number), "stored_at": stored}
        )
    readings = [_made(each) for each in found]
    return sorted(readings, key=lambda each: each.stored_at)


def pressures(minutes: float) -> st.SearchStrategy[dict[str, object]]:
    return st.fixed_dictionaries(
        {
            "minutes": st.just(minutes),
            "systolic": st.sampled_from([50, 75, 85, 95, 120, 160, 170, 179, 180, 199, 200, 262]),
            "diastolic": st.sampled_from([25, 60, 80, 100, 109, 110, 120, 190]),
            "pulse": st.sampled_from([None, Decimal(28), Decimal(45), Decimal(70), Decimal(135)]),
            "quality": QUALITIES,
            "flags": FLAGS,
        }
    )


def sugars(minutes: float) -> st.SearchStrategy[dict[str, object]]:
    return st.fixed_dictionaries(
        {
            "minutes": st.just(minutes),
            "value": st.sampled_from(
                ["2.9", "3.9", "4.0", "4.4", "7.0", "10.0", "13.9", "15.0", "16.6", "16.7", "33.3"]
            ),
            "quality": QUALITIES,
            "context": CONTEXTS,
        }
    )


def _made(fields: dict[str, object]) -> Reading:
    return pressure(**fields) if "systolic" in fields else glucose(**fields)  # type: ignore[arg-type]


def is_critical(reading: Reading) -> bool:
    """Rule 3, said once more in other words."""
    if reading.quality == "device_error":
        return False
    if reading.kind == "glucose":
        return not Decimal("3.9") < (reading.concentration or 0) < Decimal("16.7")
    return (reading.systolic or 0) >= 180 or (reading.diastolic or 0) >= 110


def told(readings: Iterable[Reading]) -> list[dict[str, object]]:
    return [asdict(report(episode)) for episode in replay(tuple(readings))]


@given(histories())
def test_a_critical_value_is_always_in_an_episode(history: list[Reading]) -> None:
    belong = frozenset[str]().union(*(episode.readings for episode in replay(history)))
    contents = {each.content for each in history if each.id in belong}
    assert [each for each in history if is_critical(each) and each.content not in contents] == []


@given(histories())
def test_a_critical_pressure_is_confirmed_ended_late_or_closed_within_a_day(history: list[Reading]) -> None:
    waiting = [each for each in replay(history) if each.waiting is not None and not each.late]
    assert waiting == []


@given(histories(), GAPS)
def test_what_was_due_is_done_and_looking_oftener_changes_nothing(
    history: list[Reading], pause: float
) -> None:
    course = Course()
    for each in history:
        course = hear(run_on(course, each.stored_at), each)
    end = history[-1].stored_at + timedelta(minutes=pause)
    between = run_on(course, history[-1].stored_at + timedelta(minutes=pause / 2))
    after = run_on(course, end)
    assert run_on(between, end) == after
    assert (due_at(after) or end) >= end


@given(histories())
def test_replaying_twice_says_the_same(history: list[Reading]) -> None:
    assert told(history) == told(history)


@given(histories(), st.integers(0, 11))
def test_a_reading_stored_again_changes_nothing(history: list[Reading], place: int) -> None:
    again = history[place % len(history)]
    assert told([*history, again]) == told(history)


@given(st.data(), histories())
def test_the_order_of_rows_stored_in_one_instant_does_not_matter(
    data: st.DataObject, history: list[Reading]
) -> None:
    """A gateway that was offline sends them in one batch."""
    batch = [replace(each, stored_at=history[-1].stored_at) for each in history]
    assert told(data.draw(st.permutations(batch))) == told(batch)


@given(histories(), histories())
def test_one_resident_does_not_touch_another(one: list[Reading], other: list[Reading]) -> None:
    strangers = [_of(each, "b") for each in other]
    end = max(each.stored_at for each in (*one, *other))
    alone = [each for each in told([*one, _marker(end)]) if each["resident"] == "a"]
    both = sorted([*one, *strangers], key=lambda each: each.stored_at)
    assert [each for each in told(both) if each["resident"] == "a"] == alone


def _of(reading: Reading, resident: str) -> Reading:
    return replace(reading, resident=resident)


def _marker(stored: object) -> Reading:
    """A third person's reading that only holds the clock."""
    return _of(pressure(0, 120, 80, stored_at=stored), "c")


@given(histories())
def test_kilopascals_and_mmhg_say_the_same(history: list[Reading]) -> None:
    assert told(_in_kpa(each) for each in history) == told(history)


@given(histories())
def test_mg_dl_and_mmol_l_say_the_same(history: list[Reading]) -> None:
    assert told(_in_mg_dl(each) for each in history) == told(history)


def _in_kpa(reading: Reading) -> Reading:
    if reading.systolic is None or reading.diastolic is None:
        return reading
    systolic, diastolic = (
        (value / Decimal("7.50062")).quantize(Decimal("0.01"))
        for value in (reading.systolic, reading.diastolic)
    )
    return replace(reading, unit="kPa", systolic=systolic, diastolic=diastolic)


def _in_mg_dl(reading: Reading) -> Reading:
    if reading.concentration is None:
        return reading
    value = reading.concentration * Decimal("18.0156")
    return replace(reading, unit="mg/dL", concentration=value)
