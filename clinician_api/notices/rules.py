"""What a notice is. Plain values: sends nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

RecipientKind = Literal["account", "resident"]
Fact = str | int | bool | None


@dataclass(frozen=True, slots=True)
class Recipient:
    kind: RecipientKind
    id: UUID


@dataclass(frozen=True, slots=True)
class Message:
    """`code` chooses the words, `subject_kind` says what `subject` is the id of. Nobody is told of the same
    occasion of the same subject twice.

    `facts` fill the words in: codes, ids and limits, never text of our own making.
    """

    code: str
    subject_kind: str
    subject: UUID
    occasion: str
    facts: Mapping[str, Fact] = field(default_factory=dict)
