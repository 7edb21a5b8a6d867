"""What loses or doubles a reading in other systems: cured here, and each time shown without the cure.

Inserts that deadlock unless they are sorted are in tests/ingest/store/test_deadlock.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import psycopg
import pytest
from msgspec.structs import replace

from device_drivers.wire.batch import Body, open_envelope
from device_drivers.wire.codec import decode, encode
from device_drivers.wire.reading import ByTime, Reading, reading_id
from device_drivers.wire.receipt import Receipt
from device_drivers.wire.topics import topic
from gateway.trust import receipts
from ingest.fleet import registry
from ingest.postgres import Server
from tests.e2e.servers import fresh_database
from tests.e2e.world import Setting, World, eventually, happens, world
from tests.ingest.making import NOON, Gateway, make_arrival
from tests.ingest.store.tables import Tables

AGAIN: Final = {"systolic": "142", "diastolic": "88", "pulse": "71", "user": "1"}

OF_CUFF: Final = """
select reading_id, identity, suspect_duplicate from ingest.readings
where kind = 'blood_pressure' order by received_at
"""

LATER: Final = timedelta(seconds=90)

WITH_ANOTHER_ESTIMATE: Final = (
    "create temporary table again on commit drop as select * from ingest.readings limit 1",
    "update again set taken_at = taken_at + interval '90 s'",
    "insert into ingest.readings select * from again",
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, postgres: Server) -> Iterator[World]:
    """One home, whose cuff has no clock."""
    with fresh_database(postgres) as database_url:
        setting = Setting(
            folder=tmp_path_factory.mktemp("traps"), database_url=database_url, air=("--clockless", "0")
        )
        with world(setting) as running:
            yield running


def stranger(home: World) -> Gateway:
    """Another gateway in the same home, moved by the test."""
    gateway = Gateway(home=home.ask("select home from ingest.gateway limit 1")[0][0])
    with psycopg.connect(home.setting.database_url, autocommit=True) as connection:
        registry.enrol(
            connection,
            gateway.gateway,
            public=gateway.public,
            home=gateway.home,
            now=datetime.now(UTC),
        )
    return gateway


def deliver(home: World, gateway: Gateway, *readings: Reading) -> None:
    """Through the same broker and the same door, again while the door does not know this gateway yet."""
    batch = gateway.seal(*readings)

    def is_stored() -> bool:
        known = len(home.by.heard("receipt"))
        home.by.say(topic(gateway.gateway, "up"), encode(batch))
        answers = [decode(payload, Receipt) for _, payload in home.by.wait_for("receipt", known + 1)]
        return ("stored", batch.link) in {(answer.outcome, answer.link) for answer in answers}

    eventually(is_stored, lambda: f"not stored; {home.logs}")


def of_gateway(home: World, gateway: UUID, channel: str) -> list[bytes]:
    return [payload for name, payload in home.by.heard(channel) if str(gateway) in name]


def sent(home: World) -> list[Reading]:
    """Every reading that the home's own gateway sent, repeats included."""
    payloads = of_gateway(home, home.homes[0].signer.gateway, "up")
    bodies = [decode(bytes(open_envelope(payload).body), Body) for payload in payloads]
    return [reading for body in bodies for reading in body.readings]


def rows_of(home: World, reading: UUID) -> list[tuple[object, ...]]:
    query = "select taken_at from ingest.readings where reading_id = %s"
    return home.ask(query, reading)


def test_two_equal_readings_of_a_meter_without_a_clock_stay_two_and_the_second_is_marked(home: World) -> None:
    for _ in range(2):
        home.meters.tell(do="measure", home=0, meter="bp", values=AGAIN)
    summary = home.drain()
    (first, *first_says), (_, *second_says) = home.ask(OF_CUFF)
    assert (summary.lost, summary.doubled) == (0, 0)
    assert (first_says, second_says) == (["arrival", None], ["arrival", first])


def test_without_ids_by_arrival_the_second_of_two_equal_readings_would_be_lost(
    database_url: str,
) -> None:
    tables, gateway = Tables.at(database_url), Gateway()
    for reading in (make_arrival(), make_arrival(heard_at=NOON + timedelta(seconds=60))):
        by_content = reading_id(reading.meter, ByTime(0), reading.words)
        tables.send(gateway, gateway.seal(replace(reading, identity=ByTime(0), reading_id=by_content)))
    assert tables.count("unattributed") == 1
    tables.connection.close()


def test_one_record_read_again_with_another_clock_estimate_stays_one(home: World) -> None:
    home.meters.tell(do="measure", home=0, meter="glucose")
    home.drain()
    read = next(one for one in sent(home) if one.values.unit == "mmol/L")
    assert read.clock is not None
    before = rows_of(home, read.reading_id)
    corrected = replace(read.clock, offset_s=read.clock.offset_s + 90, read_at=read.clock.read_at + LATER)
    deliver(home, stranger(home), replace(read, clock=corrected))
    assert rows_of(home, read.reading_id) == before
    assert len(before) == 1


def test_without_identities_of_their_own_it_would_be_two(home: World) -> None:
    """A unique key of a table partitioned by time holds that time, so it hinders nothing."""
    home.meters.tell(do="measure", home=0, meter="glucose")
    home.drain()
    with psycopg.connect(home.setting.database_url) as connection:
        for statement in WITH_ANOTHER_ESTIMATE:
            connection.execute(statement)
        rows = connection.execute(
            "select count(*) from ingest.readings where reading_id in (select reading_id from again)"
        )
        assert rows.fetchone() == (2,)
        connection.rollback()


def test_an_old_receipt_purges_nothing_of_a_gateway_with_a_new_card(home: World) -> None:
    home.measure(["bp"])
    home.drain()
    old = of_gateway(home, home.homes[0].signer.gateway, "receipt")
    home.end("ingest", "gateway-1")
    for file in home.homes[0].folder.glob("outbox.db*"):
        file.unlink()
    home.start("gateway-1")
    home.measure(["bp"])
    eventually(lambda: home.unsent() > 0, lambda: f"nothing to lose; {home.logs}")
    for receipt in old:
        home.by.say(topic(home.homes[0].signer.gateway, "receipt"), receipt)
    log = home.log("gateway-1")
    eventually(lambda: log.read_text().count("no_such_batch") == len(old), log.read_text)
    assert home.unsent() > 0

    home.start("ingest")
    summary = home.drain()
    assert (summary.lost, summary.doubled) == (0, 0)
    # What the old card held and had not announced, nobody can know: unknown is the truth here.
    (own,) = [one for one in home.ledger()["gateways"] if one["gateway"] == str(home.homes[0].signer.gateway)]
    assert [span["reason"] for span in own["unknown"]] == ["outbox_lost"]


def test_without_the_stream_it_would_name_the_first_batch_of_the_new_card(home: World) -> None:
    home.measure(["bp"])
    home.drain()
    receipt = decode(of_gateway(home, home.homes[0].signer.gateway, "receipt")[0], Receipt)
    named_by_sequence = receipts.Named(1, is_receipted=False, is_current_stream=True)
    assert receipt.seq == 1
    assert receipts.decide(receipt, named_by_sequence) == receipts.MarkStored(1, ())
    assert receipts.decide(receipt, None) == receipts.Ignore("no_such_batch")


def test_two_workers_that_both_store_everything_at_once_double_nothing(home: World) -> None:
    home.start("ingest-2", {"INGEST_MQTT_GROUP": "another"})
    eventually(lambda: answered_twice(home), lambda: f"one of two answers; {home.logs}")
    summary = home.drain()
    home.end("ingest-2")
    assert (summary.lost, summary.doubled) == (0, 0)


def answered_twice(home: World) -> bool:
    """Let people measure, and see whether the last batch got two receipts."""
    home.measure(["bp"])
    batch = open_envelope(home.by.wait_for("up", len(home.by.heard("up")) + 1)[-1][1])
    return happens(
        lambda: [decode(each, Receipt).link for _, each in home.by.heard("receipt")].count(batch.link) > 1,
        within_s=0.5,
    )
