"""What `hearthline serve` makes sure of before it serves anybody."""

from __future__ import annotations

from pathlib import Path

from clinician_api.db import connect, sessions
from clinician_api.identity import locking
from clinician_api.kms import FolderKms
from clinician_api.settings import Settings
from hearthline.commands.serve import keys_fit


def test_a_folder_that_lacks_the_keys_of_the_database_is_noticed(database_url: str, tmp_path: Path) -> None:
    engine = connect(database_url, pool=1)
    with sessions(engine).begin() as db:
        locking.digest(db, FolderKms(tmp_path / "keys"), "resident_id", "1")
    engine.dispose()
    fits = [
        keys_fit(Settings(database_url=url, keys=folder, second_factor="whoever_has_one"))
        for url in (database_url, "postgresql://127.0.0.1:1/away")
        for folder in (tmp_path / "keys", tmp_path / "not mounted", None)
    ]
    assert fits == [True, False, True, True, True, True]
