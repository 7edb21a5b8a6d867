"""Which batches of the ledger are old and verified, and the ranges they fold into. Forgets nothing itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Final
from zoneinfo import ZoneInfo

from ingest.loss.chain import Chain, chain_of
from ingest.loss.history import Fold, History, Place

AGE: Final = timedelta(days=30)
"""How long each verified batch keeps a row of its own (wire.md, Ledger)."""


def oldest_kept(now: datetime, region: ZoneInfo) -> datetime:
    """Days fold whole: the beginning of the day to which the youngest old batch belongs."""
    return (now - AGE).astimezone(region).replace(hour=0, minute=0, second=0, microsecond=0)


def folds(history: History, *, before: datetime, region: ZoneInfo) -> tuple[Fold, ...]:
    """Ranges of batches stored before that moment, one for each run of neighbours of one day.

    A stream with a fork keeps every row, for they are the evidence; any stream keeps that of its first batch,
    which names the stream before.
    """
    chains = (chain_of(stream, history) for stream in history.streams())
    return tuple(fold for chain in chains if not chain.forks for fold in _of(chain, before, region))


def fold(history: History, *, before: datetime, region: ZoneInfo) -> History:
    """The evidence after folding."""
    new = folds(history, before=before, region=region)
    covered = {(each.stream, seq) for each in new for seq in range(each.first, each.last + 1)}
    kept = tuple(place for place in history.places if (place.stream, place.seq) not in covered)
    return replace(history, places=kept, folds=(*history.folds, *new))


def _of(chain: Chain, before: datetime, region: ZoneInfo) -> Iterator[Fold]:
    old = [place for seq, place in sorted(chain.places.items()) if seq > 1 and place.at < before]
    for _, run in groupby(enumerate(old), key=lambda each: _kind(each, region)):
        places = [place for _, place in run]
        if len(places) > 1:
            yield _fold(places)


def _kind(each: tuple[int, Place], region: ZoneInfo) -> tuple[int, date, int, int]:
    """Neighbours of one day, claim and lineage have the same one: their sequences rise with their indices.
    The day is the one on which they were sealed: it is what a gateway's statement is asked for."""
    index, place = each
    return place.seq - index, place.sealed.astimezone(region).date(), place.claim, place.lineage


def _fold(places: list[Place]) -> Fold:
    first, last = places[0], places[-1]
    return Fold(
        stream=first.stream,
        first=first.seq,
        last=last.seq,
        prev_link=first.prev_link,
        link=last.link,
        claim=first.claim,
        lineage=first.lineage,
        since=min(place.at for place in places),
        until=max(place.at for place in places),
        at=last.at,
        sealed_first=first.sealed,
        sealed_last=last.sealed,
        rejected=sum(place.outcome == "rejected" for place in places),
        refused=sum(place.refused for place in places),
        readings=sum(place.readings for place in places),
        resends=sum(place.resends for place in places),
    )
