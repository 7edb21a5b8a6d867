"""What a scenario plans: the same seed is the same world, faults included."""

from __future__ import annotations

from itertools import pairwise

import pytest
from msgspec.structs import replace

from firmware_sim.measured import Sugar
from firmware_sim.plan import Kind
from firmware_sim.scenario.events import MOST_PACKETS, BondLost, Event, Measured, events, planned_hash
from firmware_sim.scenario.file import Fault, Trial, parse, shipped

EVERYTHING = shipped()["everything"]
OF_A_RECORD = (
    *(Fault.RADIO_LOSS, Fault.DUPLICATE, Fault.NO_NUMBER, Fault.HI_LO, Fault.CONTROL_SOLUTION),
    *(Fault.KETONE, Fault.WRONG_USER, Fault.GARBLED),
)


def of(trial: Trial) -> list[Measured]:
    return [event for event in events(trial) if isinstance(event, Measured)]


def test_the_same_scenario_plans_the_same_events_with_the_same_hash() -> None:
    assert events(EVERYTHING) == events(EVERYTHING)
    assert planned_hash(events(EVERYTHING)) == planned_hash(events(EVERYTHING))


@pytest.mark.parametrize("other", [{"seed": 2}, {"homes": 2}, {"factor": 60.0}, {"faults": ()}])
def test_another_seed_home_factor_or_fault_has_another_hash(other: dict[str, object]) -> None:
    assert planned_hash(events(replace(EVERYTHING, **other))) != planned_hash(events(EVERYTHING))


@pytest.mark.parametrize("fault", OF_A_RECORD)
def test_each_fault_strikes_at_least_one_record_whatever_the_share(fault: Fault) -> None:
    trial = parse(f'name = "rare"\n[[faults]]\nfault = "{fault}"\nshare = 0.000001')

    assert any(fault in turn.faults for turn in of(trial))


def test_a_fault_strikes_no_meter_that_was_not_named() -> None:
    trial = parse('name = "x"\n[[faults]]\nfault = "nan"\nmeters = ["glucose"]\nshare = 1')

    struck = {turn.kind for turn in of(trial) if turn.faults}

    assert struck == {Kind.GLUCOSE}


def test_a_sitting_is_carried_to_the_gateway_with_its_last_measurement() -> None:
    cuff = [turn for turn in of(parse('name = "x"\nsitting = 3')) if turn.kind is Kind.BLOOD_PRESSURE]

    assert [turn.is_near for turn in cuff[:6]] == [False, False, True, False, False, True]


def test_a_lost_radio_is_lost_in_the_middle_of_a_contact() -> None:
    losses = [loss for turn in of(shipped()["radio_loss"]) for loss in turn.losses]

    assert losses
    assert all(1 <= loss <= MOST_PACKETS for loss in losses)


def test_a_bond_is_lost_just_before_a_contact_and_repaired_after_it() -> None:
    planned = events(parse('name = "x"\n[[faults]]\nfault = "bond_lost"\nshare = 1'))

    lost = [(one, then) for one, then in pairwise(planned) if isinstance(one, BondLost)]

    assert lost
    assert all(_is_met(one, then) for one, then in lost)


def _is_met(lost: Event, then: Event) -> bool:
    is_next = isinstance(then, Measured) and then.is_near and then.kind is lost.kind
    return is_next and isinstance(lost, BondLost) and lost.at_ms < then.at_ms < lost.repaired_ms


def test_a_glucometer_out_of_its_range_says_so_by_status_or_infinity() -> None:
    trial = parse('name = "x"\nseconds = 6000\n[[faults]]\nfault = "hi_lo"\nshare = 1')

    beyond = {
        (str(turn.values.amount), turn.values.status) for turn in of(trial) if isinstance(turn.values, Sugar)
    }

    assert len(beyond) == 7
