"""Every page of the gallery: whole, escaped, in one language, without inline script or style."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from clinician_api.web import pages
from clinician_api.web.charts import svg
from clinician_api.web.charts.pressure import PressureChart
from clinician_api.web.views import Banner, Pane
from clinician_api.web.words import words_of
from tests.clinician_api.web import sample_staff
from tests.clinician_api.web.gallery import frame, pages_of
from tests.clinician_api.web.people import period

ALL = {f"{language}/{name}": html for language in ("zh", "en") for name, html in pages_of(language)}
# People, and a place that is named after somewhere: they are not translated.
NAMES = "陈桂英|周国栋|吴秀珍|徐美华|沈建平|何秀兰|唐根宝|郑静|中国移动|冯志强"
NAMES += "|陈\\*英|周\\*平|王秀英|王秀云|吴晓燕|李建国|周护士|王五|阿依古丽|买买提江|阿不都热合曼"
NAMES += "|(花桥镇绿地大道|曹杨路|新村路)[0-9弄号室 ]+"
NAMES += "|沈洁|周倩|赵建国|李敏|王芳|赵磊|王丽|版本|负责人|电话两次未接|中文"
NAMES += "|(曹杨|长风)社区卫生服务中心|周洁|孙浩|陈晓明|吴迪|夜里胸痛由 ?120 ?送来|家属说不清用药"
ATTACK = "<img src=x onerror=alert(1)>\"'{{ 7*7 }}{% raw %}"
VOID = {"meta", "link", "input", "br", "img", "path", "rect", "circle", "use"}


class _Shape(HTMLParser):
    """Tags that close what they opened, and ids once."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.attributes: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name) for name, _ in attrs]
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name) for name, _ in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("name", ALL)
def test_a_page_is_well_formed_and_names_each_id_once(name: str) -> None:
    shape = _Shape()
    shape.feed(ALL[name])
    assert shape.open == []
    assert len(shape.ids) == len(set(shape.ids))


@pytest.mark.parametrize("name", ALL)
def test_a_page_runs_no_script_and_sets_no_style_of_its_own(name: str) -> None:
    shape = _Shape()
    shape.feed(ALL[name])
    assert [each for each in shape.attributes if each[1] == "style" or each[1].startswith("on")] == []
    assert re.findall(r"<style|<script(?![^>]*(?:src=|application/json))|javascript:", ALL[name]) == []


@pytest.mark.parametrize("name", [each for each in ALL if each.startswith("en/")])
def test_an_english_page_holds_no_chinese_but_names(name: str) -> None:
    """What is typed in Chinese says so."""
    ours = re.sub(r'<input [^>]*lang="zh-CN"[^>]*>', "", ALL[name])
    assert re.findall(r"[\u4e00-\u9fff]+", re.sub(NAMES, "", ours)) == []


def _readings(html: str, table: str) -> list[str]:
    twin = html.split(f'id="{table}"')[1].split("</details>", maxsplit=1)[0]
    return re.findall(r'<tr data-reading="([^"]+)"', twin)


def _chart() -> PressureChart:
    chart = sample_staff.pane("zh").pressure
    assert chart is not None
    return chart


def test_the_table_beside_a_chart_holds_the_same_readings_newest_first() -> None:
    html = ALL["zh/worklist"]
    assert _readings(html, "bp-table") == [each.id for each in reversed(_chart().points)]
    glucose = sample_staff.pane("zh").glucose
    assert glucose is not None
    assert _readings(html, "bg-table") == [each.id for each in reversed(glucose.sticks)]


def test_a_chart_draws_two_dots_for_each_row_of_its_table() -> None:
    drawn = ALL["zh/worklist"].split('class="chart"')[1].split("</svg>")[0]
    counted = [each for each in _chart().points if each.counts and each.slot != "other"]
    assert drawn.count('r="3.4"') == 2 * len(counted)


def _attacked(pane: Pane) -> Pane:
    banner = Banner(
        name=ATTACK, sex="female", born=None, age=72, file_no=ATTACK, phone=ATTACK, team=ATTACK, lives=ATTACK,
        allergies=(ATTACK,), conditions=(ATTACK,),
    )  # fmt: skip
    strips = tuple(replace(each, reason=ATTACK, detail=ATTACK, done=ATTACK) for each in pane.strips)
    happenings = tuple(replace(each, who=ATTACK, what=ATTACK, detail=ATTACK) for each in pane.happenings)
    return replace(pane, banner=banner, strips=strips, happenings=happenings, tel=ATTACK)


def test_what_people_wrote_is_shown_as_they_wrote_it_and_never_run() -> None:
    page = sample_staff.worklist("zh")
    rows = tuple(replace(each, name=ATTACK, reason=ATTACK, comparison=ATTACK) for each in page.rows)
    html = pages.render(
        "worklist.html",
        words_of("zh"),
        frame=replace(frame("zh", ATTACK), person=ATTACK, place=ATTACK),
        page=replace(page, rows=rows),
        pane=_attacked(sample_staff.pane("zh")),
        problem=None,
    )
    assert "<img src=x" not in html
    assert "&lt;img src=x onerror=alert(1)&gt;&#34;&#39;{{ 7*7 }}{% raw %}" in html


def test_words_for_scripts_are_a_block_of_json() -> None:
    (block,) = re.findall(
        r'<script type="application/json" id="words">(.*?)</script>', ALL["zh/worklist"], re.DOTALL
    )
    assert json.loads(block)["live"] == "实时连接"


@pytest.mark.parametrize("name", ["zh/worklist", "en/worklist"])
def test_every_row_says_severity_reason_age_due_owner_and_next_action(name: str) -> None:
    rows = re.findall(r'<li id="row-.*?</li>', ALL[name], re.DOTALL)
    parts = ("severity", "why", "age", "due", "owner", "next")
    assert len(rows) == 8
    assert [
        part for row in rows for part in parts if f'class="{part}' not in row and f"class={part}" not in row
    ] == []


@pytest.mark.parametrize(
    ("sheets", "limit"), [(("tokens.css", "staff.css"), 25_000), (("tokens.css", "resident.css"), 25_000)]
)
def test_the_styles_of_an_audience_stay_small(sheets: tuple[str, ...], limit: int) -> None:
    assert sum((pages.STATIC / each).stat().st_size for each in sheets) <= limit


def test_residents_need_no_new_browser_for_their_styles() -> None:
    styles = re.sub(
        r"/\*.*?\*/", "", (pages.STATIC / "resident.css").read_text(encoding="utf-8"), flags=re.DOTALL
    )
    assert re.findall(r"(?<!grid-)\bgap:|:has\(|@container|@layer|\binset:", styles) == []


def _colours() -> Iterator[str]:
    yield from svg.SEVERITY.values()
    yield from (svg.INK, svg.MUTED, svg.SYSTOLIC, svg.DIASTOLIC)


def test_charts_use_the_colours_of_the_pages() -> None:
    tokens = (pages.STATIC / "tokens.css").read_text(encoding="utf-8")
    assert [each for each in _colours() if each not in tokens] == []


def test_ninety_days_of_two_readings_a_day_are_a_small_fragment() -> None:
    pane = replace(sample_staff.pane("zh"), pressure=replace(_chart(), period=period(90)))
    html = pages.render("_pressure.html", words_of("zh"), frame=frame("zh", "/"), pane=pane)
    assert len(html.encode()) <= 40_000
