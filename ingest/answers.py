"""Receipts: the cloud's signed word on exactly one batch. Made after the commit only; sends nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from device_drivers.wire.batch import Sealed
from device_drivers.wire.receipt import Receipt
from device_drivers.wire.signing import sign
from ingest.door.ledger import Verdict
from ingest.keys import Keyring

REFUSED = Verdict("refused")


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs in the name of one lineage."""

    keyring: Keyring
    lineage: int

    def receipt(self, sealed: Sealed, verdict: Verdict, now: datetime) -> Receipt:
        draft = Receipt(
            kid=self.keyring.kid,
            lineage=self.lineage,
            gateway=sealed.gateway,
            stream=sealed.stream,
            seq=sealed.seq,
            link=sealed.link,
            outcome=verdict.outcome,
            rejected=verdict.refusals,
            cloud_time=now,
            sig="",
        )
        return sign(draft, self.keyring.signing)
