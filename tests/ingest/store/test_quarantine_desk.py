"""Putting right, replaying and closing what stands in quarantine, over a real PostgreSQL."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from msgspec.structs import replace

from device_drivers.wire.codec import encode
from ingest.desk.quarantine import DeskError, close, fix, replay
from ingest.door.quarantine import of_anybody
from ingest.fleet import registry
from ingest.store.group import Group
from ingest.store.quarantined import Filter, Step, quarantined, shown, tally
from ingest.store.steps import Deed
from tests.ingest.making import CUFF, NOON, Gateway, make_body, make_reading
from tests.ingest.store.tables import Tables

DEED = Deed("steward-7", "the driver of March spelled it wrongly", NOON)


def enrolled(tables: Tables) -> Gateway:
    gateway = Gateway()
    registry.enrol(tables.connection, gateway.gateway, public=gateway.public, home=gateway.home, now=NOON)
    return gateway


def only(tables: Tables) -> int:
    (item,) = quarantined(tables.connection, 50)
    return item.id


def payload_of_the_only(tables: Tables) -> bytes:
    return bytes.fromhex(str(tables.one("select encode(payload, 'hex') from ingest.quarantine")))


def replayed(tables: Tables, item: int) -> Step:
    return replay(tables.store, tables.connection, item, DEED)


@pytest.fixture
def refused(tables: Tables) -> int:
    """A batch whose second reading claims an id that its content does not give."""
    gateway = enrolled(tables)
    good, bad = make_reading(1), make_reading(2)
    body = make_body(good, bad).replace(str(bad.reading_id).encode(), str(uuid4()).encode())
    tables.send(gateway, gateway.seal_body(body))
    return only(tables)


@pytest.fixture
def rejected(tables: Tables) -> int:
    gateway = enrolled(tables)
    tables.send(gateway, gateway.seal_body(make_body(make_reading(1)).replace(b'"v":1', b'"v":7')))
    return only(tables)


def test_a_refused_reading_that_was_put_right_is_stored_beside_its_batch(
    tables: Tables, refused: int
) -> None:
    before = payload_of_the_only(tables)
    fix(tables.connection, refused, encode(make_reading(2)), DEED)
    step = replayed(tables, refused)
    assert (step.outcome, step.readings) == ("stored", (make_reading(2).reading_id,))
    assert tables.all("select batch_seq, count(*) from ingest.unattributed group by 1") == [(1, 2)]
    assert payload_of_the_only(tables) == before


def test_a_fix_may_be_spelled_as_people_spell_json(tables: Tables, refused: int) -> None:
    typed = encode(make_reading(2)).replace(b'":', b'": ').replace(b",", b",\n")
    fixed = fix(tables.connection, refused, typed, DEED)
    assert fixed.payload == encode(make_reading(2)).decode()


@pytest.mark.parametrize(
    "given", [b"", b"{}", b"\xff", b'{"v":1}', b"[" * 5_000, b'"' + b"x" * 70_000 + b'"']
)
def test_a_fix_that_the_door_would_refuse_leaves_no_trace(tables: Tables, refused: int, given: bytes) -> None:
    with pytest.raises(DeskError) as raised:
        fix(tables.connection, refused, given, DEED)
    assert raised.value.trouble == "unacceptable"
    assert tables.count("quarantine_step") == 0


def test_a_fix_whose_id_does_not_follow_from_its_content_is_refused(tables: Tables, refused: int) -> None:
    with pytest.raises(DeskError, match="identity"):
        fix(tables.connection, refused, encode(replace(make_reading(2), reading_id=uuid4())), DEED)


def test_a_body_that_was_put_right_is_stored_in_the_place_of_its_batch(tables: Tables, rejected: int) -> None:
    resident = uuid4()
    (home,) = tables.all("select home from ingest.gateway")[0]
    tables.connection.execute(
        "insert into ingest.meter_binding (home, meter, slot, resident, since)"
        " values (%s, %s, 1, %s, '2000-01-01')",
        (home, CUFF.key, resident),
    )
    fix(tables.connection, rejected, make_body(make_reading(1)), DEED)
    assert replayed(tables, rejected).outcome == "stored"
    assert tables.all("select resident, batch_seq from ingest.readings") == [(resident, 1)]
    assert tables.one("select outcome from ingest.batch") == "rejected", "what was answered stands"


def test_replaying_twice_stores_once_and_says_the_same(tables: Tables, rejected: int) -> None:
    fix(tables.connection, rejected, make_body(make_reading(1)), DEED)
    assert replayed(tables, rejected) == replayed(tables, rejected)
    assert (tables.count("unattributed"), tables.count("quarantine_step")) == (1, 2)


def test_putting_right_twice_in_the_same_words_is_one_step(tables: Tables, rejected: int) -> None:
    body = make_body(make_reading(1))
    assert fix(tables.connection, rejected, body, DEED) == fix(tables.connection, rejected, body, DEED)
    assert tables.count("quarantine_step") == 1


def test_what_was_corrected_twice_is_replayed_as_said_last(tables: Tables, rejected: int) -> None:
    fix(tables.connection, rejected, make_body(make_reading(1)), DEED)
    fix(tables.connection, rejected, make_body(make_reading(2)), DEED)
    assert replayed(tables, rejected).readings == (make_reading(2).reading_id,)


def test_what_is_as_bad_as_before_stays_with_the_reason(tables: Tables, rejected: int) -> None:
    step = replayed(tables, rejected)
    assert step.outcome == "rejected"
    assert str(step.reason).startswith("malformed")
    assert [item.state for item in quarantined(tables.connection, 9)] == ["open"]


def test_a_batch_that_the_database_could_not_take_is_replayed_as_it_came(tables: Tables) -> None:
    tables.connection.execute(
        "alter table ingest.reading_identity add constraint poison check (meter <> 'BP-1001')"
    )
    gateway = enrolled(tables)
    assert tables.send(gateway, gateway.seal()) == ["rejected"]
    assert replayed(tables, only(tables)).reason == "unstorable: CheckViolation"
    tables.connection.execute("alter table ingest.reading_identity drop constraint poison")
    assert replayed(tables, only(tables)).outcome == "stored"
    assert tables.count("unattributed") == 1


def test_a_message_of_a_gateway_that_was_enrolled_later_takes_its_place_in_the_ledger(tables: Tables) -> None:
    gateway = Gateway()
    stray = of_anybody(encode(gateway.seal()), "forged: no key", gateway.gateway)
    tables.store.commit(Group([], [stray]), NOON)
    assert replayed(tables, only(tables)).outcome == "rejected"
    registry.enrol(tables.connection, gateway.gateway, public=gateway.public, home=gateway.home, now=NOON)
    assert replayed(tables, only(tables)).outcome == "stored"
    assert tables.all("select seq, outcome from ingest.batch") == [(1, "stored")]


def test_a_forgery_cannot_be_put_right(tables: Tables) -> None:
    gateway = enrolled(tables)
    stray = of_anybody(encode(gateway.seal()), "foreign_topic: no", None)
    tables.store.commit(Group([], [stray]), NOON)
    with pytest.raises(DeskError, match="nobody vouches"):
        fix(tables.connection, only(tables), make_body(make_reading(1)), DEED)


def test_a_message_cut_off_is_not_replayed(tables: Tables) -> None:
    tables.store.commit(Group([], [of_anybody(bytes(70_000), "too_large: it", Gateway().gateway)]), NOON)
    assert str(replayed(tables, only(tables)).reason).startswith("cut")


def test_a_copied_cards_batch_is_stored_without_taking_the_others_place(tables: Tables) -> None:
    gateway = enrolled(tables)
    clone = Gateway(gateway.gateway, gateway.home, gateway.key, gateway.stream)
    tables.send(gateway, gateway.seal(make_reading(1)))
    tables.send(clone, clone.seal(make_reading(2)))
    assert replayed(tables, only(tables)).outcome == "stored"
    assert (tables.count("unattributed"), tables.count("batch")) == (2, 1)


def test_a_revoked_gateways_batch_is_not_replayed(tables: Tables, rejected: int) -> None:
    (gateway,) = tables.all("select id from ingest.gateway")[0]
    assert isinstance(gateway, UUID)
    registry.revoke(tables.connection, gateway, now=NOON)
    assert replayed(tables, rejected).reason == "refused: the gateway is revoked"


def test_a_closed_item_is_done_with(tables: Tables, rejected: int) -> None:
    assert close(tables.connection, rejected, DEED) == close(tables.connection, rejected, DEED)
    with pytest.raises(DeskError, match="closed"):
        replayed(tables, rejected)
    with pytest.raises(DeskError, match="closed"):
        fix(tables.connection, rejected, make_body(make_reading(1)), DEED)
    assert quarantined(tables.connection, 9, Filter(waiting=True)) == []


def test_what_was_replayed_is_not_closed(tables: Tables, rejected: int) -> None:
    fix(tables.connection, rejected, make_body(make_reading(1)), DEED)
    replayed(tables, rejected)
    with pytest.raises(DeskError, match="replayed"):
        close(tables.connection, rejected, DEED)


@pytest.mark.parametrize(("by", "why"), [("", "why"), ("who", "  "), ("who", "\0"), ("who", "y" * 501)])
def test_nobody_does_anything_without_saying_who_and_why(
    tables: Tables, rejected: int, by: str, why: str
) -> None:
    with pytest.raises(DeskError) as raised:
        close(tables.connection, rejected, Deed(by, why, NOON))
    assert raised.value.trouble == "no_words"


def test_an_item_that_is_not_there_is_said_not_to_be(tables: Tables) -> None:
    with pytest.raises(DeskError) as raised:
        replayed(tables, 42)
    assert raised.value.trouble == "unknown_item"


USED = "select bytes from ingest.quarantine_use"


def test_what_is_closed_makes_room_for_what_comes(tables: Tables, rejected: int) -> None:
    assert tables.one(USED) != 0
    close(tables.connection, rejected, DEED)
    assert tables.one(USED) == 0


def test_what_is_replayed_makes_room_for_what_comes(tables: Tables, rejected: int) -> None:
    fix(tables.connection, rejected, make_body(make_reading(1)), DEED)
    replayed(tables, rejected)
    assert tables.one(USED) == 0


def test_an_item_is_shown_whole_with_what_was_done(tables: Tables, rejected: int) -> None:
    fix(tables.connection, rejected, make_body(make_reading(1)), DEED)
    replayed(tables, rejected)
    whole = shown(tables.connection, rejected)
    assert whole is not None
    assert whole.payload.encode() == payload_of_the_only(tables)
    assert [(step.step, step.by, step.why) for step in whole.steps] == [
        ("fixed", DEED.by, DEED.why),
        ("replayed", DEED.by, DEED.why),
    ]
    assert shown(tables.connection, 42) is None


def test_items_are_counted_by_kind_reason_and_state(tables: Tables, rejected: int) -> None:
    (counted,) = tally(tables.connection)
    assert (counted.kind, counted.reason, counted.state, counted.items) == (
        "rejected",
        "malformed",
        "open",
        1,
    )
