"""What a gateway is told: a TOML file, overridable by GATEWAY_*. Read once and passed down as values."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from device_drivers.wire.fields import Digest, Text

PREFIX: Final = "GATEWAY_"
_PORTS: Final = {"mqtt": 1883, "mqtts": 8883}
_PLACEHOLDERS: Final = (
    "changeme",
    "change-me",
    "placeholder",
    "secret",
    "password",
    "example",
    "todo",
    "xxx",
)


class SettingsError(Exception):
    """The gateway was told something it cannot work with; the message says what to do."""


class Settings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`root` is the cloud's pinned public key (64 hex digits). `meters`: addresses to listen to; none means
    every meter that advertises a service we have a driver for. `mqtt`: one URL, or those of a cluster's nodes
    with commas between. `mqtt_version`: with 5 the broker sends us no packet that is too large; the embedded
    broker and NATS speak 3.1.1 alone. `mqtt_ca` (else the system's), `mqtt_certificate` and `mqtt_key`: PEM
    files; with the last two the gateway shows who it is."""

    data_dir: Path
    mqtt: str
    root: Digest
    gateway: UUID | None = None
    mqtt_version: Literal["5", "3.1.1"] = "5"
    mqtt_ca: Path | None = None
    mqtt_certificate: Path | None = None
    mqtt_key: Path | None = None
    mqtt_username: str | None = None
    mqtt_password: str | None = None
    adapter: Text | None = None
    meters: tuple[str, ...] = ()
    heartbeat_s: Annotated[float, Meta(gt=0)] = 60
    receipt_wait_s: Annotated[float, Meta(gt=0)] = 30
    backoff_base_s: Annotated[float, Meta(gt=0)] = 2
    backoff_cap_s: Annotated[float, Meta(gt=0)] = 300


class Broker(Struct, frozen=True):
    """Where an MQTT URL points."""

    host: str
    port: int
    is_encrypted: bool


def read(path: Path, environ: Mapping[str, str]) -> Settings:
    """Settings from a TOML file and GATEWAY_* variables over it. Raises SettingsError."""
    said = _from_file(path) | _from_environment(environ)
    try:
        settings = msgspec.convert(said, Settings, strict=False, dec_hook=_path)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{path} (or {PREFIX}*): {error}") from error
    _check(settings)
    return settings


def brokers(settings: Settings) -> tuple[Broker, ...]:
    """The nodes of one broker, to be tried in turn: mqtt://host[:port] or mqtts://host[:port], with commas
    between. Raises SettingsError on anything else."""
    nodes = tuple(_broker(url.strip()) for url in settings.mqtt.split(","))
    if len({node.is_encrypted for node in nodes}) > 1:
        raise SettingsError("mqtt names nodes with TLS and nodes without: write mqtts:// for all of them")
    return nodes


def _broker(said: str) -> Broker:
    url = urlsplit(said)
    if url.scheme not in _PORTS or not url.hostname or url.username or url.password:
        raise SettingsError(
            f"mqtt = {url.scheme}://…: write mqtt://host:1883 or mqtts://host:8883, no user in it"
        )
    return Broker(url.hostname, url.port or _PORTS[url.scheme], url.scheme == "mqtts")


def _path(kind: type, said: object) -> Path:
    """Msgspec knows no paths; here is no other kind that it does not know."""
    if kind is not Path or not isinstance(said, str):
        raise TypeError(f"expected {kind.__name__}")
    return Path(said)


def _check(settings: Settings) -> None:
    brokers(settings)
    _check_files(settings)
    if len(set(settings.root)) < 4:
        raise SettingsError(
            "root is a placeholder: put the cloud's root public key there (hearthline ingest keys)"
        )
    if settings.mqtt_password is not None and _is_placeholder(settings.mqtt_password):
        raise SettingsError("mqtt_password is a placeholder: put the broker's real password there")


def _check_files(settings: Settings) -> None:
    files = {
        "mqtt_ca": settings.mqtt_ca,
        "mqtt_certificate": settings.mqtt_certificate,
        "mqtt_key": settings.mqtt_key,
    }
    for name, path in files.items():
        if path is not None and not path.is_file():
            raise SettingsError(f"{name} = {path} is not there: put a PEM file there")
    if (settings.mqtt_certificate is None) != (settings.mqtt_key is None):
        raise SettingsError("mqtt_certificate and mqtt_key belong together: give both or neither")
    if settings.mqtt_certificate is not None and not brokers(settings)[0].is_encrypted:
        raise SettingsError("a certificate is shown over TLS alone: write mqtt = mqtts://…")


def _is_placeholder(secret: str) -> bool:
    return not secret or any(word in secret.lower() for word in _PLACEHOLDERS)


def _from_file(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(
            f"cannot read {path}: {error.strerror}; give its place with --config FILE"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is not TOML: {error}") from error


def _from_environment(environ: Mapping[str, str]) -> dict[str, object]:
    said: dict[str, object] = {
        name.removeprefix(PREFIX).lower(): value for name, value in environ.items() if name.startswith(PREFIX)
    }
    if isinstance(meters := said.get("meters"), str):
        said["meters"] = [address.strip() for address in meters.split(",") if address.strip()]
    return said
