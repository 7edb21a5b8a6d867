"""What people correct of a reading. Numbers, units and the time of measurement are not among it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, LiteralString

from psycopg import Cursor

from ingest.store.superseding import Stored, revise

Quality = Literal["ok", "implausible", "device_error", "control_solution"]
"""What a person can know of it. HI, LO and ketones are what the meter showed."""

Meal = Literal["fasting", "pre_meal", "post_meal", "casual", "bedtime"]


@dataclass(frozen=True, slots=True)
class Correction:
    """None is as it stands. `is_duplicate` False: equal to another of a meter without a clock, and yet a
    reading of its own."""

    quality: Quality | None = None
    meal: Meal | None = None
    is_duplicate: Literal[False] | None = None

    @property
    def change(self) -> Mapping[str, object]:
        """What is said, by its name."""
        said = {"quality": self.quality, "meal": self.meal, "is_duplicate": self.is_duplicate}
        return {name: word for name, word in said.items() if word is not None}

    @property
    def is_empty(self) -> bool:
        return not self.change


COLUMNS: Final[Mapping[str, LiteralString]] = {
    "quality": "quality",
    "meal": "meal",
    "is_duplicate": "suspect_duplicate",
}
"""As `corrected` names what a person said."""

_CHANGED: Final[Mapping[str, Mapping[str, LiteralString]]] = {
    "quality": {"quality": "%(quality)s"},
    "meal": {
        "context": "jsonb_set(coalesce(context, '{}'), '{meal}', to_jsonb(%(meal)s::text))",
    },
    "is_duplicate": {"suspect_duplicate": "null"},
}


def say(cursor: Cursor, place: Stored, correction: Correction, now: datetime) -> bool:
    """Append the corrected row of a reading, locked before. False where its month is archived."""
    change = correction.change
    changes: dict[str, LiteralString] = {
        "stored_at": "%(now)s",
        "corrected": "array(select distinct unnest(corrected || %(names)s::text[]) order by 1)",
    }
    for name in change:
        changes |= _CHANGED[name]
    return revise(cursor, place, changes, {**change, "now": now, "names": [COLUMNS[name] for name in change]})
