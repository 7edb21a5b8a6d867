"""What `hearthline serve` refuses before it serves anybody."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from clinician_api.db import connect, sessions
from clinician_api.identity import locking
from clinician_api.kms import FolderKms
from hearthline.commands.serve import app


def test_a_folder_that_lacks_the_keys_of_the_database_is_refused(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = connect(database_url, pool=1)
    with sessions(engine).begin() as db:
        locking.digest(db, FolderKms(tmp_path / "keys"), "resident_id", "1")
    engine.dispose()
    monkeypatch.setenv("CARE_KEYS", str(tmp_path / "elsewhere"))
    refused = CliRunner().invoke(app, ["--database-url", database_url])
    assert refused.exit_code == 1
    assert "is its disk there?" in refused.stderr
