"""What an ingest process is told from outside: INGEST_… in the environment. Decides nothing."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

from pydantic import Field, FilePath, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """One worker. Without `database_url` or `mqtt_url` it runs a PostgreSQL or a broker of its own."""

    model_config = SettingsConfigDict(env_prefix="INGEST_", frozen=True)

    data: Path = Field(default=Path("data/ingest"), description="keys, lineage and the embedded database")
    database_url: str | None = Field(default=None, description="as libpq understands it")
    mqtt_url: str | None = Field(default=None, description="mqtt:// or mqtts://")
    mqtt_ca: FilePath | None = Field(default=None, description="PEM; else the system's authorities")
    mqtt_certificate: FilePath | None = Field(default=None, description="PEM; shown to the broker")
    mqtt_key: FilePath | None = Field(default=None, description="PEM; of that certificate")
    nats_url: str | None = Field(
        default=None, description="nats:// or tls://, with commas between: instead of an MQTT broker"
    )
    nats_ca: FilePath | None = Field(default=None, description="PEM; else the system's authorities")
    nats_certificate: FilePath | None = Field(default=None, description="PEM; shown to the cluster")
    nats_key: FilePath | None = Field(default=None, description="PEM; of that certificate")
    mqtt_group: str = Field(
        default="ingest", pattern=r"^[a-z0-9-]+$", description="workers of one group share the batches"
    )
    mqtt_port: int = Field(default=0, description="of the embedded broker; 0 is any free one")
    https_port: int | None = Field(
        default=None, ge=0, le=65535, description="beside the broker, for gateways that reach none"
    )
    https_host: str = Field(default="127.0.0.1", description="address to listen on, such as 0.0.0.0")
    https_ca: FilePath | None = Field(
        default=None, description="PEM; then each gateway must show a certificate of it, named as its id"
    )
    https_certificate: FilePath | None = Field(
        default=None, description="PEM; without it the port speaks plain HTTP, on loopback alone"
    )
    https_key: FilePath | None = Field(default=None, description="PEM; of that certificate")
    enrol_port: int | None = Field(
        default=None, ge=0, le=65535, description="where gateways join and renew; on one worker"
    )
    enrol_host: str = Field(default="127.0.0.1", description="address to listen on, such as 0.0.0.0")
    enrol_certificate: FilePath | None = Field(
        default=None, description="PEM; without it the port speaks plain HTTP, on loopback alone"
    )
    enrol_key: FilePath | None = Field(default=None, description="PEM; of that certificate")
    enrol_url: str | None = Field(default=None, description="https://, as gateways reach that port")
    gateways_mqtt: str | None = Field(default=None, description="the broker, as a joining gateway is told")
    gateways_https: str | None = Field(default=None, description="or the door, as it is told")
    probe_port: int | None = Field(
        default=None, ge=0, le=65535, description="of loopback, for /healthz, /readyz and /metrics"
    )
    region: str = Field(default="Asia/Shanghai", description="in which meters' clocks are set")
    group: int = Field(default=400, ge=1, description="batches in one commit")
    name: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9_.:-]{1,80}$",
        description="by which a worker is missed when it falls silent; else the machine's",
    )
    drain_s: float = Field(
        default=5.0, ge=0, le=600, description="after SIGTERM, to settle and answer what was taken in"
    )
    intake_bytes: int = Field(default=8 * 1024 * 1024, ge=1, description="of messages waiting for a commit")

    @model_validator(mode="after")
    def _belong_together(self) -> Self:
        pairs = {
            "mqtt": (self.mqtt_certificate, self.mqtt_key),
            "nats": (self.nats_certificate, self.nats_key),
            "https": (self.https_certificate, self.https_key),
            "enrol": (self.enrol_certificate, self.enrol_key),
        }
        for name, (certificate, key) in pairs.items():
            if (certificate is None) != (key is None):
                raise ValueError(f"{name}_certificate and {name}_key belong together: give both or neither")
        return self

    @model_validator(mode="after")
    def _is_private(self) -> Self:
        if self.https_certificate is None and (self.https_ca or not _is_loopback(self.https_host)):
            raise ValueError("https_certificate is missing: only loopback may speak plain HTTP")
        if self.enrol_certificate is None and not _is_loopback(self.enrol_host):
            raise ValueError("enrol_certificate is missing: only loopback may speak plain HTTP")
        return self

    @field_validator("region")
    @classmethod
    def _is_a_zone(cls, region: str) -> str:
        ZoneInfo(region)
        return region


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
