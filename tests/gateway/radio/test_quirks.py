"""Quirks on their way through the gateway: found once, kept with the meter, named by each reading."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from device_drivers.conversation import Refused, Time
from device_drivers.registry import driver_for
from device_drivers.wire.reading import BloodPressure, BySequence, ByTime, Glucose, Program, Reading
from gateway import settings
from gateway.outbox.store import Outbox
from gateway.radio.runner import Ears, run
from gateway.radio.transfer import Desk, Transfer, recover_all
from gateway.settings import SettingsError
from tests.gateway.home import TestClock, outbox
from tests.gateway.quiet_log import QuietLog
from tests.gateway.radio.test_runner import TableLink
from tests.gateway.test_settings import written

ADDRESS = "C0:00:00:00:00:07"
SWAPPED = bytes.fromhex("56 7b00 4f00 0000 ea07 0b 1c 08 1e 00 0048 01 0000")
SHANGHAI = ZoneInfo("Asia/Shanghai")


class Home:
    """A gateway's desk, and all readings that it was told of."""

    def __init__(
        self, box: Outbox | None = None, *, zone: ZoneInfo | None = None, synced: bool = True
    ) -> None:
        self.readings: list[Reading] = []
        self.outbox = box or outbox()
        clock = TestClock(datetime(2026, 11, 28, 1, 30, tzinfo=UTC), synced)
        self.desk = Desk(
            self.outbox, clock, lambda kept: self.readings.append(kept.reading), QuietLog(), zone
        )

    def meet(self, service: str, name: str | None, dress: Callable[[Ears], TableLink]) -> TableLink:
        driver = driver_for([service], name)
        assert driver is not None
        transfer = Transfer(self.desk, ADDRESS, driver, name=name)
        ears = Ears(transfer.hear)
        link = dress(ears)
        conversation = driver.conversation(transfer.memory)
        asyncio.run(run(conversation, link, ears, transfer.want, transfer.tell_time))
        transfer.finish()
        return link


def beurer(ears: Ears) -> TableLink:
    return TableLink(ears, {"2A25": b"SN-7"}, {"2A35": [SWAPPED]})


def a_and_d(ears: Ears) -> TableLink:
    return TableLink(ears, {"2A08": bytes.fromhex("e307 01 01 00 00 00")}, {"2A35": []})


def test_a_reading_names_its_quirk_and_keeps_the_words_that_came() -> None:
    home = Home()
    home.meet("1810", "BM59", beurer)
    (reading,) = home.readings
    assert isinstance(reading.values, BloodPressure)
    assert reading.quirk == Program("beurer-big-endian", "1")
    assert (reading.values.pulse, reading.values.mean, reading.user) == ("72", None, 1)
    assert reading.words.value == "7b004f000000" + "0048"
    assert reading.words.user == ""


def test_the_quirk_of_a_meter_outlives_a_contact_in_which_it_says_no_name() -> None:
    home = Home()
    home.meet("1810", "BM59", beurer)
    home.meet("1810", None, beurer)
    assert home.outbox.quirk(ADDRESS) == "beurer-big-endian"
    assert home.readings[0].reading_id == home.readings[1].reading_id


def test_the_first_quirk_that_was_found_stays() -> None:
    home = Home()
    home.meet("1810", "BM59", beurer)
    home.outbox.adopt(ADDRESS, "omron-sig")
    assert home.outbox.quirk(ADDRESS) == "beurer-big-endian"


def test_a_frame_that_a_crash_left_behind_is_read_by_the_quirk_too(tmp_path: Path) -> None:
    home = Home(outbox(tmp_path / "outbox.db"))
    home.meet("1810", "BM59", beurer)
    driver = driver_for(["1810"])
    assert driver is not None
    cut_short = Transfer(home.desk, ADDRESS, driver)
    cut_short.hear("2A35", SWAPPED)
    home.outbox.close()

    after = Home(outbox(tmp_path / "outbox.db"))
    recover_all(after.desk, (driver,))

    (reading,) = after.readings
    assert isinstance(reading.values, BloodPressure)
    assert reading.values.pulse == "72"
    assert reading.reading_id == home.readings[0].reading_id


def test_a_meter_without_a_quirk_names_none() -> None:
    home = Home()
    home.meet(
        "1810", "any other", lambda ears: TableLink(ears, {}, {"2A35": [bytes.fromhex("00780050006200")]})
    )
    assert [reading.quirk for reading in home.readings] == [None]


def test_a_meters_clock_is_set_to_the_wall_time_of_the_home() -> None:
    link = Home(zone=SHANGHAI).meet("1810", "A&D_UA-651BLE_1", a_and_d)
    assert link.written == [bytes.fromhex("ea07 0b 1c 09 1e 00")]


@pytest.mark.parametrize(("zone", "synced"), [(None, True), (SHANGHAI, False)])
def test_no_clock_is_set_unwanted_or_from_a_clock_that_may_be_wrong(
    zone: ZoneInfo | None,
    synced: bool,  # noqa: FBT001  # a parameter of the table above
) -> None:
    link = Home(zone=zone, synced=synced).meet("1810", "A&D_UA-651BLE_1", a_and_d)
    assert link.written == []


def test_the_time_that_is_told_knows_its_distance_from_universal_time() -> None:
    driver = driver_for(["1810"])
    assert driver is not None
    told = Transfer(Home(zone=SHANGHAI).desk, ADDRESS, driver).tell_time()
    untold = Transfer(Home().desk, ADDRESS, driver).tell_time()
    assert told == Time(datetime(2026, 11, 28, 9, 30), 480)
    assert isinstance(untold, Refused)


def test_clocks_are_left_alone_unless_the_settings_say_otherwise(tmp_path: Path) -> None:
    assert settings.zone_of_meters(settings.read(written(tmp_path), {})) is None
    wanted = settings.read(written(tmp_path, "set_meter_clocks = true"), {})
    assert settings.zone_of_meters(wanted) == SHANGHAI


def test_a_zone_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="Asia/Shanghai"):
        settings.read(written(tmp_path, "set_meter_clocks = true", 'zone = "Asia/Nowhere"'), {})


def taidoc(minutes: list[int]) -> Callable[[Ears], TableLink]:
    """The newest is number 0."""

    def answer(request: bytes) -> list[tuple[str, bytes]]:
        if request[0] == 4:
            return [("2A52", b"\x05\x00" + len(minutes).to_bytes(2, "little"))]
        records = [
            b"\x02" + number.to_bytes(2, "little") + bytes((0xEA, 7, 11, 28, 8, minute, 0)) + b"\x6f\xb0\x11"
            for number, minute in enumerate(minutes)
        ]
        return [*(("2A18", one) for one in records), ("2A52", bytes((6, 0, 1, 1)))]

    def dress(ears: Ears) -> TableLink:
        return TableLink(ears, {"2A25": b"SN-8"}, {}, answer=answer)

    return dress


def test_a_memory_that_is_numbered_backwards_is_stored_once_however_often_it_is_read() -> None:
    home = Home()
    home.meet("1808", "TAIDOC TD4257", taidoc([20, 10, 10]))
    home.meet("1808", None, taidoc([30, 20, 10, 10]))
    ids = {reading.reading_id for reading in home.readings}
    assert len(ids) == 4
    assert {type(reading.identity) for reading in home.readings} == {ByTime}
    assert home.outbox.counts().unsent == 4


def test_a_memory_that_is_read_whole_each_time_is_no_risk() -> None:
    """Its equal records were counted; those of a cuff that says each once were not."""
    home = Home()
    home.meet("1808", "TAIDOC TD4257", taidoc([20, 10]))
    home.meet("1808", "TAIDOC TD4257", taidoc([20, 10]))
    assert home.outbox.counts().at_risk == 0


def i_sens(ears: Ears) -> TableLink:
    """A ketone of 1.3 mmol/L, a glucose of 111 mg/dL, and one whose date is beyond December."""
    day = bytes((0xE9, 7, 12, 31, 8, 0, 0))
    beyond = bytes((0xE9, 7, 13, 1, 8, 0, 0))
    ketone = b"\x12\x01\x00" + day + b"\x0d\xb0\x11"
    glucose = b"\x12\x02\x00" + day + b"\x6f\xb0\x11"
    dated = b"\x02\x03\x00" + beyond + b"\x6f\xb0\x11"

    def answer(request: bytes) -> list[tuple[str, bytes]]:
        if request[0] == 4:
            return [("2A52", b"\x05\x00\x03\x00")]
        notes = [
            ("2A18", ketone),
            ("2A34", b"\x02\x01\x00\x06"),
            ("2A18", glucose),
            ("2A34", b"\x02\x02\x00\x03"),
        ]
        return [*notes, ("2A18", dated), ("2A52", bytes((6, 0, 1, 1)))]

    return TableLink(ears, {"2A25": b"SN-9"}, {}, answer=answer)


def told(home: Home) -> dict[int, Reading]:
    """Readings by the meter's number."""
    found = {reading.identity: reading for reading in home.readings}
    return {one.sequence: reading for one, reading in found.items() if isinstance(one, BySequence)}


def test_a_ketone_of_an_i_sens_travels_in_its_own_unit_and_never_as_a_glucose() -> None:
    home = Home()
    home.meet("1808", "CareSens 0042", i_sens)
    ketone, glucose = told(home)[1], told(home)[2]
    assert isinstance(ketone.values, Glucose)
    assert isinstance(glucose.values, Glucose)
    assert (ketone.quality, ketone.values.unit, ketone.values.concentration) == ("ketone", "mmol/L", "1.3")
    assert (glucose.quality, glucose.values.unit, glucose.values.concentration) == ("ok", "mg/dL", "111")
    assert ketone.words.value == "0db0"


def test_the_same_ketone_of_another_maker_is_left_as_it_was_sent() -> None:
    """Who sends it in which unit is not known: it has a quality of its own, and nobody judges it."""
    home = Home()
    home.meet("1808", "of another maker", i_sens)
    ketone = told(home)[1]
    assert isinstance(ketone.values, Glucose)
    assert (ketone.quality, ketone.values.unit, ketone.values.concentration) == ("ketone", "mg/dL", "13")


def test_a_thirteenth_month_is_january_and_the_id_is_that_of_the_words() -> None:
    home, other = Home(), Home()
    home.meet("1808", "CareSens 0042", i_sens)
    other.meet("1808", "of another maker", i_sens)
    assert told(home)[3].meter_time == "2025-01-01T08:00:00"
    assert told(other)[3].meter_time is None
    assert told(home)[3].reading_id == told(other)[3].reading_id
