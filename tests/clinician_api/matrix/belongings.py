"""What belongs to a resident: one thing of each kind, in words that stand nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from clinician_api.agreements import templates
from clinician_api.audit.rules import By
from clinician_api.contracts import feedback, signatures, wording
from clinician_api.contracts.feedback import Rating
from clinician_api.contracts.models import Contract
from clinician_api.identity import households, papers, proxies
from clinician_api.identity.minding import Wanted
from clinician_api.kms import Kms
from clinician_api.monitoring import service as monitoring
from clinician_api.oversight import service as oversight
from clinician_api.oversight.service import Asked
from tests.clinician_api.making import NOW, actor, make_account, make_staff, make_team
from tests.clinician_api.monitoring.comparing import check

Kind = Literal["moment", "number", "file", "contract", "opinion", "look", "secret"]
"""Who may read it: `moment` who sees the resident at all, `number` also who judges looks (record 0043),
`file` who has the contract, `contract` also who keeps the institution's books, `opinion` never the team that
it is about, `look` who judges it, `secret` nobody."""

MOMENT: Final = ("玉兰花甲子", "310107-08-77777", "13900007777", "牡丹路七号", "186/112")
"""Name, file number, telephone, address and reading."""

HELPER: Final = "帮手紫薇四四"
NOTE: Final = "比对茉莉六六"
HOME: Final = "门牌海棠五五"
COMPLAINT: Final = "投诉丁香七七"
RATING: Final = "评价芍药八八"
LOOK: Final = "急查石榴九九"
NUMBER: Final = "310107195405062468"
MASKED: Final = "310107********2468"

_FIXED: Final[dict[str, Kind]] = {
    **dict.fromkeys(MOMENT, "moment"),
    MOMENT[1]: "number",
    HELPER: "file",
    NOTE: "file",
    HOME: "file",
    MASKED: "file",
    COMPLAINT: "opinion",
    RATING: "opinion",
    LOOK: "look",
    NUMBER: "secret",
}


@dataclass(frozen=True, slots=True)
class Belongings:
    """`ids` by the names that routes have for them; `form` is what a form about the contract needs besides;
    `marks` are the words, and who may read them."""

    ids: Mapping[str, str]
    form: Mapping[str, str]
    marks: Mapping[str, Kind]


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose all of it will be, under which contract, and who cares for them."""

    resident: UUID
    account: UUID
    contract: UUID
    institution: UUID
    doctor: UUID


def belongings(db: Session, kms: Kms, whose: Owner) -> Belongings:
    me, doctor = actor(db, whose.account), actor(db, whose.doctor)
    row = db.get_one(Contract, whose.contract)
    papers.state(db, kms, By(), whose.resident, "resident_id", NUMBER, now=NOW)
    agreed = _agreement(db, row)
    feedback.rate(db, me, row.id, Rating("contract", row.id, 1, (), RATING), now=NOW)
    monitoring.put_down(db, doctor, whose.resident, check(note=NOTE), now=NOW)
    households.found(db, By(), whose.resident, address=HOME, now=NOW)
    ids = {
        "resident": whose.resident,
        "contract": row.id,
        "agreement": agreed,
        "complaint": feedback.complain(db, me, row.id, COMPLAINT, now=NOW),
        "proxy": _helper(db, whose),
        "look": _look(db, whose.institution),
        "account": whose.account,
        "head": whose.resident,
        "purpose": "care",
    }
    kept: dict[str, Kind] = {wording.number(row): "contract", str(row.terms_sha256): "contract"}
    form = {"version": str(row.version), "sha256": str(row.terms_sha256)}
    return Belongings({name: str(each) for name, each in ids.items()}, form, {**_FIXED, **kept})


def _agreement(db: Session, row: Contract) -> UUID:
    templates.begin(db, By(), now=NOW)
    signatures.freeze(db, row, By(), now=NOW)
    db.flush()
    assert row.agreement is not None
    return row.agreement


def _helper(db: Session, whose: Owner) -> UUID:
    helper = make_account(db, HELPER, now=NOW)
    wanted = Wanted(
        basis="authorised",
        relation="helper",
        scopes=frozenset({"read"}),
        since=NOW - timedelta(days=300),
        until=NOW + timedelta(days=300),
        evidence="A-17",
    )
    return proxies.authorise(db, By(), whose.resident, helper, wanted, now=NOW)


def _look(db: Session, institution: UUID) -> UUID:
    """By a doctor of another team, who stands nowhere in the matrix."""
    stranger = make_staff(db, "急诊医生", "doctor", make_team(db, institution, "急诊"))
    asked = Asked(file_number=MOMENT[1], cause="life_at_risk", words=LOOK, hours=24)
    return oversight.open_look(db, actor(db, stranger), asked, now=NOW).id


_KEYS: Final = ("resident", "contract", "account")
_COLUMNS: Final = text("""
    select table_name, array_agg(column_name::text) from information_schema.columns
    where table_schema = 'care' and column_name = any(:keys) and table_name not like 'audit%'
    group by table_name order by table_name
""")


def fingerprint(db: Session, ids: Mapping[str, str]) -> dict[str, Any]:
    """Of every row that is the resident's, their contract's or their account's, a digest for each table."""
    tables = db.execute(_COLUMNS, {"keys": list(_KEYS)}).all()
    return {table: db.scalar(text(_digest(table, columns)), dict(ids)) for table, columns in tables}


def _digest(table: str, columns: list[str]) -> str:
    theirs = " or ".join(f"t.{column} = cast(:{column} as uuid)" for column in columns)
    return f"select md5(string_agg(t::text, '|' order by t::text)) from care.{table} t where {theirs}"  # noqa: S608 (ours)
