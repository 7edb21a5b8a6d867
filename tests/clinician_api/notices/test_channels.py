"""The file of ways: what it may say, what is said of a mistake in it, and what each way does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from clinician_api.notices.channels import BadChannelsError, Letter, load
from tests.clinician_api.making import NOW

GOOD = """
[[channel]]
name = "sms"
kind = "apprise"
url = "json://user:secret@127.0.0.1:{port}/{{phone}}"
needs = "phone"
audiences = ["resident", "staff"]

[[channel]]
name = "call"
kind = "phone"
path = "{folder}/calls.jsonl"
silent = ["13800000000"]
needs = "phone"
audiences = ["resident"]
urgencies = ["now"]

[[channel]]
name = "file"
kind = "file"
path = "{folder}/letters.jsonl"
needs = "account"
audiences = ["resident", "family", "staff"]
"""
LETTER = Letter("13812345678", "家脉", "您有一条新消息")


class _Service(BaseHTTPRequestHandler):
    """Takes what it is sent, but for one number, and keeps it."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, json.loads(body)))  # type: ignore[attr-defined]
        self.send_response(500 if self.path.endswith("666") else 200)
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Says nothing."""


@contextmanager
def service() -> Iterator[tuple[int, list[tuple[str, dict[str, str]]]]]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Service) as server:
        server.got = []  # type: ignore[attr-defined]
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port, server.got  # type: ignore[attr-defined]
        finally:
            server.shutdown()
            thread.join()


def written(folder: Path, text: str = GOOD, *, port: int = 9) -> Path:
    file = folder / "channels.toml"
    file.write_text(text.format(folder=folder, port=port) if text == GOOD else text)
    return file


def test_the_order_of_the_file_is_the_order_of_the_ways(tmp_path: Path) -> None:
    assert [each.name for each in load(written(tmp_path)).known] == ["sms", "call", "file"]


def test_a_service_gets_the_words_and_the_number_and_its_refusal_is_a_failure(tmp_path: Path) -> None:
    with service() as (port, got):
        sms = load(written(tmp_path, port=port)).ways["sms"]
        assert sms.send(LETTER, now=NOW) is None
        assert sms.send(Letter("13800000666", "", "x"), now=NOW) == "unreachable"
    path, body = got[0]
    assert (path, body["title"], body["message"]) == ("/13812345678", "家脉", "您有一条新消息")


def test_a_service_that_is_not_there_is_a_failure(tmp_path: Path) -> None:
    assert load(written(tmp_path)).ways["sms"].send(LETTER, now=NOW) == "unreachable"


def test_a_simulated_call_is_written_down_and_not_everybody_picks_up(tmp_path: Path) -> None:
    call = load(written(tmp_path)).ways["call"]
    assert call.send(LETTER, now=NOW) is None
    assert call.send(Letter("13800000000", "", "x"), now=NOW) == "no_answer"
    assert len((tmp_path / "calls.jsonl").read_text().splitlines()) == 2


def test_a_file_that_cannot_be_written_is_a_failure(tmp_path: Path) -> None:
    file = load(written(tmp_path)).ways["file"]
    (tmp_path / "letters.jsonl").mkdir()
    assert file.send(LETTER, now=NOW) == "unreachable"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "channel"),
        ("[[channel", "channels.toml"),
        ('[[channel]]\nname="a"\nkind="pigeon"\nneeds="phone"\naudiences=["staff"]', "kind"),
        ('[[channel]]\nname="A B"\nkind="file"\npath="x"\nneeds="phone"\naudiences=["staff"]', "name"),
        ('[[channel]]\nname="a"\nkind="file"\nneeds="phone"\naudiences=["staff"]', "path"),
        ('[[channel]]\nname="a"\nkind="file"\npath="x"\nneeds="phone"\naudiences=[]', "audiences"),
        (
            '[[channel]]\nname="a"\nkind="apprise"\nurl="json://h/secret"\nneeds="phone"\naudiences=["staff"]',
            "place",
        ),
        ('[[channel]]\nname="a"\nkind="file"\npath="x"\nneeds="phone"\naudiences=["staff"]\nfoo=1', "foo"),
    ],
)
def test_a_mistake_is_named_and_no_secret_repeated(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(BadChannelsError) as refused:
        load(written(tmp_path, text))
    assert says in str(refused.value)
    assert "secret" not in str(refused.value)


def test_two_ways_of_one_name_are_refused(tmp_path: Path) -> None:
    one = '[[channel]]\nname="a"\nkind="file"\npath="x"\nneeds="phone"\naudiences=["staff"]\n'
    with pytest.raises(BadChannelsError, match="one name"):
        load(written(tmp_path, one + one))


def test_no_way_shows_its_secret_or_its_number_when_it_is_printed(tmp_path: Path) -> None:
    channels = load(written(tmp_path))
    assert "user:secret" not in repr(channels)
    assert "138" not in repr(LETTER)
