"""Rounds over the fleet on a real database: tickets open and close, homes go blind and see again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from msgspec.structs import replace

from ingest.door.enrolled import GatewayKey
from ingest.door.heartbeat import Heartbeat
from ingest.fleet import places, registry
from ingest.fleet.gateway_page import one
from ingest.fleet.round import walk
from ingest.fleet.table import Which
from ingest.fleet.tickets import Ticket, blind_homes, blind_residents, tickets, watched_until
from ingest.store import beats, meters
from tests.ingest.making import CUFF, NOON, Gateway, make_reading, make_state
from tests.ingest.store.tables import Tables

MINUTE = timedelta(minutes=1)


@pytest.fixture
def tables(either_database_url: str) -> Iterator[Tables]:
    tables = Tables.at(either_database_url)
    yield tables
    tables.connection.close()


class Fleet:
    """Gateways that beat each minute unless they are away, and a worker that goes round each minute."""

    def __init__(self, tables: Tables, number: int, *, operator: str | None = None) -> None:
        self.connection = tables.connection
        self.now = NOON
        self.gateways = [Gateway() for _ in range(number)]
        self.away: set[UUID] = set()
        for gateway in self.gateways:
            registry.enrol(
                self.connection, gateway.gateway, public=gateway.public, home=gateway.home, now=NOON
            )
            if operator:
                places.place_home(self.connection, gateway.home, institution=None, operator=operator)

    def run(self, minutes: int, *, is_listening: bool = True, is_walking: bool = True) -> None:
        for _ in range(minutes):
            self.now += MINUTE
            here = [each for each in self.gateways if each.gateway not in self.away and is_listening]
            states = [replace(make_state(each), at=self.now) for each in here]
            with self.connection.cursor() as cursor:
                beats.note(cursor, [Heartbeat(state, GatewayKey("")) for state in states], self.now)
            if is_walking:
                walk(self.connection, self.now, is_listening=is_listening)

    def lose(self, *gateways: Gateway) -> datetime:
        """These are heard now for the last time."""
        self.away |= {each.gateway for each in gateways}
        return self.now

    def find(self, *gateways: Gateway) -> None:
        self.away -= {each.gateway for each in gateways}


def standing(tables: Tables) -> list[tuple[str, str, int, int]]:
    return [(each.cause, each.subject, each.gateways, each.homes) for each in tickets(tables.connection)]


def closed(tables: Tables) -> list[Ticket]:
    return tickets(tables.connection, standing=False)


def test_one_silent_gateway_is_one_ticket_and_its_home_is_blind_until_it_speaks(tables: Tables) -> None:
    fleet = Fleet(tables, 4)
    fleet.run(6)
    lost = fleet.gateways[0]
    since = fleet.lose(lost)
    fleet.run(20)
    assert standing(tables) == [("gateway", str(lost.gateway), 1, 1)]
    blind = blind_homes(tables.connection)
    assert {home: (each.since, each.cause) for home, each in blind.items()} == {lost.home: (since, "gateway")}
    fleet.find(lost)
    fleet.run(1)
    assert (standing(tables), blind_homes(tables.connection)) == ([], {})
    (ticket,) = closed(tables)
    assert (ticket.since, ticket.closed_at, ticket.gateways) == (since, fleet.now, 1)
    page = one(tables.connection, Which(gateway=lost.gateway), now=fleet.now)
    assert page is not None
    assert [(each.since, each.until) for each in page.silences] == [(since, fleet.now)]


def test_a_network_that_is_down_is_one_ticket_whatever_hangs_on_it(tables: Tables) -> None:
    fleet = Fleet(tables, 5, operator="telecom")
    others = Fleet(tables, 4, operator="mobile")
    fleet.gateways += others.gateways
    fleet.run(6)
    fleet.lose(*fleet.gateways[:5])
    fleet.run(20)
    assert standing(tables) == [("network", "telecom/-", 5, 5)]
    assert len(blind_homes(tables.connection)) == 5
    assert tables.count("ticket") == 1


def test_one_that_stays_away_when_the_network_is_back_gets_a_ticket_of_its_own(tables: Tables) -> None:
    fleet = Fleet(tables, 5, operator="telecom")
    fleet.gateways += Fleet(tables, 4, operator="mobile").gateways
    fleet.run(6)
    broken = fleet.gateways[0]
    since = fleet.lose(*fleet.gateways[:5])
    fleet.run(20)
    fleet.find(*fleet.gateways[1:5])
    fleet.run(2)
    assert standing(tables) == [("network", "telecom/-", 1, 1)]
    fleet.run(12)
    assert standing(tables) == [("gateway", str(broken.gateway), 1, 1)]
    assert blind_homes(tables.connection)[broken.home].since == since
    assert [each.cause for each in closed(tables)] == ["network"]


def test_while_no_worker_goes_round_nobody_is_blamed_and_what_is_known_grows_old(tables: Tables) -> None:
    fleet = Fleet(tables, 4)
    fleet.run(6)
    judged = fleet.now
    fleet.now += 60 * MINUTE
    assert watched_until(tables.connection) == judged
    fleet.lose(fleet.gateways[0])
    fleet.run(4)
    assert standing(tables) == []
    fleet.run(4)
    assert standing(tables) == [("gateway", str(fleet.gateways[0].gateway), 1, 1)]


def test_a_worker_that_hears_nobody_blames_the_platform_and_takes_it_back(tables: Tables) -> None:
    fleet = Fleet(tables, 4)
    fleet.run(6)
    fleet.run(10, is_listening=False)
    assert standing(tables) == [("platform", "*", 4, 4)]
    fleet.run(1)
    assert standing(tables) == []
    assert blind_homes(tables.connection) == {}


def test_a_revoked_gateway_is_waited_for_no_longer(tables: Tables) -> None:
    fleet = Fleet(tables, 4)
    fleet.run(6)
    lost = fleet.gateways[0]
    fleet.lose(lost)
    fleet.run(20)
    registry.revoke(tables.connection, lost.gateway, now=fleet.now)
    fleet.run(1)
    assert standing(tables) == []
    assert list(blind_homes(tables.connection)) == [lost.home]


def test_a_home_with_a_second_gateway_that_is_heard_is_not_blind(tables: Tables) -> None:
    fleet = Fleet(tables, 4)
    first, second = fleet.gateways[:2]
    registry.enrol(tables.connection, second.gateway, public=second.public, home=first.home, now=NOON)
    fleet.run(6)
    fleet.lose(first)
    fleet.run(20)
    assert standing(tables) == [("gateway", str(first.gateway), 1, 1)]
    assert blind_homes(tables.connection) == {}


def test_a_resident_is_out_of_sight_if_every_home_with_a_meter_of_theirs_is_blind(tables: Tables) -> None:
    fleet = Fleet(tables, 4)
    here, there = uuid4(), uuid4()
    lost, other = fleet.gateways[:2]
    tables.bind(lost, CUFF.key, here)
    tables.bind(lost, CUFF.key, there, slot=2)
    tables.bind(other, "BP-2", there)
    fleet.run(6)
    fleet.lose(lost)
    fleet.run(20)
    found = blind_residents(tables.connection, [here, there, uuid4()], now=fleet.now)
    assert {resident: each.home for resident, each in found.items()} == {here: lost.home}


def test_a_meter_that_fails_again_and_again_is_a_ticket_until_it_measures(tables: Tables) -> None:
    fleet = Fleet(tables, 4)
    gateway = fleet.gateways[0]
    tables.bind(gateway, CUFF.key, uuid4())
    failed = [replace(make_reading(number), quality="device_error") for number in (1, 2, 3)]
    tables.send(gateway, gateway.seal(*failed), now=fleet.now)
    while meters.advance(tables.connection):
        pass
    fleet.run(1)
    assert standing(tables) == [("meter", CUFF.key, 1, 1)]
    tables.send(gateway, gateway.seal(make_reading(4)), now=fleet.now)
    while meters.advance(tables.connection):
        pass
    fleet.run(1)
    assert standing(tables) == []


def test_only_tickets_of_ones_institutions_are_seen(tables: Tables) -> None:
    fleet, house = Fleet(tables, 4), uuid4()
    lost = fleet.gateways[0]
    places.place_region(tables.connection, "310107", name="普陀区")
    places.place_institution(tables.connection, house, region="310107")
    places.place_home(tables.connection, lost.home, institution=house)
    fleet.run(6)
    fleet.lose(lost)
    fleet.run(20)
    assert len(tickets(tables.connection, institutions=(house,))) == 1
    assert tickets(tables.connection, institutions=(uuid4(),)) == []


def test_of_two_workers_that_go_round_at_once_one_judges(tables: Tables) -> None:
    with psycopg.connect(tables.connection.info.dsn) as other:
        other.execute("select from ingest.silence_watch for update")
        assert walk(tables.connection, NOON, is_listening=True) is False
    assert walk(tables.connection, NOON, is_listening=True) is True
