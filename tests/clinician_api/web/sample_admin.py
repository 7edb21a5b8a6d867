"""The administrator's pages of staff in each state, of people who do not exist."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Final
from uuid import UUID

from clinician_api.agreements import difference
from clinician_api.packages.wording import POPULATIONS
from clinician_api.regions.rules import Change
from clinician_api.web import text_labels
from clinician_api.web.admin import region
from clinician_api.web.admin.region import Draft, Number, RegionPage
from clinician_api.web.admin.staff import Held, Hiring, Place, StaffPage, Worker
from clinician_api.web.admin.texts import Version, VersionPage, Writing
from clinician_api.web.region_labels import CODES, PLACES
from clinician_api.web.words import Language
from tests.clinician_api.web.people import NOW
from tests.clinician_api.web.sample_people import LONG

Page = tuple[str, str, dict[str, object]]
_ID: Final = UUID(int=5)


def pages(language: Language) -> Iterator[Page]:
    yield from _staff(language)
    yield from _region(language)
    yield from _texts(language)


def _staff(language: Language) -> Iterator[Page]:
    team = "第三团队" if language == "zh" else "Team 3"
    doctor = Held(_ID, "doctor", team, is_coming=False)
    leader = replace(doctor, role="leader", is_coming=True)
    one = Worker(_ID, "李敏", "doctor", f"/admin/staff/{_ID}", is_me=False, held=(doctor, leader))
    whole = replace(doctor, role="administrator", team="")
    me = replace(one, name="沈洁", login_name="admin", is_me=True, held=(whole,))
    new = replace(one, name=LONG, login_name="abdurehman.memet", held=())
    page = StaffPage("", (one, me, new), 3, 3, 1, 1)
    wrong = Hiring("赵磊", "doctor", frozenset({"login_name"}), is_taken=True)
    for name, shown, hiring in (
        ("", page, Hiring()),
        ("-many", replace(page, found=130, everybody=130, page=2, pages=3), Hiring()),
        ("-none", replace(page, typed="zzz", workers=(), found=0), Hiring()),
        ("-wrong", page, wrong),
    ):
        yield f"admin-staff{name}", "admin/staff.html", {"page": shown, "hiring": hiring}
    choices: dict[str, object] = {
        "places": (Place(_ID, team),),
        "of_teams": ("doctor", "nurse", "leader"),
        "of_houses": ("supervisor", "administrator", "security", "auditor"),
    }
    for name, worker in (("one", one), ("me", me), ("new", new)):
        yield f"admin-staff-{name}", "admin/worker.html", {**choices, "worker": worker}


def _region(language: Language) -> Iterator[Page]:
    values = {"fees.waived_for": "elderly, hypertension", "fees.personal": "0"}
    numbers = tuple(
        Number(place, values.get(place, "3"), "310107" if place in values else "", "") for place in PLACES
    )
    around: dict[str, object] = {"places": PLACES, "codes": CODES, "populations": POPULATIONS}
    text = region.example("310107", NOW.date())
    changes = (Change("fees.personal", "0", "15.00"), Change("fees.waived_for", "", "elderly"))
    looked = Draft(text, changes, region.mark(changes), NOW.date())
    wrong = Draft(text, trouble="region.invalid", where="capacity.per_doctor: Input should be less than 2000")
    for name, code, draft in (
        ("", "310107", Draft(text)),
        ("-nowhere", "", Draft(text)),
        ("-looked", "310107", looked),
        ("-same", "310107", replace(looked, changes=())),
        ("-wrong", "310107", wrong),
    ):
        page = RegionPage(code, numbers, draft)
        yield f"admin-region{name}", "admin/region.html", {**around, "page": page}


def _texts(language: Language) -> Iterator[Page]:
    said = "甲方每年上门两次。" if language == "zh" else "The centre visits twice a year."
    newer = said.replace("两次", "四次").replace("twice", "four times")
    three = Version(_ID, language, 3, NOW.date() + timedelta(days=30), NOW, "沈洁", "coming")
    two = replace(three, number=2, since=NOW.date(), standing="current")
    one = replace(two, number=1, by="", standing="past")
    around: dict[str, object] = {"codes": text_labels}
    for name, found in (("", {language: (three, two, one)}), ("-none", {})):
        values = {**around, "versions": found, "languages_": (language,)}
        yield f"admin-agreements{name}", "admin/agreements.html", values
    lines = difference.between(said, f"{newer}\n{newer}")
    for name, page in (("", VersionPage(two, 1, lines)), ("-first", VersionPage(one, 0, lines[:1]))):
        yield f"admin-agreements-version{name}", "admin/agreement.html", {**around, "page": page}
    form = Writing(language, 3, f"# {said}", "2026-12-01", NOW.date())
    wrong = replace(form, trouble="agreement.text.missing_placeholder", names=("begins", "doctor"))
    stale = replace(form, trouble="agreement.template_changed", theirs=lines)
    for name, writing in (("", form), ("-wrong", wrong), ("-stale", stale)):
        values = {**around, "page": writing, "placeholders": ("begins", "doctor", "resident")}
        yield f"admin-agreements-write{name}", "admin/agreement_edit.html", values
