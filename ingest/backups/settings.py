"""What backups are told from outside: BACKUP_… in the environment. Decides nothing."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Where backups stand and how many stay."""

    model_config = SettingsConfigDict(env_prefix="BACKUP_", frozen=True)

    folder: Path = Field(default=Path("data/backups"), description="on another disk than the database's")
    keep: int = Field(
        default=7, ge=1, description="backups that stay; gateways keep what the oldest may miss"
    )
    binaries: Path | None = Field(default=None, description="PostgreSQL's programs, of the server's version")
