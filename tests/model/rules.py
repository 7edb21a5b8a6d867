"""The rules of the wire that a walk can switch off, each at the edge of the real functions, never inside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec

from device_drivers.wire.receipt import Receipt
from device_drivers.wire.signing import sign
from ingest.loss.history import History
from ingest.loss.statement import Statement, state
from tests.model.cloud import Cloud
from tests.model.edge import Device


def _as_it_came(receipt: Receipt, _device: Device, _cloud: Cloud) -> Receipt:
    return receipt


@dataclass(frozen=True)
class Rules:
    """All in force, unless one is replaced. `likely` happenings come five times as often.

    `found` is the seed of a walk that met what is missing: the hunt begins there, and costs one walk.
    """

    read: Callable[[Receipt, Device, Cloud], Receipt] = _as_it_came
    safe_before: Callable[[Cloud], datetime] = Cloud.safe_before
    restore: Callable[[Cloud, int], None] = Cloud.restore
    state: Callable[[History], Statement] = state
    likely: tuple[str, ...] = ()
    found: int = 0


ALL = Rules()


def _forge(receipt: Receipt, cloud: Cloud, **fields: object) -> Receipt:
    """The receipt that a gateway without the rule would take this one for."""
    return sign(msgspec.structs.replace(receipt, **fields), cloud.keys[-1])


def _read_without_link(receipt: Receipt, device: Device, cloud: Cloud) -> Receipt:
    own = device.link_at(receipt.stream, receipt.seq)
    return _forge(receipt, cloud, link=own, kid=cloud.announce(cloud.now).kid) if own else receipt


def _take_resync_for_done(receipt: Receipt, _device: Device, cloud: Cloud) -> Receipt:
    if receipt.outcome != "resync":
        return receipt
    return _forge(receipt, cloud, outcome="stored", kid=cloud.announce(cloud.now).kid)


def _take_any_lineage(receipt: Receipt, _device: Device, cloud: Cloud) -> Receipt:
    return _forge(receipt, cloud, lineage=cloud.lineage, kid=cloud.announce(cloud.now).kid)


def _purge_what_is_receipted(cloud: Cloud) -> datetime:
    return cloud.now


def _restore_in_silence(cloud: Cloud, which: int) -> None:
    before = cloud.lineage
    cloud.restore(which)
    cloud.lineage = before
    cloud.restores.pop()


def _overlook_lost_outboxes(history: History) -> Statement:
    said = state(history)
    return replace(said, unknown=tuple(one for one in said.unknown if one.reason != "outbox_lost"))


def _overlook_forks(history: History) -> Statement:
    said = state(history)
    return replace(said, unknown=tuple(one for one in said.unknown if one.reason != "forked"))


def _overlook_restores(history: History) -> Statement:
    return state(replace(history, restores=()))


LOSING = {
    "a receipt counts for another batch at its place": Rules(read=_read_without_link, found=16),
    "a resync counts as done": Rules(read=_take_resync_for_done, found=16),
    "a receipt of a lower lineage counts": Rules(read=_take_any_lineage, found=18),
    "the second copy goes before the oldest backup has it": Rules(
        safe_before=_purge_what_is_receipted, likely=("have_a_quiet_week", "restore")
    ),
    "a restore starts no new lineage": Rules(restore=_restore_in_silence),
}

LYING = {
    "a lost outbox goes unnoticed": Rules(state=_overlook_lost_outboxes, found=44),
    "two holders of one card go unnoticed": Rules(
        state=_overlook_forks, likely=("copy_card", "put_card_back"), found=8
    ),
    "a restore goes unnoticed": Rules(state=_overlook_restores, found=15),
}
