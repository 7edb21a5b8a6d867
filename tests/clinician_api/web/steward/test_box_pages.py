"""What a steward does to a gateway, by forms alone."""

from __future__ import annotations

import re

import pytest

from tests.clinician_api.web.steward.conftest import Watched
from tests.clinician_api.web.test_staff import HOSTILE, send


def test_a_gateway_is_revoked_with_a_reason(watched: Watched) -> None:
    path = f"/fleet/gateways/{watched.gateway.gateway}"
    page = watched.browser.get(path).text
    answer = send(watched.browser, page, f"{path}/revoke", why="被盗")
    assert answer.status_code == 303
    assert watched.tables.one("select count(*) from ingest.gateway_key where revoked_at is null") == 0
    assert f'action="{path}/revoke"' not in watched.browser.get(path).text


def test_a_restart_stands_among_what_was_asked(watched: Watched) -> None:
    path = f"/fleet/gateways/{watched.gateway.gateway}"
    send(watched.browser, watched.browser.get(path).text, f"{path}/restart", why="没有反应")
    page = watched.browser.get(path).text
    assert "重新启动" in page
    assert "等待答复" in page


def test_a_code_is_shown_once(watched: Watched) -> None:
    path = f"/fleet/gateways/{watched.gateway.gateway}"
    answer = send(watched.browser, watched.browser.get(path).text, f"{path}/code", why="新网关")
    (code,) = re.findall(r"<code>((?:[0-9A-Z]{4}-){3}[0-9A-Z]{4})</code>", answer.text)
    assert code not in watched.browser.get(path).text


@pytest.mark.parametrize("deed", ["revoke", "restart", "code"])
def test_nothing_is_done_without_a_reason(watched: Watched, deed: str) -> None:
    path = f"/fleet/gateways/{watched.gateway.gateway}"
    answer = send(watched.browser, watched.browser.get(path).text, f"{path}/{deed}", why=" ")
    assert answer.status_code == 422
    assert watched.tables.one("select count(*) from ingest.command") == 0
    assert watched.tables.one("select count(*) from ingest.claim_code") == 0


def test_a_hostile_reason_harms_no_page(watched: Watched) -> None:
    path = f"/fleet/gateways/{watched.gateway.gateway}"
    answer = send(watched.browser, watched.browser.get(path).text, f"{path}/code", why=HOSTILE)
    assert "<script>alert" not in answer.text + watched.browser.get(path).text
