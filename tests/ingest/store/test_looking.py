"""What rounds ring of the ledger is what whole ledgers say, without reading whole ledgers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace as altered

from device_drivers.wire.batch import Opens
from ingest.chores import Ledgers
from ingest.fleet import registry
from ingest.lineage.life import FIRST, Life, Restored
from ingest.loss.alarms import alarms
from ingest.loss.history import Claim, History, Place, Resync, SignedHead
from ingest.loss.ringing import of_ledger
from ingest.store import bells
from tests.ingest.evidence import at, head, histories, link, of, place
from tests.ingest.making import NOON, Gateway
from tests.ingest.store.filling import Piece, put, storable
from tests.ingest.store.tables import Tables

_BEHIND = """
select exists (select from ingest.batch b, ingest.ledger_cursor c where b.tx >= c.tx)
    or exists (select from ingest.signed_head h, ingest.ledger_cursor c where h.tx >= c.tx)
    or exists (select from ingest.quarantine q, ingest.ledger_cursor c where q.tx >= c.tx)
"""

HOUR = timedelta(hours=1)


def look(tables: Tables, now: datetime, life: Life = FIRST) -> None:
    """Until the cursor has seen everything: others on the server hold the horizon for moments."""
    chore = Ledgers(life)
    chore(tables.connection, now)
    while tables.one(_BEHIND):
        chore(tables.connection, now)


def rings(tables: Tables, gateway: UUID) -> set[tuple[str, str, str]]:
    standing = bells.standing(tables.connection)
    return {(each.code, each.subject, each.what) for each in standing if each.gateway == gateway}


def watched(tables: Tables) -> set[object]:
    return {gateway for (gateway,) in tables.all("select gateway from ingest.ledger_watch")}


def enrolled(tables: Tables) -> Gateway:
    gateway = Gateway()
    registry.enrol(tables.connection, gateway.gateway, public=gateway.public, home=gateway.home, now=NOON)
    return gateway


@pytest.fixture(scope="module")
def shared(module_database_url: str) -> Iterator[Tables]:
    tables = Tables.at(module_database_url)
    yield tables
    tables.connection.close()


def some(history: History, pieces: list[Piece]) -> History:
    return replace(
        history,
        places=tuple(each for each in history.places if each in pieces),
        heads=tuple(each for each in history.heads if each in pieces),
        resyncs=tuple(each for each in history.resyncs if each in pieces),
    )


@st.composite
def spoilt_once(draw: st.DrawFn) -> History:
    """Two whole streams, the second after the first, but for one thing: so that nothing else draws a look."""
    last = draw(st.integers(3, 5))
    opens = Opens(stream="a", seq=last, link=link("a", last), resealed=0)
    places = [place("a", seq) for seq in range(1, last + 1)]
    follows = draw(st.booleans())
    places += [place("b", seq, opens=opens if seq == 1 and follows else None) for seq in range(1, 4)]
    which = draw(st.integers(0, len(places) - 1))
    at_it = places[which]
    another = altered(
        opens, seq=draw(st.integers(1, last + 1)), link=draw(st.sampled_from([opens.link, "x"]))
    )
    spoils: list[Place | SignedHead | Resync] = [
        replace(at_it, link="x"),
        replace(at_it, prev_link="x"),
        replace(places[last], opens=another),
        head(at_it.stream, at_it.seq),
        replace(head(at_it.stream, at_it.seq), link="x"),
        replace(head(at_it.stream, draw(st.integers(0, 6))), link="x"),
        Resync(at_it.stream, at_it.seq, is_fork=True, at=at(1)),
        replace(place("c", 1), opens=another),
    ]
    spoilt = draw(st.sampled_from(spoils))
    if isinstance(spoilt, Place):
        places = [each for each in places if (each.stream, each.seq) != (spoilt.stream, spoilt.seq)]
    if isinstance(spoilt, Resync):
        return replace(of(*places), resyncs=(spoilt,))
    return of(*places, spoilt)


@settings(max_examples=40)
@given(histories() | spoilt_once(), st.data())
def test_rounds_ring_what_whole_ledgers_say_whatever_comes_in_whichever_order(
    shared: Tables, drawn: History, data: st.DataObject
) -> None:
    history = storable(
        replace(drawn, restores=(), heads=tuple(dict.fromkeys(drawn.heads))), gateway := uuid4()
    )
    shared.connection.execute("delete from ingest.ledger_watch")
    for claim in history.claims:
        put(shared, gateway, claim)
    pieces: list[Piece] = [*history.places, *history.heads, *history.resyncs]
    pieces = data.draw(st.permutations(pieces))
    pace = data.draw(st.sampled_from([1, 1_500]))
    came: list[Piece] = []
    for step in range(1, 5):
        most = len(pieces) // 4 + 1
        new = (
            pieces[len(came) :]
            if step == 4
            else pieces[len(came) : len(came) + data.draw(st.integers(0, most))]
        )
        for piece in new:
            put(shared, gateway, piece)
        came += new
        look(shared, at(pace * step))
        said = of_ledger(alarms(some(history, came), at(pace * step)))
        assert rings(shared, gateway) == {(each.code, each.subject, each.what) for each in said}


OPENS = Opens(stream="a", seq=1, link=link("a", 1), resealed=0)


@pytest.mark.parametrize(
    ("before", "late"),
    [
        ((place("a", 1),), replace(place("a", 2), prev_link="x")),
        ((), replace(place("a", 1), prev_link="x")),
        ((), replace(head("a", 0), link="x")),
        ((place("a", 1), place("a", 3)), replace(place("a", 2), link="x")),
        ((place("a", 1), place("a", 2)), replace(head("a", 1), link="x")),
        ((place("a", 1), replace(head("a", 2), link="x")), place("a", 2)),
        ((place("a", 1), place("a", 2)), place("b", 1, opens=OPENS)),
        ((place("a", 1), place("b", 1, opens=OPENS)), place("a", 2)),
        ((place("a", 1), place("b", 1, opens=OPENS)), head("a", 2)),
        ((place("b", 1, opens=OPENS),), replace(place("a", 1), link="x")),
        ((place("a", 1), place("a", 2)), Resync("a", 2, is_fork=True, at=at(0))),
    ],
)
def test_a_fork_rings_with_whatever_shows_it(
    shared: Tables, before: tuple[Place | SignedHead, ...], late: Piece
) -> None:
    """In each of the ways in which one row can: nothing else draws a look at that gateway."""
    resyncs = (late,) if isinstance(late, Resync) else ()
    history = storable(
        replace(of(*before, *([] if isinstance(late, Resync | Claim) else [late])), resyncs=resyncs),
        gateway := uuid4(),
    )
    pieces: list[Piece] = [*history.places, *history.heads, *history.resyncs]
    *first, last = sorted(pieces, key=lambda piece: _is(piece, late, gateway))
    for piece in (*history.claims, *first):
        put(shared, gateway, piece)
    look(shared, at(1))
    assert rings(shared, gateway) == set()
    put(shared, gateway, last)
    look(shared, at(2))
    assert {code for code, _, _ in rings(shared, gateway)} == {"fork"}


def _is(piece: Piece, late: Piece, gateway: UUID) -> bool:
    """Whether it is that one, made storable."""
    alone = History(
        gateway,
        places=(late,) if isinstance(late, Place) else (),
        heads=(late,) if isinstance(late, SignedHead) else (),
        resyncs=(late,) if isinstance(late, Resync) else (),
    )
    made = storable(alone, gateway)
    return piece in (*made.places, *made.heads, *made.resyncs)


def test_what_follows_what_is_here_puts_nobody_under_watch(tables: Tables) -> None:
    gateway = enrolled(tables)
    for _ in range(3):
        tables.send(gateway, gateway.seal(), gateway.seal())
        look(tables, NOON)
        assert watched(tables) == set()


def test_a_hole_rings_when_it_comes_of_age_and_ends_when_it_is_filled(tables: Tables) -> None:
    gateway = enrolled(tables)
    first, second, third = gateway.seal(), gateway.seal(), gateway.seal()
    tables.send(gateway, first, third)
    look(tables, NOON)
    assert rings(tables, gateway.gateway) == set()
    look(tables, NOON + HOUR)
    assert rings(tables, gateway.gateway) == {("hole", f"{gateway.gateway}/{gateway.stream}", "batches 2")}
    tables.send(gateway, second, now=NOON + HOUR)
    look(tables, NOON + HOUR + timedelta(minutes=1))
    assert rings(tables, gateway.gateway) == set()
    assert watched(tables) == set()
    assert tables.all("select code, since, cleared_at from ingest.alarm") == [
        ("hole", NOON, NOON + HOUR + timedelta(minutes=1))
    ]


def test_a_fork_ends_when_its_key_is_revoked(tables: Tables) -> None:
    gateway = enrolled(tables)
    twin = replace(gateway)
    tables.send(gateway, gateway.seal())
    tables.send(twin, twin.seal_body(b"[]"))
    look(tables, NOON)
    assert {code for code, _, _ in rings(tables, gateway.gateway)} == {"fork"}
    registry.revoke(tables.connection, gateway.gateway, now=NOON)
    look(tables, NOON + timedelta(minutes=1))
    assert rings(tables, gateway.gateway) == set()


def test_after_a_restore_every_ledger_is_looked_at_again(tables: Tables) -> None:
    gateway = enrolled(tables)
    tables.send(gateway, gateway.seal())
    look(tables, NOON)
    tables.connection.execute(
        "insert into ingest.ledger_watch values (%s, %s) on conflict do nothing",
        (gateway.gateway, NOON + HOUR),
    )
    look(tables, NOON, replace_life(2))
    assert watched(tables) == set()


def replace_life(n: int) -> Life:
    return Life(n=n, safe_before=NOON, restores=(Restored(n, NOON, NOON),))


def test_two_that_look_at_once_do_not_wait_for_each_other(tables: Tables, either_database_url: str) -> None:
    gateway = enrolled(tables)
    first, _, third = gateway.seal(), gateway.seal(), gateway.seal()
    tables.send(gateway, first, third)
    other = Tables.at(either_database_url)
    with other.connection.transaction():
        other.connection.execute("select from ingest.ledger_cursor for update")
        Ledgers(FIRST)(tables.connection, NOON + HOUR)
        assert rings(tables, gateway.gateway) == set()
    other.connection.close()
    look(tables, NOON + HOUR)
    assert rings(tables, gateway.gateway) != set()
