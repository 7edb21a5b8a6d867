"""The ways that an operator configured, from a TOML file, and what each of them does with a message."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Annotated, Final, Protocol

import apprise
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from clinician_api.notices.routing import Audience, Channel, Contact, Kind, Urgency

TIMEOUT_S: Final = 10.0
_PLACE: Final[Mapping[Contact, str]] = {"phone": "{phone}", "email": "{email}", "account": "{account}"}


class BadChannelsError(Exception):
    """What is wrong with the file, for its operator; addresses with secrets in them are not repeated."""


class _Configured(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,30}$")]
    kind: Kind
    url: Annotated[str, Field(default="", repr=False)]
    path: Path | None = None
    silent: frozenset[str] = frozenset()
    needs: Contact
    audiences: Annotated[frozenset[Audience], Field(min_length=1)]
    urgencies: Annotated[frozenset[Urgency], Field(min_length=1)] = frozenset({"now", "soon", "courtesy"})

    @model_validator(mode="after")
    def _fits(self) -> _Configured:
        if (self.kind == "apprise") != bool(self.url):
            raise ValueError("`url` belongs to kind apprise, and to no other")
        if (self.kind != "apprise") != (self.path is not None):
            raise ValueError("`path` belongs to kinds file and phone, and to no other")
        if self.kind == "apprise" and _PLACE[self.needs] not in self.url:
            raise ValueError(f"`url` has no place {_PLACE[self.needs]} for the recipient")
        return self


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    channel: list[_Configured]


@dataclass(frozen=True, slots=True)
class Letter:
    """What goes to whom. `contact` is their number, address or id, and stands in no log."""

    contact: str = field(repr=False)
    title: str
    body: str = field(repr=False)


class Way(Protocol):
    def send(self, letter: Letter, *, now: datetime) -> str | None:
        """None when it is on its way; else the code of why not: `refused`, `unreachable`, `no_answer`."""
        ...


@dataclass(frozen=True, slots=True)
class FileWay:
    """A line of JSON for each letter: for tests, for the demo, and for simulated residents."""

    path: Path
    lock: Lock = field(default_factory=Lock)

    def send(self, letter: Letter, *, now: datetime) -> str | None:
        line = {"at": now.isoformat(), "to": letter.contact, "title": letter.title, "body": letter.body}
        try:
            with self.lock, self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
        except OSError:
            return "unreachable"
        return None


@dataclass(frozen=True, slots=True)
class SimulatedPhone:
    """Calls nobody: writes down what it would have said. Numbers in `silent` do not pick up. A real telephone
    is another `Way`, whose answer says whether somebody did."""

    book: FileWay
    silent: frozenset[str] = frozenset()

    def send(self, letter: Letter, *, now: datetime) -> str | None:
        failed = self.book.send(letter, now=now)
        return failed or ("no_answer" if letter.contact in self.silent else None)


@dataclass(frozen=True, slots=True)
class AppriseWay:
    """Any service that apprise speaks; the recipient is filled into its address."""

    url: str = field(repr=False)
    needs: Contact

    def send(self, letter: Letter, *, now: datetime) -> str | None:  # noqa: ARG002 (the service has its own)
        service = apprise.Apprise()
        if not service.add(self.url.replace(_PLACE[self.needs], letter.contact)):
            return "refused"
        answer = service.notify(title=letter.title, body=letter.body, timeout=TIMEOUT_S)
        return None if answer else "unreachable"


@dataclass(frozen=True, slots=True)
class Channels:
    """In the order of the file: `known` for deciding, `ways` for doing."""

    known: tuple[Channel, ...] = ()
    ways: Mapping[str, Way] = field(default_factory=dict)


def load(path: Path) -> Channels:
    """Raises BadChannelsError with what to put right."""
    try:
        told = _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadChannelsError(f"{path}: {error}") from error
    except ValidationError as error:
        raise BadChannelsError(f"{path}: {_first(error)}") from None
    names = [each.name for each in told.channel]
    if len(set(names)) < len(names):
        raise BadChannelsError(f"{path}: two channels have one name")
    known = tuple(Channel(e.name, e.kind, e.audiences, e.needs, e.urgencies) for e in told.channel)
    return Channels(known, {each.name: _way(each) for each in told.channel})


def _way(told: _Configured) -> Way:
    if told.path is None:
        return AppriseWay(told.url, told.needs)
    book = FileWay(told.path)
    return SimulatedPhone(book, told.silent) if told.kind == "phone" else book


def _first(error: ValidationError) -> str:
    """The first thing that is wrong and where; never the value, which may hold a secret."""
    first = error.errors(include_input=False, include_url=False)[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
