"""What a copy must hold, read from the tables apart from how it is copied."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final, NamedTuple
from uuid import UUID

import psycopg

Field = float | int | bool | str

_IN_FORCE: Final = """
select case when quality = 'ketone' then 'ketone' else kind end, resident, unit, reading_id, revision,
       (extract(epoch from taken_at) * 1000000)::bigint, (extract(epoch from stored_at) * 1000000)::bigint,
       systolic, diastolic, mean, pulse, concentration, beyond, context->>'meal', quality, flags
from (
    select distinct on (resident, taken_at, reading_id) *
    from ingest.readings order by resident, taken_at, reading_id, revision desc
) as last where not withdrawn
"""


class InForce(NamedTuple):
    kind: str
    resident: UUID
    unit: str | None
    reading_id: UUID
    revision: int
    taken_us: int
    stored_us: int
    systolic: Decimal | None
    diastolic: Decimal | None
    mean: Decimal | None
    pulse: Decimal | None
    concentration: Decimal | None
    beyond: str | None
    meal: str | None
    quality: str
    flags: list[str]

    @property
    def at(self) -> int:
        return self.taken_us // 10**6 * 10**9 + self.reading_id.int % 10**9

    @property
    def tags(self) -> dict[str, str]:
        unit = {"unit": self.unit} if self.unit else {}
        return {"resident": str(self.resident), **unit}

    @property
    def numbers(self) -> dict[str, float]:
        names = ("systolic", "diastolic", "mean", "pulse", "concentration")
        return {name: float(getattr(self, name)) for name in names if getattr(self, name) is not None}

    @property
    def fields(self) -> dict[str, Field]:
        """No test has readings that count only in part: HI and LO, doubles, control solution."""
        words = {"beyond": self.beyond, "meal": self.meal, "flags": " ".join(self.flags) or None}
        return {
            **self.numbers,
            **{name: word for name, word in words.items() if word is not None},
            "quality": self.quality,
            "reading_id": str(self.reading_id),
            "revision": self.revision,
            "taken_at": self.taken_us,
            "stored_at": self.stored_us,
            "counted": self.quality == "ok",
            "speaks": self.quality != "device_error",
        }


def in_force(connection: psycopg.Connection) -> Iterator[InForce]:
    return map(InForce._make, connection.execute(_IN_FORCE))


def samples(connection: psycopg.Connection) -> set[tuple[str, str, int, float]]:
    """Field, resident, millisecond and number: what a server that keeps no words must hold."""
    return {
        (f"{row.kind}_{name}", str(row.resident), row.at // 10**6, float(value))
        for row in in_force(connection)
        for name, value in row.fields.items()
        if not isinstance(value, str)
    }
