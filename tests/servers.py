"""Servers that Debian gives and no wheel does. Without one its tests are left out, or fail where CI=true."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

# Debian keeps servers off an ordinary user's PATH.
FOLDERS = ["/usr/lib/postgresql/15/bin", "/usr/sbin", "/usr/bin"]
LEFT_OUT = "left out without Debian's "


def need(program: str, *, package: str) -> Path:
    """Find a server's program, such as `mosquitto` or `initdb`, or end the test that asks for it."""
    found = shutil.which(program, path=os.pathsep.join(FOLDERS))
    if found:
        return Path(found)
    reason = LEFT_OUT + package
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def left_out(reasons: Iterable[str]) -> list[str]:
    """Name each missing package, with how many tests went without it."""
    counted = Counter(reason.partition(LEFT_OUT)[2] for reason in reasons if LEFT_OUT in reason)
    return [f"{package}: {number} tests" for package, number in sorted(counted.items())]
