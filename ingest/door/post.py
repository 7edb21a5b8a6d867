"""A handful of messages, sorted by what is to be done with them. Decides by the pure doors; does nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Self
from uuid import UUID

from device_drivers.wire.answer import BEGINS
from device_drivers.wire.topics import gateway_of
from ingest.door.accept import Accepted, Refused, Rejected, Unanswerable, Verdict, accept
from ingest.door.enrolled import Fleet
from ingest.door.heartbeat import Heartbeat, hear
from ingest.door.home_answer import HomeAnswer, judge_answer
from ingest.door.intake import Message
from ingest.door.quarantine import Evidence, of_anybody


@dataclass(slots=True)
class Post:
    """Batches to settle, answers to keep, heartbeats to note, messages for quarantine, gateways to refuse."""

    batches: list[Accepted | Rejected] = field(default_factory=list)
    answers: list[HomeAnswer] = field(default_factory=list)
    heartbeats: list[Heartbeat] = field(default_factory=list)
    strays: list[Evidence] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    has_unknown: bool = False
    """Whether a message names a gateway that is not known: it may have been enrolled a moment ago."""

    @classmethod
    def of(cls, messages: Iterable[Message], fleet: Fleet) -> Self:
        post = cls()
        for message in messages:
            post._add(message, fleet)
        return post

    @property
    def is_empty(self) -> bool:
        return not (self.batches or self.answers or self.heartbeats or self.strays or self.refused)

    def _add(self, message: Message, fleet: Fleet) -> None:
        gateway = gateway_of(message.topic)
        self.has_unknown |= gateway is not None and gateway not in fleet
        match _judge(message)(message.payload, gateway, fleet):
            case Accepted() | Rejected() as batch:
                self.batches.append(batch)
            case HomeAnswer() as answer:
                self.answers.append(answer)
            case Heartbeat() as beat:
                self.heartbeats.append(beat)
            case Unanswerable(reason=reason):
                self.strays.append(of_anybody(message.payload, reason, gateway))
            case Refused() as refused:
                self.refused.append(refused)


def _judge(
    message: Message,
) -> Callable[[bytes, UUID | None, Fleet], Verdict | HomeAnswer | Heartbeat]:
    if message.topic.endswith("/state"):
        return hear
    return judge_answer if message.payload.startswith(BEGINS) else accept
