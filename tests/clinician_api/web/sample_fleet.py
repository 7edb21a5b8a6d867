"""The fleet and its readings for the gallery: made up, of people and gateways that do not exist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

from clinician_api.web import fleet_labels
from clinician_api.web.steward.views import (
    Batch,
    Candidate,
    Doubted,
    Errand,
    FailureList,
    Fleet,
    Gateway,
    MeterLine,
    Paper,
    ReadingList,
    Remark,
    Silence,
    Tab,
    Unjudged,
    Wish,
)
from clinician_api.web.words import Language, words_of
from tests.clinician_api.web.people import NOW, name
from tests.clinician_api.web.sample_staff import say

CHEN = Candidate(name("陈桂英"), "陈桂英", "female", 72, "310107-08-21436")
ZHOU = Candidate(name("周国栋"), "周国栋", "male", 66, "310107-08-21437")


def all_pages(language: Language) -> Iterator[tuple[str, str, Mapping[str, object]]]:
    """Name, template and what stands on each page; the rail comes from elsewhere."""
    full = table(language)
    yield "steward-fleet", "steward/fleet.html", {"page": full}
    yield "steward-fleet-empty", "steward/fleet.html", {"page": replace(full, rows=(), more=None)}
    calm = replace(full, rows=(), more=None, is_filtered=True, errands=(), judged_at=None)
    yield "steward-fleet-calm", "steward/fleet.html", {"page": calm}
    yield "steward-gateway", "steward/gateway.html", {"page": gateway(language)}
    yield "steward-gateway-new", "steward/gateway.html", {"page": new_gateway(language)}
    yield "steward-unattributed", "steward/unattributed.html", {"page": waiting(language)}
    yield "steward-dismissed", "steward/unattributed.html", {"page": dismissed(language)}
    none = replace(waiting(language), rows=(), more=None)
    yield "steward-unattributed-empty", "steward/unattributed.html", {"page": none}
    yield "steward-doubtful", "steward/doubtful.html", {"page": doubted(language)}
    yield "steward-looked-at", "steward/doubtful.html", {"page": looked_at(language)}
    yield "steward-failed", "steward/failed.html", {"page": failures()}
    yield "steward-failed-empty", "steward/failed.html", {"page": FailureList((), NOW, None)}


def table(language: Language) -> Fleet:
    words = words_of(language)
    counts = {"silent": 2, "low_battery": 31, "failing": 4, "meter_clock": 118}
    cuff = line(language)
    return Fleet(
        tabs=(
            Tab(words("All gateways"), 1204, "/fleet", is_current=True),
            *(
                Tab(words(fleet_labels.TROUBLES[code]), n, "/fleet?x", is_current=False)
                for code, n in counts.items()
            ),
        ),
        errands=(
            Errand(
                71,
                words(fleet_labels.CAUSES["network"]),
                "中国移动/310107",
                None,
                NOW - timedelta(hours=31),
                2,
                2,
            ),
            Errand(
                74,
                words(fleet_labels.CAUSES["gateway"]),
                name("gateway 2")[:8],
                "/fleet/gateways/x",
                NOW - timedelta(hours=3),
                1,
                1,
            ),
        ),
        judged_at=NOW,
        rows=(
            cuff,
            replace(
                cuff,
                kind="glucose",
                model="Contour Next",
                key="GL-88127",
                residents=("陈桂英", "周国栋"),
                battery=8,
                driver="glucose 1",
                rate="0.0%",
                counts="0 / 42",
                troubles=("low_battery",),
            ),
            replace(
                cuff,
                gateway=name("gateway 2")[:8],
                residents=("徐美华",),
                measured_at=NOW - timedelta(days=9),
                heard_at=NOW - timedelta(hours=31),
                is_silent=True,
                clock=say(language, "−16 小时", "−16 h"),
                is_clock_wrong=True,
                rate="38.5%",
                counts="5 / 13",
                troubles=("silent", "failing", "meter_clock"),
            ),
            replace(_bare(language), residents=("何秀兰",), key="MB-000000000000000000000071"),
            _bare(language),
        ),
        gateways=1204,
        meters=2391,
        is_filtered=False,
        checked_at=NOW,
        more="/fleet?after=x",
    )


def line(language: Language) -> MeterLine:
    return MeterLine(
        href="/fleet/gateways/x",
        gateway=name("gateway 1")[:8],
        institution=say(language, "曹杨社区卫生服务中心", "Caoyang Community Health Centre"),
        model="HEM-9200T",
        key="BP-20417",
        kind="blood_pressure",
        residents=("陈桂英",),
        measured_at=NOW - timedelta(minutes=6),
        heard_at=NOW - timedelta(seconds=40),
        is_silent=False,
        battery=62,
        driver="blood_pressure 1",
        version="0.4.1",
        clock="+12 s",
        is_clock_wrong=False,
        rate="1.6%",
        counts="3 / 188",
        troubles=(),
    )


def _bare(language: Language) -> MeterLine:
    """A gateway that nobody ever heard, and no meter of it."""
    return replace(
        line(language),
        gateway=name("gateway 3")[:8],
        institution=words_of(language)("no institution"),
        model=None,
        key=None,
        kind=None,
        residents=(),
        measured_at=None,
        heard_at=None,
        is_silent=True,
        battery=None,
        driver=None,
        version=None,
        clock=None,
        rate=None,
        counts="",
        troubles=("never_heard",),
    )


def gateway(language: Language) -> Gateway:
    words = words_of(language)
    cuff = line(language)
    batch = Batch(812, "stored", 3, 0, 0, NOW - timedelta(hours=31), "+2 s")
    return Gateway(
        id=name("gateway 2"),
        institution=cuff.institution,
        operator="中国移动",
        heard_at=NOW - timedelta(hours=31),
        silent_since=NOW - timedelta(hours=31),
        cause=words(fleet_labels.CAUSES["network"]),
        revoked_at=None,
        clock=words(fleet_labels.CLOCKS["unsynced"]),
        clock_offset="+38 s",
        unsent=14,
        oldest_unsent=say(language, "3 小时", "3 h"),
        at_risk=0,
        undecodable=2,
        adapter="up",
        version="0.4.1",
        troubles=("silent", "low_battery"),
        meters=(cuff, replace(cuff, kind="glucose", battery=8, troubles=("low_battery",))),
        batches=(
            batch,
            replace(
                batch, seq=811, refused=1, readings=10, after=say(language, "+5 小时", "+5 h"), resends=3
            ),
            replace(batch, seq=810, outcome="rejected", readings=0, after=None),
        ),
        silences=(
            Silence(NOW - timedelta(hours=31), None, words(fleet_labels.CAUSES["network"]), 71),
            Silence(
                NOW - timedelta(days=40), NOW - timedelta(days=39), words(fleet_labels.CAUSES["gateway"]), 52
            ),
        ),
        papers=(
            Paper("key", name("key").replace("-", "")[:16], NOW - timedelta(days=200), None, None),
            Paper(
                "certificate",
                name("certificate").replace("-", "")[:16],
                NOW - timedelta(days=200),
                NOW + timedelta(days=165),
                None,
            ),
            Paper(
                "key",
                name("old").replace("-", "")[:16],
                NOW - timedelta(days=400),
                None,
                NOW - timedelta(days=200),
            ),
        ),
        asked=(
            Wish(
                NOW - timedelta(hours=32),
                words(fleet_labels.ORDERS["restart"]),
                words(fleet_labels.ANSWERS["unheard"]),
            ),
            Wish(
                NOW - timedelta(days=3),
                words(fleet_labels.ORDERS["configuration"]),
                words(fleet_labels.ANSWERS["kept"]),
            ),
        ),
    )


def new_gateway(language: Language) -> Gateway:
    return replace(
        gateway(language),
        operator=None,
        heard_at=None,
        silent_since=None,
        cause=None,
        revoked_at=NOW - timedelta(days=1),
        clock=None,
        clock_offset=None,
        unsent=None,
        oldest_unsent=None,
        at_risk=None,
        undecodable=None,
        adapter=None,
        version=None,
        troubles=("revoked",),
        meters=(),
        batches=(),
        silences=(),
    )


def reading() -> Doubted:
    return Doubted(
        meter="BP-20417",
        reading=name("waiting"),
        model="HEM-9200T",
        kind="blood_pressure",
        value="148/92",
        unit="mmHg",
        quality="ok",
        slot=3,
        gateway=name("gateway 1")[:8],
        gateway_href="/fleet/gateways/x",
        taken_at=NOW - timedelta(hours=3),
        stored_at=NOW - timedelta(hours=3) + timedelta(minutes=2),
        candidates=(CHEN, ZHOU),
    )


def waiting(language: Language) -> ReadingList:
    words = words_of(language)
    glucose = replace(
        reading(),
        kind="glucose",
        meter="GL-88127",
        model=None,
        value="HI",
        unit="mmol/L",
        quality="out_of_range_high",
        slot=None,
        candidates=(),
    )
    return ReadingList(
        tabs=(
            Tab(words("Waiting"), 12, "/fleet/unattributed", is_current=True),
            Tab(words("Nobody's"), 3, "?settled=1", is_current=False),
        ),
        rows=(reading(), glucose),
        is_settled=False,
        checked_at=NOW,
        more="/fleet/unattributed?after=x",
    )


def dismissed(language: Language) -> ReadingList:
    said = Remark("郑静", say(language, "护士上门试用", "The nurse tried it out"), NOW - timedelta(hours=1))
    return replace(waiting(language), rows=(replace(reading(), remark=said),), is_settled=True, more=None)


def doubted(language: Language) -> ReadingList:
    words = words_of(language)
    first = replace(reading(), owner=CHEN, candidates=(), doubts=("duplicate",))
    odd = replace(
        first,
        value="29/12",
        quality="implausible",
        doubts=("implausible", "clock"),
        meter_time="2031-02-30T07:12:00",
        owner=None,
    )
    return ReadingList(
        tabs=(
            Tab(words("To look at"), 5, "/fleet/doubtful", is_current=True),
            Tab(words("Looked at"), 61, "?settled=1", is_current=False),
        ),
        rows=(odd, first),
        is_settled=False,
        checked_at=NOW,
        more=None,
    )


def looked_at(language: Language) -> ReadingList:
    said = Remark("郑静", say(language, "老人连测两次", "Measured twice in a row"), NOW - timedelta(hours=1))
    row = replace(doubted(language).rows[1], remark=said)
    return replace(doubted(language), rows=(row,), is_settled=True)


def failures() -> FailureList:
    return FailureList(
        rows=(
            Unjudged(NOW - timedelta(minutes=12), CHEN, name("waiting")[:8], "ValueError"),
            Unjudged(NOW - timedelta(days=3), None, None, "LookupError"),
        ),
        checked_at=NOW,
        more=None,
    )
