"""`hearthline decode` as a script meets it: what it prints where, and how it ends."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner, Result

from hearthline.commands.decode import app


def run(*arguments: str, stdin: str | bytes = "") -> Result:
    return CliRunner().invoke(app, list(arguments), input=stdin)


def test_a_value_prints_as_one_json_object_on_one_line() -> None:
    result = run("2A35", "0678 00 5000 6200 e80703090a1e00 4800")
    assert result.exit_code == 0
    assert result.stdout.count("\n") == 1
    assert json.loads(result.stdout) == {
        "unit": "mmHg",
        "systolic": "120",
        "diastolic": "80",
        "mean": "98",
        "pulse": "72",
        "user_id": None,
        "time": "2024-03-09T10:30:00",
        "status": None,
        "quality": "ok",
    }


def test_what_is_odd_is_told_to_people_only() -> None:
    result = run("2A19", "6400")
    assert json.loads(result.stdout) == {"percent": 100}
    assert result.stderr == "note: 1 trailing bytes 00\n"


def test_malformed_bytes_end_with_1_and_one_line_that_names_field_and_frame() -> None:
    result = run("2A35", "06780050")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr == "2A35 diastolic: truncated, 1 of 2 bytes; frame 06780050\n"


def test_no_bytes_at_all_are_malformed() -> None:
    result = run("2A35", "")
    assert (result.exit_code, result.stderr) == (1, "2A35 flags: truncated, 0 of 1 bytes; frame (empty)\n")


@pytest.mark.parametrize(
    "arguments", [("2A35", "0"), ("2A35", "zz"), ("2A99", "00"), ("2A35",), (), ("--lines", "2A35")]
)
def test_what_cannot_be_meant_is_a_usage_error(arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""


def test_lines_are_answered_one_by_one_the_bad_ones_by_an_error() -> None:
    result = run("--lines", stdin="2a19 64\n\n2A19 zz\n2A99 00\n2A35 06\n2A19 32")
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 0
    assert [list(answer) for answer in answers] == [["percent"], *[["error"]] * 4, ["percent"]]
    assert answers[4] == {"error": "systolic: truncated, 0 of 2 bytes; frame 06"}


def test_lines_that_are_no_text_are_answered_too() -> None:
    result = run("--lines", stdin=b"\xff\xfe 00\n2A19 64\n")
    assert [list(json.loads(line)) for line in result.stdout.splitlines()] == [["error"], ["percent"]]
