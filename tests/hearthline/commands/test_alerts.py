"""`hearthline alerts replay` as a script meets it: what it prints where, and how it ends."""

from __future__ import annotations

import codecs
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from hearthline.commands.alerts import app

HEADER = "resident,taken_at,stored_at,kind,systolic,diastolic,pulse,glucose,unit,context,quality"
CRITICAL = "r1,2026-03-01T08:00:00+08:00,2026-03-01T08:00:05+08:00,blood_pressure,186,112,80,,mmHg,,ok"
LOW = "r2,2026-03-01T07:00:00Z,2026-03-01T07:00:05Z,glucose,,,,70,mg/dL,fasting,"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "history.csv"


def replay(file: Path, *lines: str, options: tuple[str, ...] = ("--json",)) -> Result:
    file.write_text("\n".join(lines), encoding="utf-8")
    return CliRunner().invoke(app, ["replay", str(file), *options])


def test_episodes_print_as_one_list_on_one_line(file: Path) -> None:
    result = replay(file, HEADER, CRITICAL)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.count("\n") == 1
    assert json.loads(result.stdout) == [
        {
            "resident": "r1",
            "level": "critical",
            "reason": "bp_high",
            "opened_at": "2026-03-01T08:00:00+08:00",
            "confirmed_at": "2026-03-01T08:15:00+08:00",
            "confirmed_by": "silence",
            "closed_at": None,
            "provisional": True,
            "late": False,
            "readings": 1,
        }
    ]


def test_people_read_a_line_an_episode_with_the_number_in_plain_words(file: Path) -> None:
    result = replay(file, HEADER, CRITICAL, LOW, options=())
    critical, low = result.stdout.splitlines()
    assert critical.startswith("2026-03-01T08:00+08:00  r1  critical  Systolic is 180 or more")
    assert critical.endswith("(186/112 mmHg); confirmed by silence, open")
    assert low == "2026-03-01T07:00+00:00  r2  critical  Glucose is 3.9 or less (3.9 mmol/L); open"


def test_a_history_without_rows_has_no_episodes(file: Path) -> None:
    assert replay(file, HEADER).stdout == "[]\n"


def test_a_byte_order_mark_and_columns_in_another_order_are_accepted(file: Path) -> None:
    swapped = [",".join([*line.split(",")[1:], line.split(",")[0]]) for line in (HEADER, CRITICAL)]
    file.write_bytes(codecs.BOM_UTF8 + "\r\n".join(swapped).encode())
    result = CliRunner().invoke(app, ["replay", str(file), "--json"])
    assert len(json.loads(result.stdout)) == 1


def test_one_bad_row_prints_nothing_but_the_error(file: Path) -> None:
    result = replay(file, HEADER, CRITICAL, CRITICAL.replace("186", "1_86"))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"{file}: row 3, column systolic: '1_86' is not a plain decimal number\n"


def test_a_file_that_is_not_there_is_wrong_use(tmp_path: Path) -> None:
    assert CliRunner().invoke(app, ["replay", str(tmp_path / "none.csv")]).exit_code == 2


def test_a_folder_is_wrong_use(tmp_path: Path) -> None:
    assert CliRunner().invoke(app, ["replay", str(tmp_path)]).exit_code == 2
