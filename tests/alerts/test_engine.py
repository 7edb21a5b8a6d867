"""The engine between ingest's real tables and a Care: nothing skipped, nothing twice, nobody silenced."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from threading import Event, Thread
from uuid import UUID

import psycopg
import pytest

from alerts.care import Concern
from alerts.main import connect
from alerts.replay import replay
from alerts.rules.rule import Level
from alerts.shards import shard_of
from tests.alerts.chain import ATTENDED, Chain, Keeping, Listening, resident, settle
from tests.alerts.making import at, glucose, pressure
from tests.ingest.store.tables import Tables

FAILURES = "select reading is null, error from alerts.alert_failures order by id"


def told(chain: Chain) -> list[tuple[str, int, tuple[str, ...]]]:
    assert isinstance(chain.care, Listening)
    return [(each.cause, each.version, each.changes) for each in chain.care.told]


def test_a_critical_reading_opens_a_provisional_episode_that_care_is_told_of(chain: Chain) -> None:
    chain.store(pressure(0, 186, 112))
    settle(chain.engine(), at(0))
    assert told(chain) == [("bp_high", 1, ("opened",))]
    (episode,) = chain.episodes("a")
    assert (episode.level, episode.provisional) == (Level.CRITICAL, True)
    rules = "select rules, settings, cardinality(inputs) from alerts.episode"
    assert chain.tables.all(rules) == [(["bp_critical@1"], "2026-11-1", 1)]


def test_a_row_that_commits_late_is_not_skipped(chain: Chain) -> None:
    """Its transaction began first, so its cursor place lies before what others committed meanwhile."""
    reached, go = Event(), Event()

    def hold(point: str) -> None:
        reached.set()
        assert go.wait(20)

    slow = Tables.at(chain.url)
    slow.store._at = hold  # noqa: SLF001  the crash point just before the commit
    chain.store(pressure(0, 120, 80, resident="slow"), pressure(0, 120, 80, resident="fast"))
    late = Thread(target=chain.store, args=(pressure(1, 186, 112, resident="slow"),), kwargs={"tables": slow})
    late.start()
    assert reached.wait(20)
    chain.store(pressure(2, 187, 112, resident="fast"))
    engine = chain.engine()
    settle(engine, at(2))
    assert (told(chain), engine.lag(at(3))) == ([], timedelta(minutes=1))
    go.set()
    late.join()
    settle(engine, at(3))
    assert {each.resident for each in chain.episodes()} == {str(resident("slow")), str(resident("fast"))}
    assert engine.lag(at(4)) == timedelta(0)
    slow.connection.close()


def test_two_engines_share_the_shards_and_never_judge_twice(chain: Chain) -> None:
    chain.tables.connection.execute(ATTENDED)
    chain.care = Keeping
    chain.store(*(pressure(0, 186, 112, resident=str(number)) for number in range(200)))
    other = Chain(chain.url, chain.tables, connect(chain.url), care=Keeping)
    shares: list[int] = []

    def meanwhile(point: str) -> None:
        if point == "commit.before":
            shares.append(other.engine().step(at(0)))

    first = chain.engine(at=meanwhile).step(at(0))
    settle(chain.engine(), at(0))
    other.database.dispose()
    assert first > 0
    assert shares[0] > 0
    assert first + sum(shares) == 200
    assert chain.tables.one("select count(*) from attended") == 200
    assert chain.tables.one("select count(*) from alerts.episode where version = 1") == 200


def test_an_engine_notices_that_another_one_went_on_in_its_shards(chain: Chain) -> None:
    """What it remembers of a resident is void then, even while an open transaction holds the horizon."""
    one, other = chain.engine(), chain.engine()
    chain.store(pressure(0, 186, 112), glucose(0, "3.5"))
    with psycopg.connect(chain.url) as idle:
        idle.execute("select pg_current_xact_id()")
        settle(one, at(0))
        settle(other, at(17))
        settle(one, at(30))
    changes = [(cause, changes) for cause, _, changes in told(chain)]
    assert changes[2:] == [("bp_high", ("confirmed", "paged")), ("glucose_low", ("paged",))]


def test_silence_confirms_once_and_when_it_is_due_although_the_engine_starts_anew(chain: Chain) -> None:
    chain.store(pressure(0, 186, 112))
    settle(chain.engine(), at(0))
    settle(chain.engine(), at(16))
    assert told(chain) == [("bp_high", 1, ("opened",))]
    settle(chain.engine(), at(16.1))
    settle(chain.engine(), at(17))
    settle(chain.engine(), at(3000))
    assert told(chain)[1:] == [("bp_high", 2, ("confirmed", "paged"))]
    (episode,) = chain.episodes("a")
    assert (episode.confirmed_by, episode.confirmed_at) == ("silence", at(15))
    assert chain.tables.all("select * from alerts.timer") == []


def test_a_repeat_stored_while_no_engine_ran_still_decides(chain: Chain) -> None:
    chain.store(pressure(0, 186, 112))
    settle(chain.engine(), at(0))
    chain.store(pressure(5, 130, 80))
    settle(chain.engine(), at(600))
    (episode,) = chain.episodes("a")
    assert (episode.confirmed_by, episode.closed_at) == (None, at(5))


@pytest.mark.parametrize(
    "poison",
    [
        "update ingest.readings set concentration = 'NaN' where kind = 'glucose' returning 1",
        "update ingest.readings set quality = 'unheard of' where kind = 'glucose' returning 1",
        "update ingest.readings set concentration = 1e40 where kind = 'glucose' returning 1",
    ],
    ids=["no number", "unknown word", "a rule raises"],
)
def test_a_reading_that_cannot_be_judged_silences_nobody(chain: Chain, poison: str) -> None:
    chain.store(glucose(0, "5.5"), pressure(0, 121, 80, resident="b"))
    assert chain.tables.all(poison) == [(1,)]
    engine = chain.engine()
    settle(engine, at(1))
    assert [is_time for is_time, _ in chain.tables.all(FAILURES)] == [False]
    chain.store(pressure(2, 186, 112), pressure(2, 186, 112, resident="b"))
    settle(engine, at(2))
    chain.store(pressure(4, 187, 112), pressure(4, 187, 112, resident="b"))
    settle(chain.engine(), at(4))
    assert [each.confirmed_by for each in chain.episodes()] == ["repeat", "repeat"]
    assert chain.tables.one("select count(*) from alerts.alert_failures") == 1


class Fragile(Keeping):
    """Writes for one resident what the database refuses, after what it accepts."""

    def attend(self, concern: Concern, now: datetime) -> UUID:
        super().attend(concern, now)
        return super().attend(concern, now) if concern.resident == resident("a") else concern.episode


def test_where_care_fails_the_others_stand_and_it_is_told_again(chain: Chain) -> None:
    attended = "select e.resident, a.changes[1] from attended a join alerts.episode e on e.id = a.episode"
    chain.tables.connection.execute(ATTENDED)
    chain.care = Fragile
    chain.store(pressure(0, 186, 112), pressure(0, 186, 112, resident="b"))
    settle(chain.engine(), at(0))
    assert chain.tables.all(attended) == [(resident("b"), "opened")]
    assert chain.tables.all(FAILURES) == [(True, "care: IntegrityError")]
    chain.care = Keeping
    settle(chain.engine(), at(0.5))
    assert len(chain.tables.all(attended)) == 1
    settle(chain.engine(), at(1.1))
    settle(chain.engine(), at(2.2))
    assert chain.tables.all(attended)[1:] == [(resident("a"), "opened")]
    assert chain.tables.one("select count(*) from alerts.episode where owed <> '{}'") == 0


class Poisoned(Keeping):
    """Can never take in anything of glucose."""

    def attend(self, concern: Concern, now: datetime) -> UUID:
        if concern.cause == "glucose_high":
            raise ValueError
        return super().attend(concern, now)


def test_an_episode_that_care_cannot_take_in_silences_no_other_of_the_resident(chain: Chain) -> None:
    attended = "select e.cause, a.changes[1] from attended a join alerts.episode e on e.id = a.episode"
    chain.tables.connection.execute(ATTENDED)
    chain.care = Poisoned
    engine = chain.engine()
    chain.store(glucose(0, "17.2"))
    settle(engine, at(0))
    assert chain.tables.all(attended) == []
    chain.store(pressure(1, 186, 112))
    settle(engine, at(1))
    assert chain.tables.all(attended) == [("bp_high", "opened")]


def test_care_is_told_in_the_order_of_ids_as_whoever_takes_several(chain: Chain) -> None:
    care = Listening()
    chain.care = care
    chain.store(*(pressure(0, 186, 112, resident=str(number)) for number in range(20)))
    settle(chain.engine(), at(0))
    # One transaction of the engine has sixteen of the shards.
    for shards in range(0, 64, 16):
        own = [each.episode for each in care.told if shards <= shard_of(each.resident) < shards + 16]
        assert own == sorted(own)


def test_pages_are_told_whose_readings_are_new(chain: Chain) -> None:
    with psycopg.connect(chain.url, autocommit=True) as ear:
        ear.execute("listen care")
        chain.store(pressure(0, 120, 80), pressure(1, 121, 80), glucose(2, "5.5"))
        settle(chain.engine(), at(2))
        (note,) = ear.notifies(timeout=5, stop_after=1)
    assert json.loads(note.payload) == {"kind": "reading", "id": str(resident("a")), "version": 0}


def test_a_reading_attributed_days_later_is_late_although_it_was_stored_at_once(chain: Chain) -> None:
    chain.bound.add("a")
    chain.store(pressure(0, 186, 112))
    chain.bound.clear()
    engine = chain.engine()
    settle(engine, at(1))
    assert told(chain) == []
    bound = pressure(3000, 120, 80)
    chain.store(bound)
    chain.store(pressure(0, 186, 112, stored_at=at(3001)))
    settle(engine, at(3001))
    (episode,) = chain.episodes("a")
    assert (episode.late, episode.level) == (True, Level.HIGH)


def test_a_cursor_moves_on_although_its_shards_have_nothing(chain: Chain) -> None:
    engine = chain.engine()
    chain.store(pressure(0, 120, 80))
    settle(engine, at(0))
    with psycopg.connect(chain.url, autocommit=True) as busy:
        for _ in range(1_001):
            busy.execute("select pg_current_xact_id()")
    settle(engine, at(1))
    behind = "select count(*) from alerts.cursor where tx < (select max(tx) from ingest.readings)"
    assert chain.tables.one(behind) == 0


def test_the_oldest_and_the_newest_postgresql_do_alike(either_database_url: str) -> None:
    chain = Chain.at(either_database_url)
    chain.store(pressure(0, 186, 112), glucose(0, "3.5"))
    settle(chain.engine(), at(0))
    settle(chain.engine(), at(30))
    chain.store(glucose(40, "5.5"))
    chain.store(glucose(60, "5.6"))
    settle(chain.engine(), at(60))
    assert [(each.confirmed_by, each.closed_at) for each in chain.episodes()] == [
        ("silence", None),
        (None, at(60)),
    ]
    chain.close()


def test_as_much_of_the_past_is_loaded_as_a_sparse_mean_looks_back(chain: Chain) -> None:
    """Of twelve readings in 28 days the first counts: another one stood six days before it (rule 7)."""
    days = [0, 6, 12, 18, 21, 23, 25, 27, 29, 31, 33, 35, 37, 39]
    readings = [pressure(day * 1440, 140, 90) for day in days]
    for each in readings:
        chain.store(each)
        settle(chain.engine(), each.stored_at)
    settle(chain.engine(), at(39 * 1440 + 60))
    assert [each.cause for each in replay(readings)] == ["bp_high"]
    (episode,) = chain.episodes("a")
    assert (episode.opened_at, episode.findings[0].is_sparse) == (at(39 * 1440), True)
    assert len(episode.readings) == 12


def test_time_does_not_pass_before_the_whole_backlog_is_heard(chain: Chain) -> None:
    """A repeat stands behind what one look takes in: it decides, not silence."""
    chain.store(pressure(-60, 130, 80))
    chain.store(pressure(0, 186, 112))
    chain.store(pressure(5, 130, 80))
    settle(chain.engine(batch=1), at(600))
    (episode,) = chain.episodes("a")
    assert (episode.confirmed_by, episode.closed_at) == (None, at(5))
