"""The page of what the box says, for who cannot hear it, and its button for who has none. Decides nothing."""

from __future__ import annotations

from typing import Final

from gateway.page.requests import Request, Response
from gateway.page.site import Routes, see_other
from gateway.page.words import both, document, said
from gateway.voice.happenings import Pressed
from gateway.voice.home import HomeVoice
from gateway.voice.sentences import SENTENCES

VOICE: Final = "/voice"
REFRESH_S: Final = 5

_SILENCE: Final = f"<p>{said('quiet')}</p>"

_ANSWERS: Final = {
    "red_flag": {"yes": ("有", "Yes, one of these"), "no": ("都没有", "None of these")},
    "was_it_you": {"yes": ("是本人", "Yes, it was me"), "no": ("不是", "No, somebody else")},
}


def routes(voice: HomeVoice) -> Routes:
    def press(request: Request) -> Response:
        match request.form.get("answer"):
            case "yes" | "no" as answer:
                voice.happened(Pressed(answer))
                return see_other(VOICE)
        return Response(400, b"yes or no")

    return {
        ("GET", VOICE): lambda _request: Response(200, _page(voice)),
        ("POST", VOICE): press,
    }


def _page(voice: HomeVoice) -> bytes:
    spoken = "".join(f"<p>{both(SENTENCES[sentence])}</p>" for sentence in reversed(voice.said))
    content = f"{_question(voice)}<section aria-live=polite>{spoken or _SILENCE}</section>"
    return document("voice", content, refresh_s=REFRESH_S)


def _question(voice: HomeVoice) -> str:
    if voice.asks is None:
        return ""
    buttons = "".join(
        f'<button name="answer" value="{answer}">{both(words)}</button>'
        for answer, words in _ANSWERS[voice.asks].items()
    )
    asked = f"<p>{both(SENTENCES[voice.asks])}</p>"
    return f'<form class=warn method="post" action="{VOICE}">{asked}{buttons}</form>'
