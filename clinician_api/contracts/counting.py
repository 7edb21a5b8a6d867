"""How many contracts stand where, by team: what an administrator sees, who sees no resident."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clinician_api.contracts.models import Contract, ContractStep
from clinician_api.contracts.states import State, Step


@dataclass(frozen=True, slots=True)
class Counts:
    """Of one institution: contracts by team and state, and steps that were taken since a moment."""

    standing: Mapping[UUID, Mapping[State, int]]
    taken: Mapping[Step, int]

    def total(self, *states: State) -> int:
        return sum(each.get(state, 0) for each in self.standing.values() for state in states)


def counts(db: Session, institution: UUID, *, since: datetime) -> Counts:
    of_ours = Contract.institution == institution
    by_team = select(Contract.team, Contract.state, func.count()).where(of_ours)
    standing: defaultdict[UUID, Counter[State]] = defaultdict(Counter)
    for team, state, number in db.execute(by_team.group_by(Contract.team, Contract.state)):
        standing[team][state] = number
    steps = select(ContractStep.step, func.count()).join(Contract, Contract.id == ContractStep.contract)
    recent = steps.where(of_ours, ContractStep.at >= since).group_by(ContractStep.step)
    taken: Counter[Step] = Counter()
    for step, number in db.execute(recent):
        taken[step] = number
    return Counts(standing, taken)
