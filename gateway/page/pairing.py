"""The page that leads through pairing, and the same as JSON for a program. Only asks the household."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from html import escape
from typing import Final

import msgspec
from msgspec import Struct

from gateway.page.requests import Request, Response
from gateway.page.site import Routes, see_other
from gateway.page.words import REFRESH_S, STEPS, both, document, said
from gateway.pairing import ties
from gateway.pairing.answers import NotSixDigits, passkey_of
from gateway.pairing.household import Household
from gateway.pairing.steps import Reason, Stage

HOME: Final = "/"
MINUTES: Final = 5
_AT: Final = {"looking": 0, "bonding": 1, "proving": 2}


class MeterShown(Struct, frozen=True):
    """A meter as the page shows it; `app` is the phone app that is offered with it."""

    address: str
    name: str | None
    state: ties.State | None
    trouble: ties.Trouble | None
    app: str | None


class Shown(Struct, frozen=True):
    """Where pairing stands. `digits`: to be typed into the meter, or compared with what it shows."""

    stage: Stage
    address: str | None
    name: str | None
    reason: Reason | None
    trouble: Reason | None
    seconds_left: int
    wants_passkey: bool
    wants_confirmation: bool
    digits: str | None
    meters: tuple[MeterShown, ...]


def routes(household: Household, is_saving: Callable[[], bool] = lambda: True) -> Routes:
    """`is_saving`: whether readings can be written down; where not, the page says so above all else."""

    def change(request: Request) -> Response:
        return _change(household, request)

    return {
        ("GET", HOME): lambda _request: Response(200, _page(shown(household), is_saving=is_saving())),
        ("GET", "/pair.json"): lambda _request: _json(household, 200),
        ("POST", "/pair"): change,
    }


def shown(household: Household) -> Shown:
    pairing, answers = household.pairing, household.answers
    left = pairing.until - asyncio.get_running_loop().time() if pairing.is_open else 0.0
    return Shown(
        stage=pairing.stage,
        address=pairing.address,
        name=pairing.name,
        reason=pairing.reason,
        trouble=pairing.trouble,
        seconds_left=max(0, int(left)),
        wants_passkey=answers.wants_passkey,
        wants_confirmation=answers.wants_confirmation,
        digits=answers.shown,
        meters=tuple(_meter(tie) for tie in household.ties if tie.state or ties.trouble_of(tie)),
    )


def _meter(tie: ties.Tie) -> MeterShown:
    trouble = ties.trouble_of(tie)
    return MeterShown(tie.address, tie.name, tie.state, trouble, ties.app_of(tie.name) if trouble else None)


def _change(household: Household, request: Request) -> Response:
    """What a form asks to be done; a program gets JSON."""
    status = 200 if _is_done(household, request) else 400
    if "json" in request.headers.get("accept", ""):
        return _json(household, status)
    if status == 200:
        return see_other(HOME)
    return Response(400, document("not_digits", "", refresh_s=REFRESH_S))


def _is_done(household: Household, request: Request) -> bool:
    match request.form.get("do"):
        case "begin":
            household.begin(minutes=MINUTES)
        case "stop":
            household.stop()
        case "same" | "different" as word:
            household.answers.confirm(is_same=word == "same")
        case "digits":
            return _give(household, request.form.get("digits", ""))
        case _:
            return False
    return True


def _give(household: Household, typed: str) -> bool:
    try:
        household.answers.give(passkey_of(typed))
    except NotSixDigits:
        return False
    return True


def _json(household: Household, status: int) -> Response:
    return Response(status, msgspec.json.encode(shown(household)), "application/json")


def _page(state: Shown, *, is_saving: bool) -> bytes:
    is_open = state.stage in _AT
    # While somebody types, the page must not be taken away under their hands.
    refresh_s = REFRESH_S if is_open and not state.wants_passkey else None
    alert = "" if is_saving else f"<p role=alert class=warn>{said('not_saved')}</p>"
    parts = [alert, _news(state), _steps(state), _forms(state), _meters(state)]
    return document("title", "".join(parts), refresh_s=refresh_s)


def _news(state: Shown) -> str:
    key = state.reason or state.trouble or ("done" if state.stage == "done" else None)
    return "" if key is None else f"<p role=status class=warn>{said(key)}</p>"


def _steps(state: Shown) -> str:
    now = _AT.get(state.stage)
    marks = (" aria-current=step" if number == now else "" for number in range(len(STEPS)))
    items = "".join(f"<li{mark}>{both(step)}</li>" for mark, step in zip(marks, STEPS, strict=True))
    return f"<ol>{items}</ol>"


def _forms(state: Shown) -> str:
    forms = []
    if state.digits is not None:
        forms.append(f"<p>{said('shown')}<span class=big>{escape(state.digits)}</span></p>")
    if state.wants_confirmation:
        forms += [_button("same"), _button("different")]
    if state.stage in {"looking", "bonding"}:
        field = "<input name=digits inputmode=numeric maxlength=9 autocomplete=off aria-label=digits>"
        forms.append(_form("digits", f"{field}<button>{said('send')}</button>"))
    forms.append(_button("stop") if state.stage in _AT else _button("begin"))
    return "".join(forms)


def _button(word: str) -> str:
    return _form(word, f"<button>{said(word)}</button>")


def _form(word: str, inner: str) -> str:
    return f'<form method="post" action="/pair"><input type="hidden" name="do" value="{word}">{inner}</form>'


def _meters(state: Shown) -> str:
    return "".join(_line(meter) for meter in state.meters)


def _line(meter: MeterShown) -> str:
    name = escape(meter.name or meter.address)
    if meter.trouble is None:
        return f"<p>✓ {name}</p>"
    app = f" ({escape(meter.app)})" if meter.app and meter.trouble != "bond_lost" else ""
    return f"<p class=warn>⚠ {name}{app}: {said(meter.trouble)}</p>"
