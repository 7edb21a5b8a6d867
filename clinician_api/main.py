"""Puts the web server together: sessions, rooms, guards and the one answer to errors."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Any, Final

from fastapi import FastAPI
from sqlalchemy import text

from clinician_api import guards, problems
from clinician_api.agreements import routes as agreements
from clinician_api.agreements import template_routes as agreement_texts
from clinician_api.agreements.press import Here, Press
from clinician_api.agreements.seals import FolderSeals
from clinician_api.agreements.service import Archive
from clinician_api.clock import Clock, utc_now
from clinician_api.consents import routes as consents
from clinician_api.contracts import consenting, group_routes
from clinician_api.contracts import feedback_routes as feedback
from clinician_api.contracts import routes as contracts
from clinician_api.db import Db, Sessions, connect, sessions
from clinician_api.deliveries import routes as deliveries
from clinician_api.figures import Counted, Requests
from clinician_api.follow_ups import routes as follow_ups
from clinician_api.health import routes as health
from clinician_api.identity import door_routes
from clinician_api.identity import family_routes as family
from clinician_api.identity import routes as identity
from clinician_api.identity import staff_routes as staffing
from clinician_api.identity import training_routes as trainings
from clinician_api.identity.codes import GOOD_FOR
from clinician_api.identity.contacts import Reach
from clinician_api.identity.logins import Door
from clinician_api.identity.rules import Limits, Purpose, Terms
from clinician_api.identity.sso import Directory
from clinician_api.kms import FolderKms
from clinician_api.monitoring import routes as monitoring
from clinician_api.notices import routes as notices
from clinician_api.notices import sending
from clinician_api.notices.channels import Channels, load
from clinician_api.oversight import routes as oversight
from clinician_api.packages import routes as packages
from clinician_api.passwords import Passwords
from clinician_api.problems import ProblemOut
from clinician_api.reaching import routes as reaching
from clinician_api.settings import Settings
from clinician_api.triage import routes as triage
from clinician_api.vault import DiskVault
from clinician_api.web import install, troubles
from ingest.probe import new_registry

API: Final = "/api/v1"
_ROUTERS: Final = (
    agreement_texts.router,
    agreements.router,
    identity.router,
    door_routes.router,
    door_routes.lost,
    family.router,
    staffing.router,
    trainings.router,
    notices.router,
    oversight.router,
    consents.router,
    consenting.router,
    packages.router,
    contracts.router,
    group_routes.router,
    feedback.router,
    deliveries.router,
    monitoring.router,
    follow_ups.router,
    triage.router,
    reaching.router,
    health.router,
)
# A whole batch put right, laid out for people and then spelled as forms are.
_ROOMY: Final = ("/fleet/quarantine/", 512 * 1024)
_REFUSAL: Final[dict[str, Any]] = {
    "description": "Refused, with a stable code.",
    "content": {"application/problem+json": {"schema": ProblemOut.model_json_schema()}},
}


def create_app(
    settings: Settings,
    *,
    clock: Clock = utc_now,
    passwords: Passwords | None = None,
    press: Press | None = None,
) -> FastAPI:
    press = press or Here()
    engine = connect(settings.database_url)

    @asynccontextmanager
    async def life(_app: FastAPI) -> AsyncIterator[None]:
        press.begin()
        async with app.state.hub.listening():
            yield
        press.close()
        engine.dispose()

    # The interactive docs come from another host, which the policy forbids.
    app = FastAPI(
        title="Hearthline",
        lifespan=life,
        docs_url=None,
        redoc_url=None,
        openapi_url=f"{API}/openapi.json",
        # A redirect of its own making would lead to whatever host the request names.
        redirect_slashes=False,
    )
    app.state.settings = settings
    app.state.clock = clock
    app.state.sessions = sessions(engine)
    app.state.channels = load(settings.channels) if settings.channels else Channels()
    app.state.archive = archive(settings, press)
    app.state.send_code = partial(send_code_by, app.state.channels, clock)
    app.state.directory = directory(settings)
    app.state.kms = FolderKms(settings.keys) if settings.keys else None
    app.state.door = door(settings, app.state.sessions, passwords or Passwords())
    problems.install(app, page=troubles.page)
    install.install(app, settings.database_url)
    app.add_middleware(guards.BodyLimit, most=settings.body_bytes, roomy=_ROOMY)
    app.add_middleware(guards.SecurityHeaders, secure=settings.public_origin.startswith("https:"))
    app.state.registry = new_registry()
    requests = Requests(app.state.registry, streams=lambda: len(app.state.hub.queues))
    app.add_middleware(Counted, requests=requests)
    for router in _ROUTERS:
        app.include_router(router, prefix=API, responses={"4XX": _REFUSAL})
    app.add_api_route("/healthz", alive, include_in_schema=False)
    app.add_api_route("/readyz", ready, include_in_schema=False)
    return app


def send_code_by(channels: Channels, clock: Clock, reach: Reach, code: str, purpose: Purpose) -> bool:
    """How this server's one-time codes travel."""
    return sending.send_code(channels, reach, code, purpose=purpose, good_for=GOOD_FOR, now=clock())


def directory(settings: Settings) -> Directory | None:
    """The house's own, where staff have one."""
    if not settings.oidc_issuer or settings.oidc_secret is None:
        return None
    return Directory(
        issuer=settings.oidc_issuer,
        client=settings.oidc_client,
        back=f"{settings.public_origin}/login/sso/back",
        secret=settings.oidc_secret.read_text(encoding="utf-8").strip(),
    )


def archive(settings: Settings, press: Press) -> Archive | None:
    """Where signed agreements lie. Without its two folders nobody can sign on this server."""
    if settings.keys is None or settings.vault is None:
        return None
    vault, seals = DiskVault(settings.vault, FolderKms(settings.keys)), FolderSeals(settings.keys / "seals")
    return Archive(vault, seals, press)


def door(settings: Settings, sessions: Sessions, passwords: Passwords) -> Door:
    """What logins are measured by."""
    days = timedelta(days=settings.resident_login_days)
    return Door(
        sessions=sessions,
        passwords=passwords,
        limits=Limits(
            name_failures=settings.lockout_failures,
            address_failures=settings.address_failures,
            lock=timedelta(minutes=settings.lockout_minutes),
        ),
        staff=Terms(
            idle=timedelta(minutes=settings.login_idle_minutes), lasts=timedelta(hours=settings.login_hours)
        ),
        residents=Terms(idle=days, lasts=days),
        kms=FolderKms(settings.keys) if settings.keys else None,
        must_have_second=settings.second_factor == "staff",
    )


def alive() -> dict[str, str]:
    """For whoever restarts what hangs."""
    return {"status": "ok"}


def ready(db: Db) -> dict[str, str]:
    """For a load balancer: up, and the database answers."""
    db.execute(text("select 1"))
    return {"status": "ready"}
