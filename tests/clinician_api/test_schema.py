"""Whatever the schema allows and forbids is asked, as every role of another house: no answer is a mistake of
ours, and none shows a word of the resident who is none of theirs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import SearchStrategy
from schemathesis import APIOperation, Case
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode

from clinician_api.db import connect
from clinician_api.db import sessions as sessions_of
from clinician_api.identity import logins
from clinician_api.identity.logins import Visitor
from clinician_api.identity.routes import COOKIE
from clinician_api.identity.rules import csrf_token
from clinician_api.main import create_app
from clinician_api.settings import Settings
from tests.clinician_api.making import NOW, ORIGIN, WEAK, HandClock
from tests.clinician_api.matrix.world import FURTHER, MARKS, TEAM_ROLES, Standing, World, world

ROLES: Final = (*TEAM_ROLES, *FURTHER, "duty", "steward", "resident")
EXAMPLES: Final = int(os.environ.get("SCHEMA_EXAMPLES", "25"))
"""Of each operation and each mode, where the whole is asked."""


@dataclass(frozen=True)
class House:
    app: FastAPI
    world: World
    operations: tuple[APIOperation[Any, Any, Any, Any], ...]

    def headers_of(self, role: str) -> dict[str, str]:
        """A login of its own: some operations end it."""
        state = self.app.state
        account = self.world.accounts[Standing(role, "other")]  # type: ignore[arg-type]  # one of ROLES
        with state.sessions.begin() as db:
            visitor = Visitor(address="127.0.0.1", agent="test")
            token = logins.log_in(db, account, visitor, terms=state.door.staff, now=NOW)
        return {"Cookie": f"{COOKIE}={token}", "X-CSRF-Token": csrf_token(token)}

    def known(self) -> dict[str, str]:
        """Ids that mean something: a random one is never found, whoever asks."""
        mine = self.world
        return {"resident": str(mine.resident), "reading": str(mine.reading), "episode": str(mine.episode)}


@pytest.fixture(scope="module")
def house(module_database_url: str) -> Iterator[House]:
    engine = connect(module_database_url)
    with sessions_of(engine).begin() as db:
        made = world(db)
    settled = Settings(
        database_url=module_database_url,
        public_origin=ORIGIN,
        secure_cookies=False,
        second_factor="whoever_has_one",
    )
    app = create_app(settled, clock=HandClock(NOW), passwords=WEAK)
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app)
    yield House(
        app, made, tuple(found.ok() for found in schema.get_all_operations() if isinstance(found, Ok))
    )
    engine.dispose()


def ask_each(house: House, role: str, examples: int) -> list[str]:
    """What went wrong, one line for each answer; and each operation that was never asked."""
    wrong: list[str] = []
    asked: set[str] = set()
    for operation in house.operations:
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            # Where nothing is typed, nothing can be typed wrong.
            with suppress(Unsatisfiable):
                _drawn(house, role, operation.as_strategy(generation_mode=mode), examples, asked, wrong)
    return wrong + [f"never asked: {each.label}" for each in house.operations if each.label not in asked]


def _drawn(
    house: House,
    role: str,
    cases: SearchStrategy[Case[Any]],
    examples: int,
    asked: set[str],
    wrong: list[str],
) -> None:
    @settings(
        max_examples=examples,
        database=None,
        derandomize=True,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases)
    def each(case: Case[Any]) -> None:
        for name, value in house.known().items():
            if name in (case.path_parameters or {}):
                case.path_parameters[name] = value
        answer = case.call(headers=house.headers_of(role))
        asked.add(case.operation.label)
        shown = [mark for mark in MARKS if mark in answer.text]
        if answer.status_code >= 500 or shown:
            wrong.append(f"{role} {case.operation.label} {answer.status_code} {shown}")

    each()


def test_a_sample_of_what_the_schema_allows_and_forbids_is_answered(house: House) -> None:
    assert ask_each(house, "doctor", 1) == []


@pytest.mark.truth
@pytest.mark.parametrize("role", ROLES)
def test_all_that_the_schema_allows_and_forbids_is_answered_whoever_asks(house: House, role: str) -> None:
    assert ask_each(house, role, EXAMPLES) == []
