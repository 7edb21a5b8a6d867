"""Settings of the web server and the worker. There is no secret among them to be left at a placeholder."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class Settings(BaseSettings):
    """Login tokens are random and CSRF tokens are derived from them: no key of ours signs anything."""

    model_config = SettingsConfigDict(env_prefix="CARE_", frozen=True)

    database_url: str = Field(description="as libpq understands it")
    public_origin: str = Field(
        default="http://127.0.0.1:8000", description="as browsers see it: scheme://host"
    )
    secure_cookies: bool = Field(default=True, description="off only where browsers come over plain HTTP")
    # 等保 2.0 level 3 asks for 15–30 minutes of staff.
    login_idle_minutes: int = Field(default=20, ge=1, le=30, description="staff are logged out after")
    login_hours: int = Field(default=12, ge=1, le=24, description="a staff login lasts at most")
    # An old person on their own phone would never find back in.
    resident_login_days: int = Field(default=30, ge=1, le=90, description="a resident's login lasts at most")
    # 等保 2.0 level 3: five failures, fifteen minutes.
    lockout_failures: int = Field(
        default=5, ge=1, le=10, description="wrong passwords until a name is locked"
    )
    lockout_minutes: int = Field(default=15, ge=1, description="of the first lock; each further one doubles")
    address_failures: int = Field(default=50, ge=1, description="wrong passwords until an address is locked")
    second_factor: Literal["staff", "whoever_has_one"] = Field(
        default="staff",
        description="who must give a code after the password; staff without one get one first",
    )
    oidc_issuer: str = Field(default="", description="the house's directory, for staff; empty: there is none")
    oidc_client: str = Field(default="", description="who we are there")
    oidc_secret: Path | None = Field(default=None, description="file with the secret that it gave us")
    body_bytes: int = Field(default=64 * 1024, ge=1024, description="of the largest request")

    probe_port: int | None = Field(
        default=None, ge=0, le=65535, description="of loopback, for /healthz, /readyz and /metrics"
    )

    ingest_data: Path | None = Field(
        default=None,
        description="ingest's folder on this machine: with it pages can replay what nobody vouched for",
    )

    channels: Path | None = Field(
        default=None, description="TOML file of the ways that notices take beside the page"
    )
    keys: Path | None = Field(
        default=None, description="folder of master keys and seals; on another disk than what they lock"
    )
    vault: Path | None = Field(
        default=None, description="folder for signed agreements, locked by the keys in `keys`"
    )

    backups: Path | None = Field(
        default=None, description="folder of backups, for the page of health: it is only read"
    )
    certificates: str = Field(
        default="", description="files of certificates to watch, with colons between them"
    )
    lock: Path | None = Field(
        default=None, description="the lock file that this was installed from, where it lies elsewhere"
    )

    serve_probe_port: int | None = Field(
        default=None, ge=0, le=65535, description="the same of the web server, beside the worker's"
    )

    # The clocks of rule 12 (domain 3.5a); a clinician approves other numbers.
    leader_s: float = Field(default=15 * 60, gt=0, description="a critical unclaimed: the leader is told")
    supervisor_s: float = Field(default=30 * 60, gt=0, description="still unclaimed: supervisor and duty")
    again_s: float = Field(default=30 * 60, gt=0, description="and everybody anew, each time this has passed")
    contact_s: float = Field(default=30 * 60, gt=0, description="the resident of a critical not contacted")
    high_s: float = Field(default=4 * 3600, gt=0, description="of working time, until a high is contacted")
    working_days: str = Field(default="12345", pattern=r"^[1-7]+$", description="Monday is 1")
    working_hours: str = Field(
        default="08:00-12:00 13:00-17:00",
        pattern=r"^\d\d:\d\d-\d\d:\d\d( \d\d:\d\d-\d\d:\d\d)*$",
        description="of those days, in Shanghai",
    )
    watch_budget: int = Field(
        default=15, ge=0, description="watch rows on a doctor's list in a day; the others stand as one"
    )
    sweep_s: float = Field(default=30, gt=0, description="the worker looks for timers whose job was lost")
    shift_ahead_h: float = Field(
        default=12, gt=0, description="how long before an empty shift it is an alarm"
    )

    @field_validator("public_origin")
    @classmethod
    def _is_an_origin(cls, origin: str) -> str:
        parts = urlsplit(origin)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query:
            raise ValueError("scheme://host and nothing more")
        return origin

    @model_validator(mode="after")
    def _cookies_stay_private(self) -> Self:
        """Refuse to start where a login would travel in the clear."""
        parts = urlsplit(self.public_origin)
        if not self.secure_cookies and parts.hostname not in _LOOPBACK:
            raise ValueError("secure_cookies may be off on loopback alone")
        return self
