"""Whose reading it is."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from ingest.door.attribution import Binding, owner
from tests.ingest.making import NOON

GRANDMOTHER, GRANDFATHER = UUID(int=1), UUID(int=2)
LONG_AGO = NOON - timedelta(days=900)


def test_a_slot_belongs_to_whom_it_is_bound() -> None:
    bindings = [Binding(1, GRANDMOTHER, LONG_AGO), Binding(2, GRANDFATHER, LONG_AGO)]
    assert owner(bindings, slot=2, at=NOON) == GRANDFATHER


def test_a_slot_without_a_binding_belongs_to_nobody() -> None:
    assert owner([Binding(1, GRANDMOTHER, LONG_AGO)], slot=2, at=NOON) is None


def test_a_meter_of_one_person_needs_no_slot() -> None:
    assert owner([Binding(None, GRANDMOTHER, LONG_AGO)], slot=None, at=NOON) == GRANDMOTHER


def test_the_very_slot_goes_before_any_slot() -> None:
    bindings = [Binding(None, GRANDMOTHER, LONG_AGO), Binding(2, GRANDFATHER, LONG_AGO)]
    assert owner(bindings, slot=2, at=NOON) == GRANDFATHER


def test_a_binding_holds_from_its_first_moment_and_not_at_its_last() -> None:
    binding = Binding(1, GRANDMOTHER, LONG_AGO, NOON)
    assert owner([binding], slot=1, at=LONG_AGO) == GRANDMOTHER
    assert owner([binding], slot=1, at=NOON) is None
