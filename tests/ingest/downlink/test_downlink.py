"""What is asked of a gateway is said until it answers, and its answer settles it."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from msgspec.structs import replace

from device_drivers.wire.downlink import Done, Keep, Phrase, Reported, Restart, Speak, Wanted
from device_drivers.wire.state import State
from ingest.door.enrolled import GatewayKey
from ingest.door.heartbeat import Heartbeat
from ingest.downlink import configurations, due, heard
from ingest.downlink.orders import give, give_home
from ingest.fleet import registry
from ingest.store.steps import Deed
from tests.ingest.making import NOON, Gateway, make_state
from tests.ingest.store.tables import Tables

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
LOOKED = Speak("looked", None)
STEWARD = Deed("steward", "the broker moves", NOON)


def says(tables: Tables, gateway: Gateway, now: datetime, **said: object) -> None:
    state: State = replace(make_state(gateway), **said)
    with tables.connection.cursor() as cursor:
        heard.note(cursor, [Heartbeat(state, GatewayKey(""))], now)


def outcome(tables: Tables, command: UUID) -> object:
    row = tables.connection.execute("select outcome from ingest.command where id = %s", (command,)).fetchone()
    return row and row[0]


def orders(tables: Tables, now: datetime) -> list[object]:
    return [command.order for command in due.commands(tables.connection, now)]


def test_a_command_is_due_at_once(tables: Tables, gateway: Gateway) -> None:
    number = give(tables.connection, gateway.gateway, LOOKED, now=NOON)
    until = NOON + 15 * MINUTE
    assert due.commands(tables.connection, NOON) == [
        due.DueCommand(gateway.gateway, number, NOON, until, LOOKED)
    ]


def test_orders_reach_a_home_in_the_order_in_which_they_were_given(tables: Tables, gateway: Gateway) -> None:
    words: tuple[Phrase, ...] = ("rest_and_repeat", "received", "stay_by_phone", "looked", "seen")
    wanted = [Speak(word, None) for word in words]
    for after, order in enumerate(wanted):
        give(tables.connection, gateway.gateway, order, now=NOON + timedelta(microseconds=after))
    assert orders(tables, NOON + SECOND) == wanted


def test_a_command_lives_a_quarter_of_an_hour_however_long_is_asked_for(
    tables: Tables, gateway: Gateway
) -> None:
    give(tables.connection, gateway.gateway, LOOKED, now=NOON, lives=timedelta(days=1))
    (command,) = due.commands(tables.connection, NOON)
    assert command.expires_at == NOON + 15 * MINUTE


def test_a_command_is_due_again_as_long_as_nobody_answers(tables: Tables, gateway: Gateway) -> None:
    give(tables.connection, gateway.gateway, LOOKED, now=NOON)
    due.commands(tables.connection, NOON)
    assert orders(tables, NOON + 9 * SECOND) == []
    assert orders(tables, NOON + 10 * SECOND) == [LOOKED]


def test_what_was_answered_is_not_due_again(tables: Tables, gateway: Gateway) -> None:
    number = give(tables.connection, gateway.gateway, LOOKED, now=NOON)
    says(tables, gateway, NOON + SECOND, done=(Done(number, "done"),))
    assert orders(tables, NOON + MINUTE) == []
    assert outcome(tables, number) == "done"


def test_what_has_expired_is_not_said(tables: Tables, gateway: Gateway) -> None:
    give(tables.connection, gateway.gateway, LOOKED, now=NOON)
    assert orders(tables, NOON + 15 * MINUTE) == []


def test_the_first_answer_counts(tables: Tables, gateway: Gateway) -> None:
    number = give(tables.connection, gateway.gateway, LOOKED, now=NOON)
    says(tables, gateway, NOON + SECOND, done=(Done(number, "done"),))
    says(tables, gateway, NOON + 2 * SECOND, done=(Done(number, "declined"),))
    assert outcome(tables, number) == "done"


def test_nobody_answers_for_another_gateway(tables: Tables, gateway: Gateway) -> None:
    number = give(tables.connection, gateway.gateway, LOOKED, now=NOON)
    other = Gateway(gateway=uuid4())
    registry.enrol(tables.connection, other.gateway, public="11" * 32, home=other.home, now=NOON)
    says(tables, other, NOON + SECOND, done=(Done(number, "done"),))
    assert outcome(tables, number) is None


def test_an_answer_to_what_was_never_asked_is_nothing(tables: Tables, gateway: Gateway) -> None:
    says(tables, gateway, NOON, done=(Done(uuid4(), "done"),))
    assert tables.one("select count(*) from ingest.command") == 0


def test_a_revoked_gateway_is_told_nothing(tables: Tables, gateway: Gateway) -> None:
    give(tables.connection, gateway.gateway, LOOKED, now=NOON)
    configurations.give(tables.connection, gateway.gateway, Wanted(heartbeat_s=30), STEWARD)
    registry.revoke(tables.connection, gateway.gateway, now=NOON)
    assert orders(tables, NOON) == []
    assert due.configurations(tables.connection, NOON) == []
    assert due.of_gateway(tables.connection, gateway.gateway, NOON, most=16) == ([], None)


def test_a_home_is_asked_through_each_of_its_gateways(tables: Tables, gateway: Gateway) -> None:
    second = Gateway(gateway=uuid4(), home=gateway.home)
    registry.enrol(tables.connection, second.gateway, public="11" * 32, home=gateway.home, now=NOON)
    assert len(give_home(tables.connection, gateway.home, LOOKED, now=NOON)) == 2
    asked = {command.gateway for command in due.commands(tables.connection, NOON)}
    assert asked == {gateway.gateway, second.gateway}


def test_a_command_can_be_asked_for_by_its_gateway(tables: Tables, gateway: Gateway) -> None:
    give(tables.connection, gateway.gateway, Restart(), now=NOON)
    commands, configuration = due.of_gateway(tables.connection, gateway.gateway, NOON + MINUTE, most=16)
    assert [command.order for command in commands] == [Restart()]
    assert configuration is None


def test_a_configuration_gets_the_next_version_and_replaces_the_last(
    tables: Tables, gateway: Gateway
) -> None:
    configurations.give(tables.connection, gateway.gateway, Wanted(heartbeat_s=30), STEWARD)
    assert configurations.give(tables.connection, gateway.gateway, Wanted(heartbeat_s=40), STEWARD) == 2
    assert due.configurations(tables.connection, NOON) == [
        due.DueConfiguration(gateway.gateway, 2, NOON, Wanted(heartbeat_s=40))
    ]


def test_an_unknown_gateway_is_not_configured(tables: Tables) -> None:
    with pytest.raises(configurations.UnknownGatewayError):
        configurations.give(tables.connection, uuid4(), Wanted(), STEWARD)


def test_a_configuration_that_was_reported_is_confirmed_by_a_command(
    tables: Tables, gateway: Gateway
) -> None:
    configurations.give(tables.connection, gateway.gateway, Wanted(heartbeat_s=30), STEWARD)
    says(tables, gateway, NOON + SECOND, configuration=Reported(1, 0))
    assert orders(tables, NOON + 2 * SECOND) == [Keep(1)]
    assert tables.one("select outcome from ingest.configuration") == "kept"
    assert due.configurations(tables.connection, NOON + 2 * MINUTE) == []


def test_a_goodbye_reports_nothing_of_the_way_that_it_came(tables: Tables, gateway: Gateway) -> None:
    configurations.give(tables.connection, gateway.gateway, Wanted(heartbeat_s=30), STEWARD)
    says(tables, gateway, NOON + SECOND, configuration=Reported(1, 0), online=False)
    assert orders(tables, NOON + 2 * SECOND) == []


def test_one_confirmation_is_enough(tables: Tables, gateway: Gateway) -> None:
    configurations.give(tables.connection, gateway.gateway, Wanted(heartbeat_s=30), STEWARD)
    says(tables, gateway, NOON + SECOND, configuration=Reported(1, 0))
    says(tables, gateway, NOON + 2 * SECOND, configuration=Reported(1, 0))
    assert tables.one("select count(*) from ingest.command") == 1


def test_a_configuration_that_was_given_up_is_noted_so_and_said_no_more(
    tables: Tables, gateway: Gateway
) -> None:
    configurations.give(tables.connection, gateway.gateway, Wanted(mqtt="mqtt://nowhere"), STEWARD)
    due.configurations(tables.connection, NOON)
    says(tables, gateway, NOON + 6 * MINUTE, configuration=Reported(0, 1))
    assert tables.one("select outcome from ingest.configuration") == "failed"
    assert due.configurations(tables.connection, NOON + 60 * MINUTE) == []


def test_an_unanswered_configuration_is_said_again_ever_less_often(tables: Tables, gateway: Gateway) -> None:
    configurations.give(tables.connection, gateway.gateway, Wanted(heartbeat_s=30), STEWARD)
    moments = [
        minute for minute in range(200) if due.configurations(tables.connection, NOON + minute * MINUTE)
    ]
    assert moments == [0, 1, 3, 7, 15, 31, 63, 123, 183]


def test_a_gateway_that_lost_its_memory_is_told_again(tables: Tables, gateway: Gateway) -> None:
    configurations.give(tables.connection, gateway.gateway, Wanted(heartbeat_s=30), STEWARD)
    due.configurations(tables.connection, NOON)
    says(tables, gateway, NOON, configuration=Reported(1, 0))
    says(tables, gateway, NOON + 9 * MINUTE)
    assert len(due.configurations(tables.connection, NOON + 9 * MINUTE)) == 1


def test_a_heartbeat_from_just_before_does_not_look_like_a_lost_memory(
    tables: Tables, gateway: Gateway
) -> None:
    configurations.give(tables.connection, gateway.gateway, Wanted(heartbeat_s=30), STEWARD)
    due.configurations(tables.connection, NOON)
    says(tables, gateway, NOON, configuration=Reported(1, 0))
    says(tables, gateway, NOON + MINUTE)
    assert due.configurations(tables.connection, NOON + 9 * MINUTE) == []
