"""What homes answered, each once, for whoever asked. Judges none."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from psycopg import Cursor

from ingest.door.home_answer import HomeAnswer

_KEEP: Final = """
insert into ingest.home_answer
    (gateway, stream, home, question, asked, said, by, given_at, given_synced, stored_at)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
on conflict do nothing
"""


def keep(cursor: Cursor, answers: Iterable[HomeAnswer], now: datetime) -> None:
    """The same answer again changes nothing. Sorted, so that no two workers wait crosswise."""
    ordered = sorted(answers, key=lambda each: (each.answered.gateway, each.answered.stream))
    cursor.executemany(_KEEP, [_row(each, now) for each in ordered])


def _row(one: HomeAnswer, now: datetime) -> tuple[object, ...]:
    answered, answer = one.answered, one.answered.answer
    what = (answer.question, answer.asked, answer.said, answer.by)
    return (answered.gateway, answered.stream, one.home, *what, answer.given.at, answer.given.synced, now)
