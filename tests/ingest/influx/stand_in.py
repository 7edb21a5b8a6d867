"""A stand-in for InfluxDB 2: keeps points as its documentation says, answers only our own questions.

It is not InfluxDB, and its answer to a question in Flux shows nothing of Flux: only what we make of answers.
Its connections may be cut, and what it had not synced may be lost, as at a server that is killed.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qs, urlsplit

from tests.ingest.influx.protocol import parsed, unquoted

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TYPES: Final = {float: "double", int: "long", bool: "boolean", str: "string"}
_TIME: Final = r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?Z"

Tags = tuple[tuple[str, str], ...]
Field = float | int | bool | str


class Name(NamedTuple):
    """What makes a point itself."""

    bucket: str
    measurement: str
    tags: Tags
    at: int


Held = dict[Name, dict[str, Field]]


class StandIn:
    """`answer` gives the status of a write; `cut` says whether a request's answer is lost on its way."""

    def __init__(self) -> None:
        self.points: Held = {}
        self.synced: Held = {}
        self.answer: Callable[[bytes], int] = lambda _lines: 204
        self.cut: Callable[[], str] = lambda: ""
        self.lock = Lock()
        self.url = ""

    def sync(self) -> None:
        with self.lock:
            self.synced = {name: dict(fields) for name, fields in self.points.items()}

    def lose(self) -> None:
        """Be killed: what was not synced is gone."""
        with self.lock:
            self.points = {name: dict(fields) for name, fields in self.synced.items()}

    def write(self, bucket: str, body: bytes) -> int:
        status = self.answer(body)
        if status == 204:
            for text in body.decode().splitlines():
                measurement, tags, fields, at = parsed(text)
                name = Name(bucket, measurement, tuple(sorted(tags.items())), at)
                values = {each: _field(value) for each, value in fields.items()}
                self.points.setdefault(name, {}).update(values)
        return status

    def delete(self, bucket: str, wanted: Mapping[str, str]) -> int:
        (tag, value) = re.fullmatch(r'(\w+)="([^"]*)"', wanted["predicate"]).groups()  # type: ignore[union-attr]
        begin, stop = nanoseconds(wanted["start"]), nanoseconds(wanted["stop"])
        for name in list(self.points):
            said = {"_measurement": name.measurement, **dict(name.tags)}
            if name.bucket == bucket and begin <= name.at <= stop and said.get(tag) == value:
                del self.points[name]
        return 204

    def query(self, text: str) -> str:
        """Rows of a pivot, each measurement and tag set as a table of its own."""
        asked = question(text)
        chosen = {
            name: fields
            for name, fields in self.points.items()
            if name.bucket == asked.bucket and asked.begin <= name.at < asked.end and asked.wants(name)
        }
        if asked.newest:
            chosen = _newest(chosen)
        tables: dict[tuple[str, Tags], list[Name]] = {}
        for name in sorted(chosen):
            tables.setdefault((name.measurement, name.tags), []).append(name)
        return "".join(_table(number, names, chosen) for number, names in enumerate(tables.values()))


class Question(NamedTuple):
    """What we know how to ask: a stretch of a bucket, kept to some values of some columns."""

    bucket: str
    begin: int
    end: int
    filters: tuple[tuple[str, frozenset[str]], ...]
    newest: bool
    """Only the newest of each resident that speaks."""

    def wants(self, name: Name) -> bool:
        said = {"_measurement": name.measurement, **dict(name.tags)}
        return all(said.get(column) in values for column, values in self.filters)


_ASKED: Final = re.compile(
    r'from\(bucket: "(?P<bucket>[^"]*)"\)\s*'
    rf"\|> range\(start: (?P<begin>{_TIME}), stop: (?P<end>{_TIME})\)\s*"
    r"(?P<filters>(?:\|> filter\(fn: \(r\) => [^|]*\)\s*)+)"
    r'\|> pivot\(rowKey: \["_time"\], columnKey: \["_field"\], valueColumn: "_value"\)\s*'
    r"\|> map\(fn: \(r\) => \(\{r with at: int\(v: r\._time\)\}\)\)\s*"
    r'\|> drop\(columns: \["_start", "_stop", "_time"\]\)\s*'
    r"(?P<newest>\|> filter\(fn: \(r\) => r\.speaks\)\s*"
    r'\|> group\(columns: \["resident"\]\)\s*'
    r'\|> sort\(columns: \["taken_at", "reading_id"\]\)\s*'
    r'\|> last\(column: "taken_at"\)\s*)?'
)
_TERM: Final = re.compile(r'r\.(\w+) == "([^"]*)"')


def question(text: str) -> Question:
    asked = _ASKED.fullmatch(text)
    assert asked is not None, text
    filters = []
    for each in asked["filters"].split("|> filter")[1:]:
        terms = _TERM.findall(each)
        assert len({column for column, _ in terms}) == 1, each
        filters.append((terms[0][0], frozenset(value for _, value in terms)))
    return Question(
        asked["bucket"],
        nanoseconds(asked["begin"]),
        nanoseconds(asked["end"]),
        tuple(filters),
        bool(asked["newest"]),
    )


def _newest(chosen: Held) -> Held:
    def rank(name: Name) -> tuple[Field, Field]:
        return chosen[name]["taken_at"], chosen[name]["reading_id"]

    newest: dict[str, Name] = {}
    for name in sorted((name for name, fields in chosen.items() if fields["speaks"]), key=rank):
        newest[dict(name.tags)["resident"]] = name
    return {name: chosen[name] for name in newest.values()}


def nanoseconds(text: str) -> int:
    found = re.fullmatch(_TIME, text)
    assert found is not None, text
    whole = datetime.fromisoformat(found[1]).replace(tzinfo=UTC) - _EPOCH
    return (whole.days * 86_400 + whole.seconds) * 10**9 + int((found[2] or "").ljust(9, "0"))


def _field(text: str) -> Field:
    if text.startswith('"'):
        return unquoted(text)
    if text in {"true", "false"}:
        return text == "true"
    return int(text[:-1]) if text.endswith("i") else float(text)


def _table(number: int, names: list[Name], chosen: Held) -> str:
    """Annotated CSV (InfluxDB documentation, "Annotated CSV"); a blank line ends it."""
    types = {each: type(value) for name in names for each, value in chosen[name].items()}
    tags = {"_measurement": names[0].measurement, **dict(names[0].tags)}
    columns = [*tags, *types, "at"]
    kinds = [*("string" for _ in tags), *(_TYPES[types[each]] for each in types), "long"]
    out = io.StringIO()
    write = csv.writer(out).writerow
    write(["#datatype", "string", "long", *kinds])
    write(["#group", "false", "false", *("true" for _ in tags), *("false" for _ in [*types, "at"])])
    write(["#default", "_result", *("" for _ in ["table", *columns])])
    write(["", "result", "table", *columns])
    for name in names:
        said = {**tags, **chosen[name], "at": name.at}
        write(["", "", number, *(_written(said.get(column)) for column in columns)])
    return out.getvalue() + "\r\n"


def _written(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else value


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, server: StandIn, *asked: Any) -> None:  # noqa: ANN401 - the library's
        self._server = server
        super().__init__(*asked)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        cut = self._server.cut()
        if cut == "before":
            self.close_connection = True
            return
        status, text = self._act(body)
        if cut == "after":
            self.close_connection = True
            return
        self.send_response(status)
        self.send_header("Content-Type", "text/csv")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def _act(self, body: bytes) -> tuple[int, bytes]:
        where = urlsplit(self.path)
        bucket = parse_qs(where.query).get("bucket", [""])[0]
        with self._server.lock:
            match where.path:
                case "/api/v2/write":
                    return self._server.write(bucket, body), b""
                case "/api/v2/delete":
                    return self._server.delete(bucket, json.loads(body)), b""
                case "/api/v2/query":
                    return 200, self._server.query(json.loads(body)["query"]).encode()
                case _:
                    return 404, b""

    def log_message(self, *_args: object) -> None:
        """Says nothing."""


@contextmanager
def standing_in() -> Iterator[StandIn]:
    one = StandIn()
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, one)) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        one.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield one
        finally:
            server.shutdown()
            thread.join()
