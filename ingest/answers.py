"""Receipts: the cloud's signed word on a batch or a home's answer. Made after the commit; sends nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from device_drivers.wire.answer import Answered
from device_drivers.wire.batch import Sealed
from device_drivers.wire.receipt import Receipt
from device_drivers.wire.signing import sign
from ingest.door.ledger import Verdict
from ingest.keys import Keyring

REFUSED = Verdict("refused")
STORED = Verdict("stored")


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs in the name of one lineage."""

    keyring: Keyring
    lineage: int

    def receipt(self, sealed: Sealed | Answered, verdict: Verdict, now: datetime) -> Receipt:
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
