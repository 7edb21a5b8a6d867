"""What the engine's process is told from outside: ALERTS_… in the environment. No clinical number is here."""

from __future__ import annotations

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from alerts.shards import ALL, share


class Settings(BaseSettings):
    """One engine. Several may run beside each other, with or without a share of their own."""

    model_config = SettingsConfigDict(env_prefix="ALERTS_", frozen=True)

    database_url: str = Field(description="as libpq understands it")
    probe_port: int | None = Field(
        default=None, ge=0, le=65535, description="of loopback, for /healthz, /readyz and /metrics"
    )
    share: str | None = Field(default=None, description="K/N: every N-th shard; without it any that is free")
    batch: int = Field(default=2_000, ge=1, description="readings in one look")
    remembered: int = Field(default=100_000, ge=0, description="readings kept in memory")

    @field_validator("share")
    @classmethod
    def _is_a_share(cls, word: str | None) -> str | None:
        if word is not None:
            share(word)
        return word

    @property
    def shards(self) -> tuple[int, ...]:
        return ALL if self.share is None else share(self.share)
