"""The verdict over a scenario: what is lost, what is doubled, and which value no meter showed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from firmware_sim.encode import Special
from firmware_sim.measured import Pressure, Sugar, Taken
from hearthline.simulation.judge import Found, Key, Shown, judge, quality_of

FRAME = bytes.fromhex("0e8e005800ff07ea0703020600004700" + "01")  # 142/88, 2 March 2026, pulse 71, user 1
PRESSURE = Pressure(systolic=Decimal(142), diastolic=Decimal(88), pulse=Decimal(71), user=1)
CUFF = Taken(number=0, sequence=None, time=None, values=PRESSURE, frame=FRAME)
SHOWN = Shown("SN-1", CUFF)
ROW = Found(
    key=Key("SN-1", "ea070302060000", "8e005800ff074700"),
    quality="ok",
    unit="mmHg",
    numbers=(Decimal(142), Decimal(88), Decimal(71)),
    beyond=None,
    slot=1,
    has_owner=True,
)


def test_what_the_meter_showed_and_the_cloud_has_is_in_order() -> None:
    verdict = judge([SHOWN], [ROW], undecodable=0)

    assert (verdict.taken, verdict.stored, verdict.lost, verdict.doubled) == (1, 1, 0, 0)
    assert not verdict.false_values


def test_a_record_that_is_nowhere_is_lost_and_one_still_in_its_meter_is_not() -> None:
    assert judge([SHOWN], [], undecodable=0).lost == 1
    assert judge([replace(SHOWN, is_pending=True)], [], undecodable=0).lost == 0


def test_a_record_that_is_there_twice_is_doubled() -> None:
    assert judge([SHOWN], [ROW, ROW], undecodable=0).doubled == 1


def test_two_equal_records_may_be_there_twice() -> None:
    assert judge([SHOWN, SHOWN], [ROW, ROW], undecodable=0).doubled == 0


def test_a_cut_frame_is_lost_unless_it_was_set_aside() -> None:
    cut = replace(SHOWN, is_spoiled=True)

    assert judge([cut], [], undecodable=0).lost == 1
    assert judge([cut], [], undecodable=1).lost == 0


@pytest.mark.parametrize(
    "row",
    [
        replace(ROW, numbers=(Decimal(124), Decimal(88), Decimal(71))),
        replace(ROW, unit="kPa"),
        replace(ROW, slot=2),
        replace(ROW, key=Key("SN-2", *ROW.key[1:])),
        replace(ROW, numbers=(None, Decimal(88), Decimal(71))),
    ],
)
def test_a_value_that_no_meter_showed_is_false(row: Found) -> None:
    assert len(judge([SHOWN], [row], undecodable=0).false_values) == 1


def test_a_measurement_that_failed_may_not_become_a_clinical_value() -> None:
    failed = replace(
        SHOWN, record=replace(CUFF, values=Pressure(systolic=Special.NAN, diastolic=Special.NAN))
    )
    row = replace(ROW, numbers=(None, None, None), slot=None)

    assert judge([failed], [row], undecodable=0).false_values
    assert not judge([failed], [replace(row, quality="device_error")], undecodable=0).false_values


def test_nobodys_value_may_not_be_given_to_a_resident() -> None:
    nobody = replace(SHOWN, record=replace(CUFF, values=replace(PRESSURE, user=255)))
    row = replace(ROW, slot=255)

    assert judge([nobody], [row], undecodable=0).false_values
    assert not judge([nobody], [replace(row, has_owner=False)], undecodable=0).false_values


@pytest.mark.parametrize(("quality", "lookalikes"), [("implausible", 0), ("ok", 1)])
def test_noise_of_a_stranger_is_counted_and_false_only_when_it_is_given_to_somebody(
    quality: str, lookalikes: int
) -> None:
    noise = replace(ROW, key=Key("STR", "", "00"), quality=quality, has_owner=False)
    verdict = judge([SHOWN], [ROW, noise], undecodable=0)

    assert (verdict.noise, verdict.lookalikes, verdict.false_values) == (1, lookalikes, ())
    assert judge([SHOWN], [ROW, replace(noise, has_owner=True)], undecodable=0).false_values


def test_a_word_of_our_own_meter_that_it_never_showed_is_false_even_if_it_is_nobodys() -> None:
    never = replace(ROW, key=ROW.key._replace(value="7c005800ff074700"), has_owner=False)

    assert judge([SHOWN], [ROW, never], undecodable=0).false_values
    assert not judge([SHOWN], [ROW, replace(never, quality="implausible")], undecodable=0).false_values


@pytest.mark.parametrize(
    ("values", "quality"),
    [
        (Sugar(amount=Decimal("5.5")), "ok"),
        (Sugar(amount=Decimal("5.5"), sample_type=10, meal=6), "control_solution"),
        (Sugar(amount=Decimal("5.5"), location=4), "control_solution"),
        (Sugar(amount=Decimal("1.2"), meal=6), "ketone"),
        (Sugar(amount=Special.POSITIVE_INFINITY), "out_of_range_high"),
        (Sugar(amount=None, status=0x40), "out_of_range_low"),
        (Sugar(amount=Decimal("5.5"), status=0x60), "device_error"),
        (Sugar(amount=Decimal("5.5"), status=0x02), "device_error"),
        (Sugar(amount=Decimal("5.5"), status=0x01), "ok"),
        (Sugar(amount=Special.NAN), "device_error"),
    ],
)
def test_a_display_means_what_the_table_of_the_specification_says(values: Sugar, quality: str) -> None:
    assert quality_of(values) == quality


def test_a_value_out_of_range_may_not_be_stored_as_its_number() -> None:
    high = Shown("GL", replace(CUFF, values=Sugar(amount=Decimal("33.3"), unit="mmol/L", status=0x20)))
    row = replace(ROW, key=high.key, quality="out_of_range_high", numbers=(None,), beyond="HI", slot=None)

    assert not judge([high], [row], undecodable=0).false_values
    assert judge([high], [replace(row, numbers=(Decimal("33.3"),))], undecodable=0).false_values
    assert judge([high], [replace(row, quality="ok")], undecodable=0).false_values
