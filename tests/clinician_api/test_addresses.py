"""What may stand in an address, and so in the log of every proxy that it passes: no name, no telephone."""

from __future__ import annotations

from typing import Final

from fastapi._compat import ModelField
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel

from clinician_api.main import create_app
from clinician_api.settings import Settings
from tests.clinician_api.making import WEAK

# Codes, days, numbers, ids, places in a list; `at` is locked to its login. A file number names nobody.
MAY_STAND: Final = {
    "account",
    "action",
    "after",
    "at",
    "before",
    "code",
    "days",
    "done",
    "edition",
    "episode",
    "event",
    "file_number",
    "institution",
    "kind",
    "level",
    "live",
    "mine",
    "next",
    "on",
    "outcome",
    "packages",
    "page",
    "resident",
    "seq",
    "settled",
    "since",
    "state",
    "tab",
    "team",
    "trouble",
    "until",
}


def test_no_address_takes_what_could_be_a_name() -> None:
    app = create_app(Settings(database_url="postgresql://none"), passwords=WEAK)
    found = {
        name
        for route in iter_route_contexts(app.routes)
        if (dependant := getattr(route, "dependant", None)) is not None
        for part in (dependant, *dependant.dependencies)
        for field in part.query_params
        for name in _names(field)
    }
    assert sorted(found - MAY_STAND) == []


def _names(field: ModelField) -> list[str]:
    """Of a form as a whole each part."""
    kind = field.field_info.annotation
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return list(kind.model_fields)
    return [field.alias]
