"""The group commit over a real PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
from msgspec.structs import replace

from device_drivers.wire.batch import Body, Boot
from device_drivers.wire.codec import encode
from device_drivers.wire.reading import ClockEvidence, Context, Heard
from ingest.door.quarantine import of_anybody
from ingest.store.group import CHANNEL, Group
from tests.ingest.making import CUFF, NOON, Gateway, make_arrival, make_body, make_reading
from tests.ingest.store.tables import Tables, judged


def test_readings_of_a_bound_meter_belong_to_its_resident(tables: Tables) -> None:
    gateway, resident = Gateway(), uuid4()
    tables.bind(gateway, CUFF.key, resident)
    assert tables.send(gateway, gateway.seal(make_reading(1), make_reading(2))) == ["stored"]
    assert tables.all("select resident, systolic::text from ingest.readings") == [(resident, "128")] * 2
    assert tables.count("unattributed") == 0


def test_readings_of_a_slot_that_nobody_owns_wait_unattributed(tables: Tables) -> None:
    gateway = Gateway()
    tables.bind(gateway, CUFF.key, uuid4(), slot=2)
    assert tables.send(gateway, gateway.seal()) == ["stored"]
    assert (tables.count("readings"), tables.count("unattributed")) == (0, 1)


def test_a_repeated_batch_changes_nothing_and_is_answered_alike(tables: Tables) -> None:
    gateway = Gateway()
    batch = gateway.seal()
    assert tables.send(gateway, batch) == ["stored"]
    assert tables.send(gateway, batch, batch) == ["stored", "stored"]
    assert (tables.count("batch"), tables.count("unattributed")) == (1, 1)


def test_a_reading_in_two_batches_is_stored_once(tables: Tables) -> None:
    gateway = Gateway()
    tables.send(gateway, gateway.seal(make_reading(1)), gateway.seal(make_reading(1)))
    tables.send(gateway, gateway.seal(make_reading(1)))
    assert (tables.count("batch"), tables.count("unattributed")) == (3, 1)


def test_one_record_read_again_with_another_clock_estimate_stays_one(tables: Tables) -> None:
    """A unique key over the partitioned table would let the second one in: its month differs."""
    gateway, resident = Gateway(), uuid4()
    tables.bind(gateway, CUFF.key, resident)
    first = replace(make_reading(1), meter_time="2026-01-31T23:59:00")
    better = replace(first, clock=ClockEvidence(meter_clock="", read_at=NOON, offset_s=86_400))
    tables.send(gateway, gateway.seal(first))
    tables.send(gateway, gateway.seal(better))
    assert tables.all("select to_char(taken_at, 'YYYY-MM-DD') from ingest.readings") == [("2026-01-31",)]


def test_a_reading_heard_before_the_gateways_clock_was_set_is_stored_by_its_boot_and_keeps_what_was_said(
    tables: Tables,
) -> None:
    gateway = Gateway()
    heard = Heard(at=datetime(1970, 1, 1, tzinfo=UTC), synced=False, boot="b1", uptime_ms=600_000)
    boots = (Boot("b1", NOON - timedelta(hours=1), "clock", None),)
    body = Body(1, NOON, "synced", (replace(make_reading(1), heard=heard),), boots)
    assert tables.send(gateway, gateway.seal_body(encode(body))) == ["stored"]
    stored = "select taken_at, method, received_at, received_synced from ingest.unattributed"
    assert tables.all(stored) == [
        (NOON - timedelta(minutes=50), "received_corrected", heard.at, False),
    ]


def test_two_equal_readings_of_a_meter_without_a_clock_stay_two_and_the_second_is_marked(
    tables: Tables,
) -> None:
    gateway = Gateway()
    first, second = make_arrival(), make_arrival(heard_at=NOON + timedelta(seconds=60))
    tables.send(gateway, gateway.seal(first))
    tables.send(gateway, gateway.seal(second))
    assert tables.all("select suspect_duplicate from ingest.unattributed order by received_at") == [
        (None,),
        (first.reading_id,),
    ]


def test_equal_readings_in_one_batch_are_marked_too(tables: Tables) -> None:
    gateway = Gateway()
    first, second = make_arrival(), make_arrival(heard_at=NOON + timedelta(seconds=60))
    tables.send(gateway, gateway.seal(second, first))
    marked = tables.one("select reading_id from ingest.unattributed where suspect_duplicate is not null")
    assert marked == second.reading_id


def test_equal_readings_further_apart_are_two_measurements(tables: Tables) -> None:
    gateway = Gateway()
    tables.send(gateway, gateway.seal(make_arrival(), make_arrival(heard_at=NOON + timedelta(minutes=3))))
    assert tables.one("select count(suspect_duplicate) from ingest.unattributed") == 0


def test_another_batch_in_a_taken_place_goes_to_quarantine(tables: Tables) -> None:
    gateway = Gateway()
    clone = Gateway(gateway.gateway, gateway.home, gateway.key, gateway.stream)
    assert tables.send(gateway, gateway.seal(make_reading(1))) == ["stored"]
    assert tables.send(clone, clone.seal(make_reading(2))) == ["resync"]
    assert tables.all("select kind, seq from ingest.quarantine") == [("fork", 1)]
    assert tables.count("unattributed") == 1


def test_two_batches_for_one_place_in_one_group_do_not_both_get_it(tables: Tables) -> None:
    gateway = Gateway()
    clone = Gateway(gateway.gateway, gateway.home, gateway.key, gateway.stream)
    assert tables.send(gateway, gateway.seal(make_reading(1)), clone.seal(make_reading(2))) == [
        "stored",
        "resync",
    ]


def test_a_rejected_batch_is_kept_byte_for_byte(tables: Tables) -> None:
    gateway = Gateway()
    batch = gateway.seal_body(b'{"v":2}')
    assert tables.send(gateway, batch) == ["rejected"]
    assert tables.send(gateway, batch) == ["rejected"]
    kept = tables.one("select convert_from(payload, 'UTF8') from ingest.quarantine")
    assert '"body":{"v":2}' in str(kept)


def test_a_refused_reading_is_kept_and_named_each_time(tables: Tables) -> None:
    gateway = Gateway()
    good, bad = make_reading(1), make_reading(2)
    body = make_body(good, bad).replace(str(bad.reading_id).encode(), str(uuid4()).encode())
    batch = judged(gateway.seal_body(body), gateway)
    first, second = tables.commit(batch), tables.commit(batch)
    assert first[0] is not None
    assert second[0] is not None
    assert first[0].refusals == second[0].refusals != ()
    assert (tables.count("unattributed"), tables.count("quarantine")) == (1, 1)


def test_a_batch_the_database_cannot_take_delays_nobody(tables: Tables) -> None:
    tables.connection.execute(
        "alter table ingest.reading_identity add constraint poison check (meter <> 'POISON')"
    )
    gateway = Gateway()
    poison = make_reading(5, meter=replace(CUFF, key="POISON"))
    batches = [gateway.seal(make_reading(number)) for number in range(4)]
    batches.insert(2, gateway.seal(poison))
    assert tables.send(gateway, *batches) == ["stored", "stored", "rejected", "stored", "stored"]
    assert tables.count("unattributed") == 4
    assert tables.one("select reason from ingest.quarantine") == "unstorable: CheckViolation"


def test_at_the_cap_of_its_quarantine_a_batch_is_not_answered_and_not_in_the_ledger(tables: Tables) -> None:
    gateway = Gateway()
    tables.send(gateway, gateway.seal_body(b"1"))
    tables.connection.execute("update ingest.quarantine_use set bytes = 1 << 24")
    good, bad = gateway.seal(), gateway.seal_body(b"2")
    assert tables.send(gateway, good, bad, bad) == ["stored", None, None]
    assert tables.all("select seq, outcome from ingest.batch order by seq") == [
        (1, "rejected"),
        (2, "stored"),
    ]
    assert tables.one("select turned_away from ingest.quarantine_use") == 1


def test_a_source_that_knows_the_owner_attributes_what_another_delivered(tables: Tables) -> None:
    stranger, relative, resident = Gateway(), Gateway(), uuid4()
    tables.bind(relative, CUFF.key, resident)
    tables.send(stranger, stranger.seal(make_reading(1)))
    tables.send(relative, relative.seal(make_reading(1)))
    assert tables.all("select resident, attributed_by, gateway from ingest.readings") == [
        (resident, "second source", stranger.gateway)
    ]
    assert tables.count("unattributed") == 0


AFTER_MEAL = Context(meal="postprandial")


def test_a_context_that_comes_later_supersedes(tables: Tables) -> None:
    gateway = Gateway()
    tables.send(gateway, gateway.seal(make_reading(1)))
    tables.send(gateway, gateway.seal(replace(make_reading(1), context=AFTER_MEAL)))
    assert tables.all("select revision, context->>'meal' from ingest.unattributed order by revision") == [
        (0, None),
        (1, "postprandial"),
    ]


def test_a_context_that_came_first_is_not_superseded_by_none(tables: Tables) -> None:
    gateway, resident = Gateway(), uuid4()
    tables.bind(gateway, CUFF.key, resident)
    with_context = replace(make_reading(1), context=AFTER_MEAL, flags=("irregular_pulse",))
    tables.send(gateway, gateway.seal(with_context), gateway.seal(make_reading(1)))
    assert tables.all("select revision, flags from ingest.readings") == [(0, ["irregular_pulse"])]


def test_flags_heard_later_supersede_in_the_residents_readings(tables: Tables) -> None:
    gateway, resident = Gateway(), uuid4()
    tables.bind(gateway, CUFF.key, resident)
    again = make_reading(1)
    again = replace(again, flags=("movement",), heard=replace(again.heard, at=NOON + timedelta(hours=1)))
    tables.send(gateway, gateway.seal(make_reading(1)), gateway.seal(again))
    assert tables.all("select revision, flags, resident from ingest.readings order by revision") == [
        (0, [], resident),
        (1, ["movement"], resident),
    ]


def test_a_month_that_is_missing_is_created_before_the_answer(tables: Tables) -> None:
    gateway, resident = Gateway(), uuid4()
    tables.bind(gateway, CUFF.key, resident)
    old = replace(make_reading(1), meter_time="2011-07-01T08:00:00")
    assert tables.send(gateway, gateway.seal(old)) == ["stored"]
    assert tables.one("select tableoid::regclass::text from ingest.readings") == "ingest.readings_2011_07"


def test_a_month_that_was_detached_meanwhile_is_looked_for_again(tables: Tables) -> None:
    gateway, resident = Gateway(), uuid4()
    tables.bind(gateway, CUFF.key, resident)
    tables.send(gateway, gateway.seal(make_reading(1)))
    tables.connection.execute("drop table ingest.readings_2026_03")
    assert tables.send(gateway, gateway.seal(make_reading(2))) == ["stored"]
    assert tables.count("readings") == 1


def test_six_months_stand_ready(tables: Tables) -> None:
    tables.store.prepare(NOON)
    names = tables.all("select inhrelid::regclass::text from pg_inherits order by 1")
    assert ("ingest.readings_2026_09",) in names
    assert ("ingest.readings_2026_10",) not in names


def test_a_listener_hears_one_word_for_a_group(tables: Tables, either_database_url: str) -> None:
    gateway = Gateway()
    with psycopg.connect(either_database_url, autocommit=True) as listener:
        listener.execute(f"listen {CHANNEL}".encode())
        tables.send(gateway, gateway.seal(), gateway.seal())
        heard = list(listener.notifies(timeout=5, stop_after=1))
        rest = list(listener.notifies(timeout=0))
    assert [note.payload for note in heard + rest] == [""]


def test_a_reading_again_from_an_archived_month_changes_nothing_and_harms_nobody(tables: Tables) -> None:
    gateway, resident = Gateway(), uuid4()
    tables.bind(gateway, CUFF.key, resident)
    tables.send(gateway, gateway.seal(make_reading(1)))
    tables.connection.execute("delete from ingest.readings")
    again = replace(make_reading(1), context=AFTER_MEAL)
    assert tables.send(gateway, gateway.seal(again, make_reading(2))) == ["stored"]
    assert tables.count("readings") == 1


def test_a_group_too_slow_for_the_statement_timeout_is_settled_in_parts(tables: Tables) -> None:
    """Each row takes 30 ms here, so four batches in one statement take longer than it may."""
    gateway = Gateway()
    batches = [gateway.seal(make_reading(number)) for number in range(4)]
    tables.connection.execute(
        "create function ingest.dawdle() returns trigger language plpgsql"
        " as $$ begin perform pg_sleep(0.03); return new; end $$"
    )
    tables.connection.execute(
        "create trigger dawdle before insert on ingest.batch for each row execute function ingest.dawdle()"
    )
    tables.connection.execute("set statement_timeout = '100ms'")
    assert tables.send(gateway, *batches) == ["stored"] * 4


def test_one_bad_batch_among_fifty_delays_nobody(tables: Tables) -> None:
    """Halving finds it: the forty-nine others are stored in the same call."""
    tables.connection.execute(
        "alter table ingest.reading_identity add constraint poison check (meter <> 'POISON')"
    )
    gateways = [Gateway() for _ in range(50)]
    batches = [judged(gateway.seal(make_reading(number)), gateway) for number, gateway in enumerate(gateways)]
    poison = make_reading(50, meter=replace(CUFF, key="POISON"))
    batches[31] = judged(gateways[31].seal(poison), gateways[31])
    outcomes = [verdict.outcome for verdict in tables.commit(*batches) if verdict is not None]
    assert outcomes == ["stored"] * 31 + ["rejected"] + ["stored"] * 18
    assert (tables.count("unattributed"), tables.count("batch"), tables.count("quarantine")) == (49, 50, 1)


def test_the_bytes_of_a_batch_that_the_database_cannot_take_are_kept_and_name_no_value(
    tables: Tables,
) -> None:
    tables.connection.execute(
        "alter table ingest.reading_identity add constraint poison check (meter <> 'BP-1001')"
    )
    gateway = Gateway()
    batch = gateway.seal()
    tables.send(gateway, batch)
    kept = tables.one("select encode(payload, 'hex') from ingest.quarantine")
    assert bytes.fromhex(str(kept)) == encode(batch)
    assert tables.one("select reason from ingest.quarantine") == "unstorable: CheckViolation"


def test_a_batch_that_could_not_be_taken_once_is_answered_alike_for_ever(tables: Tables) -> None:
    tables.connection.execute(
        "alter table ingest.reading_identity add constraint poison check (meter <> 'BP-1001')"
    )
    gateway = Gateway()
    batch = gateway.seal()
    assert tables.send(gateway, batch) == ["rejected"]
    tables.connection.execute("alter table ingest.reading_identity drop constraint poison")
    assert tables.send(gateway, batch) == ["rejected"]


def test_repeats_are_counted_where_they_belong(tables: Tables) -> None:
    gateway = Gateway()
    first, second = gateway.seal(), gateway.seal()
    tables.send(gateway, first, first, second)
    tables.send(gateway, first)
    assert tables.all("select seq, resends from ingest.batch order by seq") == [(1, 2), (2, 0)]


def test_one_sources_full_quarantine_holds_up_no_other(tables: Tables) -> None:
    greedy, modest = Gateway(), Gateway()
    tables.send(greedy, greedy.seal_body(b"1"))
    tables.connection.execute("update ingest.quarantine_use set bytes = 1 << 24")
    batches = (judged(greedy.seal_body(b"2"), greedy), judged(modest.seal_body(b"3"), modest))
    verdicts = tables.commit(*batches)
    assert [None if verdict is None else verdict.outcome for verdict in verdicts] == [None, "rejected"]


def test_strangers_share_one_cap_and_what_is_over_it_is_counted(tables: Tables) -> None:
    strays = [of_anybody(bytes([number]) * 60_000, "malformed: no", Gateway().gateway) for number in range(4)]
    tables.store.commit(Group([], strays[:1]), NOON)
    tables.connection.execute("update ingest.quarantine_use set bytes = (1 << 24) - 130000")
    tables.store.commit(Group([], strays[1:]), NOON)
    assert tables.count("quarantine") == 3
    assert tables.all("select source, turned_away from ingest.quarantine_use") == [("anybody", 1)]
