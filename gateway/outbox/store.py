"""The outbox as the rest of the gateway sees it: one object, one thread, one transaction a call. No network.

Every method that changes something is on disk when it returns. The object belongs to the thread that made it
(the gateway's event loop); sqlite3 refuses any other. A second process may only read.
"""

from __future__ import annotations

import os
import sqlite3
from collections import deque
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

from device_drivers.conversation import Mark
from device_drivers.wire.reading import Meter, Reading
from device_drivers.wire.receipt import Lineage, Receipt
from device_drivers.wire.state import Head, Trouble
from gateway.clock.own import Clock
from gateway.outbox import (
    batches,
    boots,
    counts,
    fates,
    frames,
    keeping,
    keyring,
    meters,
    salvage,
    settling,
)
from gateway.outbox.answers import Answers
from gateway.outbox.disk import Disk
from gateway.outbox.reserve import Reserve
from gateway.outbox.room import excess
from gateway.outbox.safe import keys_of, open_safe, relock
from gateway.outbox.schema import connect, transaction
from gateway.trust import lineage as lineages
from gateway.trust import receipts
from gateway.trust.sealing import Signer

MOST: Final = 512 << 20

Watcher = Callable[[str], None]
"""Told of each named point in the life of a reading: of `frame.arrived` before anything is written, of all
others after their commit."""


def unwatched(_point: str) -> None:
    """Nobody waits for this point."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the outbox takes from outside; `root` is the pinned public key (hex), `wrap` a key under which the
    outbox's own keys are locked, from a place that is not on this card."""

    root: str
    clock: Clock
    randbytes: Callable[[int], bytes] = os.urandom
    at: Watcher = unwatched
    wrap: bytes | None = None
    most: int = MOST
    """Bytes that the outbox's rows may take up."""


HELD: Final = 256
"""Readings that are held in memory while nothing can be written; their meters will not send them again."""


_MARKS: Final = frozenset({"stored", "rejected"})
"""Outcomes of a receipt by which no more happens than that its batch is marked."""


@dataclass(frozen=True, slots=True)
class _Held:
    """A reading that could not be written when it was heard."""

    draft: Reading
    transfer: int


class Outbox:
    """Frames, readings and batches of one gateway. `path` may be `:memory:`; its keys lie beside it."""

    def __init__(self, path: Path | str, signer: Signer, around: Surroundings) -> None:
        self._safe = open_safe(path, around.randbytes, around.wrap)
        self._keys = None if path == ":memory:" else keys_of(Path(path))
        self._db = connect(str(path), self._safe)
        self._reserve = Reserve(None if path == ":memory:" else Path(path).with_suffix(".reserve"))
        self._disk = Disk(self._db, self._reserve)
        self.answers = Answers(self._db, self._disk)
        self._signer = signer
        self._around = around
        self._missed = 0
        self._unwritten = 0
        self._held: deque[_Held] = deque(maxlen=HELD)
        self._dated_boot: str | None = None
        if batches.head(self._db) is None:
            with transaction(self._db):
                batches.start_stream(self._db, None, around.randbytes)

    def close(self) -> None:
        self._db.close()

    # From the meter

    def begin(self, contact: frames.Contact | None = None, *, sends_once: bool) -> int:
        """A transfer starts. `sends_once`: the meter has frames that can't be asked for again. Where nothing
        can be written its number is below 0, and no other's in this process."""
        self._unwritten -= 1
        return self._disk.if_possible(
            lambda: frames.begin(self._db, contact, sends_once=sends_once), otherwise=self._unwritten
        )

    def interrupted(self) -> list[frames.Interrupted]:
        """Transfers of meters that send once, cut off by a crash; none any more after `recovered`."""
        return frames.interrupted(self._db)

    def was_last(self, address: str, characteristic: str, value: bytes) -> bool:
        """Whether this is what the meter was last heard to say on that characteristic."""
        return frames.was_last(self._db, address, characteristic, value)

    def end(self, transfer: int) -> None:
        self._disk.if_possible(lambda: frames.end(self._db, transfer), otherwise=None)

    def break_off(self, transfer: int) -> None:
        """End a transfer that the radio's stack did not survive."""
        self._disk.if_possible(lambda: frames.break_off(self._db, transfer), otherwise=None)

    def hear(self, frame: frames.Frame) -> int:
        """Keep a frame before anything else is done with it. One that can't be written (a full disk) raises
        sqlite3.Error and is counted as at risk."""
        self._around.at("frame.arrived")
        try:
            number = self._disk.write(lambda: self._hear(frame))
        except sqlite3.Error:
            self._missed += 1
            raise
        self._missed = 0
        self._around.at("frame.heard")
        return number

    def keep(self, draft: Reading, settles: Sequence[int], *, transfer: int) -> keeping.Kept:
        """Give the reading its id, store it unless that id is here already, and settle its frames, at once.

        The draft's `reading_id` and a `time` identity's `occurrence` are not looked at: they are made here.
        """
        with self._disk.writing():
            kept = keeping.keep(self._db, draft, transfer=transfer, randbytes=self._around.randbytes)
            frames.settle(self._db, settles)
        self._around.at("reading.kept")
        return kept

    def hold(self, draft: Reading, *, transfer: int) -> None:
        """Hold a reading in memory that could not be kept, and that its meter will not send again."""
        self._held.append(_Held(draft, transfer))

    def keep_held(self) -> list[keeping.Kept]:
        """Write down what was held, all or nothing. Such a frame is no longer at risk."""
        with self._disk.writing():
            kept = [
                keeping.keep(self._db, one.draft, transfer=one.transfer, randbytes=self._around.randbytes)
                for one in self._held
            ]
        self._missed = max(0, self._missed - len(kept))
        self._held.clear()
        return kept

    def spoil(self, frame: frames.Frame | int, error: str) -> None:
        """Set a frame aside that does not decode, heard before (its number) or only now."""
        with self._disk.writing():
            number = frame if isinstance(frame, int) else frames.hear(self._db, frame)
            frames.spoil(self._db, number, error)

    def unsettled(self, address: str | None = None) -> list[frames.Unsettled]:
        """Frames still without their reading, in the order heard: one meter's, or all that a crash left."""
        found = frames.unsettled(self._db)
        return [one for one in found if address is None or one.frame.address == address]

    def recovered(self) -> None:
        """After a start, once `unsettled` is empty: interrupted transfers are closed and counted."""
        self._disk.if_possible(lambda: frames.end_interrupted(self._db), otherwise=None)

    def meter(self, address: str) -> Meter | None:
        """As first met at this address; None before."""
        return meters.known(self._db, address)

    def quirk(self, address: str) -> str | None:
        """The name of the quirk that this meter was found to have."""
        return meters.quirk(self._db, address)

    def adopt(self, address: str, quirk: str) -> None:
        """From now on the meter has this quirk, unless it was found to have one before."""
        with self._disk.writing():
            meters.adopt(self._db, address, quirk)

    def cursor(self, address: str) -> Mark | None:
        """The last record of its memory that `remember` was told, if any."""
        return meters.cursor(self._db, address)

    def remember(self, meter: Meter, mark: Mark) -> None:
        """Everything of its memory up to this record is kept."""
        with self._disk.writing():
            meters.remember(self._db, meter, mark)

    # To the cloud

    def seal(self, batches_at_most: int = 16) -> list[batches.Outgoing]:
        """Seal the oldest waiting readings; empty when none wait. Bytes and head are synced on return, so the
        first byte may leave."""
        self.note_clock()
        with self._disk.writing():
            sealed = batches.seal_waiting(
                self._db, at=self._around.clock(), signer=self._signer, batches=batches_at_most
            )
        if sealed:
            self._around.at("batch.sealed")
        return sealed

    def note_clock(self) -> None:
        """From time to time: once the clock is synchronised, what was heard before in this boot can be dated,
        in later boots too."""
        now = self._around.clock()
        if now.synced and now.boot != self._dated_boot:
            boot = self._dated_boot
            self._dated_boot = now.boot
            if not self._disk.if_possible(lambda: boots.note_clock(self._db, now), otherwise=False):
                self._dated_boot = boot

    def waiting(self) -> int:
        """Readings not yet sealed, counted up to a full batch; `counts` has the whole number."""
        return batches.count_waiting(self._db)

    def unsent(self) -> list[int]:
        """Batches without a receipt of the current lineage, of all streams, oldest first."""
        return batches.unsent(self._db)

    def payload(self, batch: int) -> bytes | None:
        """The bytes to send, the same each time; None where the batch is gone (resealed or purged)."""
        return batches.payload(self._db, batch)

    def head(self) -> Head:
        """Of the current stream."""
        return batches.current_head(self._db)

    def open_stream(self) -> list[batches.Outgoing]:
        """Close the stream and seal its unreceipted readings afresh: for `resync` and a new claim."""
        with self._disk.writing():
            return self._open_stream()

    # From the cloud

    def act(self, receipt: Receipt) -> receipts.Action:
        """Do what a receipt allows, and say what it was."""
        return self.act_on([receipt])[0]

    def act_on(self, arrived: Sequence[Receipt]) -> list[receipts.Action]:
        """Like act, in order, all or nothing. A power cut may lose that a batch has its receipt: it goes
        again, and is receipted again. Everything else is on disk on return."""
        known = self.lineage()
        is_only_marked = all(one.outcome in _MARKS and one.lineage <= known for one in arrived)
        with self._disk.writing_lazily() if is_only_marked else self._disk.writing():
            actions = [self._act(receipt) for receipt in arrived]
        self._around.at("receipt.acted")
        return actions

    def heed(self, message: Lineage) -> lineages.Heed | lineages.Disregard:
        """Take in keys, lineage and purge limit of an announcement, as far as it is true."""
        with self._disk.writing():
            judged = lineages.judge(message, settling.known(self._db), root=self._around.root)
            if isinstance(judged, lineages.Heed):
                settling.adopt(self._db, judged.keys, judged.key_version)
                settling.rewind(self._db, judged.n)
                settling.note_safe_before(self._db, judged.safe_before)
        return judged

    def rewind(self, lineage: int) -> bool:
        """Rise to a higher verified lineage: all that was receipted in a lower one is unsent again."""
        with self._disk.writing():
            return settling.rewind(self._db, lineage)

    def lineage(self) -> int:
        """The highest that was verified."""
        return settling.known(self._db).lineage

    def rewound(self) -> int:
        """The highest lineage in which every reading from before its rewind has a receipt."""
        said = settling.known_rewound(self._db)
        return self._disk.if_possible(lambda: settling.rewound(self._db), otherwise=said)

    def purge(self) -> int:
        """Forget what every restorable backup holds and a week has passed over, by the cloud's time. Returns
        the number of readings."""
        bound = lineages.purge_bound(*settling.times(self._db))
        if bound is None:
            return 0
        return self._disk.if_possible(lambda: settling.purge(self._db, bound), otherwise=0)

    def fates(self, readings: Collection[UUID]) -> dict[UUID, receipts.Fate]:
        """What became of those of them that have a receipt."""
        return fates.of(self._db, readings)

    def make_room(self, free: int) -> int:
        """From time to time: keep room back, and forget the oldest receipted readings where the outbox is
        larger than it may be. `free`: bytes left on its disk. Returns the number of readings."""
        self._reserve.lay(free)
        too_much = excess(self._disk.room(free), self._around.most)
        if too_much == 0:
            return 0
        return self._disk.if_possible(lambda: settling.let_go(self._db, too_much), otherwise=0)

    @property
    def trouble(self) -> Trouble | None:
        """Why the last write failed, or would soon; None while writing works."""
        return self._disk.trouble or ("full" if self._reserve.is_spent else None)

    def is_sound(self) -> bool:
        """Look at every page; slow."""
        return self._disk.is_sound()

    def is_damaged(self) -> bool:
        """Whether damage was met while writing, or is met by reading what is waiting to go."""
        return self._disk.is_damaged(lambda: (self.unsent(), self.waiting(), frames.unsettled(self._db)))

    def salvage(self, damaged: Path) -> int:
        """Take over what can be read of another outbox with the same keys. Returns the readings saved."""
        with self._disk.writing():
            return salvage.salvage(self._db, self._safe, damaged)

    def turn_key(self) -> bool:
        """Begin a new key where the last has served its time, by the cloud's. Whether the keys changed."""
        ring = keyring.renew(self._safe.ring, settling.times(self._db)[1], self._around.randbytes)
        if ring == self._safe.ring:
            return False
        try:
            self._hold(ring)
            everyone = {row.id for row in ring.rows}
            in_use = self._disk.if_possible(lambda: relock(self._db), otherwise=everyone)
            self._hold(keyring.retire(ring, in_use))
        except OSError:  # a full disk: the old key goes on
            return False
        return True

    def counts(self) -> counts.Counts:
        return counts.count(self._db, self._missed)

    def trust(self) -> receipts.Trust:
        """Whose word counts, by the keys known so far."""
        known = settling.known(self._db)
        return receipts.Trust(self._signer.gateway, known.keys, known.lineage)

    def _hear(self, frame: frames.Frame) -> int:
        counts.add_missed(self._db, self._missed)
        return frames.hear(self._db, frame)

    def _hold(self, ring: keyring.Keyring) -> None:
        """On disk first: what is locked with a key that is not would be lost."""
        if self._keys is not None:
            keyring.save(self._keys, ring, self._around.wrap)
        self._safe.hold(ring)

    def _act(self, receipt: Receipt) -> receipts.Action:
        doubt = receipts.distrust(receipt, self.trust())
        if doubt is not None:
            return doubt
        settling.rewind(self._db, receipt.lineage)
        settling.note_cloud_time(self._db, receipt.cloud_time)
        boots.note_cloud(self._db, self._around.clock(), receipt.cloud_time)
        action = receipts.decide(receipt, batches.named(self._db, receipt.stream, receipt.seq, receipt.link))
        self._carry_out(action, receipt)
        return action

    def _carry_out(self, action: receipts.Action, receipt: Receipt) -> None:
        match action:
            case receipts.MarkStored(batch=batch, refused=refused):
                settling.mark(self._db, batch, receipt, refused)
            case receipts.MarkRejected(batch=batch):
                settling.mark(self._db, batch, receipt, ())
            case receipts.OpenNewStream():
                self._open_stream()
            case receipts.MoveRowsToCurrent(batch=batch):
                batches.unseal_batch(self._db, batch)
            case _:
                pass

    def _open_stream(self) -> list[batches.Outgoing]:
        around = self._around
        return batches.open_stream(
            self._db, at=around.clock(), signer=self._signer, randbytes=around.randbytes
        )
