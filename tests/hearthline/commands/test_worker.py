"""The worker's command: what it needs to be told."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from hearthline.commands.worker import app


def test_without_a_database_it_is_a_usage_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CARE_DATABASE_URL", raising=False)
    result = CliRunner().invoke(app, [])
    assert result.exit_code == 2
    assert "--database-url" in result.stderr
