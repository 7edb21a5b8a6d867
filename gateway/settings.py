"""What a gateway is told: a TOML file, overridable by GATEWAY_*. Read once and passed down as values."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec import Meta, Struct

from device_drivers.wire.fields import Digest, Text

PREFIX: Final = "GATEWAY_"
_PORTS: Final = {"mqtt": 1883, "mqtts": 8883, "http": 80, "https": 443}
_IN_CLEAR: Final = {"127.0.0.1", "::1", "localhost"}
LEAST_CODE: Final = 8
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
    every meter that advertises a service we have a driver for. `pairing`: with `asked` a meter that nobody
    here has paired is left alone until somebody begins a pairing, so that no neighbour's is taken. `page`:
    host:port of the gateway's own page; `page_code`: its password, where others than this machine reach it.
    `mqtt`: one URL, or those of a cluster's nodes with commas between. `https`: the same for the cloud's
    door, where no broker can be reached: give one or
    the other. `mqtt_version`: with 5 the broker sends us no packet that is too large; the embedded broker and
    NATS speak 3.1.1 alone. `…_ca` (else the system's), `…_certificate` and `…_key`: PEM files; with the last
    two the gateway shows who it is. `set_meter_clocks`: meters that allow it are given the wall time of
    `zone` (a name of the IANA database); else no clock is ever written. `silence_s`: without any receipt for
    so long, it tries the next node. `outbox_mb`: how large the outbox may be; the oldest
    readings with a receipt go first, and none without. `outbox_key`: a file of 32 random bytes that lies
    elsewhere than on this card; without it the keys of the outbox lie open beside it. `voice` speaks
    `language` through `voice_player`, from `recordings` where there are any; `button` is a file in
    /dev/input. It is night in the home by `zone`."""

    data_dir: Path
    root: Digest
    mqtt: str | None = None
    https: str | None = None
    gateway: UUID | None = None
    mqtt_version: Literal["5", "3.1.1"] = "5"
    mqtt_ca: Path | None = None
    mqtt_certificate: Path | None = None
    mqtt_key: Path | None = None
    mqtt_username: str | None = None
    mqtt_password: str | None = None
    https_ca: Path | None = None
    https_certificate: Path | None = None
    https_key: Path | None = None
    outbox_key: Path | None = None
    outbox_mb: Annotated[int, Meta(ge=8)] = 512
    adapter: Text | None = None
    meters: tuple[str, ...] = ()
    pairing: Literal["open", "asked"] = "open"
    page: str | None = None
    page_code: str | None = None
    set_meter_clocks: bool = False
    zone: Text = "Asia/Shanghai"
    heartbeat_s: Annotated[float, Meta(gt=0)] = 60
    receipt_wait_s: Annotated[float, Meta(gt=0)] = 30
    silence_s: Annotated[float, Meta(gt=0)] = 120
    backoff_base_s: Annotated[float, Meta(gt=0)] = 2
    backoff_cap_s: Annotated[float, Meta(gt=0)] = 300
    voice: Literal["silent", "espeak-ng"] = "silent"
    language: Literal["zh", "en"] = "zh"
    voice_player: Text = "aplay -q"
    recordings: Path | None = None
    button: Path | None = None


class Node(Struct, frozen=True):
    """Where a URL points."""

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
    check(settings)
    return settings


def zone_of_meters(settings: Settings) -> ZoneInfo | None:
    """The zone whose wall time meters are set to; None where no clock is to be set. Raises SettingsError."""
    return home_zone(settings) if settings.set_meter_clocks else None


def home_zone(settings: Settings) -> ZoneInfo:
    """Where the home is. Raises SettingsError."""
    try:
        return ZoneInfo(settings.zone)
    except (ZoneInfoNotFoundError, OSError, ValueError) as error:
        raise SettingsError(
            f"zone = {settings.zone}: not a zone of this machine; write one such as Asia/Shanghai"
        ) from error


def brokers(settings: Settings) -> tuple[Node, ...]:
    """The nodes of one broker, to be tried in turn: mqtt://host[:port] or mqtts://host[:port], with commas
    between. Raises SettingsError on anything else."""
    return _nodes(settings.mqtt or "", "mqtt", "write mqtt://host:1883 or mqtts://host:8883, no user in it")


def doors(settings: Settings) -> tuple[Node, ...]:
    """The cloud's doors, to be tried in turn: https://host[:port], with commas between; on this machine http://
    as well. Raises SettingsError on anything else."""
    nodes = _nodes(settings.https or "", "http", "write https://host:443, no user in it")
    if any(not node.is_encrypted and node.host not in _IN_CLEAR for node in nodes):
        raise SettingsError("https = http://…: readings travel over TLS alone, write https://")
    return nodes


def page_address(settings: Settings) -> tuple[str, int] | None:
    """Where the gateway's own page is; None: nowhere. Raises SettingsError."""
    if settings.page is None:
        return None
    url = urlsplit(f"//{settings.page}")
    try:
        host, port = url.hostname, url.port
    except ValueError:
        host = port = None
    if not host or not port or url.path or url.username:
        raise SettingsError(f"page = {settings.page!r} is no address: write 127.0.0.1:8470")
    if host not in _IN_CLEAR and len(settings.page_code or "") < LEAST_CODE:
        raise SettingsError(f"page_code: others reach {host}, give it {LEAST_CODE} characters or more")
    return host, port


def _nodes(said: str, scheme: str, advice: str) -> tuple[Node, ...]:
    nodes = tuple(_node(url.strip(), scheme, advice) for url in said.split(","))
    if len({node.is_encrypted for node in nodes}) > 1:
        raise SettingsError(f"nodes with TLS and nodes without: write {scheme}s:// for all of them")
    return nodes


def _node(said: str, scheme: str, advice: str) -> Node:
    url = urlsplit(said)
    if url.scheme not in {scheme, f"{scheme}s"} or not url.hostname or url.username or url.password:
        raise SettingsError(f"{url.scheme}://…: {advice}")
    return Node(url.hostname, url.port or _PORTS[url.scheme], url.scheme == f"{scheme}s")


def _path(kind: type, said: object) -> Path:
    """Msgspec knows no paths; here is no other kind that it does not know."""
    if kind is not Path or not isinstance(said, str):
        raise TypeError(f"expected {kind.__name__}")
    return Path(said)


def check(settings: Settings) -> None:
    """Whether it can be worked with. Raises SettingsError."""
    if (settings.mqtt is None) == (settings.https is None):
        raise SettingsError(
            "give mqtt, where the broker is, or https, where the cloud's door is: one of them"
        )
    nodes = doors(settings) if settings.mqtt is None else brokers(settings)
    mqtt = settings.mqtt_ca, settings.mqtt_certificate, settings.mqtt_key
    https = settings.https_ca, settings.https_certificate, settings.https_key
    _check_papers("mqtt", *mqtt, is_encrypted=nodes[0].is_encrypted)
    _check_papers("https", *https, is_encrypted=nodes[0].is_encrypted)
    home_zone(settings)
    if len(set(settings.root)) < 4:
        raise SettingsError(
            "root is a placeholder: put the cloud's root public key there (hearthline ingest keys)"
        )
    page_address(settings)
    if settings.mqtt_password is not None and _is_placeholder(settings.mqtt_password):
        raise SettingsError("mqtt_password is a placeholder: put the broker's real password there")


def _check_papers(
    way: str, ca: Path | None, certificate: Path | None, key: Path | None, *, is_encrypted: bool
) -> None:
    for name, path in (("ca", ca), ("certificate", certificate), ("key", key)):
        if path is not None and not path.is_file():
            raise SettingsError(f"{way}_{name} = {path} is not there: put a PEM file there")
    if (certificate is None) != (key is None):
        raise SettingsError(f"{way}_certificate and {way}_key belong together: give both or neither")
    if certificate is not None and not is_encrypted:
        raise SettingsError(f"a certificate is shown over TLS alone: write {way.removesuffix('s')}s://…")


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
