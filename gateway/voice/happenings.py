"""What can happen to a home that its voice may speak of, and what is to be done then. Plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from device_drivers.wire.downlink import Question
from gateway.button.pressing import Answer
from gateway.trust.receipts import Fate
from gateway.voice.sentences import Name

Kind = Literal["blood_pressure", "other"]


@dataclass(frozen=True, slots=True)
class Kept:
    """A new reading is in the outbox."""

    reading: UUID
    kind: Kind


@dataclass(frozen=True, slots=True)
class NotSaved:
    """A reading was heard and could not be written."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What the cloud's receipts said of readings: stored, or kept out of the tables for a reason."""

    fates: tuple[tuple[UUID, Fate], ...]


@dataclass(frozen=True, slots=True)
class ShutOut:
    """The cloud does not take this gateway's readings."""


@dataclass(frozen=True, slots=True)
class Told:
    """The cloud says that a sentence is true. `until`: a monotonic second after which it is not said."""

    sentence: Name
    until: float
    about: UUID | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """The cloud wants this question asked, and its answer under this id."""

    what: Question
    question: UUID
    until: float


@dataclass(frozen=True, slots=True)
class AnsweredElsewhere:
    """On the page, or through another box of the home."""

    question: UUID


@dataclass(frozen=True, slots=True)
class Pressed:
    """The one button, whatever it is, was understood."""

    answer: Answer


@dataclass(frozen=True, slots=True)
class AnswerArrived:
    """A receipt came for the answer to this question."""

    question: UUID


@dataclass(frozen=True, slots=True)
class TimePassed:
    """Nothing happened but that."""


Happening = (
    Kept
    | NotSaved
    | Settled
    | ShutOut
    | Told
    | Asked
    | AnsweredElsewhere
    | Pressed
    | AnswerArrived
    | TimePassed
)


@dataclass(frozen=True, slots=True)
class Say:
    """A sentence, unless its turn comes only after `until`."""

    sentence: Name
    until: float


@dataclass(frozen=True, slots=True)
class Send:
    """An answer that the cloud is to have."""

    question: UUID
    what: Question
    answer: Answer


Deed = Say | Send


@dataclass(frozen=True, slots=True)
class Moment:
    """Monotonic seconds, and whether it is night in the home; None where the box does not know the time."""

    now: float
    is_night: bool | None
