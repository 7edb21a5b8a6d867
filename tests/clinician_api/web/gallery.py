"""Every page in every state, of people who do not exist: looked at by eye, by axe and by tests.

`python -m tests.clinician_api.web.gallery [FOLDER]` writes them as files; `served()` serves them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain
from pathlib import Path
from threading import Thread

from clinician_api.access.rules import Role
from clinician_api.web import labels, pages
from clinician_api.web.rail import rail
from clinician_api.web.views import ErrorPage, Frame
from clinician_api.web.words import LANGUAGES, Language, words_of
from tests.clinician_api.web import (
    sample_admin,
    sample_contracts,
    sample_packages,
    sample_people,
    sample_privacy,
    sample_resident,
    sample_said,
    sample_staff,
    sample_steward,
)
from tests.clinician_api.web.people import NOW

ERRORS = ("not_found", "not_allowed", "conflict", "stale", "invalid", "locked", "offline", "broken")


def frame(language: Language, here: str) -> Frame:
    is_zh = language == "zh"
    return Frame(
        now=NOW,
        here=here,
        csrf="token",
        person="李敏",
        role="医生" if is_zh else "doctor",
        place="曹杨社区 · 第三团队" if is_zh else "Caoyang · Team 3",
        open_count=23,
        rail=rail({"doctor"}, here, {}),
    )


def _as(language: Language, here: str, role: Role, person: str = "沈洁", waiting: int = 0) -> Frame:
    """The page of somebody who has no team."""
    words = words_of(language)
    links = rail({role}, here, {"/emergencies/reviews": waiting})
    said = words(labels.ROLES[role])
    return replace(frame(language, here), person=person, role=said, place="", open_count=0, rail=links)


def pages_of(language: Language) -> Iterator[tuple[str, str]]:
    """Name and HTML of each page."""
    yield from _staff(language)
    yield from _steward(language)
    yield from _resident(language)
    yield from _packages(language)
    yield from _oversight(language)
    yield from _reaching(language)
    yield from _people(language)
    yield from _contracts(language)


def _staff(language: Language) -> Iterator[tuple[str, str]]:
    words = words_of(language)
    around = frame(language, "/worklist")
    show = partial(pages.render, words=words, frame=around)
    full, empty = sample_staff.worklist(language), sample_staff.empty_worklist(language)
    yield "worklist", show("worklist.html", page=full, pane=sample_staff.pane(language), problem=None)
    yield "list", show("worklist.html", page=replace(full, new=3), pane=None, problem=None)
    yield "empty", show("worklist.html", page=empty, pane=None, problem=None)
    unheard = sample_staff.unheard_worklist(language)
    yield "data", show("worklist.html", page=unheard, pane=None, problem=None)
    yield "data-alone", show("worklist.html", page=replace(unheard, rows=()), pane=None, problem=None)
    yield "partial", show("worklist.html", page=full, pane=sample_staff.partial_pane(language), problem=None)
    yield "mine", show("worklist.html", page=full, pane=sample_staff.claimed_pane(language), problem=None)
    for kind in ERRORS:
        problem = sample_staff.problem(kind)
        yield f"error-{kind}", show("error.html", problem=problem)
    yield "pane-not-found", show("worklist.html", page=full, pane=None, problem=ErrorPage("not_found"))


def _steward(language: Language) -> Iterator[tuple[str, str]]:
    words = words_of(language)
    around = _as(language, "/fleet", "steward", "郑静")
    for name, template, values in sample_steward.all_pages(language):
        yield name, pages.render(template, words, frame=around, **values)


def _oversight(language: Language) -> Iterator[tuple[str, str]]:
    words = words_of(language)
    around = _as(language, "/audit", "auditor", waiting=2)
    for name, template, values in sample_privacy.staff():
        yield name, pages.render(template, words, frame=around, **values)


def _reaching(language: Language) -> Iterator[tuple[str, str]]:
    words = words_of(language)
    for name, template, values in sample_privacy.calls():
        yield name, pages.render(template, words, frame=frame(language, "/calls"), **values)
    for name, template, values in sample_privacy.trainings():
        around = _as(language, "/admin/trainings", "administrator")
        yield name, pages.render(template, words, frame=around, **values)
    for name, template, values in sample_privacy.health():
        yield name, pages.render(template, words, frame=_as(language, "/admin/health", "security"), **values)


def _resident(language: Language) -> Iterator[tuple[str, str]]:
    words = words_of(language)
    for name, template, values in chain(
        sample_resident.all_pages(language), sample_privacy.residents(language)
    ):
        around = replace(frame(language, "/me"), is_logged_in=not name.startswith("login-"))
        yield name, pages.render(template, words, frame=around, **values)


def _packages(language: Language) -> Iterator[tuple[str, str]]:
    words = words_of(language)
    administrator = _as(language, "/admin/packages", "administrator")
    for name, template, values in sample_packages.admin_pages(language):
        yield name, pages.render(template, words, frame=administrator, **values)
    for name, template, values in sample_packages.staff_pages(language):
        yield name, pages.render(template, words, frame=frame(language, "/worklist"), **values)
    for name, template, values in sample_packages.resident_pages(language):
        around = replace(frame(language, "/me"), is_logged_in=name.startswith("my-"))
        yield name, pages.render(template, words, frame=around, **values)


def _people(language: Language) -> Iterator[tuple[str, str]]:
    words = words_of(language)
    for name, template, values in sample_people.staff_pages(language):
        yield name, pages.render(template, words, frame=frame(language, "/search"), **values)
    around = replace(frame(language, "/family"), person="王秀英", role=words("resident"), place="")
    for name, template, values in sample_people.own_pages(language):
        yield name, pages.render(template, words, frame=around, **values)
    acting = replace(around, behalf=sample_people.LONG)
    values = {each: values for each, _, values in sample_people.own_pages(language)}["family-helper"]
    yield "family-acting", pages.render("people/family.html", words, frame=acting, **values)


def _contracts(language: Language) -> Iterator[tuple[str, str]]:
    words = words_of(language)
    for name, template, values in sample_said.staff_pages(language):
        yield name, pages.render(template, words, frame=_as(language, "/complaints", "supervisor"), **values)
    for name, template, values in sample_contracts.staff_pages(language):
        yield name, pages.render(template, words, frame=frame(language, "/contracts"), **values)
    there = _as(language, "/admin", "administrator")
    for name, template, values in sample_admin.pages(language):
        around = _as(language, f"/admin/{name.split('-')[1]}", "administrator")
        yield name, pages.render(template, words, frame=around, **values)
    for name, template, values in sample_contracts.admin_pages(language):
        yield name, pages.render(template, words, frame=there, **values)
    own = replace(frame(language, "/me/contract"), person="陈桂英", role=words("resident"), place="")
    theirs = chain(sample_contracts.resident_pages(language), sample_said.resident_pages(language))
    for name, template, values in theirs:
        yield name, pages.render(template, words, frame=own, **values)


def write(folder: Path) -> None:
    for language in LANGUAGES:
        for name, html in pages_of(language):
            (folder / language).mkdir(parents=True, exist_ok=True)
            (folder / language / f"{name}.html").write_text(html, encoding="utf-8")
    static = folder / "static"
    if not static.exists():
        static.symlink_to(pages.STATIC)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_args: object) -> None:
        """Says nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of `folder` on loopback."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


if __name__ == "__main__":
    write(Path(sys.argv[1]))
