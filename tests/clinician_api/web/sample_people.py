"""Pages about people, of people who do not exist."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from clinician_api.identity.groups import STATED
from clinician_api.monitoring.schemas import CheckOut, MeasuredIn, MonitoringOut
from clinician_api.web import people_labels as codes
from clinician_api.web.people.monitoring_routes import LACKS, apart_of, numbers_of
from clinician_api.web.people.views import Card, Family, Helper, Member, Membership, Paper, Who
from clinician_api.web.words import Language
from tests.clinician_api.web.people import NOW, name

LONG = "阿依古丽·买买提江·阿不都热合曼"


def _card(person: str, born: date, file: int, address: str = "") -> Card:
    age = NOW.year - born.year
    number = f"310107-08-{file:05}"
    return Card(UUID(name(person)), person, "female", age, born, number, "138****0321", address)


MOTHER = _card("王秀英", date(1950, 5, 6), 11, "花桥镇绿地大道 12 弄 3 号 402 室")
FOUND = (
    MOTHER,
    _card("王秀云", date(1948, 2, 3), 27),
    _card("吴晓燕", date(1961, 9, 12), 33, "曹杨路 500 弄 8 号"),
    _card(LONG, date(1957, 1, 1), 38, "新村路 1 号"),
)


def _helper(person: str, relation: str, days: int | None, *scopes: str, basis: str = "authorised") -> Helper:
    last_day = None if days is None else NOW.date() + timedelta(days=days)
    is_over = days is not None and days < 0
    ids = UUID(name(f"proxy {person}")), UUID(name(person))
    return Helper(*ids, person, relation, basis, scopes, last_day, is_over, is_to_come=False)


HELPERS = (
    _helper("王丽", "child", 300, "read", "measure", "sign"),
    _helper(LONG, "helper", 20, "read", "consult"),
    _helper("周护士", "staff", -3, "read"),
)
WHO = Who(
    card=MOTHER,
    signs="oneself",
    papers=(Paper("resident_id", "310107********002X", NOW.date() - timedelta(days=90)),),
    helpers=HELPERS,
    household=(
        Member("head", _card("李建国", date(1948, 7, 1), 12)),
        Member("spouse", MOTHER),
        Member("child", None),
    ),
    groups=(Membership("03", "age", None), Membership("04", "register", None)),
)
LACKING = Who(MOTHER, "guardian", None, (), (), (Membership("10", "none", None),))
FAMILY = Family(
    for_me=HELPERS[:2], by_me=(_helper("李建国", "spouse", 200, "read", "consult"),), may_authorise=True
)


def staff_pages(_language: Language) -> Iterator[tuple[str, str, dict[str, Any]]]:
    stated = sorted(STATED)
    yield "search", "people/search.html", {"found": FOUND, "typed": "wx", "codes": codes}
    yield "search-none", "people/search.html", {"found": (), "typed": "王五", "codes": codes}
    yield "search-empty", "people/search.html", {"found": (), "typed": "", "codes": codes}
    yield "identity", "people/identity.html", {"who": WHO, "codes": codes, "stated": stated}
    yield "identity-bare", "people/identity.html", {"who": LACKING, "codes": codes, "stated": stated}
    yield from _monitoring()


def own_pages(_language: Language) -> Iterator[tuple[str, str, dict[str, Any]]]:
    nobody = Family((), (), may_authorise=True)
    only_helps = Family((), FAMILY.by_me, may_authorise=False)
    ended = Family((), (), may_authorise=False)
    for title, family in (
        ("family", FAMILY),
        ("family-nobody", nobody),
        ("family-helper", only_helps),
        ("family-ended", ended),
    ):
        yield title, "people/family.html", {"family": family, "codes": codes, "size": 20}


def _monitoring() -> Iterator[tuple[str, str, dict[str, Any]]]:
    values: dict[str, Any] = {
        "resident": MOTHER.id,
        "name": MOTHER.name,
        "lacks": LACKS,
        "people": {},
        "numbers": numbers_of,
        "apart": apart_of,
    }
    begun = MonitoringOut(since=NOW, lacks=[], checks=[_check(agrees=True), _check(agrees=False)])
    none = MonitoringOut(since=None, lacks=["contract", "consent", "check"], checks=[])
    yield "monitoring", "people/monitoring.html", values | {"state": begun}
    yield "monitoring-lacking", "people/monitoring.html", values | {"state": none}


def _check(*, agrees: bool) -> CheckOut:
    return CheckOut(
        id=MOTHER.id,
        kind="blood_pressure",
        meter="HEM-7322T 20260318841",
        home=MeasuredIn(systolic=Decimal(138), diastolic=Decimal(84)),
        clinic=MeasuredIn(systolic=Decimal(136 if agrees else 155), diastolic=Decimal(86)),
        agrees=agrees,
        note="" if agrees else "cuff",
        account=None,
        checked_at=NOW - timedelta(days=0 if agrees else 3),
    )
