"""What a home answers when it is asked about symptoms. Written in the transaction of whoever asks; the engine
hears it in order with the readings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.orm import Session

from alerts.rules.symptom import UNNAMED, RedFlags

__all__ = ["SYMPTOMS", "UNNAMED", "answer"]

SYMPTOMS: Final = RedFlags().names
"""What the question of rule 5 asks for."""

_ANSWER: Final = text("""
insert into alerts.symptom_answer (id, resident, answered_at, stored_at, symptoms)
values (:id, :resident, :answered_at, :now, :symptoms)
""")

# The channel of new readings: the engine looks at once.
_NOTIFY: Final = text("notify readings")


def answer(
    session: Session, resident: UUID, *, symptoms: Iterable[str], answered_at: datetime, now: datetime
) -> UUID:
    """A resident has these symptoms; the answer's id. Raises ValueError on one that no rule knows."""
    chosen = sorted(set(symptoms))
    if not chosen or not SYMPTOMS.issuperset(chosen):
        raise ValueError(f"the symptoms that can be told are {', '.join(sorted(SYMPTOMS))}")
    id_ = uuid4()
    values = {"id": id_, "resident": resident, "answered_at": answered_at, "now": now, "symptoms": chosen}
    session.execute(_ANSWER, values)
    session.execute(_NOTIFY)
    return id_
