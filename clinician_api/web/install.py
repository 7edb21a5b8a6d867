"""Puts the pages on the application: routes, static files, the stream, compression."""

from __future__ import annotations

from typing import Final

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from clinician_api.web import entry, events, residents, staff
from clinician_api.web.account import routes as account
from clinician_api.web.admin import (
    package_routes,
    region_routes,
    staff_routes,
    team_routes,
    text_routes,
    training_routes,
)
from clinician_api.web.agreement import routes as agreement
from clinician_api.web.contracts import (
    applying_routes,
    complaint_routes,
    counter_routes,
    entering_routes,
    joining,
    own_routes,
    queue_routes,
    refund_routes,
    saying_routes,
)
from clinician_api.web.door import binding_routes, helping_routes, sso_routes
from clinician_api.web.door import routes as door
from clinician_api.web.events import Hub
from clinician_api.web.health import routes as health
from clinician_api.web.oversight import routes as oversight
from clinician_api.web.packages import routes as packages
from clinician_api.web.pages import STATIC
from clinician_api.web.people import family_routes, monitoring_routes
from clinician_api.web.people import own_routes as own_identity
from clinician_api.web.people import routes as people
from clinician_api.web.privacy import routes as privacy
from clinician_api.web.reaching import routes as reaching
from clinician_api.web.steward import box_routes, fleet_routes, quarantine_routes, reading_routes

_STEWARDS: Final = (fleet_routes, box_routes, quarantine_routes, reading_routes)
_ADMINS: Final = (team_routes, staff_routes, training_routes, package_routes, text_routes, region_routes)
_FOR_GOOD: Final = "public, max-age=31536000, immutable"


class MarkedFiles(StaticFiles):
    """An address with a mark of its content never changes; one without is asked about each time."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        is_marked = scope["query_string"].startswith(b"v=")
        response.headers["Cache-Control"] = _FOR_GOOD if is_marked else "no-cache"
        return response


def install(app: FastAPI, database_url: str) -> None:
    """The hub in its state listens while the application lives."""
    app.state.hub = Hub(database_url)
    app.include_router(account.anew)
    for module in (
        entry,
        staff,
        residents,
        joining,
        own_routes,
        counter_routes,
        applying_routes,
        entering_routes,
        saying_routes,
        complaint_routes,
        refund_routes,
        queue_routes,
        privacy,
        oversight,
        reaching,
        health,
        door,
        account,
        binding_routes,
        helping_routes,
        sso_routes,
        agreement,
        packages,
        people,
        own_identity,
        family_routes,
        monitoring_routes,
        events,
        *_STEWARDS,
        *_ADMINS,
    ):
        app.include_router(module.router)
    app.mount("/static", MarkedFiles(directory=STATIC))
    # It leaves event streams alone: a compressed one would wait for a full block.
    app.add_middleware(GZipMiddleware, minimum_size=1000)
