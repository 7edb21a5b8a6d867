"""Writes entries, seals them behind the horizon, and checks the chain. Judges nobody."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import takewhile
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ARRAY, ColumnElement, Uuid, cast, func, insert, literal, select, text
from sqlalchemy import Row as SqlRow
from sqlalchemy.orm import Session

from clinician_api.audit import rules
from clinician_api.audit.models import AuditAnchor, AuditEntry, AuditSeal
from clinician_api.audit.rules import Entry, Fault, Report, Row, Seal
from clinician_api.db import Sessions

_LOCK: Final = 0x6865617274680002
"""Of PostgreSQL's advisory locks: one sealer at a time."""

_DAYS: Final = ZoneInfo("Asia/Shanghai")
_MOST: Final = 5000

COLUMNS: Final = (
    "seq", "tx", "at", "account", "login", "on_behalf_of", "action", "outcome", "resident",
    "target_kind", "target", "purpose", "facts",
)  # fmt: skip
"""Of an entry, in the order of its digest."""

_COLUMNS: Final = ", ".join(COLUMNS).replace("tx", "tx::text::bigint as tx", 1)

# Whoever has a lower transaction id than the horizon is over: nothing can appear before what was sealed.
_UNSEALED: Final = text(
    f"""
    select {_COLUMNS} from care.audit_entry
    where tx < pg_snapshot_xmin(pg_current_snapshot())
      and (tx, seq) > (cast(cast(:tx as text) as xid8), :seq)
    order by tx, seq limit :most
    """  # noqa: S608 (no input)
)
_BETWEEN: Final = text(
    f"""
    select {_COLUMNS} from care.audit_entry
    where (tx, seq) > (cast(cast(:tx as text) as xid8), :seq)
      and (tx, seq) <= (cast(cast(:last_tx as text) as xid8), :last_seq)
    order by tx, seq
    """  # noqa: S608 (no input)
)
_START: Final = (0, 0)

Link = tuple[Seal, Sequence[SqlRow[Any]]]
"""A seal and the entries that stand where it was made."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """The new link, and the last one of the day before where it begins a day."""

    seal: Seal
    anchor: Seal | None


def record(db: Session, entry: Entry, *, now: datetime) -> None:
    """In the transaction of what it tells: both are stored, or neither."""
    db.add(AuditEntry(**_values(entry, now)))


def record_each(db: Session, entry: Entry, residents: Collection[UUID], *, now: datetime) -> None:
    """The entry once for each of these residents, in one statement however many they are."""
    types = AuditEntry.__table__.c
    columns: dict[str, ColumnElement[Any]] = {
        name: literal(value, types[name].type) for name, value in _values(entry, now).items()
    }
    columns["resident"] = func.unnest(cast(list(residents), ARRAY(Uuid)))
    db.execute(insert(AuditEntry).from_select(list(columns), select(*columns.values())))


def _values(entry: Entry, now: datetime) -> dict[str, Any]:
    return {
        "at": now,
        "account": entry.by.account,
        "login": entry.by.login,
        "on_behalf_of": entry.by.on_behalf_of,
        "action": entry.action,
        "outcome": entry.outcome,
        "resident": entry.resident,
        "target_kind": entry.target[0] if entry.target else None,
        "target": entry.target[1] if entry.target else None,
        "purpose": entry.purpose,
        "facts": dict(entry.facts),
    }


def record_refusal(sessions: Sessions, entry: Entry, *, now: datetime) -> None:
    """In a transaction of its own, for the one that refused is rolled back."""
    with sessions.begin() as db:
        record(db, entry, now=now)


def seal(db: Session, *, now: datetime) -> Sealed | None:
    """Chain what no transaction under way can precede. None where nothing waits or another seals.

    Links never go back in time, whatever a clock does: a day that has its anchor would get another one.
    """
    if not db.scalar(text("select pg_try_advisory_xact_lock(:lock)"), {"lock": _LOCK}):
        return None
    before = last_seal(db)
    rows = _unsealed(db, before.last if before else _START)
    if not rows:
        return None
    at = max(now, before.at) if before else now
    anchor = before if before and _day(before.at) < _day(at) else None
    if anchor:
        db.add(AuditAnchor(day=_day(anchor.at), n=anchor.n, hash=anchor.hash, at=now))
    made = rules.next_seal(before, rows, at)
    db.add(_stored(made))
    db.flush()
    return Sealed(made, anchor)


def last_seal(db: Session) -> Seal | None:
    """The chain's head: who keeps its number and hash elsewhere can tell whether the chain was rewritten."""
    found = db.scalar(select(AuditSeal).order_by(AuditSeal.n.desc()).limit(1))
    return None if found is None else _seal(found)


def waiting(db: Session) -> tuple[int, datetime | None]:
    """How many entries no link holds yet, and since when the oldest."""
    head = last_seal(db)
    tx, seq = head.last if head else _START
    behind = text("(tx, seq) > (cast(cast(:tx as text) as xid8), :seq)").bindparams(tx=str(tx), seq=seq)
    count, oldest = db.execute(select(func.count(), func.min(AuditEntry.at)).where(behind)).one()
    return count, oldest


def anchored_at(db: Session) -> datetime | None:
    return db.scalar(select(func.max(AuditAnchor.at)))


def verify(db: Session, *, anchors: Mapping[int, bytes] = MappingProxyType({})) -> Report:
    """Recompute the chain. `anchors` are links' hashes by number, kept out of reach of the tables' owner."""
    faults = [*_check_links(db), *_check_anchors(db)]
    for n, kept in sorted(anchors.items()):
        if db.scalar(select(AuditSeal.hash).where(AuditSeal.n == n)) != kept:
            faults.append(Fault("anchor_differs", n))
    head = last_seal(db)
    links, sealed = db.execute(select(func.count(), func.sum(func.cardinality(AuditSeal.seqs)))).one()
    return Report(
        faults=tuple(faults),
        links=links,
        sealed=int(sealed or 0),
        unsealed=len(_unsealed(db, head.last if head else _START)),
        head=f"{head.n}:{head.hash.hex()}" if head else None,
    )


def _check_links(db: Session) -> Iterator[Fault]:
    before: Seal | None = None
    for seal, values in links(db):
        broken = list(rules.check_seal(before, seal))
        yield from broken
        # Where a link is gone, its entries are strangers to the next one: that was said already.
        rows = [_row(row) for row in values]
        yield from (
            fault for fault in rules.check_rows(seal, rows) if not (broken and fault.kind == "inserted")
        )
        before = seal


def links(db: Session, *, after: Seal | None = None) -> Iterator[Link]:
    """Each link behind `after` with the entries that stand where it was made; their columns are `COLUMNS`."""
    before = after
    behind = select(AuditSeal).where(AuditSeal.n > (after.n if after else 0)).order_by(AuditSeal.n)
    for stored in db.scalars(behind.execution_options(yield_per=50)):
        seal = _seal(stored)
        yield seal, _between(db, before.last if before else _START, seal.last)
        before = seal


def links_between(db: Session, since: datetime, until: datetime) -> tuple[Seal | None, Iterator[Link]]:
    """The links that were made then, and the one that they follow."""
    first = db.scalar(select(func.min(AuditSeal.n)).where(AuditSeal.at >= since))
    if first is None:
        return last_seal(db), iter(())
    before = link(db, first - 1)
    return before, takewhile(lambda found: found[0].at < until, links(db, after=before))


def entries_between(db: Session, since: datetime, until: datetime) -> int:
    """How many entries the links that were made then hold."""
    held = select(func.sum(func.cardinality(AuditSeal.seqs)))
    return int(db.scalar(held.where(AuditSeal.at >= since, AuditSeal.at < until)) or 0)


def link(db: Session, n: int) -> Seal | None:
    stored = db.get(AuditSeal, n)
    return None if stored is None else _seal(stored)


def anchors(db: Session) -> list[tuple[int, bytes]]:
    """What to keep elsewhere: the number and hash of each day's last link, and of the newest."""
    days = db.execute(select(AuditAnchor.n, AuditAnchor.hash).order_by(AuditAnchor.n))
    head = last_seal(db)
    kept = {day.n: day.hash for day in days} | ({head.n: head.hash} if head else {})
    return sorted(kept.items())


def _check_anchors(db: Session) -> Iterator[Fault]:
    hashes = select(AuditAnchor.n, AuditAnchor.hash, AuditSeal.hash).outerjoin(
        AuditSeal, AuditSeal.n == AuditAnchor.n
    )
    for n, kept, found in db.execute(hashes.order_by(AuditAnchor.n)):
        if kept != found:
            yield Fault("anchor_differs", n)


def _unsealed(db: Session, after: tuple[int, int]) -> list[Row]:
    found = db.execute(_UNSEALED, {"tx": str(after[0]), "seq": after[1], "most": _MOST})
    return [_row(row) for row in found]


def _between(db: Session, after: tuple[int, int], last: tuple[int, int]) -> Sequence[SqlRow[Any]]:
    places = {"tx": str(after[0]), "seq": after[1], "last_tx": str(last[0]), "last_seq": last[1]}
    return db.execute(_BETWEEN, places).all()


def _row(row: SqlRow[Any]) -> Row:
    return Row(position=(row.tx, row.seq), digest=rules.digest_of(row))


def _seal(stored: AuditSeal) -> Seal:
    first, last = (int(stored.first_tx), stored.first_seq), (int(stored.last_tx), stored.last_seq)
    return Seal(stored.n, first, last, tuple(stored.seqs), stored.leaves, stored.at, stored.hash)


def _stored(seal: Seal) -> AuditSeal:
    return AuditSeal(
        n=seal.n,
        first_tx=seal.first[0],
        first_seq=seal.first[1],
        last_tx=seal.last[0],
        last_seq=seal.last[1],
        seqs=list(seal.seqs),
        leaves=seal.leaves,
        hash=seal.hash,
        at=seal.at,
    )


def _day(at: datetime) -> date:
    return at.astimezone(_DAYS).date()
