"""`hearthline contracts`: the last day alone, or the reason there is none."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from hearthline.commands.contracts import app


@pytest.mark.parametrize(
    ("words", "exit_code", "said"),
    [
        (["2026-03-01", "--years", "1"], 0, "2027-02-28\n"),
        (["2026-03-01", "--years", "3"], 0, "2029-02-28\n"),
        (["2024-02-29", "--years", "1"], 0, "2025-02-28\n"),
        (["2027-03-01", "--years", "1", "--json"], 0, '{"begins":"2027-03-01","ends":"2028-02-29"}\n'),
        (["2026-02-29", "--years", "1"], 1, ""),
        (["2026-03-01", "--years", "4"], 1, ""),
        (["2026-03-01", "--years", "0"], 1, ""),
        (["9999-03-01", "--years", "1"], 1, ""),
        (["2026-03-01", "--years", "one"], 2, ""),
    ],
)
def test_it_prints_the_last_day_alone_or_ends_with_the_reason(
    words: list[str], exit_code: int, said: str
) -> None:
    done = CliRunner().invoke(app, ["period", *words])
    assert (done.exit_code, done.stdout) == (exit_code, said)
    assert (done.stderr == "") == (exit_code == 0)
