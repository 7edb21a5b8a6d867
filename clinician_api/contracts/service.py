"""From the wish for a family doctor to the end of the contract.

Each use case locks the person, lets dates catch up, asks the pure modules, takes one step of the table, and
brings sight up to date.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.access.rules import Actor, Grant
from clinician_api.audit.rules import By
from clinician_api.consents import service as consents
from clinician_api.contracts import (
    acts,
    allowing,
    book,
    changing,
    dates,
    ending,
    feedback,
    following,
    pacing,
    parties,
    pricing,
    rules,
    signatures,
    signing,
    states,
    telling,
    turning,
)
from clinician_api.contracts.acts import Form, Reading
from clinician_api.contracts.changing import Because, Refusal, Why
from clinician_api.contracts.ending import Ending
from clinician_api.contracts.models import Contract, Origin
from clinician_api.contracts.rules import Responsible
from clinician_api.contracts.signatures import Signed
from clinician_api.contracts.signing import ONESELF, Signer
from clinician_api.errors import About, ConflictError, InvalidError, NotAllowedError
from clinician_api.identity import households, papers, training
from clinician_api.identity import service as identity
from clinician_api.kms import Kms
from clinician_api.regions import service as regions

_YEAR: Final = timedelta(days=365)
_DAYS_A_MONTH: Final = 30


@dataclass(frozen=True, slots=True)
class TeamOnDuty:
    """The team that holds a resident's contract now."""

    team: UUID
    institution: UUID
    contract: UUID


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody chose before applying. Without `years` it is the shortest term that the region allows,
    without `begins` it begins tomorrow."""

    resident: UUID
    team: UUID
    years: int | None = None
    begins: date | None = None
    packages: tuple[UUID, ...] = ()
    household: UUID | None = None


def draft(db: Session, actor: Actor, wish: Wish, *, now: datetime) -> Contract:
    """A choice that holds no place yet."""
    row = _drafted(db, actor, wish, now=now)
    allowing.check_ward(db, actor, row, now=now)
    changing.check_begins(row.begins, dates.day_of(now))
    book.settle(db, wish.resident)
    return row


def apply(db: Session, actor: Actor, form: Form, *, now: datetime) -> Contract:
    """Ask the team. The place is held from here on; of two who want the last one, one gets it."""
    with acts.acting(db, actor, form, "apply", now) as row:
        consents.require(db, row.resident, "care", now=now)
        _check_known(db, row)
        _apply(db, row, access.by(actor), now=now)
    return row


def accept(
    db: Session, actor: Actor, form: Form, *, out_of_area: str = "", kms: Kms | None = None, now: datetime
) -> Contract:
    """The text that both will sign is frozen; with `kms` it shows the masked number of the resident's card.
    `out_of_area` is why, where the resident lives elsewhere."""
    with acts.acting(db, actor, form, "accept", now) as row:
        row.accepted_at = now
        if out_of_area:
            row.words = changing.explained(out_of_area)
        signatures.freeze(db, row, access.by(actor), kms=kms, now=now)
        book.step(db, row, "accept", access.by(actor), now=now, reason=row.words)
        telling.tell(db, row, "contract.accepted", "resident", now=now)
    return row


def refuse(db: Session, actor: Actor, form: Form, *, reason: Refusal, words: str, now: datetime) -> Contract:
    """With a reason and an explanation; `alternatives` are what the resident is told besides."""
    with acts.acting(db, actor, form, "refuse", now) as row:
        row.refusal, row.words = reason, changing.explained(words)
        book.owes_nothing(row)
        book.step(db, row, "refuse", access.by(actor), now=now, reason=row.words, facts={"refusal": reason})
        telling.tell(db, row, "contract.refused", "resident", now=now, reason=reason)
    return row


def withdraw(db: Session, actor: Actor, form: Form, *, now: datetime) -> Contract:
    """Before it begins. What it was to replace goes on."""
    with acts.acting(db, actor, form, "withdraw", now) as row:
        ending.withdraw(db, row, access.by(actor), now=now)
    return row


def sign_as_resident(
    db: Session, actor: Actor, reading: Reading, *, signer: Signer = ONESELF, now: datetime
) -> Contract:
    """On the resident's side. Of whoever signs on a page of their own it is known by what right they do; of
    whom staff write down at the counter `signer` says it, and a colleague has to confirm it."""
    with acts.acting(db, actor, reading.form, "sign", now) as row:
        if "resident" in parties.of(actor, row):
            signer = signatures.signer_of(db, actor, row.resident, signer, now=now)
        else:
            acts.needs(actor, row, "staff")
            signing.check_paper(signer)
        signatures.check(db, row.resident, signer, now=now)
        signatures.put(db, actor, row, Signed("resident", signer, reading.sha256), now=now)
        complete(db, actor, row, reading, now=now)
    return row


def sign_as_doctor(
    db: Session, actor: Actor, reading: Reading, *, has_seen_paper: bool = False, now: datetime
) -> Contract:
    """And with it the institution's seal. `has_seen_paper`: it also confirms what a colleague put down for
    the resident at the counter."""
    with acts.acting(db, actor, reading.form, "sign", now) as row:
        if "team" not in parties.of(actor, row):
            raise NotAllowedError("contract.needs_a_doctor")
        training.require(db, actor.account, row.institution, "sign_agreement", now=now)
        signer = Signer("self", account=actor.account)
        signatures.put(db, actor, row, Signed("doctor", signer, reading.sha256), now=now)
        if has_seen_paper and signatures.waiting(db, row.id) is not None:
            signatures.confirm(db, actor, row, reading.sha256, how="colleague", now=now)
        complete(db, actor, row, reading, now=now)
    return row


def complete(db: Session, actor: Actor, row: Contract, reading: Reading, *, now: datetime) -> None:
    """Once both have signed and nothing waits to be confirmed, the agreement is sealed and holds."""
    by = access.by(actor)
    if not signatures.seal(db, row, by, reading.archive, sha256=reading.sha256, now=now):
        return
    row.signed_at = now
    book.step(db, row, "sign", by, now=now)
    telling.tell(db, row, "contract.signed", "both", now=now)
    if book.is_settled(row):
        following.take_hold(db, row, by, now=now)


def settle_fee(db: Session, actor: Actor, form: Form, *, is_waived: bool, now: datetime) -> Contract:
    """Paid at the counter, or waived. What was signed holds from here on."""
    row = acts.opened(db, actor, form, now)
    acts.needs(actor, row, "staff")
    if row.fee_state != "pending" or row.state not in {"accepted", "signed"}:
        raise ConflictError("contract.nothing_to_pay")
    row.fee_state = "waived" if is_waived else "paid"
    row.version += 1
    book.note(db, row, f"contract.fee_{row.fee_state}", access.by(actor), now=now)
    if row.state == "signed":
        following.take_hold(db, row, access.by(actor), now=now)
    acts.finish(db, row, now=now)
    return row


def refund(db: Session, actor: Actor, form: Form, *, now: datetime) -> Contract:
    """What was paid for a contract that ended early was given back at the counter."""
    row = acts.opened(db, actor, form, now)
    acts.needs(actor, row, "staff")
    if row.fee_state != "refund_due":
        raise ConflictError("contract.nothing_to_refund", about=About("contract", row.id))
    row.fee_state = "refunded"
    row.version += 1
    book.note(db, row, "contract.refunded", access.by(actor), now=now)
    return row


def renew(
    db: Session,
    actor: Actor,
    form: Form,
    *,
    years: int | None = None,
    packages: tuple[UUID, ...] | None = None,
    now: datetime,
) -> Contract:
    """The resident's own explicit wish for a contract that follows with the same team. The team's answer and
    both signatures come after it, as with the first one. Nothing else ever makes a contract go on."""
    before = acts.opened(db, actor, form, now)
    allowing.to_follow(db, actor, before, now=now)
    states.move(before.state, "renew")
    begins = dates.follows(before.ends, dates.day_of(now))
    chosen = tuple(UUID(each) for each in before.packages) if packages is None else packages
    wish = Wish(before.resident, before.team, years, begins, chosen, household=before.household)
    return _follow(db, actor, before, wish, because=None, now=now)


def transfer(
    db: Session, actor: Actor, form: Form, wish: Wish, *, because: Because, now: datetime
) -> Contract:
    """Apply to another team. The present one cares on to the second in which the new contract begins."""
    before = acts.opened(db, actor, form, now)
    allowing.to_follow(db, actor, before, now=now)
    states.move(before.state, "transfer")
    if wish.team == before.team or wish.resident != before.resident:
        raise InvalidError("change.same_team", "team")
    changing.check_change(_standing(db, before, now), because, dates.day_of(now))
    changing.check_follows(wish.begins, before.ends)
    return _follow(db, actor, before, wish, because=because, now=now)


def terminate(db: Session, actor: Actor, form: Form, how: Ending, *, now: datetime) -> Contract:
    """At once, or after a day; what has its end already may end sooner. Death ends at once what is served,
    and whatever was to follow or had yet to begin."""
    row = acts.opened(db, actor, form, now)
    allowing.step(db, actor, row, ending.step_of(row, how), now=now)
    changing.check_given(how.why)
    if how.why == "other":
        changing.explained(how.words)
    if how.why == "died" and "resident" in parties.of(actor, row):
        raise NotAllowedError("contract.not_yours")
    ending.end(db, row, access.by(actor), how, now=now)
    acts.finish(db, row, now=now)
    return row


def sign(db: Session, by: By, *, resident: UUID, team: UUID, begins: date, ends: date, now: datetime) -> UUID:
    """A contract that both signed on paper, in one go through the same table; its id."""
    if ends < begins:
        raise InvalidError("contract.ends_before_it_begins", "ends")
    identity.lock_resident(db, resident)
    turning.catch_up(db, resident, now=now)
    institution = identity.institution_of(db, team)
    row = book.new(resident, team, institution, begins=begins, ends=ends, source="paper")
    book.begin(db, row, by, now=now)
    _apply(db, row, by, now=now)
    row.accepted_at = now
    book.step(db, row, "accept", by, now=now)
    row.signed_at = now
    book.step(db, row, "sign", by, now=now)
    acts.finish(db, row, now=now)
    return row.id


def end(db: Session, by: By, contract: UUID, *, why: Why, now: datetime) -> None:
    """At this moment, whoever asks: for jobs and for what was decided elsewhere. The duty desk takes over."""
    row = book.locked(db, contract)
    turning.catch_up(db, row.resident, now=now)
    if not ending.goes_on(row, now):
        raise ConflictError("contract.ended", about=About("contract", contract))
    ending.end(db, row, by, Ending(why), now=now)
    acts.finish(db, row, now=now)


def team_of(db: Session, resident: UUID, now: datetime) -> TeamOnDuty | None:
    match responsible(db, resident, now):
        case Responsible("team", UUID() as team, UUID() as institution, UUID() as contract):
            return TeamOnDuty(team, institution, contract)
        case _:
            return None


def responsible(db: Session, resident: UUID, now: datetime) -> Responsible:
    """Who answers for a critical of this resident: the team, the duty desk for 30 days after, or nobody."""
    return rules.responsible(book.terms(db, resident), now)


def sight(db: Session, resident: UUID) -> list[Grant]:
    """The grants that the resident's contracts amount to, computed anew."""
    return book.sight(db, resident)


def _drafted(db: Session, actor: Actor, wish: Wish, *, now: datetime) -> Contract:
    identity.lock_resident(db, wish.resident)
    turning.catch_up(db, wish.resident, now=now)
    begins = wish.begins or dates.day_of(now) + timedelta(days=1)
    if begins < dates.day_of(now):
        raise InvalidError("contract.begins_in_the_past", "begins")
    institution = identity.institution_of(db, wish.team)
    terms = regions.rules_at(db, institution, begins).terms
    years = terms.shortest_years if wish.years is None else wish.years
    ends = dates.last_day(begins, years, least=terms.shortest_years, most=terms.longest_years)
    source: Origin = "resident" if actor.resident is not None else "staff"
    row = book.new(wish.resident, wish.team, institution, begins=begins, ends=ends, source=source)
    parties.require(actor, row)
    row.years, row.household = years, _household(db, wish)
    row.packages = [str(each) for each in wish.packages]
    row.fee = pricing.fee_of(db, row, wish.packages, today=dates.day_of(now))
    row.fee_state = "pending" if row.fee else "none"
    book.begin(db, row, access.by(actor), now=now)
    return row


def _household(db: Session, wish: Wish) -> UUID | None:
    """Members sign together, each a contract of their own; nobody into somebody else's household."""
    if wish.household is not None:
        theirs = households.of(db, wish.resident)
        if theirs is None or theirs.id != wish.household:
            raise InvalidError("household.another", "household")
    return wish.household


def _follow(
    db: Session, actor: Actor, before: Contract, wish: Wish, *, because: Because | None, now: datetime
) -> Contract:
    row = _drafted(db, actor, wish, now=now)
    _check_known(db, row)
    row.replaces, row.because = before.id, because
    _apply(db, row, access.by(actor), now=now)
    acts.finish(db, row, now=now)
    return row


def _check_known(db: Session, row: Contract) -> None:
    """By name and document (domain 1.1): nobody signs as somebody else."""
    if not papers.is_known(db, row.resident):
        raise NotAllowedError("contract.no_document", about=About("resident", row.resident))


def _apply(db: Session, row: Contract, by: By, *, now: datetime) -> None:
    if row.source == "resident" and book.has_died(db, row.resident):
        raise ConflictError("contract.resident_died", about=About("resident", row.resident))
    other = book.pending(db, row.resident)
    if other is not None:
        raise ConflictError("contract.another_pending", about=About("contract", other.id))
    if book.overlapping(db, row.resident, book.term(row), but=[row.replaces]):
        raise ConflictError("contract.overlaps", about=About("resident", row.resident))
    book.take_place(db, row.team, row.resident, now=now)
    row.applied_at = now
    book.step(db, row, "apply", by, now=now)
    if row.source != "paper":
        telling.tell(db, row, "contract.applied", "team", now=now)


def _standing(db: Session, row: Contract, now: datetime) -> changing.Standing:
    today = dates.day_of(now)
    terms = regions.rules_at(db, row.institution, today).terms
    return changing.Standing(
        begins=row.begins,
        ends=row.ends,
        changes=book.changes_since(db, row.resident, today - _YEAR),
        unresolved_complaints=feedback.unanswered(db, row.resident),
        has_doctor=bool(identity.doctors(db, row.team, now)),
        is_team_open=book.places_of(db, row.team, now=now).is_open,
        settled_after=terms.change_after_months * _DAYS_A_MONTH,
        most_changes=terms.changes_a_year,
        renewal=pacing.of(db, row).renewal,
    )
