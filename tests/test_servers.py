"""A missing server is said aloud, and is a failure in CI."""

from __future__ import annotations

import pytest

from tests.servers import left_out, need


def test_what_is_there_is_found() -> None:
    assert need("env", package="coreutils").name == "env"


def test_a_missing_server_leaves_the_test_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="left out without Debian's nonesuch"):
        need("nonesuchd", package="nonesuch")


def test_a_missing_server_fails_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="left out without Debian's nonesuch"):
        need("nonesuchd", package="nonesuch")


def test_what_was_left_out_is_counted_by_package() -> None:
    reasons = [
        "Skipped: left out without Debian's mosquitto",
        "Skipped: other",
        "left out without Debian's mosquitto",
    ]
    assert left_out(reasons) == ["mosquitto: 2 tests"]
