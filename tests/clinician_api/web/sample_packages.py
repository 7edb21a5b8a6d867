"""The catalogue's pages in each state, over the starter catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID, uuid5

from clinician_api.identity.schemas import ResidentOut
from clinician_api.packages.plan import Due
from clinician_api.packages.rules import Offer, PackageVersion, Shelf, fingerprint
from clinician_api.packages.starter import starter
from clinician_api.web.admin import packages, typed
from clinician_api.web.admin.packages import CHOICES, Editing
from clinician_api.web.admin.typed import Typed, TypedItem
from clinician_api.web.admin.wrongs import wrongs
from clinician_api.web.packages.cards import card, cards
from clinician_api.web.packages.catalogue import Catalogue, Place, ServingTeam
from clinician_api.web.packages.due import OwedRow
from clinician_api.web.packages.mine import Given, MyItem, MyPackage, MyServices
from clinician_api.web.words import Language, words_of

_SPACE: Final = UUID(int=6)
TODAY: Final = date(2026, 9, 14)
OFFERS: Final = {offer.code: offer for offer in starter()}
Page = tuple[str, str, dict[str, object]]


def version(offer: Offer, number: int = 1, since: date | None = date(2026, 1, 1)) -> PackageVersion:
    known = fingerprint(offer) if since else None
    return PackageVersion(
        uuid5(_SPACE, f"{offer.code}{number}"), uuid5(_SPACE, offer.code), number, offer, since, known, number
    )


def shelf(code: str, *, own: bool = True, draft: bool = False, retired: date | None = None) -> Shelf:
    offer = OFFERS[code]
    dearer = replace(offer, price=offer.price + Decimal(60))
    first = version(offer)
    written = version(dearer, 2, None) if draft else None
    versions = (written, first) if written else (first,)
    return Shelf(first.package, versions, first, None, written, retired, own)


def admin_pages(language: Language) -> Iterator[Page]:
    words = words_of(language)
    coming = version(OFFERS["elderly"], 2, TODAY + timedelta(days=30))
    shelves = [
        shelf("basic", own=False),
        shelf("hypertension"),
        replace(shelf("elderly"), coming=coming),
        shelf("chronic_plus", draft=True),
        shelf("at_home", retired=date(2026, 6, 1)),
    ]
    lines = [packages.line(each, words, TODAY) for each in shelves]
    yield "admin-packages", "admin/packages.html", {"lines": lines}
    yield "admin-packages-none", "admin/packages.html", {"lines": []}
    for name, each in (("draft", shelves[3]), ("everybodys", shelves[0]), ("retired", shelves[4])):
        page = packages.whole(each, words, TODAY)
        yield f"admin-package-{name}", "admin/package.html", {"page": page}
    for name, editing in _edits(language):
        values = {"page": editing, "choices": CHOICES}
        yield f"admin-package-{name}", "admin/package_edit.html", values


def _edits(language: Language) -> Iterator[tuple[str, Editing]]:
    form = typed.of_offer(OFFERS["chronic_plus"])
    editing = Editing("/admin/packages/1/draft", "/admin/packages/1", 2, form, code_is_fixed=True)
    yield "edit", editing
    yield "stale", replace(editing, theirs=card(version(OFFERS["chronic_plus"]), language))
    foot = TypedItem(name_zh="足部检查", most="x")
    bad = Typed("My Code", "basic", "糖尿病足", "", price="12,5", items=(foot,))
    places: list[tuple[str | int, ...]] = [("code",), ("name", "en"), ("price",), ("items", 0, "most")]
    found = wrongs(places, bad, words_of(language))
    yield "wrong", Editing("/admin/packages/new", "/admin/packages", 0, bad, found)


def resident_pages(language: Language) -> Iterator[Page]:
    is_zh = language == "zh"
    team = ServingTeam("第三团队" if is_zh else "Team 3", ("李敏", "周倩", "赵建国"), has_room=True)
    offered = cards([version(OFFERS[code]) for code in ("basic", "hypertension", "chronic_plus")], language)
    name = "曹杨社区卫生服务中心" if is_zh else "Caoyang health centre"
    full = Catalogue(
        name,
        "02112345670",
        offered,
        (team, replace(team, name="第四团队" if is_zh else "Team 4", has_room=False)),
        (),
    )
    yield "packages", "packages/catalogue.html", {"page": full, "size": 20}
    places = (Place(name, "/packages?institution=1"), Place("Zhenru" if not is_zh else "真如", "/packages"))
    choosing = Catalogue("", "", (), (), places)
    yield "packages-choose", "packages/catalogue.html", {"page": choosing, "size": 20}
    yield "packages-none", "packages/catalogue.html", {"page": replace(choosing, places=()), "size": 20}
    yield "my-services", "packages/mine.html", {"mine": _mine(language), "size": 20}
    yield "my-services-none", "packages/mine.html", {"mine": None, "size": 20}


def staff_pages(language: Language) -> Iterator[Page]:
    who = ResidentOut(
        id=_SPACE,
        name="陈桂英",
        sex="female",
        born=date(1951, 3, 4),
        phone=None,
        file_number="310107-08-00021",
        address="",
        language="zh",
        font_step=1,
    )
    yield "services", "packages/theirs.html", {"theirs": _mine(language), "who": who}
    yield "services-due", "packages/due.html", {"rows": _due(language), "most": 100}
    yield "services-due-none", "packages/due.html", {"rows": (), "most": 100}
    yield "services-none", "packages/theirs.html", {"theirs": None, "who": who}


def _due(language: Language) -> tuple[OwedRow, ...]:
    is_zh = language == "zh"
    visit = "面对面随访" if is_zh else "Follow-up face to face"
    meter = "家用血压计比对" if is_zh else "Home meter compared"
    late = Due(2, 4, date(2026, 6, 1), date(2026, 8, 30))
    now = Due(2, 4, date(2026, 7, 2), date(2026, 9, 30))
    soon = Due(1, 1, date(2026, 10, 1), date(2027, 3, 31))
    for_whom = "高血压患者" if is_zh else "people with high blood pressure"
    first = OwedRow(_SPACE, "陈桂英", "female", 75, "310107-08-00021", visit, for_whom, late, "overdue")
    second = replace(first, name="周国栋", sex="male", age=79, due=now, when="due")
    return first, second, replace(second, service=meter, due=soon, when="ahead")


def _mine(language: Language) -> MyServices:
    is_zh = language == "zh"
    visit = Given(
        date(2026, 4, 12), "面对面" if is_zh else "face to face", "/me/contract/7/rating?kind=visit&event=7"
    )
    again = Given(date(2026, 7, 9), "上门" if is_zh else "visit at home")
    due = Due(3, 4, date(2026, 10, 1), date(2026, 12, 30))
    items = (
        _item(
            "面对面随访" if is_zh else "Follow-up face to face",
            promised=4,
            used=2,
            given=(again, visit),
            due=due,
        ),
        _item("家用血压计比对" if is_zh else "Home meter compared", promised=1, used=0, standing="behind"),
        _item("健康体检" if is_zh else "Check-up", promised=1, used=0, left=1, standing="uncounted"),
        _item(
            "家庭血压监测" if is_zh else "Home blood pressure", promised=52, used=23, left=30, unit="weeks"
        ),
        _item("健康咨询" if is_zh else "Advice", promised=0, used=5, standing="as_needed"),
    )
    more = _item("视频随访" if is_zh else "Follow-up by video", promised=6, used=6, left=0, standing="kept")
    name, price = ("高血压服务包", "免费") if is_zh else ("High blood pressure", "free")
    other, cost = ("个性包", "240 元/年") if is_zh else ("More closely", "240 yuan a year")
    paid = MyPackage(other, cost, (more,), is_waived=True)
    return MyServices(date(2027, 3, 31), (MyPackage(name, price, items, is_waived=False), paid))


def _item(name: str, *, promised: int, used: int, left: int | None = None, **more: object) -> MyItem:
    plain = MyItem(name, "", "times", promised, used, left, max(0, promised - used), "under_way", ())
    return replace(plain, **more)  # type: ignore[arg-type]
