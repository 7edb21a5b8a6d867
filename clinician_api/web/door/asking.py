"""A page of the door, and how it says its own refusal: why it failed stands above what was asked."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import segno
from fastapi import Request
from fastapi.responses import HTMLResponse, Response

from clinician_api.problems import Problem
from clinician_api.web import pages
from clinician_api.web.asking import frame, words_for
from clinician_api.web.door.views import Step


def show(request: Request, template: str, step: Step, status: int = 200) -> Response:
    around = frame(request, None, request.app.state.clock(), here=request.url.path)
    html = pages.render(template, words_for(request, None), frame=around, step=step, size=20)
    return HTMLResponse(html, status)


def refuses_with(request: Request, template: str, step: Step) -> None:
    """Whatever is refused in this request is said on the page that it came from."""

    def refusal(problem: Problem) -> Response:
        minutes = max(1, -(-(problem.retry_after or 0) // 60))
        trouble = "locked" if problem.status == 429 else problem.code
        return show(request, template, replace(step, trouble=trouble, retry_minutes=minutes), problem.status)

    request.state.refusal = refusal


def square(words: str) -> str:
    """As SVG to stand in a page: black on white whatever the page's colours, or no camera reads it."""
    out = BytesIO()
    code = segno.make(words, error="m")
    # Without a size of its own it has a view box, and is as wide as the page lets it.
    code.save(out, kind="svg", border=3, light="#fff", xmldecl=False, svgns=False, omitsize=True)
    return out.getvalue().decode()
