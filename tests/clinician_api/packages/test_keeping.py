"""How a service stands: what nothing can show to be given owes nobody anything that could be seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from clinician_api.packages.keeping import Line, Standing
from clinician_api.packages.rules import Evidence, Population, Said
from clinician_api.packages.years import Span

SPAN = Span(date(2026, 1, 1), date(2026, 12, 31))
LINE = Line(
    entitlement=UUID(int=1),
    contract=UUID(int=2),
    package="hypertension",
    item="hypertension.visit",
    name=Said("随访", "Visit"),
    span=SPAN,
    promised=4,
    most=None,
    used=0,
    beyond=0,
    unit="times",
    payers=("public_health",),
    evidence=("visit",),
    population=("hypertension",),
)
LATE, EARLY, OVER = date(2026, 11, 1), date(2026, 2, 1), date(2027, 1, 1)


@pytest.mark.parametrize(
    ("evidence", "population", "used", "day", "standing"),
    [
        (("visit",), ("hypertension",), 0, LATE, "behind"),
        (("visit",), ("hypertension",), 0, EARLY, "under_way"),
        (("visit",), ("hypertension",), 4, LATE, "kept"),
        (("visit",), ("hypertension",), 0, OVER, "missed"),
        (("checkup",), ("hypertension",), 0, LATE, "uncounted"),
        (("checkup",), ("hypertension",), 0, OVER, "uncounted"),
        (("checkup", "visit"), ("hypertension",), 0, LATE, "behind"),
        (("visit", "home_visit"), ("mental",), 0, LATE, "uncounted"),
        (("information",), ("everyone",), 0, LATE, "behind"),
        (("information",), ("elderly",), 0, LATE, "uncounted"),
        (("checkup",), ("hypertension",), 1, LATE, "behind"),
    ],
)
def test_an_item_stands_by_what_can_be_told_of_it(
    evidence: tuple[Evidence, ...],
    population: tuple[Population, ...],
    used: int,
    day: date,
    standing: Standing,
) -> None:
    line = replace(LINE, evidence=evidence, population=population, used=used)
    assert line.standing(day) == standing
    assert replace(line, promised=0).standing(day) in {"as_needed", "uncounted"}
