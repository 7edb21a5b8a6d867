"""A clinic whose resident has sent 186/112, and pages to look at it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import pytest

from alerts.words import MEASURE_AGAIN, QUESTION
from clinician_api.db import Sessions
from tests.clinician_api.concerns import attended, concern
from tests.clinician_api.making import Clinic, clinic
from tests.clinician_api.stored import store_reading


@dataclass(frozen=True, slots=True)
class Alarmed:
    """A first critical reading of the clinic's resident, and its alert."""

    clinic: Clinic
    reading: UUID
    episode: UUID


@pytest.fixture
def alarmed(care: Sessions) -> Alarmed:
    with care.begin() as db:
        people = clinic(db)
        reading = store_reading(db, people.resident)
        said = concern(
            people.resident, value="186/112 mmHg", inputs=(str(reading),), words=(MEASURE_AGAIN, QUESTION)
        )
        attended(db, said)
    return Alarmed(people, reading, said.episode)
