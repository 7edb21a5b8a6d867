"""Who may sign for whom, and who may change teams."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from clinician_api.contracts import changing, places
from clinician_api.contracts.changing import Because, Standing
from clinician_api.contracts.places import Places
from clinician_api.contracts.signing import ONESELF, Signatory, Signer, check
from clinician_api.errors import CareError

TODAY = date(2026, 3, 2)
GUARDIAN = Signer("guardian", relation="女儿", evidence="户口本", is_child_informed=True)
HELPER = Signer("authorised", relation="社工", evidence="委托书 7", valid_until=TODAY)


def refusal(age: int, signer: Signer, *, has_capacity: bool = True) -> str | None:
    try:
        check(Signatory(age, has_capacity), signer, TODAY)
    except CareError as error:
        return error.code
    return None


@pytest.mark.parametrize(
    ("age", "has_capacity", "signer", "code"),
    [
        (76, True, ONESELF, None),
        (18, True, ONESELF, None),
        (17, True, ONESELF, "signer.needs_guardian"),
        (7, True, ONESELF, "signer.needs_guardian"),
        (76, False, ONESELF, "signer.needs_guardian"),
        (7, True, GUARDIAN, None),
        (7, True, Signer("guardian", relation="母亲", evidence="出生证"), None),
        (8, True, Signer("guardian", relation="母亲", evidence="出生证"), "signer.child_not_informed"),
        (17, True, GUARDIAN, None),
        (76, False, GUARDIAN, None),
        (76, True, GUARDIAN, "signer.no_guardian"),
        (76, True, HELPER, None),
        (7, True, HELPER, "signer.needs_guardian"),
        (76, False, HELPER, "signer.needs_guardian"),
        (76, True, Signer("authorised", relation="社工", evidence="委托书"), "signer.until_missing"),
        (76, True, Signer("authorised", evidence="委托书", valid_until=TODAY), "signer.relation_missing"),
        (
            76,
            True,
            Signer("authorised", relation="社工", evidence=" ", valid_until=TODAY),
            "signer.evidence_missing",
        ),
        (
            76,
            True,
            Signer("authorised", relation="社工", evidence="委托书", valid_until=TODAY - timedelta(days=1)),
            "signer.expired",
        ),
    ],
)
def test_who_signs_is_decided_by_age_capacity_and_proof(
    age: int,
    has_capacity: bool,  # noqa: FBT001
    signer: Signer,
    code: str | None,
) -> None:
    assert refusal(age, signer, has_capacity=has_capacity) == code


SETTLED = Standing(begins=date(2025, 8, 1), ends=date(2026, 7, 31))


@pytest.mark.parametrize(
    ("standing", "because", "code"),
    [
        (SETTLED, "own_wish", None),
        (Standing(date(2025, 9, 1), date(2026, 8, 31)), "own_wish", "change.too_soon"),
        (Standing(date(2025, 8, 1), date(2026, 7, 31), changes=1), "own_wish", "change.once_a_year"),
        (replace(SETTLED, begins=TODAY - timedelta(days=183)), "own_wish", None),
        (replace(SETTLED, begins=TODAY - timedelta(days=182)), "own_wish", "change.too_soon"),
        (replace(SETTLED, settled_after=90, begins=TODAY - timedelta(days=90)), "own_wish", None),
        (replace(SETTLED, changes=1, most_changes=2), "own_wish", None),
        (replace(SETTLED, unresolved_complaints=1), "complaints", "change.no_two_complaints"),
        (replace(SETTLED, changes=1, unresolved_complaints=2), "complaints", None),
        (replace(SETTLED, changes=3), "moved", None),
        (replace(SETTLED, changes=3, has_doctor=False), "doctor_left", None),
        (replace(SETTLED, changes=3, is_team_open=False), "team_closed", None),
        (SETTLED, "expiring", "change.not_expiring"),
        (Standing(date(2025, 4, 1), date(2026, 3, 31)), "expiring", None),
        (SETTLED, "moved", None),
        (SETTLED, "complaints", "change.no_two_complaints"),
        (Standing(date(2026, 2, 1), date(2027, 1, 31), unresolved_complaints=2), "complaints", None),
        (SETTLED, "doctor_left", "change.doctor_is_there"),
        (Standing(date(2026, 2, 1), date(2027, 1, 31), has_doctor=False), "doctor_left", None),
        (SETTLED, "team_closed", "change.team_is_there"),
        (Standing(date(2026, 2, 1), date(2027, 1, 31), is_team_open=False), "team_closed", None),
    ],
)
def test_a_team_is_changed_at_the_end_or_for_a_reason_that_is_true(
    standing: Standing, because: Because, code: str | None
) -> None:
    said = None
    try:
        changing.check_change(standing, because, TODAY)
    except CareError as error:
        said = error.code
    assert said == code


@pytest.mark.parametrize(
    ("doctors", "own", "most"),
    [(0, None, 2000), (1, None, 2000), (3, None, 6000), (3, 100, 100), (1, 9999, 2000)],
)
def test_a_team_takes_two_thousand_a_doctor_or_less_by_its_own_number(
    doctors: int, own: int | None, most: int
) -> None:
    assert places.most(doctors, own) == most


def test_a_team_is_warned_at_ninety_per_cent_and_full_at_a_hundred() -> None:
    assert [
        (p.is_nearly_full, p.is_full) for p in (Places(10, 8), Places(10, 9), Places(10, 10), Places(10, 12))
    ] == [
        (False, False),
        (True, False),
        (True, True),
        (True, True),
    ]


def test_a_team_that_takes_nobody_has_no_place_however_empty_it_is() -> None:
    assert Places(2000, 0, is_open=False).is_full
