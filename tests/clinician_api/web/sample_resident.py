"""A resident's pages in each state, of people who do not exist."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from clinician_api.identity.schemas import LoginOut
from clinician_api.web import contract_labels
from clinician_api.web.account.routes import Own
from clinician_api.web.agreement.words import DUTIES, RIGHTS
from clinician_api.web.charts.pressure import figures, pressure_chart
from clinician_api.web.door.asking import square
from clinician_api.web.door.views import Step
from clinician_api.web.views import (
    Difference,
    ErrorPage,
    Latest,
    LoginPage,
    MyDay,
    MyReading,
    MyReadings,
    Question,
    ResidentHome,
    Value,
)
from clinician_api.web.words import Language, words_of
from tests.clinician_api.web.people import NOW, at, period, rising
from tests.clinician_api.web.sample_staff import known, say

Page = tuple[str, str, dict[str, object]]


def all_pages(language: Language) -> Iterator[Page]:
    yield from _homes(language)
    yield "my-readings", "my_readings.html", {"mine": my_readings(), "size": 20}
    yield "my-readings-none", "my_readings.html", {"mine": MyReadings((), None, None), "size": 20}
    yield from _rights()
    for trouble in ("", "wrong", "locked", "expired"):
        page = LoginPage(trouble, name="li.min" if trouble else "", retry_minutes=15)
        yield f"login-{trouble or 'first'}", "login.html", {"page": page, "size": 20}
    yield from _door()
    yield from _account()
    yield from _troubles(language)


def _troubles(language: Language) -> Iterator[Page]:
    words = words_of(language)
    old = ErrorPage(
        "stale",
        back="/me/contract",
        advice=words(contract_labels.CODES["contract.stale"]),
        differences=(
            Difference(
                words("State"),
                words(contract_labels.STATES["active"]),
                words(contract_labels.STATES["terminated"]),
            ),
        ),
        kept=(
            (words("How long"), words.many("{n} year", "{n} years", 2)),
            (words("Why, in your words"), "<b>1 + 1</b>"),
        ),
    )
    refused = ErrorPage("refused", back="/me/contract", advice=words(contract_labels.CODES["team.full"]))
    for name, problem in {
        "trouble": ErrorPage("not_found", back="/me"),
        "trouble-not-allowed": ErrorPage("not_allowed", back="/me"),
        "trouble-old-form": old,
        "trouble-refused": refused,
    }.items():
        yield name, "trouble.html", {"problem": problem, "size": 20}


def _rights() -> Iterator[Page]:
    values = {"rights": RIGHTS, "duties": DUTIES, "version": 1, "size": 20}
    yield "my-rights", "agreement/rights.html", {**values, "may_say_read": True, "read_at": None}
    yield "my-rights-read", "agreement/rights.html", {**values, "may_say_read": False, "read_at": NOW}


def _door() -> Iterator[Page]:
    """Names begin as a resident's pages do: they are held to the same sizes."""
    people = ((UUID(int=1), "陈*英"), (UUID(int=2), "周*平"))
    steps = {
        "code": Step("Code from your device"),
        "second": Step(
            "Set up your second factor",
            secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
            square=square("otpauth://x"),
        ),
        "paper": Step("Codes for emergencies", paper=tuple(f"{n}abcdefghj" for n in range(10))),
        "phone": Step("Log in by telephone"),
        "phone_code": Step("Code from the message", phone="13812345678", trouble="login.wrong_code"),
        "who": Step("Who are you?", phone="13812345678", code="123456", among=people),
        "bind": Step("Is this you?", name="陈*英", action="/bind/x"),
        "anew": Step("Set a new password", name="limin", trouble="password.common"),
        "help": Step("Help somebody", phone="13812345678"),
    }
    for name, step in steps.items():
        yield f"login-{name}", f"door/{name}.html", {"step": step, "size": 20}


def _account() -> Iterator[Page]:
    this = LoginOut(
        id=UUID(int=1), created_at=NOW, seen_at=NOW, agent="Mozilla/5.0 (Linux; Android 13)", current=True
    )
    other = LoginOut(id=UUID(int=2), created_at=NOW, seen_at=at(1, 9), agent="", current=False)
    own = Own((this, other), has_second=True, trouble="password.wrong")
    yield "my-login", "account/account.html", {"own": own, "size": 20}
    yield (
        "my-login-done",
        "account/account.html",
        {"own": Own((this,), has_second=False, is_done=True), "size": 20},
    )


def _homes(language: Language) -> Iterator[Page]:
    critical = home(language)
    latest = critical.latest
    assert latest is not None
    calm = replace(
        latest,
        value=Value("128/78", "mmHg"),
        meaning="ok",
        severity=None,
        steps=(),
        arrival="looked",
        looked_by="李敏",
        praise="well_done",
        praised_by="李敏",
    )
    confirmed = replace(latest, meaning="very_high", steps=("stay_by_phone",), arrival="received")
    old = replace(calm, at=at(4, 7, 10), is_stale=True, praise=None, marks=("irregular_pulse",))
    low = replace(
        latest,
        kind="glucose",
        value=Value("3.4", "mmol/L"),
        meaning="low",
        steps=("sugar", "recheck"),
        arrival="sent",
    )
    asked = say(
        language,
        "胸痛？气短？说话或手脚不灵？",
        "Chest pain? Breathless? Trouble with speech, hands or feet?",
    )
    states = {
        "home": critical,
        "home-question": replace(critical, question=Question(known("q"), asked)),
        "home-yes": replace(critical, latest=confirmed, answered="yes"),
        "home-no": replace(critical, latest=confirmed, answered="no"),
        "home-calm": replace(critical, latest=calm),
        "home-old": replace(critical, latest=old),
        "home-low": replace(critical, latest=low),
        "home-none": replace(critical, latest=None),
        "home-duty": replace(critical, latest=calm, watching="duty", doctor="", team=""),
        "home-nobody": replace(critical, latest=calm, watching="nobody", doctor="", team="", tel=""),
    }
    for name, state in states.items():
        yield name, "home.html", {"home": state, "size": 20, "is_offline": False}
    yield "home-offline", "home.html", {"home": critical, "size": 20, "is_offline": True}
    for size in (18, 24, 30):
        yield (
            f"home-{size}",
            "home.html",
            {"home": states["home-question"], "size": size, "is_offline": False},
        )


def _team(language: Language) -> str:
    return say(language, "李敏医生团队", "Team of Dr 李敏")


def home(language: Language) -> ResidentHome:
    """A first critical reading that awaits its repeat: never called critical."""
    return ResidentHome(
        name="陈桂英",
        latest=Latest(
            reading=known("reading"),
            kind="blood_pressure",
            value=Value("182/104", "mmHg"),
            at=at(0, 7, 20),
            meaning="raised",
            severity="critical",
            steps=("rest", "repeat"),
            arrival="sent",
        ),
        watching="team",
        team=_team(language),
        doctor="李敏",
        tel="02112345678",
    )


def my_readings() -> MyReadings:
    readings = rising()
    days = tuple(
        MyDay(
            (NOW - timedelta(days=ago)).date(),
            morning=(_mine(ago, 7), *((_mine(ago, 8),) if ago == 0 else ())),
            evening=() if ago in {0, 2} else (_mine(ago, 20),),
        )
        for ago in range(7)
    )
    return MyReadings(days, pressure_chart(readings, period(30)), figures(readings, period(30)))


def _mine(ago: int, hour: int) -> MyReading:
    is_high = ago < 2
    return MyReading(
        reading=known(f"mine {ago} {hour}"),
        at=at(ago, hour, 12),
        value=Value("182/104" if is_high else "133/82", "mmHg"),
        meaning="very_high" if is_high else "ok",
        severity="critical" if is_high else None,
        marks=("typed",) if ago == 3 else (),
    )
