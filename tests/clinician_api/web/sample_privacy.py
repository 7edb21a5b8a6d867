"""Who looked, what was agreed to, and the pages of oversight, of people who do not exist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid5

from clinician_api.consents.texts import TEXTS
from clinician_api.health.rules import Check, worst
from clinician_api.identity.training import Held, Trained
from clinician_api.identity.training_rules import MONTHS
from clinician_api.oversight.looks import Seen
from clinician_api.oversight.rules import HOURS, Look
from clinician_api.oversight.schemas import SearchIn
from clinician_api.reaching.models import CallTry, OwedCall
from clinician_api.reaching.service import Owed
from clinician_api.web.admin.training_words import COURSES, GATES
from clinician_api.web.admin.training_words import STATES as TRAINING_STATES
from clinician_api.web.health.words import CHECKS, STATES, TODO, UNKNOWN
from clinician_api.web.oversight.views import AuditRow, LookRow
from clinician_api.web.oversight.words import CAUSES, OUTCOMES, VERDICTS
from clinician_api.web.privacy import views
from clinician_api.web.reaching.words import SAID, URGENCIES, about
from clinician_api.web.words import Language
from tests.clinician_api.web.people import NAMESPACE, NOW

Page = tuple[str, str, Mapping[str, object]]


def _id(what: str) -> UUID:
    return uuid5(NAMESPACE, what)


def residents(language: Language) -> Iterator[Page]:
    found = views.looks(_seen(), span=30)
    yield "my-looks", "privacy/looks.html", {"looks": found, "size": 20}
    yield "my-looks-none", "privacy/looks.html", {"looks": views.looks((), span=30), "size": 20}
    asked = [views.asked(text, language, None, None) for text in TEXTS]
    given = [replace(each, consent=_id(each.purpose), since=NOW - timedelta(days=200)) for each in asked[:2]]
    mixed = [*given, replace(asked[2], withdrawn=NOW - timedelta(days=3)), *asked[3:]]
    for name, may_sign in (("my-consents", True), ("my-consents-helper", False)):
        yield name, "privacy/consents.html", {"asked": mixed, "may_sign": may_sign, "size": 20}


def _seen() -> list[Seen]:
    team = Seen(
        account=_id("doctor"),
        name="李敏",
        institution="曹杨社区卫生服务中心",
        is_own=False,
        is_helper=False,
        is_emergency=False,
        kind="read",
        action="resident.read",
        purpose="pane",
        times=3,
        last=NOW - timedelta(minutes=20),
    )
    nurse = replace(team, account=_id("nurse"), name="周洁", purpose="worklist", times=1)
    night = replace(
        team,
        account=_id("stranger"),
        name="孙浩",
        institution="长风社区卫生服务中心",
        is_emergency=True,
        last=NOW - timedelta(days=1),
    )
    child = replace(
        team,
        account=_id("child"),
        name="陈晓明",
        institution="",
        is_helper=True,
        last=NOW - timedelta(days=1),
    )
    refused = replace(
        team, account=_id("other"), name="吴迪", kind="refused", times=1, last=NOW - timedelta(days=2)
    )
    system = replace(
        team,
        account=None,
        name="",
        institution="",
        kind="done",
        action="contract.renewal_due",
        times=1,
        last=NOW - timedelta(days=2),
    )
    return [team, nurse, night, child, refused, system]


def staff() -> Iterator[Page]:
    look = Look(
        _id("look"),
        _id("stranger"),
        _id("house"),
        _id("resident"),
        "life_at_risk",
        "夜里胸痛由 120 送来，家属说不清用药",
        NOW - timedelta(hours=2),
        NOW + timedelta(hours=2),
    )
    row = LookRow(look, "孙浩", "310107-08-00042", is_overdue=False)
    old = replace(row, look=replace(look, since=NOW - timedelta(hours=26)), is_overdue=True)
    form: dict[str, object] = {"causes": CAUSES}
    yield "emergencies", "oversight/emergencies.html", {**form, "rows": (row,), "hours": HOURS}
    yield "emergencies-none", "oversight/emergencies.html", {**form, "rows": (), "hours": HOURS}
    yield "reviews", "oversight/reviews.html", {**form, "rows": (old, row), "verdicts": VERDICTS}
    yield "reviews-none", "oversight/reviews.html", {**form, "rows": (), "verdicts": VERDICTS}
    asked = SearchIn(since=date(2026, 11, 16), until=date(2026, 11, 22))
    search: dict[str, object] = {
        "asked": asked,
        "file_number": "",
        "outcomes": OUTCOMES,
        "more": "/audit?after=x",
        "file": "/audit/file",
        "sealed": "/audit/sealed",
    }
    yield "audit", "oversight/audit.html", {**search, "rows": _entries()}
    yield "audit-none", "oversight/audit.html", {**search, "rows": (), "more": ""}


def calls() -> Iterator[Page]:
    """Of those whom no way reached."""
    call = OwedCall(
        id=_id("call"),
        resident=_id("resident"),
        account=None,
        institution=_id("house"),
        code="care.call_us",
        urgency="now",
        owner=None,
        opened_at=NOW - timedelta(minutes=20),
        due_at=NOW - timedelta(minutes=5),
        version=2,
    )
    later = OwedCall(
        id=_id("call2"),
        resident=_id("resident2"),
        account=None,
        institution=_id("house"),
        code="contract.ends_30",
        urgency="courtesy",
        owner=_id("nurse"),
        opened_at=NOW - timedelta(days=1),
        due_at=NOW + timedelta(days=6),
        version=1,
    )
    tried = CallTry(
        call=call.id,
        n=1,
        account=_id("nurse"),
        at=NOW - timedelta(minutes=8),
        said="nobody_answered",
        note="电话两次未接",
    )
    rows = (
        Owed(call, "陈桂英", "13800001234", "", (tried,), is_overdue=True),
        Owed(later, "周国栋", "", "周洁", (), is_overdue=False),
    )
    around: dict[str, object] = {"said": SAID, "urgencies": URGENCIES, "about": about}
    yield "calls", "reaching/calls.html", {**around, "rows": rows}
    yield "calls-none", "reaching/calls.html", {**around, "rows": ()}


def health() -> Iterator[Page]:
    rows = (
        Check("versions", "act", "1 / 127", "0", "fastapi 0.9 ≠ 0.10"),
        Check("migrations", "good", "0020", "0020", "care"),
        Check("backup", "look", "27 h", "26 h"),
        Check("drill", "unknown", "", "100 d"),
        Check("certificates", "good", "61 d", "30 d", "server.pem"),
        Check("disk", "good", "48%", "20%", "vault"),
        Check("jobs", "good", "0", "5 min"),
        Check("calls", "look", "3, 20 min", "1 s"),
        Check("clock", "good", "0.0 s", "1 s"),
    )
    words: dict[str, object] = {"names": CHECKS, "states": STATES, "todo": TODO, "unknown": UNKNOWN}
    yield "health", "health/health.html", {"rows": rows, "worst": worst(rows), **words}


def trainings() -> Iterator[Page]:
    people = (
        Trained(
            _id("doctor"),
            "李敏",
            (
                Held("privacy", "holds", date(2027, 3, 1)),
                Held("agreements", "over", date(2026, 9, 30)),
                Held("catalogue", "missing", None),
            ),
        ),
        Trained(_id("nurse"), "周洁", tuple(Held(course, "missing", None) for course in MONTHS)),
    )
    words: dict[str, object] = {
        "courses": COURSES,
        "gates": GATES,
        "states": TRAINING_STATES,
        "months": MONTHS,
    }
    yield "trainings", "admin/trainings.html", {"people": people, "since": date(2027, 1, 1), **words}
    yield "trainings-none", "admin/trainings.html", {"people": (), "since": None, **words}
    yield "reset", "admin/reset.html", {"code": "k7mpq2xw9adf", "href": "/admin/staff/x"}


def _entries() -> tuple[AuditRow, ...]:
    read = AuditRow(
        at=NOW - timedelta(minutes=9),
        who="李敏",
        account=_id("doctor"),
        behalf="",
        action="resident.read",
        outcome="done",
        file_number="310107-08-00042",
        resident=_id("resident"),
        purpose="pane",
        target="",
        facts="",
    )
    refused = replace(
        read,
        who="吴迪",
        action="resident.unknown",
        outcome="refused",
        purpose="",
        target="resident 5c1f02aa",
        facts="address=10.0.3.7, incident=9f2c1b77aa, method=GET, route=/residents/{resident}",
    )
    helped = replace(
        read, who="陈晓明", behalf="310107-08-00042", action="consent.given", target="consent 11ab"
    )
    return read, refused, helped, replace(read, who="", account=None, action="contract.renewal_due")
