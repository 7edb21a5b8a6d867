"""Settings and keys: read once, made once, and refused with words that help."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest

from gateway import settings
from gateway.settings import Node, SettingsError
from gateway.trust import keys

ROOT = "ea4a6c63e29c520abef5507b132ec5f9954776aebebe7b92421eea691446d22c"


def written(folder: Path, *lines: str) -> Path:
    path = folder / "gateway.toml"
    usual = [f'data_dir = "{folder}"', 'mqtt = "mqtt://broker"', f'root = "{ROOT}"']
    given = {line.split()[0] for line in lines}
    path.write_text("\n".join([*lines, *(line for line in usual if line.split()[0] not in given)]))
    return path


def test_a_variable_overrides_the_file(tmp_path: Path) -> None:
    environ = {"GATEWAY_MQTT": "mqtts://other", "GATEWAY_METERS": "AA:BB, CC:DD", "GATEWAY_HEARTBEAT_S": "5"}

    chosen = settings.read(written(tmp_path), environ)

    assert settings.brokers(chosen) == (Node("other", 8883, is_encrypted=True),)
    assert chosen.meters == ("AA:BB", "CC:DD")
    assert chosen.heartbeat_s == 5


def test_the_nodes_of_a_cluster_stand_side_by_side(tmp_path: Path) -> None:
    chosen = settings.read(written(tmp_path, 'mqtt = "mqtts://one:8884, mqtts://two"'), {})

    assert [(node.host, node.port) for node in settings.brokers(chosen)] == [("one", 8884), ("two", 8883)]


@pytest.mark.parametrize(
    ("line", "advice"),
    [
        ('mqtt = "http://broker"', "mqtt://host:1883"),
        ('mqtt = "mqtt://user:pw@broker"', "no user in it"),
        ('mqtt = "mqtts://one,mqtt://two"', "all of them"),
        ('mqtt = "mqtts://one,"', "mqtts://host:8883"),
        ('mqtt_ca = "/nowhere/ca.pem"', "PEM"),
        ('https = "https://door"', "one of them"),
        (f'root = "{"0" * 64}"', "placeholder"),
        ('root = "abc"', "root"),
        ('mqtt_password = "changeme"', "placeholder"),
        ('gateway = "home-7"', "gateway"),
        ("heartbeat_s = 0", "heartbeat_s"),
        ('colour = "blue"', "colour"),
        ("mqtt = ", "not TOML"),
    ],
)
def test_a_setting_that_cannot_work_is_refused_with_what_to_do(
    tmp_path: Path, line: str, advice: str
) -> None:
    with pytest.raises(SettingsError, match=advice):
        settings.read(written(tmp_path, line), {})


@pytest.mark.parametrize("alone", ["mqtt_certificate", "mqtt_key"])
def test_a_certificate_and_its_key_belong_together(tmp_path: Path, alone: str) -> None:
    file = tmp_path / "gateway.pem"
    file.touch()
    with pytest.raises(SettingsError, match="both or neither"):
        settings.read(written(tmp_path, 'mqtt = "mqtts://broker"', f'{alone} = "{file}"'), {})


def test_a_certificate_is_not_shown_in_the_clear(tmp_path: Path) -> None:
    file = tmp_path / "gateway.pem"
    file.touch()
    shown = [f'{name} = "{file}"' for name in ("mqtt_certificate", "mqtt_key")]
    with pytest.raises(SettingsError, match="mqtts"):
        settings.read(written(tmp_path, *shown), {})


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="--config"):
        settings.read(tmp_path / "none.toml", {})


def test_id_and_key_are_made_once_and_readable_by_their_owner_alone(tmp_path: Path) -> None:
    first = keys.load_or_make(tmp_path / "data")
    again = keys.load_or_make(tmp_path / "data")

    assert again.gateway == first.gateway
    assert again.key.private_bytes_raw() == first.key.private_bytes_raw()
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in (tmp_path / "data").iterdir())


def test_an_id_given_by_settings_is_taken(tmp_path: Path) -> None:
    assert keys.load_or_make(tmp_path, UUID(int=7)).gateway == UUID(int=7)


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    keys.load_or_make(tmp_path)
    (tmp_path / "gateway.key").chmod(0o644)

    with pytest.raises(keys.KeyFileError, match="chmod 600"):
        keys.load_or_make(tmp_path)


@pytest.mark.parametrize("broken", ["gateway.key", "gateway.id"])
def test_a_broken_file_is_never_replaced_silently(tmp_path: Path, broken: str) -> None:
    keys.load_or_make(tmp_path)
    (tmp_path / broken).write_bytes(b"?")

    with pytest.raises(keys.KeyFileError, match=broken):
        keys.load_or_make(tmp_path)


def door_only(folder: Path, https: str, *lines: str) -> Path:
    path = folder / "gateway.toml"
    path.write_text("\n".join([f'data_dir = "{folder}"', f'root = "{ROOT}"', f'https = "{https}"', *lines]))
    return path


def test_the_clouds_doors_stand_side_by_side(tmp_path: Path) -> None:
    chosen = settings.read(door_only(tmp_path, "https://one, https://two:8443"), {})

    assert settings.doors(chosen) == (
        Node("one", 443, is_encrypted=True),
        Node("two", 8443, is_encrypted=True),
    )


@pytest.mark.parametrize(
    ("https", "line", "advice"),
    [
        ("http://door", "", "over TLS alone"),
        ("mqtts://door", "", "https://host:443"),
        ("https://user:pw@door", "", "no user in it"),
        ("https://door", 'https_certificate = "/nowhere.pem"', "PEM"),
    ],
)
def test_a_door_that_cannot_be_right_is_refused_with_what_to_do(
    tmp_path: Path, https: str, line: str, advice: str
) -> None:
    with pytest.raises(SettingsError, match=advice):
        settings.read(door_only(tmp_path, https, line), {})
