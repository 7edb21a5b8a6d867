"""What residents have said of their care, in each state, of people who do not exist."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from pydantic import SecretStr

from clinician_api.contracts.hearing import Heard
from clinician_api.contracts.owing import Owed
from clinician_api.identity.schemas import ResidentOut
from clinician_api.web import contract_labels as codes
from clinician_api.web import people_labels
from clinician_api.web.contracts.counter_pages import Card
from clinician_api.web.contracts.entering import Says, Typed
from clinician_api.web.words import Language
from tests.clinician_api.web import sample_contracts
from tests.clinician_api.web.people import NOW
from tests.clinician_api.web.sample_contracts import sample_contract

Page = tuple[str, str, dict[str, object]]
_ID: Final = UUID(int=7)


def _heard(language: Language) -> tuple[Heard, ...]:
    is_zh = language == "zh"
    late = Heard(
        id=_ID,
        contract=_ID,
        number="HL-2026-0000042",
        team="第三团队" if is_zh else "Team 3",
        words="打了三次电话都没有人接。" if is_zh else "I called three times and nobody answered.",
        stars=2,
        tags=("hard_to_reach", "waited_long"),
        made_at=NOW - timedelta(days=5),
        due_at=NOW - timedelta(days=1),
        answer="",
        answered_by="",
        answered_at=None,
    )
    bare = replace(late, words="", tags=(), stars=1, due_at=NOW + timedelta(days=2))
    plain = replace(bare, stars=None, words="<b>很好</b>" if is_zh else "<b>well</b>")
    return late, bare, plain


def _answered(language: Language) -> Heard:
    words = (
        "对不起，我们已增加一条电话线。" if language == "zh" else "We are sorry, and have a second line now."
    )
    late = _heard(language)[0]
    return replace(late, answer=words, answered_by="李敏", answered_at=NOW - timedelta(hours=3))


def staff_pages(language: Language) -> Iterator[Page]:
    for name, heard, tab in (
        ("complaints", _heard(language), "waiting"),
        ("complaints-none", (), "waiting"),
        ("complaints-answered", (_answered(language),), "answered"),
    ):
        yield name, "contracts/complaints.html", {"heard": heard, "tab": tab, "codes": codes}
    yield from _counter(language)
    team = "第三团队" if language == "zh" else "Team 3"
    one = Owed(_ID, 5, "HL-2026-0000042", team, "陈*英", "terminated", Decimal(240), Decimal("98.63"), NOW)
    two = replace(one, number="HL-2026-0000057", state="cancelled", amount=Decimal(240), ended_at=None)
    for name, owed in (("refunds", (one, two)), ("refunds-none", ())):
        total = sum((each.amount for each in owed), Decimal(0))
        yield name, "contracts/refunds.html", {"owed": owed, "total": total, "codes": codes}


def resident_pages(language: Language) -> Iterator[Page]:
    contract = sample_contract(language, "active")
    around: dict[str, object] = {"codes": codes, "size": 20}
    whole = (_heard(language)[0], _answered(language))
    for name, said, held, is_rated, may_speak in (
        ("said", whole, contract, True, True),
        ("said-nothing", (), contract, False, True),
        ("said-never", (), None, False, True),
        ("said-helper", whole, None, False, False),
    ):
        values = {**around, "said": said, "contract": held, "is_rated": is_rated, "may_speak": may_speak}
        yield f"my-{name}", "contracts/said.html", values
    rating = {**around, "contract": contract, "event": _ID}
    visit = "面对面" if language == "zh" else "face to face"
    yield "my-rate", "contracts/rate.html", {**rating, "kind": "contract", "service": "", "stars": None}
    yield "my-rate-visit", "contracts/rate.html", {**rating, "kind": "visit", "service": visit, "stars": None}
    yield "my-rate-done", "contracts/rate.html", {**rating, "kind": "contract", "service": "", "stars": 5}


def _counter(language: Language) -> Iterator[Page]:
    """Asking for the card, and what is chosen for whoever it names."""
    nobody: dict[str, object] = {"is_done": False, "is_unknown": False, "codes": people_labels, "typed": None}
    number = SecretStr("310107195405060024")
    card = Typed(number=number)
    passport = Typed(
        kind="passport", number=SecretStr("E12345678"), name="Marie O'Neill", phone="138 1234", address="<b>"
    )
    says = Says("female", date(1954, 5, 6))
    offered_entry = {"typed": card, "says": says, "trouble": "", "field": "number", "is_unknown": True}
    refused = {"typed": passport, "says": Says(), "trouble": "resident.born_missing", "field": "born"}
    taken = {"typed": card, "says": says, "trouble": "document.of_another", "field": "number"}
    for name, values in (
        ("", {}),
        ("-done", {"is_done": True}),
        ("-unknown", {"is_unknown": True}),
        ("-enter", offered_entry),
        ("-enter-refused", refused),
        ("-enter-known", taken),
    ):
        yield f"counter{name}", "contracts/counter.html", nobody | values
    joining = {name: values for name, _, values in sample_contracts.resident_pages(language)}
    consent, chosen = joining["my-new-consent"], joining["my-new-packages"]
    who = ResidentOut(
        id=_ID,
        name="陈桂英",
        sex="female",
        born=date(1954, 5, 6),
        phone=None,
        file_number="310107-42-00417",
        address="",
        language="zh",
        font_step=1,
    )
    shown = Card("resident_id", "310107195405060024")
    whole = {"who": who, "card": shown, "is_new": False, "offered": chosen["offered"]}
    whole |= {
        "teams": sample_contracts.team_cards(language),
        "text": consent["text"],
        "said": consent["said"],
    }
    yield "counter-choose", "contracts/counter_choose.html", whole
    yield "counter-choose-new", "contracts/counter_choose.html", whole | {"is_new": True}
    bare = whole | {"teams": (), "offered": (), "text": None}
    yield "counter-choose-bare", "contracts/counter_choose.html", bare
