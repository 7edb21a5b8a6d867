"""The data desk for the gallery: made up, of people and gateways that do not exist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

from clinician_api.web import fleet_labels
from clinician_api.web.steward.layout import laid_out
from clinician_api.web.steward.sections import ICONS, href
from clinician_api.web.steward.views import (
    Done,
    Item,
    ItemList,
    ItemRow,
    Refusal,
    Section,
    SectionCode,
    State,
    Tab,
)
from clinician_api.web.words import Language, words_of
from tests.clinician_api.web import sample_fleet
from tests.clinician_api.web.people import NOW, name
from tests.clinician_api.web.sample_staff import say

_WAITING: Mapping[SectionCode, int] = {
    "gateways": 2,
    "quarantine": 7,
    "unattributed": 12,
    "doubtful": 5,
    "failed": 0,
}
_RAW = (
    '{"reading_id":"0d4f6a31-9b1e-5b6f-8a52-6f3f0a1d2c3b","meter":{"key":"BP-20417","key_kind":"serial",'
    '"recipe":1,"model":"Cuff 2","address":"C0:FF:EE:00:10:01"},"identity":{"by":"sequence","sequence":41},'
    '"words":{"time":"ea070b16070c00","value":"b30066000000","user":"01"},"values":{"unit":"mmHg",'
    '"systolic":"179","diastolic":"102","mean":"128","pulse":"86"},"quality":"ok","flags":["irregular_pulse"]}'
)


def all_pages(language: Language) -> Iterator[tuple[str, str, Mapping[str, object]]]:
    """Name, template and values of each page."""
    rail = {"sections": sections("quarantine")}
    yield "steward-quarantine", "steward/quarantine.html", {"page": items(language), **rail}
    yield "steward-quarantine-empty", "steward/quarantine.html", {"page": no_items(language), **rail}
    calm = {"typed": None, "refusal": None, **rail}
    yield "steward-item", "steward/item.html", {"item": item(language), **calm}
    yield "steward-item-done", "steward/item.html", {"item": settled(language), **calm}
    yield "steward-item-stray", "steward/item.html", {"item": stray(language), **calm}
    refusal = Refusal(
        say(language, "编号与内容不符", "Its id does not follow from its content"),
        "the id does not follow from meter, words and record",
        say(language, "驱动 1.3 写错了序号", "Driver 1.3 wrote the wrong number"),
    )
    refused = {"item": item(language), "typed": laid_out(_RAW), "refusal": refusal, **rail}
    yield "steward-item-refused", "steward/item.html", refused
    for what, template, values in sample_fleet.all_pages(language):
        yield what, template, {**values, "sections": sections(_SECTION[template])}


_SECTION: Mapping[str, SectionCode] = {
    "steward/fleet.html": "gateways",
    "steward/gateway.html": "gateways",
    "steward/unattributed.html": "unattributed",
    "steward/doubtful.html": "doubtful",
    "steward/failed.html": "failed",
}


def sections(current: SectionCode) -> tuple[Section, ...]:
    return tuple(
        Section(code, href(code), icon, _WAITING[code], code == current) for code, icon in ICONS.items()
    )


def items(language: Language) -> ItemList:
    words = words_of(language)
    kinds = {"refused_reading": 4, "rejected": 1, "fork": 1, "unanswerable": 1}
    return ItemList(
        tabs=(
            Tab(words("To do"), 7, "/fleet/quarantine", is_current=True),
            *(
                Tab(words(fleet_labels.KINDS[kind]), n, f"?kind={kind}", is_current=False)
                for kind, n in kinds.items()
            ),
            Tab(words("Everything"), 1204, "?settled=1", is_current=False),
        ),
        rows=(
            _row(language, 1204, "refused_reading", "identity", minutes=6),
            _row(language, 1203, "refused_reading", "clock", minutes=48, state="fixed"),
            replace(_row(language, 1198, "fork", "fork", minutes=190), times=3),
            replace(_row(language, 1187, "rejected", "malformed", minutes=1500), size=58_211),
            replace(_row(language, 1102, "unanswerable", "forged", minutes=4000), times=312, size=88),
        ),
        is_waiting=True,
        checked_at=NOW,
        more="/fleet/quarantine?after=x",
    )


_DETAILS: Mapping[str, str] = {
    "identity": "the id does not follow from meter, words and record",
    "clock": "a gateway's clock cannot stand in the year 1934",
    "fork": "another batch has this place",
    "malformed": "Object contains unknown field `v7` - at `$.readings[3].values`",
    "forged": "no key ever enrolled for this gateway made the signature",
}


def _row(
    language: Language,
    number: int,
    kind: str,
    reason: str,
    *,
    minutes: int,
    state: State = "open",
) -> ItemRow:
    return ItemRow(
        number=number,
        href=f"/fleet/quarantine/{number}",
        kind=kind,
        reason=fleet_labels.reason(reason, words_of(language)),
        detail=_DETAILS[reason],
        gateway=name(f"gateway {number % 3}")[:8],
        is_vouched=kind != "unanswerable",
        times=1,
        size=702,
        last_at=NOW - timedelta(minutes=minutes),
        state=state,
    )


def no_items(language: Language) -> ItemList:
    words = words_of(language)
    tabs = (
        Tab(words("To do"), 0, "/fleet/quarantine", is_current=True),
        Tab(words("Everything"), 1197, "?settled=1", is_current=False),
    )
    return ItemList(tabs=tabs, rows=(), is_waiting=True, checked_at=NOW, more=None)


def item(language: Language) -> Item:
    row = _row(language, 1203, "refused_reading", "identity", minutes=48, state="fixed")
    fixed = Done(
        NOW - timedelta(minutes=5),
        "郑静",
        words_of(language)(fleet_labels.STEPS["fixed"]),
        say(language, "驱动 1.3 写错了序号", "Driver 1.3 wrote the wrong number"),
    )
    return Item(
        row=row,
        first_at=NOW - timedelta(hours=3),
        source=name("gateway 0"),
        gateway_href="/fleet/gateways/x",
        reading=name("reading"),
        came=laid_out(_RAW),
        is_cut=False,
        done=(fixed,),
        may_fix=True,
        may_replay=True,
        may_close=True,
        needs_command=False,
        draft=laid_out(_RAW.replace('"sequence":41', '"sequence":42')),
        is_put_right=True,
    )


def settled(language: Language) -> Item:
    words = words_of(language)
    replayed = Done(
        NOW - timedelta(minutes=1),
        "郑静",
        words(fleet_labels.STEPS["replayed"]),
        say(language, "已更正", "It is right now"),
        words(fleet_labels.OUTCOMES["stored"]),
    )
    first = item(language)
    return replace(
        first,
        row=replace(first.row, state="replayed"),
        done=(replayed, *first.done),
        may_fix=False,
        may_replay=False,
        may_close=False,
    )


def stray(language: Language) -> Item:
    return replace(
        item(language),
        row=replace(_row(language, 1102, "unanswerable", "forged", minutes=4000), times=312, size=88_000),
        came="hex:" + "deadbeef" * 90,
        is_cut=True,
        done=(),
        may_fix=False,
        may_replay=False,
        needs_command=True,
        is_put_right=False,
    )
