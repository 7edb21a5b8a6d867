"""Whatever the schema allows and forbids is asked, as every role of another house: no answer is a mistake of
ours, none shows a word of the resident who is none of theirs, and nothing of that resident's is changed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, get_args

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import APIOperation, Case
from schemathesis.core.result import Ok
from schemathesis.core.transport import Response
from schemathesis.generation import GenerationMode

from clinician_api.access.rules import Role
from clinician_api.db import connect
from clinician_api.db import sessions as sessions_of
from clinician_api.identity.routes import COOKIE
from clinician_api.identity.rules import csrf_token
from clinician_api.kms import FolderKms
from clinician_api.main import create_app
from clinician_api.settings import Settings
from tests.clinician_api.making import NOW, ORIGIN, WEAK, HandClock, token_of
from tests.clinician_api.matrix.belongings import fingerprint
from tests.clinician_api.matrix.world import Standing, World, world

EXAMPLES: Final = int(os.environ.get("SCHEMA_EXAMPLES", "12"))
"""Of each operation and each mode, where the whole is asked: with twelve all askers take 300 s of CPU
(2026-11-29, 2 cores)."""


@dataclass(frozen=True)
class House:
    app: FastAPI
    world: World
    operations: tuple[APIOperation[Any, Any, Any, Any], ...]

    @cached_property
    def cases(self) -> list[Case[Any]]:
        """Drawn once, asked by everybody: drawing takes as long as asking."""
        modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
        return [
            case for each in self.operations for mode in modes for case in self.drawn(each, mode, EXAMPLES)
        ]

    def drawn(
        self, operation: APIOperation[Any, Any, Any, Any], mode: GenerationMode, examples: int
    ) -> list[Case[Any]]:
        found: list[Case[Any]] = []
        drawing = settings(
            max_examples=examples,
            database=None,
            derandomize=True,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )

        @drawing
        @given(case=operation.as_strategy(generation_mode=mode))
        def keep(case: Case[Any]) -> None:
            found.append(case)

        with suppress(Unsatisfiable):  # where nothing is typed, nothing can be typed wrong
            keep()
        for case in found:
            self.aim(case, is_good=mode is GenerationMode.POSITIVE)
        return found

    def aim(self, case: Case[Any], *, is_good: bool) -> None:
        """At what is the resident's: a random id is never found, whoever asks."""
        known = dict(self.world.known)
        parts: list[Any] = [case.path_parameters, *((case.query, case.body) if is_good else ())]
        for part in parts:
            if isinstance(part, dict):
                part.update({name: value for name, value in known.items() if name in part})
        if is_good and isinstance(case.body, dict) and "version" in case.body:
            case.body["version"] = 1

    def prints(self) -> dict[str, str | None]:
        with self.app.state.sessions() as db:
            return fingerprint(db, self.world.known)


class Visitor:
    """Somebody with a login, and another one when an operation has ended it."""

    def __init__(self, house: House, role: Role | None) -> None:
        self.house, self.role, self.headers = house, role, dict[str, str]()

    def ask(self, case: Case[Any]) -> Response:
        answer = case.call(headers=self.headers)
        if answer.status_code != 401 or self.role is None:
            return answer
        token = token_of(self.house.app, self.house.world.accounts[Standing(self.role, "other")])
        self.headers = {"Cookie": f"{COOKIE}={token}", "X-CSRF-Token": csrf_token(token)}
        return case.call(headers=self.headers)


@pytest.fixture(scope="module")
def house(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    keys = tmp_path_factory.mktemp("keys")
    engine = connect(module_database_url)
    with sessions_of(engine).begin() as db:
        made = world(db, FolderKms(keys))
    settled = Settings(
        database_url=module_database_url,
        public_origin=ORIGIN,
        secure_cookies=False,
        second_factor="whoever_has_one",
        keys=keys,
    )
    app = create_app(settled, clock=HandClock(NOW), passwords=WEAK)
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app)
    yield House(
        app, made, tuple(found.ok() for found in schema.get_all_operations() if isinstance(found, Ok))
    )
    engine.dispose()


def wrong(house: House, role: Role | None, cases: list[Case[Any]]) -> list[str]:
    """A line for each answer that is wrong, each operation that was never asked, and each table changed."""
    visitor, before, found, asked = Visitor(house, role), house.prints(), [], set()
    for case in cases:
        answer = visitor.ask(case)
        asked.add(case.operation.label)
        shown = house.world.shown(answer.text, None, "during")
        if answer.status_code >= 500 or shown:
            found.append(f"{role} {case.operation.label} {answer.status_code} {shown}")
    found += [f"never asked: {each.label}" for each in house.operations if each.label not in asked]
    return found + [f"changed: {table}" for table, each in house.prints().items() if each != before[table]]


def test_a_sample_of_what_the_schema_allows_and_forbids_is_answered(house: House) -> None:
    modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    cases = [case for each in house.operations for mode in modes for case in house.drawn(each, mode, 1)]
    assert wrong(house, "doctor", cases) == []


@pytest.mark.truth
@pytest.mark.parametrize("role", [None, *get_args(Role)])
def test_all_that_the_schema_allows_and_forbids_is_answered_whoever_asks(
    house: House, role: Role | None
) -> None:
    assert wrong(house, role, house.cases) == []
