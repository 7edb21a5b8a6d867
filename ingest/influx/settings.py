"""Where the copy goes: INFLUX_… in the environment. Off until it is set."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

DAILY: Final = "_daily"
"""What the name of the bucket of daily figures ends in."""


class Settings(BaseSettings):
    """One bucket. The token needs read and write on it, and for `setup` write on the org's buckets."""

    model_config = SettingsConfigDict(env_prefix="INFLUX_", frozen=True)

    url: str = Field(description="http:// or https:// of an InfluxDB 2")
    token: SecretStr
    org: str = Field(min_length=1)
    bucket: str = Field(default="hearthline", min_length=1)
    retention_days: int = Field(default=0, ge=0, description="0 keeps for ever")

    @property
    def daily_bucket(self) -> str:
        """Daily figures are kept for ever: what is old is drawn from them."""
        return self.bucket + DAILY

    @property
    def keeps(self) -> timedelta | None:
        return timedelta(days=self.retention_days) if self.retention_days else None
