"""A worklist and a resident's pane as the project's picture has them, of people who do not exist."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid5

from clinician_api.web import labels
from clinician_api.web.charts.glucose import glucose_chart
from clinician_api.web.charts.pressure import Event, figures, pressure_chart
from clinician_api.web.charts.spark import Spark
from clinician_api.web.views import (
    Banner,
    Choice,
    Difference,
    ErrorPage,
    Filter,
    Happening,
    Owner,
    Pane,
    Ranges,
    Row,
    Strip,
    Tab,
    TabCode,
    Undo,
    Unheard,
    Value,
    Worklist,
)
from clinician_api.web.words import Language, words_of
from tests.clinician_api.web.people import NAMESPACE, NOW, at, fingersticks, period, rising

HOME_GOAL = (110, 135)
GLUCOSE_GOAL = (Decimal("4.4"), Decimal("7.0"))


def known(what: str) -> UUID:
    return uuid5(NAMESPACE, what)


def say(language: Language, zh: str, en: str) -> str:
    return zh if language == "zh" else en


def _row(language: Language, name: str, **values: object) -> Row:
    words = words_of(language)
    severity = values["severity"]
    ordinary: dict[str, object] = {
        "episode": known(f"episode {name}"),
        "version": 3,
        "resident": known(name),
        "href": f"/worklist?tab=pending&episode={known(f'episode {name}')}",
        "pane_href": f"/worklist/pane?episode={known(f'episode {name}')}",
        "name": name,
        "owner": None,
        "next_action": words(labels.next_action(severity, "bp_high", awaits_repeat=False)),  # type: ignore[arg-type]
    }
    return Row(**(ordinary | values))  # type: ignore[arg-type]


def rows(language: Language) -> tuple[Row, ...]:
    """The pressing ones first."""
    return (*_critical(language), *_high(language), *_watched(language), *_unheard(language))


def _sugars(said: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(each) for each in said.split())


def _critical(t: Language) -> tuple[Row, ...]:
    words = words_of(t)
    return (
        _row(
            t,
            "陈桂英",
            sex="female",
            age=72,
            severity="critical",
            value=Value("182/104", "mmHg"),
            reason=say(t, "收缩压≥180或舒张压≥110", "Systolic is 180 or more, or diastolic 110 or more"),
            comparison=say(
                t, "7 日均值 158/94，较前两周 ↑18/9", "7-day mean 158/94, ↑18/9 on the two weeks before"
            ),
            since=NOW - timedelta(minutes=6),
            due_at=NOW + timedelta(minutes=24),
            is_current=True,
            spark=Spark((139, 142, 140, 145, 144, 146, 152, 150, 151, 155, 158, 157, 162, 182), HOME_GOAL),
        ),
        _row(
            t,
            "周国栋",
            sex="male",
            age=66,
            severity="critical",
            value=Value("3.4", "mmol/L"),
            reason=say(t, "血糖≤3.9", "Glucose is 3.9 or less"),
            comparison=say(t, "14 天内第 2 次夜间低血糖", "Second low at night within 14 days"),
            next_action=words(labels.next_action("critical", "glucose_low", awaits_repeat=False)),
            since=NOW - timedelta(minutes=19),
            due_at=NOW + timedelta(minutes=11),
            owner=Owner(say(t, "王芳 护士", "王芳, nurse")),
            spark=Spark(
                _sugars("7 6.6 7.2 6 6.8 5.2 6.1 5.5 6.3 5 5.2 4.4 4.9 3.4"),
                GLUCOSE_GOAL,
            ),
        ),
        _row(
            t,
            "吴秀珍",
            sex="female",
            age=70,
            severity="critical",
            value=Value("186/112", "mmHg"),
            reason=say(t, "收缩压≥180或舒张压≥110", "Systolic is 180 or more, or diastolic 110 or more"),
            comparison="",
            is_provisional=True,
            awaits_repeat=True,
            marks=("body_movement",),
            next_action=words(labels.next_action("critical", "bp_high", awaits_repeat=True)),
            since=NOW - timedelta(minutes=2),
            due_at=NOW + timedelta(minutes=13),
            spark=Spark((131, 128, 140, 133, 136, 186), HOME_GOAL),
        ),
    )


def _high(t: Language) -> tuple[Row, ...]:
    return (
        _row(
            t,
            "徐美华",
            sex="female",
            age=58,
            severity="high",
            value=Value("156/92", "mmHg"),
            reason=say(t, "24 小时内三次测量≥160/100", "Three sittings of 160/100 or more within a day"),
            comparison=say(t, "达标率 21%（应≥70%）", "21% in goal (wanted: 70%)"),
            since=NOW - timedelta(hours=2),
            due_at=NOW.replace(hour=18, minute=0),
            owner=Owner("李敏", is_me=True),
            spark=Spark((151, 148, 150, 147, 149, 152, 150, 151, 148, 149, 150, 154, 152, 156), HOME_GOAL),
        ),
        _row(
            t,
            "沈建平",
            sex="male",
            age=69,
            severity="high",
            value=Value("13.6", "mmol/L"),
            reason=say(t, "空腹血糖≥10.0，7 天内两次", "Fasting glucose 10.0 or more, twice in 7 days"),
            comparison=say(t, "上次随访 62 天前", "Last follow-up 62 days ago"),
            is_late=True,
            since=NOW - timedelta(hours=3),
            due_at=NOW - timedelta(minutes=50),
            owner=Owner("李敏", is_me=True),
            spark=Spark(
                _sugars("9 9.8 10 9.2 10.8 11 10.4 12 11.8 13.6"),
                GLUCOSE_GOAL,
            ),
        ),
    )


def _watched(t: Language) -> tuple[Row, ...]:
    words = words_of(t)
    return (
        _row(
            t,
            "何秀兰",
            sex="female",
            age=81,
            severity="watch",
            value=Value("148/70", "mmHg"),
            reason=say(t, "7 日均值高于目标", "The 7-day mean is above the goal"),
            comparison=say(t, "早晨高于晚间 18 mmHg", "Mornings 18 mmHg above evenings"),
            since=NOW - timedelta(days=1),
            due_at=NOW + timedelta(days=2),
            spark=Spark((141, 140, 143, 142, 145, 144, 147, 143, 152, 139, 145, 148, 146, 148), HOME_GOAL),
        ),
        _row(
            t,
            "唐根宝",
            sex="male",
            age=74,
            severity="watch",
            value=Value("139/81", "mmHg"),
            reason=say(t, "三次测量中两次脉搏不齐", "Irregular pulse in two of three readings"),
            comparison=say(t, "既往无房颤记录", "No atrial fibrillation on record"),
            marks=("irregular_pulse",),
            next_action=words(labels.next_action("watch", "rhythm", awaits_repeat=False)),
            since=NOW - timedelta(days=1),
            due_at=NOW + timedelta(days=3),
            spark=Spark((140, 142, 135, 136, 139, 144, 141, 135, 136, 139, 142, 139, 138, 139), HOME_GOAL),
        ),
    )


def _unheard(t: Language) -> tuple[Row, ...]:
    return (
        _row(
            t,
            "冯志强",
            sex="male",
            age=63,
            severity="data",
            value=None,
            reason=say(t, "9 天没有读数", "No reading for 9 days"),
            comparison=say(t, "网关在线", "The gateway is online"),
            since=NOW - timedelta(days=2),
            due_at=NOW + timedelta(days=3),
            owner=Owner(say(t, "社区 赵磊", "赵磊")),
            spark=Spark((136, 134, 138, 133), HOME_GOAL, is_stale=True),
        ),
    )


def _tabs(current: TabCode, counts: tuple[int, ...]) -> tuple[Tab, ...]:
    codes: tuple[TabCode, ...] = ("pending", "mine", "snoozed", "data", "done")
    return tuple(
        Tab(code, count, f"/worklist?tab={code}", code == current)
        for code, count in zip(codes, counts, strict=True)
    )


def worklist(language: Language) -> Worklist:
    return Worklist(
        tab="pending",
        tabs=_tabs("pending", (23, 9, 4, 6, 12)),
        filters=(
            Filter("critical", 2, "/worklist?severity=critical", is_on=False),
            Filter("high", 7, "/worklist?severity=high", is_on=False),
            Filter("watch", 14, "/worklist?severity=watch", is_on=False),
        ),
        rows=rows(language),
        checked_at=NOW,
        residents=2143,
        criticals=2,
        new=3,
        more="/worklist?after=x",
        grouped=12,
        grouped_href="/worklist?level=watch",
        list_href="/worklist/list?tab=pending",
    )


def unheard_worklist(language: Language) -> Worklist:
    """Somebody with an alert and somebody without, from whose homes nothing comes."""
    full = worklist(language)
    since, cause = NOW - timedelta(hours=31), say(language, "网络", "the network")
    return replace(
        full,
        tab="data",
        tabs=_tabs("data", (23, 9, 4, 6, 12)),
        rows=tuple(replace(row, blind_since=since) for row in full.rows[-1:]),
        filters=(),
        grouped=0,
        more=None,
        unheard_count=2,
        unheard=(
            Unheard("/residents/x", "冯志强", "male", 63, since - timedelta(days=7), cause),
            Unheard("/residents/y", "何秀兰", "female", 81, since, cause),
        ),
    )


def empty_worklist(language: Language) -> Worklist:
    return Worklist(
        tab="pending",
        tabs=_tabs("pending", (0, 0, 4, 0, 12)),
        filters=(),
        rows=(),
        checked_at=NOW,
        residents=2143,
    )


def strip(language: Language) -> Strip:
    return Strip(
        episode=known("episode 陈桂英"),
        version=3,
        severity="critical",
        reason=say(language, "收缩压≥180或舒张压≥110", "Systolic is 180 or more, or diastolic 110 or more"),
        detail=say(
            language,
            "07:12 首测 179/102，07:20 复测 182/104，脉搏 88。",
            "First 179/102 at 07:12, repeated 182/104 at 07:20, pulse 88.",
        ),
        rule="bp_critical",
        rule_version="1",
        since=at(0, 7, 12),
        due_at=NOW + timedelta(minutes=24),
        due_for="contact",
        owner=None,
        is_active=True,
        reading=known("reading"),
        actions=frozenset({"claim", "contact", "transfer", "reply", "resolve"}),
        colleagues=(Choice("1", "王芳"), Choice("2", "赵磊")),
    )


def pane(language: Language) -> Pane:
    readings = rising()
    words_ = say(language, "居民自述停用氨氯地平", "Says: stopped amlodipine")
    events = (
        Event(at(13, 9), words_),
        Event(at(5, 8), "", "high"),
        Event(at(0, 7, 20), "", "critical"),
    )
    return Pane(
        resident=known("陈桂英"),
        banner=Banner(
            name="陈桂英",
            sex="female",
            born=date(1954, 3, 18),
            age=72,
            file_no="310107-08-21436",
            phone="138****6027",
            team=say(language, "第三团队", "Team 3"),
            lives=say(language, "独居 · 女儿王丽", "Lives alone · daughter 王丽"),
            allergies=(say(language, "青霉素过敏", "Allergy: penicillin"),),
            conditions=(
                say(language, "高血压 2 级", "Hypertension, grade 2"),
                say(language, "2 型糖尿病", "Type 2 diabetes"),
            ),
            contract_until=date(2027, 3, 31),
        ),
        strips=(strip(language),),
        figures=figures(readings, period(30)),
        pressure=pressure_chart(readings, period(30), events=events),
        glucose=glucose_chart(fingersticks(), period(14)),
        happenings=_happenings(language),
        ranges=Ranges(30, "/worklist?episode=x&days="),
        tel="13800006027",
    )


def _happenings(language: Language) -> tuple[Happening, ...]:
    return (
        Happening(
            at(0, 7, 21),
            say(language, "系统", "System"),
            say(language, "建提醒，已通知第三团队", "opened the alert and told team 3"),
            say(
                language, "居民端提示：请静坐 5 分钟后复测", "The home was asked to rest 5 minutes and repeat"
            ),
        ),
        Happening(
            at(5, 10),
            "李敏",
            say(language, "暂缓提醒 3 天", "snoozed the alert for 3 days"),
            say(language, "理由：等待复测一周", "Reason: waiting for a week of readings"),
        ),
        Happening(
            at(13, 9),
            say(language, "居民", "Resident"),
            say(language, "自述停用氨氯地平", "says: stopped amlodipine"),
        ),
        Happening(at(27, 15), "李敏", say(language, "电话随访，血压 138/82", "followed up by phone, 138/82")),
    )


def claimed_pane(language: Language) -> Pane:
    """Mine, of high severity: it can be snoozed, and the claim undone."""
    first = replace(
        strip(language),
        severity="high",
        owner=Owner("李敏", is_me=True),
        is_active=False,
        is_late=True,
        due_at=NOW - timedelta(minutes=50),
        due_for="none",
        actions=frozenset({"contact", "transfer", "reply", "snooze", "resolve"}),
        snooze_hours=(4, 24),
    )
    second = replace(
        strip(language),
        episode=known("second"),
        severity="watch",
        due_at=NOW + timedelta(days=3),
        actions=frozenset({"claim"}),
    )
    undo = Undo("/episodes/x/undo", say(language, "已认领", "Claimed"), 4, NOW + timedelta(seconds=10))
    return replace(pane(language), strips=(first, second), undo=undo)


def partial_pane(language: Language) -> Pane:
    return replace(
        pane(language),
        strips=(),
        figures=figures((), period(30)),
        pressure=pressure_chart((), period(30)),
        glucose=None,
        happenings=(),
        failed=(say(language, "血糖", "glucose"),),
    )


def problem(kind: str) -> ErrorPage:
    differences = (Difference("版本 / version", "3", "4"), Difference("负责人 / owner", "—", "王芳"))
    return ErrorPage(
        kind=kind,  # type: ignore[arg-type]
        incident="7F3A-21" if kind == "broken" else "",
        back="/worklist",
        who="王芳" if kind == "conflict" else "",
        field="outcome" if kind == "invalid" else "",
        differences=differences if kind == "stale" else (),
        kept=(("Note", "<b>电话两次未接</b>"),) if kind == "stale" else (),
    )
