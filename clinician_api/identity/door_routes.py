"""Between knocking and being in, over HTTP: second factors, and codes to a resident's telephone."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, BackgroundTasks, Cookie, Depends, Request, Response
from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.clock import Now
from clinician_api.db import Db
from clinician_api.errors import ConflictError, NotLoggedInError
from clinician_api.identity import changing, passing, phoning, rules, service, sso
from clinician_api.identity.changing import Anew, Change
from clinician_api.identity.codes import Send
from clinician_api.identity.logins import Door
from clinician_api.identity.phoning import Chosen
from clinician_api.identity.routes import (
    COOKIE,
    ActingSecurity,
    CurrentActor,
    answer,
    entered,
    leave_before,
    same_origin,
    set_cookie,
    visitor_of,
)
from clinician_api.identity.schemas import (
    Among,
    AskedCode,
    ChangedPassword,
    GivenCode,
    LoggedIn,
    NewSecond,
    OnPaper,
    PasswordAnew,
    PhoneCode,
    Subject,
    Waits,
)
from clinician_api.identity.sso import Directory, Linked

router = APIRouter(prefix="/logins", tags=["identity"], dependencies=[Depends(same_origin)])
lost = APIRouter()


def token_of(token: Annotated[str | None, Cookie(alias=COOKIE)] = None) -> str:
    if token is None:
        raise NotLoggedInError("login.required")
    return token


Token = Annotated[str, Depends(token_of)]


def door_of(request: Request) -> Door:
    door: Door = request.app.state.door
    return door


TheDoor = Annotated[Door, Depends(door_of)]


def after_the_answer(request: Request, tasks: BackgroundTasks) -> Send:
    """How long a provider takes would tell that a number is known, and a transaction would wait for it."""

    def send(*letter: object) -> bool:
        tasks.add_task(request.app.state.send_code, *letter)
        return True

    return send


Sending = Annotated[Send, Depends(after_the_answer)]


@router.post("/code", status_code=201)
def give_code(
    said: GivenCode, request: Request, response: Response, token: Token, door: TheDoor, db: Db, now: Now
) -> LoggedIn | Waits:
    """The second factor of a login that waits for it."""
    new = passing.pass_second(db, door, token, said.code, visitor=visitor_of(request), now=now)
    return answer(response, request, entered(db, new, now))


@router.post("/second")
def begin_second(token: Token, door: TheDoor, db: Db, now: Now) -> NewSecond:
    """For a login that has to get a second factor first; the same again until it is confirmed."""
    new = passing.begin_second(db, door, token, now=now)
    return NewSecond(secret=new.secret, uri=new.uri)


@router.post("/second/confirm", status_code=201)
def confirm_second(
    said: GivenCode, request: Request, response: Response, token: Token, door: TheDoor, db: Db, now: Now
) -> OnPaper:
    new, paper = passing.confirm_second(db, door, token, said.code, visitor=visitor_of(request), now=now)
    found = entered(db, new, now)
    set_cookie(response, new, request.app.state.settings, actor=found.actor)
    return OnPaper(codes=list(paper), csrf=rules.csrf_token(new, None))


@router.post("/phone", status_code=204)
def ask_code(said: AskedCode, request: Request, door: TheDoor, send: Sending, db: Db, now: Now) -> None:
    """Send a code, if a resident has this number: the answer is the same if nobody has."""
    phoning.ask(db, door, said.phone, "login", send, visitor=visitor_of(request), now=now)


@router.post("/phone/code", status_code=201, responses={200: {"model": Among}})
def give_phone_code(
    said: PhoneCode, request: Request, response: Response, door: TheDoor, db: Db, now: Now
) -> LoggedIn | Waits | Among:
    """200 where several share the number: send it again with one of them."""
    found = by_phone(request, said, door, db, now)
    if found.token is None:
        response.status_code = 200
        return among(db, found)
    return answer(response, request, entered(db, found.token, now))


@router.post("/password", status_code=201)
def set_password_anew(
    said: PasswordAnew, request: Request, response: Response, door: TheDoor, db: Db, now: Now
) -> LoggedIn | Waits:
    """With the code that an administrator gave out. 202: it waits for a second factor."""
    new = changing.set_anew(db, door, anew(said), visitor=visitor_of(request), now=now)
    return answer(response, request, entered(db, new, now))


@lost.put("/me/password", status_code=201, tags=["identity"])
def change_password(
    said: ChangedPassword,
    request: Request,
    response: Response,
    actor: CurrentActor,
    door: TheDoor,
    db: Db,
    now: Now,
) -> LoggedIn | Waits:
    """Ends every other login of the account, and gives this one a new token."""
    new = changing.change(db, door, actor, change(said), visitor=visitor_of(request), now=now)
    return answer(response, request, entered(db, new, now))


def change(said: ChangedPassword) -> Change:
    return Change(said.old.get_secret_value(), said.new.get_secret_value(), said.code)


def anew(said: PasswordAnew) -> Anew:
    return Anew(said.name, said.code, said.new.get_secret_value())


@lost.delete("/accounts/{account}/second", status_code=204, tags=["identity"])
def remove_second(account: UUID, actor: ActingSecurity, db: Db, now: Now) -> None:
    """Of a colleague who lost both: they set up a new one at their next login."""
    passing.remove_second(db, actor, account, now=now)


@lost.put("/accounts/{account}/directory", status_code=204, tags=["identity"])
def link(account: UUID, said: Subject, actor: ActingSecurity, request: Request, db: Db, now: Now) -> None:
    """Let a subject of the house's directory in as this colleague."""
    known: Directory | None = request.app.state.directory
    if known is None or actor.institution is None:
        raise ConflictError("sso.none")
    who = Linked(known.issuer, said.subject, account)
    sso.link(db, access.by(actor), who, institution=actor.institution, now=now)


@lost.delete("/accounts/{account}/directory", status_code=204, tags=["identity"])
def unlink(account: UUID, actor: ActingSecurity, db: Db, now: Now) -> None:
    """Of a colleague whose subject in the directory is another's, or in a stranger's hands."""
    if actor.institution is None:
        raise ConflictError("sso.none")
    sso.unlink(db, access.by(actor), account, institution=actor.institution, now=now)


def by_phone(request: Request, said: PhoneCode, door: Door, db: Session, now: Now) -> Chosen:
    """For the page and the API alike."""
    found = phoning.enter(db, door, said, visitor=visitor_of(request), now=now)
    if found.token is not None:
        leave_before(request, db, now)
    return found


def among(db: Session, found: Chosen) -> Among:
    people = service.residents(db, found.among)
    return Among(residents={each: rules.masked_name(people[each].name) for each in found.among})
