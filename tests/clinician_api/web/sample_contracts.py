"""The pages of contracts in each state, of people who do not exist."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from clinician_api.agreements.text import Block
from clinician_api.consents.texts import TEXTS
from clinician_api.contracts.places import Limit
from clinician_api.contracts.states import State, Step
from clinician_api.packages.wording import Row
from clinician_api.web import contract_labels as codes
from clinician_api.web import people_labels
from clinician_api.web.admin.overview import Overview, TeamLine
from clinician_api.web.admin.teams import Colleague, Member, TeamPage
from clinician_api.web.contracts.choosing import Centres
from clinician_api.web.contracts.views import (
    Case,
    Centre,
    Choice,
    Contract,
    Happened,
    Mine,
    Offered,
    Paper,
    Person,
    TeamCard,
    ToConfirm,
    Waiting,
    Wished,
)
from clinician_api.web.packages.cards import card
from clinician_api.web.people.views import Paper as IdentityPaper
from clinician_api.web.people_labels import RELATIONS
from clinician_api.web.words import Language
from tests.clinician_api.web.people import NOW
from tests.clinician_api.web.sample_packages import OFFERS, version
from tests.clinician_api.web.sample_people import LONG

Page = tuple[str, str, dict[str, object]]
_ID: Final = UUID(int=7)
_CARE: Final = next(each for each in TEXTS if each.purpose == "care")
_MAY: Final[dict[State, tuple[Step, ...]]] = {
    "applied": ("withdraw",),
    "accepted": ("withdraw", "sign"),
    "signed": ("withdraw",),
    "active": ("renew", "transfer", "terminate"),
    "renewal_due": ("renew", "transfer", "terminate"),
}


def _say(language: Language, zh: str, en: str) -> str:
    return zh if language == "zh" else en


def sample_contract(language: Language, state: State) -> Contract:
    services = ("基础包", "高血压服务包") if language == "zh" else ("Basic package", "High blood pressure")
    return Contract(
        id=_ID,
        version=3,
        number="HL-2026-0000042",
        state=state,
        team=_say(language, "第三团队", "Team 3"),
        doctors=("李敏", "赵磊"),
        tel="02112345678",
        begins=date(2026, 4, 1),
        ends=date(2027, 3, 31),
        packages=services,
        fee=_say(language, "240 元", "240 yuan"),
        fee_state="none",
        agreement=_ID if state not in {"applied", "refused"} else None,
        is_sealed=True,
        signed_by=frozenset(),
        steps=frozenset(_MAY.get(state, ())),
        refusal=None,
        words="",
        ended_on=None,
        answer_by=NOW + timedelta(days=2) if state == "applied" else None,
    )


def team_cards(language: Language) -> tuple[TeamCard, ...]:
    one, two, three = (
        ("第三团队", "第四团队", "第五团队") if language == "zh" else ("Team 3", "Team 4", "Team 5")
    )
    return (
        TeamCard(UUID(int=1), one, ("李敏", "赵磊"), ("王芳", "周倩"), 312, is_nearly_full=False),
        TeamCard(UUID(int=2), two, (LONG,), (), 4, is_nearly_full=True),
        TeamCard(UUID(int=3), three, (), (), 0, is_nearly_full=True),
    )


def resident_pages(language: Language) -> Iterator[Page]:
    for name, mine in _mine(language):
        yield f"my-contract-{name}", "contracts/mine.html", {"mine": mine, "codes": codes, "size": 20}
    yield from _joining(language)
    yield from _deeds(language)


def _mine(language: Language) -> Iterator[tuple[str, Mine]]:
    active = sample_contract(language, "active")
    due = replace(sample_contract(language, "renewal_due"), ends=date(2026, 9, 30))
    past = replace(
        active, state="expired", begins=date(2025, 4, 1), ends=date(2026, 3, 31), steps=frozenset()
    )
    refused = replace(
        sample_contract(language, "refused"),
        refusal="out_of_area",
        words=_say(language, "您住在真如镇，离我们太远。", "You live in Zhenru, too far from us."),
    )
    whole = Mine(active, None, (past,), may_sign=True, tel="02112345678")
    accepted = replace(
        sample_contract(language, "accepted"), begins=date(2026, 10, 1), ends=date(2027, 9, 30)
    )
    renewal = replace(accepted, kind="renewal")
    half = replace(renewal, signed_by=frozenset({"resident"}), steps=frozenset({"withdraw"}))
    paying = replace(sample_contract(language, "signed"), fee_state="pending", kind="change")
    yield "active", whole
    yield "due", replace(whole, current=due)
    yield "renewing", replace(whole, current=due, coming=renewal)
    yield "half", replace(whole, current=due, coming=half, past=())
    yield "paying", replace(whole, coming=paying)
    yield "ending", replace(whole, current=replace(active, ended_on=date(2026, 9, 30), steps=frozenset()))
    yield "applied", replace(whole, current=None, coming=sample_contract(language, "applied"), past=())
    yield "accepted", replace(whole, current=None, coming=accepted, past=())
    others = tuple(each.name for each in team_cards(language)[:2])
    yield "refused", replace(whole, current=None, past=(refused, past), others=others)
    yield "expired", replace(whole, current=None)
    yield "none", Mine(None, None, (), may_sign=True, tel="")
    yield "helper", replace(whole, current=replace(active, steps=frozenset()), may_sign=False)


def _joining(language: Language) -> Iterator[Page]:
    teams = team_cards(language)
    name = _say(language, "曹杨社区卫生服务中心", "Caoyang health centre")
    other = _say(language, "真如社区卫生服务中心", "Zhenru health centre")
    where = _say(language, "普陀区", "Putuo")
    centres = (Centre(name, teams, where), Centre(other, teams[1:2]))
    whole = Centres("", centres, 1, 1, is_long=False)
    for suffix, shown in (
        ("", whole),
        ("-none", replace(whole, centres=())),
        ("-many", replace(whole, page=2, pages=3, is_long=True)),
        ("-unfound", replace(whole, typed="zzz", centres=(), is_long=True)),
    ):
        yield f"my-new-teams{suffix}", "contracts/teams.html", {"found": shown, "size": 20}
    offered = tuple(
        Offered(
            UUID(int=n),
            card(version(OFFERS[code]), language),
            suits=n < 3,
            is_chosen=n < 2,
            price=_say(language, "免费", "free"),
            is_waived=n == 2,
        )
        for n, code in enumerate(("basic", "hypertension", "chronic_plus", "elderly"))
    )
    yield "my-new-packages", "contracts/packages.html", {"offered": offered, "team": teams[0], "size": 20}
    bare: dict[str, object] = {"offered": (), "team": teams[0], "size": 20}
    yield "my-new-packages-none", "contracts/packages.html", bare
    choice = Choice(teams[0].id, (UUID(int=0), UUID(int=1)))
    said = _CARE.zh if language == "zh" else _CARE.en
    consent: dict[str, object] = {"text": _CARE, "said": said, "choice": choice, "size": 20}
    yield "my-new-consent", "contracts/consent.html", consent
    cards = tuple(each.card for each in offered[:3])
    wished = Wished(
        choice,
        "陈桂英",
        teams[0],
        name,
        cards,
        date(2026, 9, 15),
        date(2027, 9, 14),
        _say(language, "240 元/年", "240 yuan a year"),
    )
    blank: dict[str, object] = {"size": 20, "typed": "", "trouble": ""}
    yield "my-new-check", "contracts/check.html", {**blank, "wished": wished}
    unknown = replace(wished, is_known=False)
    trouble = _say(language, "最后一位校验码不对。", "The last sign does not fit the others.")
    wrong = {"typed": "110105195405060013", "trouble": trouble}
    yield "my-new-check-unknown", "contracts/check.html", {**blank, "wished": unknown}
    yield "my-new-check-wrong", "contracts/check.html", {**blank, "wished": unknown, **wrong}
    known = (IdentityPaper("resident_id", "310107********002X", NOW.date()),)
    identity: dict[str, object] = {**blank, "codes": people_labels}
    yield "my-identity", "people/own_identity.html", {**identity, "papers": known}
    yield "my-identity-none", "people/own_identity.html", {**identity, "papers": ()}
    yield "my-identity-wrong", "people/own_identity.html", {**identity, "papers": (), **wrong}


def _paper(language: Language) -> Paper:
    title = _say(language, "家庭医生签约服务协议书", "Family doctor agreement")
    clause = _say(language, "二、服务内容", "2. Services")
    words = _say(language, "甲方按下表提供服务。", "The centre gives the services of the table.")
    blocks = (
        Block("title", title),
        Block("paragraph", words),
        Block("clause", clause),
        Block("items"),
        Block("bullet", words),
        Block("signatures"),
    )
    items = tuple(
        Row(each.package, each.item, each.times, each.payer, "")
        for each in card(version(OFFERS["hypertension"]), language).rows
    )
    return Paper("HL-2026-0000042", blocks, items, "0.00", "ab" * 32, is_translation=language != "zh")


def _deeds(language: Language) -> Iterator[Page]:
    paper = _paper(language)
    accepted = sample_contract(language, "accepted")
    signing: dict[str, object] = {"codes": codes, "size": 20, "paper": paper, "is_child": False}
    yield "my-sign", "contracts/sign.html", {**signing, "contract": accepted}
    yield "my-sign-child", "contracts/sign.html", {**signing, "contract": accepted, "is_child": True}
    half = replace(accepted, signed_by=frozenset({"resident"}))
    yield "my-sign-signed", "contracts/sign.html", {**signing, "contract": half}
    yield "my-sign-over", "contracts/sign.html", {**signing, "contract": sample_contract(language, "active")}
    active: dict[str, object] = {"contract": sample_contract(language, "active"), "codes": codes, "size": 20}
    until = {years: date(2027 + years, 3, 31) for years in (1, 2, 3)}
    renew = {
        "begins": date(2027, 4, 1),
        "until": until,
        "packages": sample_contract(language, "active").packages,
    }
    yield "my-renew", "contracts/renew.html", {**active, **renew}
    yield "my-change", "contracts/change.html", {**active, "others": team_cards(language)}
    yield "my-change-alone", "contracts/change.html", {**active, "others": ()}
    yield "my-end", "contracts/end.html", {**active, "today": NOW.date()}


def staff_pages(language: Language) -> Iterator[Page]:
    lines = tuple(_lines(language))
    for tab, shown in (("waiting", lines), ("ending", lines[3:]), ("held", ()), ("consent", ())):
        yield f"contracts-{tab}", "contracts/queue.html", {"lines": shown, "tab": tab, "codes": codes}
    nobody: dict[str, object] = {"lines": (), "tab": "waiting", "codes": codes}
    yield "contracts-none", "contracts/queue.html", nobody
    for name, case in _cases(language):
        more = {"relations": RELATIONS, "is_sent": name == "counter"}
        yield f"contract-{name}", "contracts/case.html", {"case": case, "codes": codes, **more}


def _team_lines(language: Language) -> tuple[TeamLine, ...]:
    names = [each.name for each in team_cards(language)]
    one = TeamLine(
        id=UUID(int=1),
        name=names[0],
        href="/admin/teams/1",
        doctors=2,
        members=5,
        most=4000,
        taken=2312,
        percent=57,
        is_open=True,
        is_nearly_full=False,
        waiting=7,
        ending=41,
        content=92,
        complaints=1,
    )
    two = replace(
        one, name=names[1], most=2000, taken=1996, percent=99, is_nearly_full=True, content=None, complaints=0
    )
    three = replace(one, name=names[2], doctors=0, most=300, taken=300, percent=100, is_open=False, waiting=0)
    return one, two, three


def admin_pages(language: Language) -> Iterator[Page]:
    lines = _team_lines(language)
    whole = Overview(6, 4, 1, 9, 5, 3, 4608, 82, 17, 2, 3, 1, 4, lines)
    for place, template in (("overview", "overview"), ("teams", "teams")):
        yield f"admin-{place}", f"admin/{template}.html", {"page": whole}
        bare = replace(whole, teams=())
        yield f"admin-{place}-none", f"admin/{template}.html", {"page": bare}
    members = (
        Member(UUID(int=5), "李敏", "doctor", "doctor", is_me=False),
        Member(UUID(int=6), LONG, "nurse", "nurse", is_me=False),
        Member(UUID(int=7), "沈洁", "admin", "leader", is_me=True),
    )
    people = (Colleague(UUID(int=8), "赵磊"), Colleague(UUID(int=9), LONG))
    values: dict[str, object] = {"roles": ("doctor", "nurse", "leader")}
    for name, page in (
        ("team", TeamPage(lines[0], Limit(4000), members, people)),
        ("team-bare", TeamPage(lines[2], Limit(300, is_open=False), (), people)),
    ):
        yield f"admin-{name}", "admin/team.html", {**values, "page": page}


def _lines(language: Language) -> Iterator[Waiting]:
    team = _say(language, "第三团队", "Team 3")
    new = Waiting(
        href=f"/contracts/{_ID}",
        number="HL-2026-0000042",
        name="陈桂英",
        sex="female",
        age=76,
        team=team,
        kind="new",
        state="applied",
        since=NOW - timedelta(days=4),
        due_at=NOW - timedelta(days=1),
        is_late=True,
        begins=date(2026, 9, 15),
        ends=date(2027, 9, 14),
        signed_by=frozenset(),
        fee_state="none",
    )
    soon = replace(new, due_at=NOW + timedelta(days=3), is_late=False)
    yield new
    yield replace(soon, name="周国栋", sex="male", kind="change", state="accepted")
    signed = frozenset({"resident"})
    yield replace(soon, name=LONG, kind="renewal", state="accepted", signed_by=signed)
    yield replace(soon, name="徐美华", kind="new", state="renewal_due", due_at=None)
    yield replace(soon, name="沈建平", state="signed", fee_state="pending")


def _cases(language: Language) -> Iterator[tuple[str, Case]]:
    groups = _say(language, "老年人", "the elderly"), _say(language, "高血压患者", "people with hypertension")
    address = "花桥镇绿地大道 12 弄 3 号 402 室"
    person = Person("陈桂英", "female", 76, "310107-08-00021", "138****0021", address, groups)
    steps = (
        Happened(NOW - timedelta(hours=5), "accept", "李敏", ""),
        Happened(NOW - timedelta(days=1), "apply", "陈桂英", ""),
        Happened(NOW - timedelta(days=1), "draft", "陈桂英", ""),
    )
    others = tuple(each.name for each in team_cards(language)[1:])
    applied = sample_contract(language, "applied")
    answers = frozenset({"accept", "refuse"})
    yield "applied", Case(applied, person, None, others, steps[1:], answers)
    yield "alone", Case(applied, replace(person, phone="", address=""), None, (), steps[1:], answers)
    accepted = replace(
        sample_contract(language, "accepted"), fee_state="pending", signed_by=frozenset({"resident"})
    )
    yield "accepted", Case(accepted, person, _paper(language), others, steps, frozenset({"sign", "fee"}))
    unsigned = replace(accepted, signed_by=frozenset())
    counter = Case(unsigned, person, _paper(language), (), steps, frozenset({"counter", "code", "sign"}))
    yield "counter", counter
    put_down = ToConfirm(
        "周倩", "paper", _say(language, "纸质协议 2026-12 号", "paper 2026-12"), is_mine=False
    )
    yield "confirm", replace(counter, may=frozenset({"confirm", "code", "sign"}), to_confirm=put_down)
    both = frozenset({"resident", "doctor"})
    active = replace(sample_contract(language, "active"), signed_by=both)
    yield "active", Case(active, person, _paper(language), (), steps, frozenset())
