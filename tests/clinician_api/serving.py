"""The whole application on a test's database, asked in process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fastapi.testclient import TestClient

from clinician_api.main import create_app
from clinician_api.settings import Settings
from tests.clinician_api.making import NOW, ORIGIN, WEAK, HandClock


@contextmanager
def serving(database_url: str, *, folder: Path | None = None) -> Iterator[TestClient]:
    """A browser that speaks Chinese before it. With a folder it has keys, and a vault for documents."""
    settings = Settings(
        database_url=database_url,
        public_origin=ORIGIN,
        secure_cookies=False,
        keys=folder and folder / "keys",
        vault=folder and folder / "vault",
        second_factor="whoever_has_one",
    )
    app = create_app(settings, clock=HandClock(NOW), passwords=WEAK)
    with TestClient(app, base_url=ORIGIN, headers={"Accept-Language": "zh"}) as browser:
        yield browser
