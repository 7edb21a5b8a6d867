"""Open pages hear of what was committed, and of nothing else."""

from __future__ import annotations

import json
from uuid import uuid4

import psycopg

from clinician_api import feed
from clinician_api.db import Sessions


def test_what_is_committed_is_heard_as_kind_id_and_version(care: Sessions, database_url: str) -> None:
    episode = uuid4()
    with psycopg.connect(database_url, autocommit=True) as ears:
        ears.execute("listen care")
        with care() as undone:
            feed.tell(undone, "episode", uuid4(), 1)
        with care.begin() as db:
            feed.tell(db, "episode", episode, 7)
        heard = [json.loads(note.payload) for note in ears.notifies(timeout=30, stop_after=1)]
    assert heard == [{"kind": "episode", "id": str(episode), "version": 7}]
