"""Whatever is put into one part of a request that is else in order: no mistake of ours, nothing run, led
away, leaked or kept."""

from __future__ import annotations

import asyncio
from typing import Final

import pytest

from clinician_api.db import Sessions
from tests.clinician_api.web.conftest import Alarmed
from tests.clinician_api.web.hostile import MARK, ask, check, known, site, tried

PUT: Final = (
    f"<script>alert('{MARK}')</script>{{{{1234*5678}}}}",
    f"{MARK}\x00",
    "9" * 5000,
    "0001-01-01T00:00:00",
)


@pytest.mark.parametrize("word", PUT, ids=range(len(PUT)))
def test_no_part_of_a_request_that_is_else_in_order_does(
    database_url: str, care: Sessions, alarmed: Alarmed, word: str
) -> None:
    there, in_order = site(database_url, care, alarmed), known(alarmed)

    async def put_into_each() -> None:
        async with there.browsers() as browsers:
            for method, path, who, parts in tried(there.app):
                for part in [*parts, word]:
                    answer = await ask(browsers[who], method, path, in_order | {part: word})
                    check(answer, f"{method} {path} {part}")

    asyncio.run(put_into_each())
    assert there.kept_nothing()
