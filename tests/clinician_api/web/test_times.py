"""Ages and due times as they are said."""

from __future__ import annotations

from datetime import timedelta

import pytest

from clinician_api.web import times
from clinician_api.web.words import words_of
from tests.clinician_api.web.people import NOW

ZH, EN = words_of("zh"), words_of("en")


@pytest.mark.parametrize(
    ("before", "zh", "en"),
    [
        (timedelta(seconds=59), "刚刚", "just now"),
        (timedelta(minutes=1), "1 分钟前", "1 min ago"),
        (timedelta(minutes=59, seconds=59), "59 分钟前", "59 min ago"),
        (timedelta(hours=1), "1 小时前", "1 h ago"),
        (timedelta(hours=7), "7 小时前", "7 h ago"),
        (timedelta(hours=7, minutes=27), "昨天", "yesterday"),
        (timedelta(days=2), "2 天前", "2 days ago"),
    ],
)
def test_an_age_is_said_in_the_largest_unit_that_is_still_honest(before: timedelta, zh: str, en: str) -> None:
    assert (times.ago(NOW - before, NOW, ZH), times.ago(NOW - before, NOW, EN)) == (zh, en)


@pytest.mark.parametrize(
    ("after", "zh", "en"),
    [
        (timedelta(minutes=24), "剩 24 分", "24 min left"),
        (timedelta(minutes=89), "剩 1 小时", "1 h left"),
        (timedelta(hours=10), "今日 17:26", "today 17:26"),
        (timedelta(days=2), "11-24", "11-24"),
        (timedelta(days=60), "2027-01-21", "2027-01-21"),
        (timedelta(minutes=-50), "逾期 50 分", "overdue 50 min"),
        (timedelta(days=-3), "逾期 3 天", "overdue 3 d"),
    ],
)
def test_a_due_time_says_what_is_left_or_by_how_much_it_is_past(after: timedelta, zh: str, en: str) -> None:
    assert (times.due(NOW + after, NOW, ZH), times.due(NOW + after, NOW, EN)) == (zh, en)


def test_somebody_is_as_old_as_on_the_last_birthday() -> None:
    born = NOW.date().replace(year=1954)
    assert times.age(born, NOW.date()) == 72
    assert times.age(born + timedelta(days=1), NOW.date()) == 71
