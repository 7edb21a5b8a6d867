"""Settings from afar are tried, kept once the cloud has heard of them, and given up otherwise."""

from __future__ import annotations

import asyncio
from pathlib import Path
from uuid import UUID

import pytest
from msgspec.structs import replace

from device_drivers.wire.codec import encode
from device_drivers.wire.downlink import Configuration, Keep, Reported, Wanted
from device_drivers.wire.signing import public_hex
from gateway.orders.configuration import MOST_STARTS
from gateway.orders.configured import FILE, Configured
from gateway.settings import Settings
from tests.gateway.commanding import TRUST, configuration
from tests.gateway.home import ROOT, key
from tests.gateway.quiet_log import QuietLog

FAST = Wanted(heartbeat_s=30)


def installed(folder: Path) -> Settings:
    return Settings(data_dir=folder, root=public_hex(ROOT), mqtt="mqtt://localhost")


def box(folder: Path, *, trial_s: float = 300) -> Configured:
    configured = Configured(folder, installed(folder), QuietLog(), trial_s=trial_s)
    configured.settings()
    return configured


def told(folder: Path, message: Configuration) -> Configured:
    """A gateway that took this in and began anew."""
    configured = box(folder)
    assert configured.receive(encode(message), TRUST)
    configured.settings()
    return configured


def test_as_installed_there_is_nothing_to_report(tmp_path: Path) -> None:
    assert box(tmp_path).report() is None


def test_a_signed_configuration_is_put_in_force(tmp_path: Path) -> None:
    configured = told(tmp_path, configuration(1, FAST))
    assert configured.settings().heartbeat_s == 30
    assert configured.report() == Reported(1, 0)


def test_it_is_not_reported_before_it_is_in_force(tmp_path: Path) -> None:
    configured = box(tmp_path)
    configured.receive(encode(configuration(1)), TRUST)
    assert configured.report() is None


def test_it_stays_in_force_for_the_next_process(tmp_path: Path) -> None:
    told(tmp_path, configuration(1, FAST))
    assert box(tmp_path).settings().heartbeat_s == 30


FOREIGN: dict[str, Configuration] = {
    "another's key": configuration(signing=key(9)),
    "another gateway's": configuration(gateway=UUID(int=1)),
    "changed on the way": replace(configuration(), wanted=Wanted(heartbeat_s=31)),
}


@pytest.mark.parametrize("what", FOREIGN)
def test_a_foreign_configuration_changes_nothing(tmp_path: Path, what: str) -> None:
    configured = box(tmp_path)
    assert not configured.receive(encode(FOREIGN[what]), TRUST)
    assert configured.settings() == installed(tmp_path)


def test_a_broker_cannot_bring_back_an_older_configuration(tmp_path: Path) -> None:
    configured = told(tmp_path, configuration(2))
    assert not configured.receive(encode(configuration(1)), TRUST)
    assert not configured.receive(encode(configuration(2)), TRUST)


def test_what_cannot_be_told_to_a_gateway_from_afar_is_not_a_message() -> None:
    """A new root would hand the box over to whoever holds the cloud's key for an hour."""
    assert set(Wanted.__struct_fields__).isdisjoint({"root", "data_dir", "gateway", "mqtt_key", "mqtt_ca"})


def test_a_configuration_that_cannot_be_worked_with_is_given_up_at_once(tmp_path: Path) -> None:
    configured = box(tmp_path)
    assert not configured.receive(encode(configuration(1, Wanted(mqtt="ftp://nowhere"))), TRUST)
    assert configured.report() == Reported(0, 1)
    assert configured.settings() == installed(tmp_path)


def test_a_way_takes_the_place_of_the_other_way(tmp_path: Path) -> None:
    settings = told(tmp_path, configuration(1, Wanted(https="https://cloud"))).settings()
    assert (settings.mqtt, settings.https) == (None, "https://cloud")


def test_a_trial_that_nobody_confirms_ends_with_what_was_good(tmp_path: Path) -> None:
    told(tmp_path, configuration(1))
    begun: list[str] = []
    configured = box(tmp_path, trial_s=0)
    asyncio.run(configured.prove(lambda: begun.append("anew")))
    assert begun == ["anew"]
    assert configured.settings() == installed(tmp_path)
    assert configured.report() == Reported(0, 1)


def test_a_trial_that_the_cloud_confirms_stays(tmp_path: Path) -> None:
    assert told(tmp_path, configuration(1, FAST)).keep(Keep(1), 0)
    configured = box(tmp_path, trial_s=0)
    asyncio.run(configured.prove(pytest.fail))
    assert configured.settings().heartbeat_s == 30


def test_a_confirmation_of_another_version_is_none(tmp_path: Path) -> None:
    assert not told(tmp_path, configuration(2)).keep(Keep(1), 0)


def test_the_one_before_comes_back_and_not_the_installed_one(tmp_path: Path) -> None:
    told(tmp_path, configuration(1, FAST)).keep(Keep(1), 0)
    told(tmp_path, configuration(2, Wanted(heartbeat_s=5)))
    configured = box(tmp_path, trial_s=0)
    asyncio.run(configured.prove(lambda: None))
    assert configured.settings().heartbeat_s == 30
    assert configured.report() == Reported(1, 2)


def test_a_configuration_that_ends_the_process_each_time_is_given_up(tmp_path: Path) -> None:
    told(tmp_path, configuration(1))
    for _ in range(MOST_STARTS):
        assert box(tmp_path).report() == Reported(1, 0)
    assert box(tmp_path).report() == Reported(0, 1)


def test_one_that_was_given_up_is_not_tried_again(tmp_path: Path) -> None:
    told(tmp_path, configuration(1))
    configured = box(tmp_path, trial_s=0)
    asyncio.run(configured.prove(lambda: None))
    assert not configured.receive(encode(configuration(1)), TRUST)


def test_a_damaged_file_leaves_the_gateway_as_installed(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"{")
    assert box(tmp_path).settings() == installed(tmp_path)


def test_a_full_disk_takes_no_configuration_and_stops_no_gateway(tmp_path: Path) -> None:
    configured = box(tmp_path / "nowhere")
    assert not configured.receive(encode(configuration()), TRUST)
    assert configured.settings() == installed(tmp_path / "nowhere")
