"""A resident with a contract that begins and ends, all that is theirs, and one actor for each way of standing
to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal, get_args
from uuid import UUID

from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.access.rules import Role
from clinician_api.audit.rules import By
from clinician_api.identity import service as identity
from clinician_api.identity.rules import TeamRole
from clinician_api.identity.schemas import NewResident
from clinician_api.kms import Kms
from tests.clinician_api.concerns import attended, concern
from tests.clinician_api.making import (
    BEGINS,
    ENDS,
    NOW,
    make_account,
    make_contract,
    make_resident,
    make_staff,
    make_team,
    put_on_duty,
)
from tests.clinician_api.matrix.belongings import MOMENT, Belongings, Kind, Owner, belongings
from tests.clinician_api.stored import store_reading

Phase = Literal["before", "during", "after", "later"]
Side = Literal["own", "other", "none"]

_NINE: Final = timedelta(hours=9)
TIMES: Final[dict[Phase, datetime]] = {
    "before": NOW.replace(year=BEGINS.year, month=8, day=31),
    "during": NOW,
    "after": NOW.replace(year=ENDS.year, month=9, day=1),
    "later": NOW.replace(year=ENDS.year, month=10, day=15),
}
"""The duty desk answers for thirty days after the contract; `later` lies behind them."""

TEAM_ROLES: Final[tuple[TeamRole, ...]] = (
    "doctor",
    "nurse",
    "leader",
    "public_health",
    "pharmacist",
    "village_doctor",
    "specialist",
)
FURTHER: Final[tuple[TeamRole, ...]] = ("supervisor", "administrator", "security", "auditor", "regulator")


@dataclass(frozen=True, slots=True)
class Standing:
    """A role on the resident's side (own team, institution or self), on another, or without any."""

    role: Role
    side: Side

    def sees(self, phase: Phase, *, whole: bool = False) -> bool:
        """Said anew here, not asked of the code that is tested. `whole`: the file, not the moment alone."""
        if self.side != "own":
            return False
        if self.role == "resident":
            return True
        team: set[str] = {*TEAM_ROLES, "supervisor"}
        seeing: dict[Phase, set[str]] = {
            "before": set(),
            "during": team,
            "after": {"duty", "supervisor"},
            "later": set(),
        }
        return self.role in seeing[phase] and not (whole and phase == "after")

    def reads(self, kind: Kind, phase: Phase) -> bool:
        """Whether words of this kind may stand in an answer to them."""
        if self.side != "own" or kind == "secret":
            return False
        if self.role == "resident":
            return True
        keeps: dict[Kind, set[str]] = {
            "contract": {"supervisor"},
            "opinion": {"supervisor"},
            "look": {"supervisor", "auditor"},
            "number": {"supervisor", "auditor"},
        }
        if self.role in keeps.get(kind, set()):
            return True
        of_sight = kind in {"moment", "number", "file", "contract"}
        return of_sight and self.sees(phase, whole=kind in {"file", "contract"})


@dataclass(frozen=True, slots=True)
class World:
    resident: UUID
    reading: UUID
    episode: UUID
    accounts: dict[Standing, UUID]
    belongings: Belongings

    @property
    def known(self) -> dict[str, str]:
        """Every id that is theirs, by the name that routes have for it."""
        seen = {"reading": str(self.reading), "episode": str(self.episode)}
        return {**self.belongings.ids, **seen}

    def shown(self, answer: str, who: Standing | None, phase: Phase) -> list[str]:
        """What stands in it and may not."""
        marks = self.belongings.marks.items()
        return [
            mark for mark, kind in marks if mark in answer and (who is None or not who.reads(kind, phase))
        ]


def world(db: Session, kms: Kms) -> World:
    houses = {"own": _house(db, "花桥"), "other": _house(db, "千灯")}
    resident = identity.create_resident(db, _subject())
    accounts: dict[Standing, UUID] = {}
    for side, (institution, team) in houses.items():
        accounts |= _staff(db, "own" if side == "own" else "other", institution, team)
    own = accounts[Standing("resident", "own")] = make_account(
        db, "本人", resident=resident, now=TIMES["before"]
    )
    stranger = make_resident(db, "陈建国")
    accounts[Standing("resident", "other")] = make_account(db, "旁人", resident=stranger, now=TIMES["before"])
    contract = make_contract(db, resident, houses["own"][1])
    make_contract(db, stranger, houses["other"][1])
    reading = store_reading(db, resident)
    said = concern(resident, inputs=(str(reading),))
    attended(db, said)
    doctor = accounts[Standing("doctor", "own")]
    theirs = belongings(db, kms, Owner(resident, own, contract, houses["own"][0], doctor))
    return World(resident, reading, said.episode, accounts, theirs)


def _house(db: Session, name: str) -> tuple[UUID, UUID]:
    institution = identity.create_institution(db, name, phone="051257600000")
    return institution, make_team(db, institution, f"{name}一队")


def _subject() -> NewResident:
    name, number, phone, address, _ = MOMENT
    return NewResident(
        name=name, sex="female", born=date(1954, 5, 6), phone=phone, file_number=number, address=address
    )


def _staff(db: Session, side: Side, institution: UUID, team: UUID) -> dict[Standing, UUID]:
    found = {Standing(role, side): make_staff(db, role, role, team) for role in TEAM_ROLES}
    for role in FURTHER:
        account = make_account(db, role, institution=institution, now=NOW)
        identity.join(db, account, role, team=None, since=NOW - timedelta(days=365))
        found[Standing(role, side)] = account
    duty = make_account(db, "duty", institution=institution, now=NOW)
    for now in TIMES.values():
        put_on_duty(db, institution, duty, now)
    steward = make_account(db, "steward", institution=institution, now=NOW)
    access.appoint_steward(db, By(), steward, institution, since=TIMES["before"] - _NINE, now=NOW)
    return found | {Standing("duty", side): duty, Standing("steward", side): steward}


assert set(get_args(Role)) == {*TEAM_ROLES, *FURTHER, "duty", "steward", "resident"}
