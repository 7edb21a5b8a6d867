"""Three guided steps, contact by contact."""

from __future__ import annotations

from functools import reduce

import pytest

from gateway.pairing import steps
from gateway.pairing.steps import AWAY_S, Pairing
from gateway.radio.contact import Contact
from tests.gateway.pairing.contacts import CUFF, again, contact, first


def after(*contacts: Contact) -> Pairing:
    """A pairing of five minutes, begun at 0, after these contacts with a meter new to us."""

    def one(pairing: Pairing, each: Contact) -> Pairing:
        return steps.parted(steps.met(pairing, each.address, each.name), each)

    return reduce(one, contacts, steps.begun(0, minutes=5))


def test_a_first_contact_is_not_the_end_of_pairing() -> None:
    assert after(first()).stage == "proving"


def test_a_meter_that_was_off_and_is_served_again_by_its_bond_is_paired() -> None:
    assert after(first(10), again(40)).stage == "done"


def test_a_meter_that_only_lingers_has_proven_nothing() -> None:
    lingering = after(first(10), again(20 + AWAY_S - 1))

    assert lingering.stage == "proving"
    assert steps.parted(lingering, again(60)).stage == "done"


@pytest.mark.parametrize("contact_again", [first(40), contact(40, refused=True)])
def test_a_meter_that_was_off_and_no_longer_knows_us_is_not_paired(contact_again: Contact) -> None:
    failed = after(first(10), contact_again)

    assert (failed.stage, failed.reason) == ("failed", "forgot")


def test_wrong_digits_are_said_and_may_be_tried_again() -> None:
    refused = after(contact(10, refused=True))

    assert (refused.stage, refused.trouble) == ("looking", "refused")
    assert steps.parted(steps.met(refused, CUFF, None), first(30)).stage == "proving"


def test_a_link_that_breaks_off_before_the_bond_is_no_failure_yet() -> None:
    assert after(contact(10, reached=True)).stage == "looking"


def test_another_meters_contact_changes_nothing_while_one_is_being_proven() -> None:
    other = contact(60, address="C0:00:00:00:00:02", served=True)

    assert after(first(10), other).stage == "proving"


def test_a_known_meter_that_bonds_anew_is_being_paired_again() -> None:
    renewed = steps.parted(steps.begun(0, minutes=5), first(10))

    assert (renewed.stage, renewed.address) == ("proving", CUFF)


def test_a_known_meter_that_only_delivers_is_not_what_is_being_paired() -> None:
    assert steps.parted(steps.begun(0, minutes=5), again(10)).stage == "looking"


@pytest.mark.parametrize(
    ("before", "reason"),
    [
        (after(), "nobody_came"),
        (after(contact(10, refused=True)), "refused"),
        (after(first(10)), "never_came_back"),
    ],
)
def test_time_runs_out_with_the_reason_that_helps(before: Pairing, reason: str) -> None:
    late = steps.at(before, 300)

    assert (late.stage, late.reason) == ("failed", reason)
    assert steps.at(before, 299) == before


def test_only_an_open_pairing_welcomes_a_stranger_and_only_one() -> None:
    assert not Pairing().concerns(CUFF)
    assert after().concerns(CUFF)
    assert not after(first(10)).concerns("C0:00:00:00:00:02")


def test_somebody_may_stop_it() -> None:
    assert steps.stopped(after(first())).reason == "stopped"
    assert steps.stopped(after(first(10), again(40))).stage == "done"


@pytest.mark.parametrize("minutes", [0, 16])
def test_a_pairing_is_open_for_a_quarter_of_an_hour_at_most(minutes: int) -> None:
    with pytest.raises(ValueError, match="minutes"):
        steps.begun(0, minutes=minutes)
