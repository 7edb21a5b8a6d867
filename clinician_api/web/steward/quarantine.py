"""The quarantine as its pages show it, put together from the room. Decides nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal
from urllib.parse import urlencode

from clinician_api.errors import InvalidError
from clinician_api.stewards import quarantine
from clinician_api.stewards.acting import Acting
from clinician_api.web import fleet_labels as labels
from clinician_api.web.steward import names
from clinician_api.web.steward.layout import body_of, laid_out
from clinician_api.web.steward.views import Done, Item, ItemList, ItemRow, Tab
from clinician_api.web.words import Words, later
from ingest.door.quarantine import ANYBODY
from ingest.door.replaying import FIXABLE
from ingest.store.quarantined import Filter, Quarantined, Shown, Step

PATH: Final = "/fleet/quarantine"
Kind = Literal["refused_reading", "rejected", "fork", "folded", "unanswerable"]
_WAITING: Final = frozenset({"open", "fixed"})
_EVERYTHING: Final = later("Everything")
_TO_DO: Final = later("To do")


@dataclass(frozen=True, slots=True)
class Place:
    """What of the quarantine is looked at; the address keeps it."""

    kind: Kind | None = None
    settled: bool = False
    after: str | None = None

    @property
    def href(self) -> str:
        parts = {"kind": self.kind, "settled": "1" if self.settled else None, "after": self.after}
        query = urlencode({name: value for name, value in parts.items() if value})
        return f"{PATH}?{query}" if query else PATH


def listed(acts: Acting, place: Place, words: Words) -> ItemList:
    which = Filter(
        kind=place.kind,
        waiting=not place.settled,
        institutions=acts.reach.filter,
        after=_parsed(place.after) if place.after else None,
    )
    found = quarantine.items(acts, which)
    page = found[: quarantine.PAGE]
    more = None
    if len(found) > len(page):
        last = page[-1]
        more = Place(place.kind, place.settled, f"{last.last_at.isoformat()}~{last.id}").href
    return ItemList(
        tabs=_tabs(acts, place, words),
        rows=tuple(_row(each, words) for each in page),
        is_waiting=not place.settled,
        checked_at=acts.now,
        more=more,
    )


def _tabs(acts: Acting, place: Place, words: Words) -> tuple[Tab, ...]:
    """What waits, all of it and by kind, then everything there ever was. A kind without any is left out."""
    sums = quarantine.sums(acts)
    waiting: Counter[str] = Counter()
    for each in sums:
        if each.state in _WAITING:
            waiting[each.kind] += each.items
    kinds: tuple[Kind, ...] = ("refused_reading", "rejected", "fork", "folded", "unanswerable")
    shown = [kind for kind in kinds if waiting[kind] or (place.kind == kind and not place.settled)]
    everything = sum(each.items for each in sums)
    return (
        _tab(words(_TO_DO), waiting.total(), Place(), place),
        *(_tab(words(labels.KINDS[kind]), waiting[kind], Place(kind), place) for kind in shown),
        _tab(words(_EVERYTHING), everything, Place(settled=True), place),
    )


def _tab(label: str, count: int, leads: Place, here: Place) -> Tab:
    return Tab(label, count, leads.href, (leads.kind, leads.settled) == (here.kind, here.settled))


def _row(found: Quarantined, words: Words) -> ItemRow:
    code, _, detail = found.reason.partition(":")
    return ItemRow(
        number=found.id,
        href=f"{PATH}/{found.id}",
        kind=found.kind,
        reason=labels.reason(code, words),
        detail=detail.strip(),
        gateway=str(found.gateway)[:8] if found.gateway else None,
        is_vouched=found.source != ANYBODY,
        times=found.times,
        size=found.size,
        last_at=found.last_at,
        state=found.state,
    )


def whole(acts: Acting, found: Shown, words: Words, *, has_lineage: bool) -> Item:
    item, is_open = found.item, found.item.state in _WAITING
    fixed = next((step.payload for step in reversed(found.steps) if step.payload is not None), None)
    is_cut = not found.payload.startswith("hex:") and len(found.payload.encode()) < item.size
    needs_command = quarantine.needs_lineage(item) and not has_lineage
    return Item(
        row=_row(item, words),
        first_at=item.first_at,
        source=item.source,
        gateway_href=f"/fleet/gateways/{item.gateway}" if item.gateway and item.source != ANYBODY else None,
        reading=str(item.reading_id) if item.reading_id else None,
        came=laid_out(found.payload),
        is_cut=is_cut,
        done=_done(acts, found.steps, words),
        may_fix=is_open and item.kind in FIXABLE,
        may_replay=is_open and not needs_command and not is_cut,
        may_close=is_open,
        needs_command=is_open and needs_command,
        draft=laid_out(fixed or (body_of(found.payload) if item.kind == "rejected" else found.payload)),
        is_put_right=fixed is not None,
    )


def _done(acts: Acting, steps: Sequence[Step], words: Words) -> tuple[Done, ...]:
    people = names.staff(acts.db, (step.by for step in steps))
    return tuple(
        Done(
            at=step.at,
            who=people[step.by],
            what=words(labels.STEPS[step.step]),
            why=step.why,
            how=words(labels.OUTCOMES[step.outcome]) if step.outcome else "",
            detail=step.reason or "",
        )
        for step in reversed(steps)
    )


def _parsed(word: str) -> tuple[datetime, int]:
    """Raises InvalidError for a place that is none of ours."""
    try:
        at, number = word.split("~")
        # A moment without a zone would be taken for our own.
        return datetime.fromisoformat(at).astimezone(UTC), min(int(number), 2**63 - 1)
    except (ValueError, OverflowError) as error:
        raise InvalidError("quarantine.unknown_place", "after") from error
