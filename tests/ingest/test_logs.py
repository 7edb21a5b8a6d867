"""What a log line may say."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from datetime import UTC, datetime

from ingest.logs import OfLibraries, only_what_may_be_said, where_it_failed


def said(**fields: object) -> dict[str, object]:
    return dict(only_what_may_be_said(None, "info", {"event": "thing.done", **fields}))


def failed(error: BaseException) -> object:
    try:
        raise error
    except type(error) as caught:
        return where_it_failed(None, "error", {"event": "thing.failed", "exc_info": caught})["exception"]


def test_ids_figures_and_times_are_said() -> None:
    at = datetime(2026, 3, 5, tzinfo=UTC)
    assert said(gateway="0b5c-1", seq=3, since=at, code=None) == {
        "event": "thing.done",
        "gateway": "0b5c-1",
        "seq": 3,
        "since": "2026-03-05T00:00:00+00:00",
        "code": None,
    }


def test_a_field_that_is_not_on_the_list_is_left_out_and_named() -> None:
    assert said(name="王芳", systolic=212) == {"event": "thing.done", "left_out": ["name", "systolic"]}


def test_free_text_is_withheld_under_any_name() -> None:
    told = said(error='invalid input syntax: "212"', reason="王芳", id={"phone": "13800138000"}, code="a\nb")
    assert set(told.values()) == {"thing.done", "withheld"}


def test_an_error_is_its_kind_and_where_without_its_text() -> None:
    told = failed(ValueError("systolic 212 of Wang Fang"))
    assert isinstance(told, list)
    assert told[0] == "ValueError"
    assert told[1].startswith("ingest/test_logs.py:")
    assert "212" not in json.dumps(told)


def test_the_kinds_of_its_causes_are_said_too() -> None:
    error = ValueError("a")
    error.__cause__ = KeyError("13800138000")
    told = failed(error)
    assert isinstance(told, list)
    assert told[:2] == ["ValueError", "KeyError"]


def test_of_a_librarys_line_the_template_is_said_and_no_value() -> None:
    record = logging.LogRecord("lib", logging.ERROR, "/x/lib.py", 7, "no row for %s", ("Wang Fang",), None)
    told = json.loads(OfLibraries().format(record))
    assert (told["template"], told["place"], told["logger"]) == ("no row for %s", "lib:7", "lib")
    assert "Wang" not in json.dumps(told)


def test_a_librarys_line_that_is_all_words_is_only_a_place() -> None:
    record = logging.LogRecord("lib", logging.ERROR, "/x/lib.py", 7, "no row for Wang Fang", (), None)
    assert "Wang" not in OfLibraries().format(record)


PROGRAM = """
import logging, structlog
from ingest import logs
logs.configure()
log = structlog.get_logger()
log.info("reading.stored", reading="r-1", systolic=212)
try:
    raise ValueError("212")
except ValueError:
    log.exception("thing.failed", error="212 mmHg")
    logging.getLogger("uvicorn.error").exception("failed with 212")
"""


def test_a_process_that_is_set_up_so_prints_json_lines_and_no_value() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["event"] for line in lines] == ["reading.stored", "thing.failed", "library.spoke"]
    assert [line.get("exception", [None])[0] for line in lines] == [None, "ValueError", "ValueError"]
    assert "212" not in done.stderr
