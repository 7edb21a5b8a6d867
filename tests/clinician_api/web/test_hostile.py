"""Whatever is put into every part of a request at once: no mistake of ours, nothing run, led away, leaked or
kept. What is put into one part alone is asked in `test_hostile_parts`."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Final

import pytest
from httpx2 import AsyncClient

from clinician_api.db import connect, sessions
from tests.clinician_api.web.conftest import alarm
from tests.clinician_api.web.hostile import UNSAFE, WORDS, Site, ask, check, known, site, tried

# Guarded by origin alone: whoever comes has no login yet, or needs none.
BY_ORIGIN: Final = {
    *("/login", "/login/code", "/login/second", "/login/phone", "/login/phone/code", "/bind/{secret}"),
    *("/login/anew", "/api/v1/logins/password"),
    *("/language", "/api/v1/logins", "/api/v1/logins/code", "/api/v1/logins/second"),
    *("/api/v1/logins/second/confirm", "/api/v1/logins/phone", "/api/v1/logins/phone/code"),
}
FOREIGN: Final = (
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
)


@pytest.fixture(scope="module")
def shared(module_database_url: str) -> Iterator[Site]:
    """No request of these tests is in order, so that none leaves anything to the next."""
    engine = connect(module_database_url)
    care = sessions(engine)
    yield site(module_database_url, care, alarm(care))
    engine.dispose()


@pytest.mark.parametrize("word", WORDS, ids=range(len(WORDS)))
def test_a_request_of_nothing_else_runs_leads_away_and_breaks_nothing(shared: Site, word: str) -> None:
    async def put_everywhere() -> None:
        async with shared.browsers() as browsers:
            for method, path, who, parts in tried(shared.app):
                said = dict.fromkeys([*parts, word], word)
                check(await ask(browsers[who], method, path, said), f"{method} {path}")

    asyncio.run(put_everywhere())
    assert shared.kept_nothing()


def test_no_step_is_taken_for_another_site_or_by_a_form_without_its_token(shared: Site) -> None:
    async def forge() -> list[str]:
        async with shared.browsers() as browsers:
            asked = [(method, path, who) for method, path, who, _ in tried(shared.app) if method in UNSAFE]
            return [
                wrong
                for method, path, who in asked
                for wrong in await forged(shared, browsers[who], method, path)
            ]

    assert asyncio.run(forge()) == []


async def forged(shared: Site, browser: AsyncClient, method: str, path: str) -> list[str]:
    """Which ways to forge this step are not refused."""
    said, wrong = known(shared.alarmed), []
    token = browser.headers.pop("X-CSRF-Token")
    if path not in BY_ORIGIN and (await ask(browser, method, path, said)).status_code != 403:
        wrong.append(f"{method} {path} without a token")
    browser.headers["X-CSRF-Token"] = token
    for foreign in FOREIGN:
        browser.headers.update(foreign)
        if (await ask(browser, method, path, said)).status_code != 403:
            wrong.append(f"{method} {path} {foreign}")
        for name in foreign:
            del browser.headers[name]
    return wrong
