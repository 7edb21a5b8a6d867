"""The demo's page shows each home's true state in both languages."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from hearthline.demo.page import HomeRow, create_page

ROWS = [
    HomeRow(1, stored=14, verified=5, missing=0, age_s=3, ledger="complete"),
    HomeRow(2, stored=2, verified=1, missing=1, age_s=40, ledger="incomplete"),
    HomeRow(3, stored=0, verified=0, missing=0, age_s=None, ledger="waiting"),
]


@pytest.fixture
def client() -> TestClient:
    return TestClient(create_page(lambda: ROWS))


def test_it_speaks_chinese_unless_asked(client: TestClient) -> None:
    assert "家脉演示" in client.get("/").text


def test_it_speaks_english_when_asked(client: TestClient) -> None:
    assert "some not arrived" in client.get("/?lang=en").text


def test_totals_stand_below(client: TestClient) -> None:
    assert '<td data-label="Readings stored">16</td>' in client.get("/?lang=en").text


def test_a_home_without_readings_says_so(client: TestClient) -> None:
    assert "none yet" in client.get("/?lang=en").text


def test_an_unknown_language_is_refused(client: TestClient) -> None:
    assert client.get("/?lang=xx").status_code == 422
