"""The copy read back against the readings: each way in which it can differ is found, and mended."""

from __future__ import annotations

from uuid import uuid4

import pytest
from msgspec.structs import replace

from ingest.influx.projection import Projection
from ingest.influx.verification import Verification
from tests.ingest.influx.copies import HOUR, LATER, Copy
from tests.ingest.making import NOON, make_body, make_reading


def test_a_copy_that_caught_up_is_equal(copy: Copy) -> None:
    copy.store(*range(1, 31))
    copy.copy()
    found = copy.verify()
    assert found.equal
    assert (found.readings, found.waiting) == (30, 0)


def test_what_is_not_copied_yet_is_waiting_and_not_missing(copy: Copy) -> None:
    copy.store(1, 2)
    copy.copy()
    copy.store(3, 4, 5)
    found = copy.verify()
    assert found.equal
    assert (found.readings, found.waiting) == (5, 3)


def test_what_the_server_lost_is_found_and_written_again(copy: Copy) -> None:
    copy.store(1, 2, 3)
    copy.copy()
    copy.server.sync()
    copy.store(*range(4, 24))
    copy.copy()
    copy.server.lose()
    found = copy.verify()
    assert (found.missing, found.wrong, found.extra) == (20, 0, 0)
    assert found.residents == {copy.resident}
    assert copy.repair().mended == 20
    assert copy.verify().equal


def test_a_field_that_somebody_changed_is_found_and_put_right(copy: Copy) -> None:
    copy.store(1, 2)
    copy.copy()
    copy.server.points[copy.name(1)]["systolic"] = 129.0
    assert copy.verify().wrong == 1
    assert copy.repair().mended == 1
    assert copy.server.points[copy.name(1)]["systolic"] == 128
    assert copy.verify().equal


def test_a_field_that_is_gone_is_found_and_put_right(copy: Copy) -> None:
    copy.store(1, 2)
    copy.copy()
    del copy.server.points[copy.name(2)]["pulse"]
    assert copy.verify().wrong == 1
    assert copy.repair().equal
    assert copy.verify().equal


def test_a_point_of_no_reading_is_found_and_erased(copy: Copy) -> None:
    copy.store(1, 2)
    copy.copy()
    stray = copy.name(1)._replace(at=copy.name(1).at - 60 * 10**9)
    copy.server.points[stray] = dict(copy.server.points[copy.name(1)])
    assert copy.verify().extra == 1
    assert copy.repair().mended == 1
    assert len(copy.server.points) == 2


def test_what_is_in_a_month_that_was_detached_is_left_alone(copy: Copy) -> None:
    copy.store(1, 2)
    copy.copy()
    copy.tables.connection.execute("alter table ingest.readings detach partition ingest.readings_2026_03")
    found = copy.repair()
    assert (found.readings, found.extra) == (0, 0)
    assert len(copy.server.points) == 2


def test_a_revision_that_says_less_leaves_nothing_of_the_earlier_one(copy: Copy) -> None:
    copy.store(1, 2)
    copy.copy()
    copy.revise(1, pulse="null", mean="null")
    copy.copy()
    assert copy.server.points[copy.name(1)].keys().isdisjoint({"pulse", "mean"})
    assert copy.server.points[copy.name(1)]["revision"] == 1
    assert copy.verify().equal


def test_a_revision_of_another_kind_and_unit_takes_the_place_of_the_earlier_one(copy: Copy) -> None:
    copy.store(1, 2)
    copy.copy()
    copy.revise(2, kind="'glucose'", unit="'mmol/L'", systolic="null", diastolic="null", concentration="5.6")
    copy.copy()
    assert sorted(name.measurement for name in copy.server.points) == ["blood_pressure", "glucose"]
    assert copy.verify().equal


def test_a_crash_after_the_erasing_leaves_it_to_the_next_time(copy: Copy) -> None:
    copy.store(1)
    copy.copy()
    copy.revise(1, pulse="null")
    copy.server.answer = lambda _lines: 503
    with pytest.raises(RuntimeError, match="503"):
        copy.copy()
    copy.server.answer = lambda _lines: 204
    copy.copy()
    assert copy.verify().equal


def test_an_earlier_revision_that_comes_later_goes_over_nothing(copy: Copy) -> None:
    """Revisions that were attributed together may be stored in any order."""
    copy.store(1)
    copy.revise(1, pulse="61")
    seq = "select max(seq) + 1 from ingest.readings"
    copy.tables.connection.execute(f"update ingest.readings set seq = ({seq}) where revision = 0")  # noqa: S608
    projection = Projection(copy.tables.connection, copy.bucket, most=1)
    assert [projection.step(LATER) for _ in range(3)] == [1, 1, 0]
    assert copy.server.points[copy.name(1)]["pulse"] == 61
    assert copy.verify().equal


def test_two_readings_of_one_second_stay_two(copy: Copy) -> None:
    same = [replace(each, heard=replace(each.heard, at=NOON)) for each in map(make_reading, (1, 2, 3))]
    copy.tables.send(copy.gateway, copy.gateway.seal_body(make_body(*same)), now=LATER)
    copy.copy()
    assert len(copy.server.points) == 3
    assert copy.verify().equal


def test_what_the_server_refuses_is_counted_and_is_not_missing(copy: Copy) -> None:
    bad = str(make_reading(2).reading_id).encode()
    copy.server.answer = lambda lines: 400 if bad in lines else 204
    copy.store(1, 2, 3)
    copy.copy()
    found = copy.verify()
    assert (found.refused, found.missing) == (1, 0)


def test_a_repair_tries_again_what_was_refused(copy: Copy) -> None:
    copy.server.answer = lambda _lines: 400
    copy.store(1, 2, 3)
    copy.copy()
    copy.server.answer = lambda lines: 400 if str(make_reading(2).reading_id).encode() in lines else 204
    found = copy.repair()
    assert (found.mended, found.refused, found.equal) == (2, 1, True)
    assert len(copy.server.points) == 2


def test_only_the_time_that_was_asked_for_is_compared(copy: Copy) -> None:
    copy.store(1, 2, 3)
    copy.copy()
    copy.server.lose()
    compared = Verification(copy.tables.connection, copy.bucket)
    assert compared.verify(NOON - 2 * HOUR, NOON, LATER).missing == 2


def test_a_reading_that_turned_out_to_be_anothers_is_a_point_of_the_other_alone(copy: Copy) -> None:
    copy.store(1, 2)
    copy.copy()
    other = uuid4()
    copy.give(2, other)
    found = copy.verify()
    assert (found.equal, found.waiting) == (True, 2), "not copied yet, on either side"
    copy.copy()
    residents = [dict(name.tags)["resident"] for name in copy.server.points]
    assert sorted(residents) == sorted([str(copy.resident), str(other)])
    assert copy.verify().equal
