"""The table of states: what is possible, and above all what is not."""

from __future__ import annotations

from typing import get_args

import pytest

from clinician_api.contracts import states
from clinician_api.contracts.states import TABLE, Party, State, Step
from clinician_api.errors import ConflictError

OVER: set[State] = {"refused", "cancelled", "lapsed", "expired", "terminated"}


def test_every_state_is_reached_and_every_step_but_the_first_is_in_the_table() -> None:
    assert {row.target for row in TABLE} | {"draft"} == set(get_args(State))
    assert {row.step for row in TABLE} | {"draft"} == set(get_args(Step))


def test_a_step_leads_from_a_state_to_one_place() -> None:
    ways = [(source, row.step) for row in TABLE for source in row.sources]
    assert len(ways) == len(set(ways))


def test_what_is_over_stays_over_and_an_end_that_was_set_only_comes_sooner() -> None:
    left = {(state, row.step, row.target) for state in OVER for row in TABLE if state in row.sources}
    assert left == {("terminated", "stop", "terminated")}


def test_no_date_makes_a_contract_longer() -> None:
    by_clock = {(row.step, row.target) for row in TABLE if "clock" in row.by}
    assert by_clock == {
        ("lapse", "lapsed"),
        ("activate", "active"),
        ("fall_due", "renewal_due"),
        ("expire", "expired"),
    }


def test_nothing_becomes_active_without_two_signatures() -> None:
    assert {source for row in TABLE if row.target == "active" for source in row.sources} == {
        "signed",
        "renewed",
        "transferred",
    }
    assert {source for row in TABLE if row.target == "signed" for source in row.sources} == {"accepted"}


def test_a_step_that_the_table_lacks_is_a_conflict_that_changes_nothing() -> None:
    with pytest.raises(ConflictError, match=r"contract\.not_now"):
        states.move("expired", "renew")


@pytest.mark.parametrize(
    ("state", "party", "steps"),
    [
        ("applied", "team", ("accept", "refuse")),
        ("applied", "resident", ("withdraw",)),
        ("active", "resident", ("terminate",)),
        ("expired", "resident", ()),
    ],
)
def test_a_page_offers_what_a_party_may_do_now(state: State, party: Party, steps: tuple[Step, ...]) -> None:
    assert states.steps_from(state, party) == steps
