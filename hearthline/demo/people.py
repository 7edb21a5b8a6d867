"""The people of the demo: an institution, two teams with their roles, and who lives in each home."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.agreements import templates
from clinician_api.agreements.seals import FolderSeals
from clinician_api.agreements.service import Archive
from clinician_api.audit.rules import By
from clinician_api.identity import service as identity
from clinician_api.identity.rules import OF_NO_TEAM, TeamRole
from clinician_api.kms import FolderKms, Kms
from clinician_api.packages import service as packages
from clinician_api.packages.starter import publish_starter
from clinician_api.packages.years import day_of
from clinician_api.vault import DiskVault
from hearthline.demo import families, residents, signers
from hearthline.demo.home import Home, resident_id
from hearthline.demo.logins import Clerk, Folders, Login, Logins
from hearthline.demo.residents import YEAR, House


class Staff(NamedTuple):
    """`role` None is whoever has the duty and belongs to no team; `team` is its number."""

    login: Login
    role: TeamRole | None
    team: int = 3


STAFF: Final = (
    Staff(Login("doctor", "李敏", "doctor of team 3: a resident measures 186/112 within 20 s"), "doctor"),
    Staff(Login("doctor2", "赵磊", "a second doctor of team 3"), "doctor"),
    Staff(Login("nurse", "王芳", "nurse of team 3"), "nurse"),
    Staff(Login("leader", "孙立群", "leads team 3: unclaimed criticals come here first"), "leader"),
    Staff(
        Login("doctor3", "周远", "doctor of team 4: sees none of team 3, looked once in an emergency"),
        "doctor",
        4,
    ),
    Staff(Login("supervisor", "钱海燕", "supervises the house: judges that look"), "supervisor"),
    Staff(Login("duty", "吴晓东", "has the duty this week"), None),
    Staff(Login("admin", "沈洁", "services, teams, staff; sees no resident"), "administrator"),
    Staff(Login("auditor", "冯静", "who did what; sees no resident"), "auditor"),
    Staff(Login("security", "何伟", "logins and keys; sees no resident"), "security"),
)
STEWARD: Final = Login("steward", "郑静", "gateways, meters, and what could not be accepted")
HELPER: Final = Login("daughter", "陈丽", "acts for resident, may sign; guardian of a boy without a contract")


def settle(db: Session, homes: Sequence[Home], folders: Folders, *, now: datetime) -> Logins:
    """Write everybody down: staff at work since a year, residents with a contract of half a year."""
    clerk, keys = Clerk(db, now), FolderKms(folders.keys)
    institution = identity.create_institution(db, "曹杨社区卫生服务中心", phone="02160000000")
    teams = {
        number: identity.create_team(db, institution, name=f"第{sign}团队", phone=f"0216000000{number}")
        for number, sign in ((3, "三"), (4, "四"))
    }
    staff = _employ(clerk, institution, teams)
    templates.begin(db, By(), now=now)
    offered = packages.versions(db, publish_starter(db, By(), effective_from=day_of(now), now=now))
    house = House(institution, teams[3], staff["nurse"], keys, offered)
    moved_in = dict(residents.settle(db, homes, house, now=now))
    _families(clerk, moved_in, keys)
    signers.settle(clerk, house)
    archive = Archive(DiskVault(folders.vault, keys), FolderSeals(folders.keys / "seals"))
    signers.seal(clerk, house, staff["doctor"], archive)
    signers.look_in_an_emergency(db, staff["doctor3"], now=now)
    return Logins(tuple(clerk.made), clerk.password, institution, folders.keys)


def _employ(clerk: Clerk, institution: UUID, teams: Mapping[int, UUID]) -> dict[str, UUID]:
    """Their accounts, by name."""
    db, now = clerk.db, clerk.now
    found = {each.login.name: clerk.admit(each.login, institution=institution) for each in STAFF}
    for each in STAFF:
        account = found[each.login.name]
        if each.role is None:
            identity.put_on_duty(db, institution, account=account, since=now, until=now + timedelta(days=7))
        else:
            place = None if each.role in OF_NO_TEAM else teams[each.team]
            identity.join(db, account, each.role, team=place, since=now - YEAR)
    steward = clerk.admit(STEWARD, institution=institution)
    access.appoint_steward(db, By(), steward, None, since=now - YEAR, now=now)
    return found


def _families(clerk: Clerk, moved_in: Mapping[UUID, str], keys: Kms) -> None:
    """Of the first home, if there is one."""
    db, now = clerk.db, clerk.now
    mother, father = resident_id(1, 1), resident_id(1, 2)
    daughter = clerk.admit(HELPER)
    families.of_child(db, daughter, keys, now=now)
    if mother in moved_in:
        about = "lives in the first home, with her husband; her daughter helps her"
        clerk.admit(Login("resident", moved_in[mother], about), resident=mother)
        families.of_daughter(db, mother, daughter, now=now)
        families.of_couple(db, mother, father, now=now)
