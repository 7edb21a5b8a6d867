"""A pytest plugin: names at the end what was left out for want of a server. Finds no server itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pytest

# How the skip of a test ends whose server is not there.
MISSING = " is not installed"


def left_out(reasons: Iterable[str]) -> list[str]:
    """Name each server that is not installed, with the number of tests that went without it."""
    servers = (reason.removesuffix(MISSING) for reason in reasons if reason.endswith(MISSING))
    return [
        f"{server.removeprefix('Skipped: ')} ({count})" for server, count in sorted(Counter(servers).items())
    ]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped: list[pytest.TestReport] = terminalreporter.getreports("skipped")
    reasons = [report.longrepr[2] for report in skipped if isinstance(report.longrepr, tuple)]
    if lines := left_out(reasons):
        terminalreporter.section("left out: as root, make test installs what is missing")
        for line in lines:
            terminalreporter.line(line)
