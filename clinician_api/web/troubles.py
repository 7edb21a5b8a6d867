"""A refusal as a page, in plain words, at its status. What was out of sight looks like what is not there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final, Literal
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel

from clinician_api.access import service as access
from clinician_api.access.rules import Actor
from clinician_api.identity import service as identity
from clinician_api.problems import Problem
from clinician_api.triage import casework
from clinician_api.triage.models import Case
from clinician_api.web import contract_labels, labels, pages, people_labels, stale
from clinician_api.web.asking import address, frame, is_fragment, ours, words_for
from clinician_api.web.views import Difference, ErrorPage, LoginPage
from clinician_api.web.words import Words, later

Kind = Literal[
    "not_found", "not_allowed", "conflict", "stale", "invalid", "locked", "offline", "broken", "refused"
]
_KINDS: Final[Mapping[int, Kind]] = {
    403: "not_allowed",
    404: "not_found",
    405: "not_found",
    409: "conflict",
    413: "invalid",
    422: "invalid",
    429: "locked",
    503: "offline",
}
_FIELDS: Final[Mapping[str, str]] = {**contract_labels.FIELDS, **people_labels.FIELDS} | {
    "outcome": later("Outcome"),
    "reason": later("Reason"),
    "until": later("For"),
    "hours": later("For"),
    "to": later("To"),
    "how": later("How"),
    "note": later("Note"),
    "next_follow_up": later("Next follow-up (optional)"),
    "answer": later("Answer"),
    "why": later("Why"),
    "words": later("What happened"),
    "remark": later("Remark"),
    "file_number": later("File number"),
    "since": later("First day"),
    "action": later("Action"),
    "account": later("Account"),
    "resident": later("Resident"),
    "change": later("What it was"),
    "given": later("As it should have been"),
    "effective_from": later("From which day"),
    "from_day": later("From which day"),
    "done_on": later("Done on"),
}
CODES: Final[Mapping[str, str]] = {**contract_labels.CODES, **people_labels.CODES} | {
    "case.contact_first": later("Contact the resident first: a critical is not resolved without."),
    "case.claim_first": later("Claim it first."),
    "case.already_resolved": later("It has been resolved."),
    "case.critical_is_never_snoozed": later("A critical is never snoozed. It can be handed over."),
    "case.not_the_owner": later("Somebody else owns it."),
    "case.too_late_to_undo": later("Ten seconds have passed: it can no longer be undone."),
    "case.nothing_to_undo": later("There is nothing to undo."),
    "case.cannot_take_it": later("This colleague cannot take it."),
    "case.owner_already": later("They own it already."),
    "case.snooze_too_long": later("That is longer than this severity allows."),
    "case.reason_missing": later("A reason is needed."),
    "case.wrong_resident": later("The form was about somebody else. Nothing was stored."),
    "task.outcome_missing": later("An outcome is needed."),
    "task.follow_up_in_the_past": later("The next follow-up must lie ahead."),
    "quarantine.settled": later("Somebody has replayed or closed it in the meantime."),
    "quarantine.no_words": later("Say why: it is kept with the item."),
    "quarantine.no_lineage": later(
        "Only the command can replay it: these pages do not know the ledger's folder."
    ),
    "places.changed": later("The page was old: somebody has set this team's places since."),
    "reading.settled": later("It has found its owner in the meantime."),
    "reading.unknown_reading": later("It has found its owner in the meantime."),
    "reading.archived": later("Its month is archived: nothing is changed there any more."),
    "reading.unfit": later("That cannot be said of this reading."),
    "reading.not_of_the_home": later("This person never had a meter in that home."),
    "reading.slot_taken": later("The slot belongs to somebody else since then. Nothing was stored."),
    "package.draft_changed": later("Somebody has changed the draft meanwhile: look at it again."),
    "package.is_published": later("This version is published: write a new one."),
    "package.code_taken": later("There is a package with this code already."),
    "package.no_draft": later("There is no draft of it: begin one."),
    "package.effective_in_the_past": later("The day must not lie in the past."),
    "consent.text_changed": later("The text has changed in the meantime. Read it again, then decide."),
    "consent.stale": later("This was decided in the meantime. Look at the page again."),
    "consent.not_given": later("It was not agreed to, or is taken back already."),
    "consent.guardian_needed": later("For a child a guardian agrees."),
    "consent.missing": later("It is not agreed to yet: read and agree first."),
    "emergency.hours": later("Choose for how long."),
    "emergency.words_missing": later("Say in a few words what happened."),
    "emergency.remark_missing": later("Say in a few words why it was not justified."),
    "emergency.too_many_unreviewed": later(
        "Five of yours wait to be judged. Ask your supervisor to do so first."
    ),
    "emergency.in_sight_already": later("You may see this resident already: look for them in your list."),
    "emergency.reviewed_already": later("Somebody has judged it in the meantime."),
    "emergency.unknown": later("There is no such look, or it is not yours to judge."),
    "audit.days": later("Choose days that follow each other, a year of them at most."),
    "audit.too_many": later(
        "That is too much for a page. Choose fewer days, or use hearthline audit export."
    ),
    "audit.nobody": later("Nobody has this file number."),
    "training.missing": later(
        "Your house asks for a training first, and none is put down for you. Ask your administrator; if"
        " somebody is in danger, call the duty desk."
    ),
    "training.over": later(
        "Your training has run out. Ask your administrator; if somebody is in danger, call the duty desk."
    ),
    "training.day": later("The day of the training must have been, and not before 2000."),
    "training.evidence_missing": later("Say what shows it, such as the number of the certificate."),
    "training.since": later("The day must lie ahead: nobody is shut out overnight."),
    "training.not_for_oneself": later("Another administrator puts down your own trainings."),
    "reach.closed_already": later("Somebody has spoken with them in the meantime."),
    "reach.changed": later("Somebody has tried in the meantime: look at the list again."),
    "reach.note_missing": later("Say in a few words why it is no longer needed."),
    "reach.unknown": later("There is no such call, or it is not yours to make."),
    "second.no_keys": later("This server has no folder of keys: nobody can set up a second factor."),
    "second.confirmed": later("There is a second factor already."),
    "phone.no_such_binding": later("This square was used or is too old. Ask for a new one."),
    "check.of_two_kinds": later("Fill in both numbers of one kind, for both meters."),
    "check.implausible": later("One of the numbers cannot be right. Please look at it again."),
    "form.stale": later("The form was from an old login. Open the page again."),
    "form.foreign": later("The form did not come from a page of ours."),
}

_BEFORE: Final[Mapping[str, str]] = {
    "team.full": "/me/contract/new",
    "contract.another_pending": "/me/contract",
    "contract.overlaps": "/me/contract",
    "consent.missing": "/me/consents",
}
"""Of a resident's refused wish: where to choose again, or to see what stands in its way."""


def shown(request: Request, form: BaseModel, *, beside: tuple[Difference, ...] = ()) -> None:
    """Keep what was sent, so that nothing typed is lost if it is refused. `beside` is what the page showed
    and what holds now, should it be refused for being old."""
    request.state.sent, request.state.beside = form, beside


def page(request: Request, problem: Problem) -> Response:
    own: Callable[[Problem], Response] | None = getattr(request.state, "refusal", None)
    if own is not None:
        return own(problem)
    login: LoginPage | None = getattr(request.state, "login", None)
    if login is not None:
        return _at_the_door(request, problem, login)
    if problem.status == 401:
        return _to_the_door(request)
    actor: Actor | None = getattr(request.state, "actor", None)
    if actor is not None and not actor.roles and request.method == "GET" and problem.status == 403:
        # Somebody who only helps others, and whose authorisation has ended: that page says so.
        return RedirectResponse("/family", 303)
    words = words_for(request, actor)
    trouble = _described(request, problem, actor, words)
    around = frame(request, actor, request.app.state.clock(), here="/")
    is_staff = actor is not None and actor.resident is None
    template = "error.html" if is_staff else "trouble.html"
    if is_fragment(request):
        template = "_problem.html"
    html = pages.render(template, words, frame=around, problem=trouble, size=20)
    return HTMLResponse(html, problem.status)


def login_page(request: Request, login: LoginPage, status: int = 200) -> Response:
    around = frame(request, None, request.app.state.clock(), here="/login")
    codes_go = any(each.needs == "phone" for each in request.app.state.channels.known)
    has_directory = request.app.state.directory is not None
    login = replace(login, has_codes=codes_go, has_directory=has_directory)
    html = pages.render("login.html", words_for(request, None), frame=around, page=login, size=20)
    return HTMLResponse(html, status)


def _at_the_door(request: Request, problem: Problem, login: LoginPage) -> Response:
    """It never says which of the two was wrong, nor whether there is such a name."""
    is_locked = problem.status == 429
    of_directory = problem.code.startswith(("sso.", "login.sso"))
    minutes = -(-(problem.retry_after or 0) // 60)
    tried = replace(
        login,
        trouble="locked" if is_locked else "directory" if of_directory else "wrong",
        retry_minutes=max(1, minutes),
    )
    return login_page(request, tried, problem.status)


def _to_the_door(request: Request) -> Response:
    if is_fragment(request):
        return Response(status_code=401, headers={"HX-Redirect": "/login?trouble=expired"})
    query = {"next": ours(address(request))} | ({"trouble": "expired"} if request.cookies else {})
    return RedirectResponse(f"/login?{urlencode(query)}", 303)


def _described(request: Request, problem: Problem, actor: Actor | None, words: Words) -> ErrorPage:
    kind = _kind(problem)
    sent: BaseModel | None = getattr(request.state, "sent", None)
    case = _case(request, problem, actor) if kind in {"stale", "conflict"} else None
    compared, is_there = _compared(request, problem, sent, actor, words)
    if case is not None and kind == "stale":
        compared = _differences(request, sent, case, words)
    field = _FIELDS.get(problem.field or "")
    return ErrorPage(
        kind=kind,
        incident=problem.incident if problem.status >= 500 else "",
        back=_back(problem, sent, actor) if is_there else "/contracts",
        who=_owner(request, case) if problem.code == "case.already_claimed" else "",
        field=words(field) if field else "",
        advice=words(CODES[problem.code]) if problem.code in CODES else "",
        differences=compared,
        kept=_kept(request, sent, words),
    )


def _kind(problem: Problem) -> Kind:
    """What a rule of contracts refuses is said in its own words, whatever the status."""
    if problem.code in {"case.stale", "contract.stale", "places.changed"}:
        return "stale"
    is_refused = problem.code in contract_labels.CODES or problem.code.startswith("consent.")
    return "refused" if is_refused else _KINDS.get(problem.status, "broken")


def _back(problem: Problem, sent: BaseModel | None, actor: Actor | None) -> str:
    """To the page that the form stood on; where that would lead into the same refusal, to the one before."""
    before = _BEFORE.get(problem.code)
    if before is not None and actor is not None and actor.resident is not None:
        return before
    return ours(getattr(sent, "here", "/") or "/")


def _compared(
    request: Request, problem: Problem, sent: BaseModel | None, actor: Actor | None, words: Words
) -> tuple[tuple[Difference, ...], bool]:
    """Of an old form of a contract both versions, and whether there is a page of it to go back to."""
    about = problem.about
    if problem.code != "contract.stale" or actor is None or about is None:
        return (getattr(request.state, "beside", ()) if problem.code == "places.changed" else ()), True
    saw, now = getattr(sent, "saw", ""), request.app.state.clock()
    with request.app.state.sessions() as db:
        return stale.compare(db, actor, about.id, saw, words=words, now=now)


def _case(request: Request, problem: Problem, actor: Actor | None) -> Case | None:
    """As it stands now, for whoever may see it."""
    if actor is None or problem.about is None or problem.about.kind != "episode":
        return None
    with request.app.state.sessions() as db:
        case = casework.find_locked(db, problem.about.id)
        may = case is not None and access.may_see(db, actor, case.resident, now=request.app.state.clock())
        return case if may else None


def _owner(request: Request, case: Case | None) -> str:
    if case is None or case.owner is None:
        return ""
    with request.app.state.sessions() as db:
        found = identity.people(db, [case.owner]).get(case.owner)
    return found.name if found else ""


def _differences(
    request: Request, sent: BaseModel | None, case: Case | None, words: Words
) -> tuple[Difference, ...]:
    """Both versions: the one that stood before the sender's eyes, and the one of now."""
    if sent is None or case is None:
        return ()
    state = words(labels.STATES[case.state])
    owner = _owner(request, case) or words("Unclaimed")
    return (
        Difference(words("Version"), str(getattr(sent, "version", "")), str(case.version)),
        Difference(words("State"), "—", state),
        Difference(words("Owner"), "—", owner),
    )


def _kept(request: Request, sent: BaseModel | None, words: Words) -> tuple[tuple[str, str], ...]:
    """What was chosen and typed."""
    if sent is None:
        return ()
    with request.app.state.sessions() as db:
        chosen = tuple(stale.chosen(db, sent, words))
    typed = {
        name: getattr(sent, name, "")
        for name in ("note", "reason", "why", "given", "words", "out_of_area", "remark", "evidence", "answer")
    }
    return chosen + tuple((words(_FIELDS[name]), value) for name, value in typed.items() if value)
