"""A resident with a contract that begins and ends, and one actor for each way of standing to it."""

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

MARKS: Final = ("玉兰花甲子", "310107-08-77777", "13900007777", "牡丹路七号", "186/112")
"""What an answer about the resident shows, and no other does."""

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


@dataclass(frozen=True, slots=True)
class World:
    resident: UUID
    reading: UUID
    episode: UUID
    accounts: dict[Standing, UUID]


def world(db: Session) -> World:
    houses = {"own": _house(db, "花桥"), "other": _house(db, "千灯")}
    resident = identity.create_resident(db, _subject())
    accounts: dict[Standing, UUID] = {}
    for side, (institution, team) in houses.items():
        accounts |= _staff(db, "own" if side == "own" else "other", institution, team)
    accounts[Standing("resident", "own")] = make_account(db, "本人", resident=resident, now=TIMES["before"])
    stranger = make_resident(db, "陈建国")
    accounts[Standing("resident", "other")] = make_account(db, "旁人", resident=stranger, now=TIMES["before"])
    make_contract(db, resident, houses["own"][1])
    make_contract(db, stranger, houses["other"][1])
    reading = store_reading(db, resident)
    said = concern(resident, inputs=(str(reading),))
    attended(db, said)
    return World(resident, reading, said.episode, accounts)


def _house(db: Session, name: str) -> tuple[UUID, UUID]:
    institution = identity.create_institution(db, name, phone="051257600000")
    return institution, make_team(db, institution, f"{name}一队")


def _subject() -> NewResident:
    name, number, phone, address, _ = MARKS
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
