"""What a contract was promised, and what real events made of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4, uuid5

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from clinician_api.audit.rules import By
from clinician_api.db import connect, sessions
from clinician_api.errors import ConflictError, InvalidError, NotFoundError
from clinician_api.packages import catalogue, service
from clinician_api.packages.keeping import Consumed, Line
from clinician_api.packages.years import Span
from tests.clinician_api.making import NOW
from tests.clinician_api.packages.offers import DAY, OFFER, VISIT, published

ENDS = date(2027, 3, 1)
"""Of a year from `DAY`."""


def promised(db: Session, *, ends: date = ENDS) -> UUID:
    contract = uuid4()
    service.entitle(db, contract, [published(db)], DAY, ends, now=NOW)
    return contract


def visit(db: Session, contract: UUID, event: UUID, at: datetime = NOW) -> Consumed | None:
    return service.consume(db, contract, VISIT.code, event_kind="visit", event_id=event, at=at, now=NOW)


def visits(db: Session, contract: UUID, on: date = DAY) -> Line:
    return next(line for line in service.ledger(db, contract, on) if line.item == VISIT.code)


def test_an_event_counts_once_and_only_so_many_are_covered(db: Session) -> None:
    contract, events = promised(db), [uuid4() for _ in range(8)]
    counted = [visit(db, contract, event) for event in [*events, *events]]
    assert [each is not None for each in counted] == 2 * (6 * [True] + 2 * [False])
    line = visits(db, contract)
    assert (line.used, line.beyond, line.left, line.standing(DAY)) == (6, 2, 0, "kept")
    assert {each.event for each in service.events(db, contract)} == set(events)
    assert [each.is_beyond for each in service.events(db, contract)] == 6 * [False] + 2 * [True]
    service.take_back(db, "visit", events[0], now=NOW)
    assert (visits(db, contract).used, visits(db, contract).beyond) == (6, 1)
    assert visit(db, contract, events[6]) is not None


def test_what_is_outside_the_contract_or_another_item_counts_for_nothing(db: Session) -> None:
    contract = promised(db)
    for moment in (NOW - timedelta(days=1), NOW + timedelta(days=365)):
        assert visit(db, contract, uuid4(), moment) is None
    assert visit(db, uuid4(), uuid4()) is None
    last = datetime.fromisoformat("2027-03-01T23:59:59+08:00")
    assert visit(db, contract, uuid4(), last) is not None
    with pytest.raises(InvalidError, match="evidence_wrong"):
        service.consume(db, contract, VISIT.code, event_kind="phone_call", event_id=uuid4(), at=NOW, now=NOW)
    assert visits(db, contract).used == 1


def test_unused_times_do_not_go_over_into_the_next_year(db: Session) -> None:
    contract = promised(db, ends=date(2029, 3, 1))
    visit(db, contract, uuid4())
    first, second = visits(db, contract, DAY), visits(db, contract, date(2027, 3, 2))
    assert (first.span, first.used, first.left) == (Span(DAY, ENDS), 1, 5)
    assert (second.span.first, second.promised, second.left) == (date(2027, 3, 2), 4, 6)
    assert len(service.whole_ledger(db, contract)) == 6
    assert visits(db, contract, date(2040, 1, 1)).span.last == date(2029, 3, 1)
    assert visits(db, contract, date(2020, 1, 1)).span.first == DAY


def test_an_upgrade_promises_its_share_of_the_contracts_year_at_its_share_of_the_price(db: Session) -> None:
    contract = promised(db)
    more = published(db, replace(OFFER, code="more", items=(replace(VISIT, code="more.visit"),)))
    middle = date(2026, 12, 1)
    service.entitle(db, contract, [more], middle, ENDS, now=NOW)
    line = next(each for each in service.ledger(db, contract, middle) if each.item == "more.visit")
    assert (line.span, line.promised, line.most) == (Span(middle, ENDS), 1, 2)
    costs = {each.version: each.price for each in service.prices(db, contract)}
    assert costs[more] == Decimal("29.92")
    service.entitle(db, contract, [more], middle, ENDS, now=NOW)
    assert len(service.prices(db, contract)) == 2


def test_a_version_published_later_touches_no_signed_contract(db: Session) -> None:
    contract = promised(db)
    before = service.whole_ledger(db, contract), service.prices(db, contract)
    package = service.offered(db, DAY)[0].package
    draft = catalogue.redraft(db, By(), package, now=NOW)
    fewer = replace(OFFER, price=Decimal("999.00"), items=(replace(VISIT, promised=1, most=1),))
    catalogue.change(db, By(), draft, 1, fewer, now=NOW)
    catalogue.publish(db, By(), draft, 2, effective_from=DAY, now=NOW)
    assert (service.whole_ledger(db, contract), service.prices(db, contract)) == before


def test_who_is_waived_pays_nothing_and_items_for_others_are_left_out(db: Session) -> None:
    foot = replace(VISIT, code="pressure.foot", population=("diabetes",))
    version = published(db, replace(OFFER, items=(VISIT, foot)))
    poor, plain = uuid4(), uuid4()
    service.entitle(db, poor, [version], DAY, ENDS, groups=frozenset({"poor", "hypertension"}), now=NOW)
    service.entitle(db, plain, [version], DAY, ENDS, groups=frozenset({"diabetes"}), now=NOW)
    assert [each.due for each in service.prices(db, poor)] == [Decimal("0.00")]
    assert [each.due for each in service.prices(db, plain)] == [Decimal("120.00")]
    assert [each.item for each in service.ledger(db, poor, DAY)] == ["pressure.visit"]
    assert len(service.ledger(db, plain, DAY)) == 2


def test_only_a_published_version_is_promised_and_a_contract_lasts_a_day_at_least(db: Session) -> None:
    draft = catalogue.create(db, By(), OFFER, now=NOW)
    with pytest.raises(ConflictError, match="not_published"):
        service.entitle(db, uuid4(), [draft], DAY, ENDS, now=NOW)
    with pytest.raises(NotFoundError):
        service.entitle(db, uuid4(), [uuid4()], DAY, ENDS, now=NOW)
    with pytest.raises(InvalidError):
        service.entitle(db, uuid4(), [draft], ENDS, DAY, now=NOW)


def test_a_contract_that_ended_early_owes_nothing_afterwards(db: Session) -> None:
    contract = promised(db, ends=date(2028, 3, 1))
    service.close(db, contract, date(2026, 6, 30))
    assert visit(db, contract, uuid4(), NOW + timedelta(days=200)) is None
    assert visit(db, contract, uuid4()) is not None
    assert visits(db, contract).span.last == date(2026, 6, 30)
    assert service.behind(db, date(2028, 2, 1)) == []


def test_what_is_behind_is_said_once(db: Session) -> None:
    contract = promised(db)
    assert service.behind(db, ENDS - timedelta(days=91)) == []
    [late] = service.behind(db, ENDS - timedelta(days=90))
    assert (late.contract, late.item) == (contract, VISIT.code)
    service.warned(db, late.entitlement, now=NOW)
    assert service.behind(db, ENDS) == []


Told = list[tuple[int, int, bool]]


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(told=st.lists(st.tuples(st.integers(0, 12), st.integers(-20, 800), st.booleans()), max_size=30))
def test_the_ledgers_sums_are_its_events(db: Session, told: Told) -> None:
    """Whatever is told, how often, and in which order: events of 12 names, some of them taken back."""
    contract = uuid4()
    versions = [each.id for each in service.offered(db, DAY)] or [published(db)]
    service.entitle(db, contract, versions, DAY, date(2028, 3, 1), now=NOW)
    stands: dict[UUID, datetime] = {}
    for name, day, is_undone in told:
        event, at = uuid5(contract, str(name)), NOW + timedelta(days=day)
        if is_undone:
            service.take_back(db, "visit", event, now=NOW)
            stands.pop(event, None)
        elif event not in stands:
            visit(db, contract, event, at)
            stands |= {event: at} if 0 <= day <= 730 else {}
    lines = [line for line in service.whole_ledger(db, contract) if line.item == VISIT.code]
    for line in lines:
        true = sum(line.span.first <= at.date() <= line.span.last for at in stands.values())
        assert (line.used, line.beyond) == (min(true, 6), max(0, true - 6))
    assert sum(line.used + line.beyond for line in lines) == len(service.events(db, contract)) == len(stands)


def test_of_many_events_at_once_no_more_are_covered_than_the_most(module_database_url: str) -> None:
    """Twelve at the same moment, each told of twice by two connections."""
    engine = connect(module_database_url)
    factory = sessions(engine)
    contract = uuid4()
    with factory.begin() as db:
        service.entitle(db, contract, [published(db, replace(OFFER, code="crowd"))], DAY, ENDS, now=NOW)
    names = [uuid4() for _ in range(12)]

    def tell(event: UUID) -> bool:
        with factory.begin() as db:
            return visit(db, contract, event) is not None

    with ThreadPoolExecutor(8) as many:
        covered = list(many.map(tell, [*names, *names]))
    with factory() as db:
        line = visits(db, contract)
    assert (sum(covered), line.used, line.beyond) == (12, 6, 6)
    engine.dispose()
