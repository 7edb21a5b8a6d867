"""Readings that no rule could judge, of residents within a steward's reach. Changes nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from alerts.store import failures
from alerts.store.failures import Noted
from clinician_api.stewards.acting import Acting

PAGE: Final = 50
RECENT: Final = timedelta(days=7)
"""Nobody settles a failure: after so long it is no longer counted as new, and stays in the list."""


def listed(acts: Acting, after: int | None) -> list[Noted]:
    """One more than a page holds tells that there is another."""
    found = failures.noted(acts.connection, acts.reach.filter, most=PAGE + 1, after=after)
    acts.note("failures.listed", {"failures": min(len(found), PAGE)})
    acts.note_read((each.resident for each in found[:PAGE]), "failed")
    return found


def recent(acts: Acting) -> int:
    return failures.count(acts.connection, acts.reach.filter, since=acts.now - RECENT)
