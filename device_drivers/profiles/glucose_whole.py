"""What to keep of a glucometer that numbers its newest record 0: a number names no record there, its time
does. Such a memory is always read whole. Asks for nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from device_drivers.conversation import Emit, Note, Wish
from device_drivers.measurement import Glucose, Words
from device_drivers.profiles.glucose_intake import Intake
from device_drivers.quirks.quirk import Quirk


class WholeIntake:
    """Tells each record once a transfer, however often the memory is reported in it.

    Of records with equal words there are as many as one report had at most: the outbox counts them by their
    place among their equals, so a repeat must not be told again.
    """

    def __init__(self, quirk: Quirk) -> None:
        self._quirk = quirk
        self._told: Counter[Words] = Counter()
        self.begin()

    def begin(self) -> None:
        """A new report of the whole memory starts."""
        self._inner = Intake(self._quirk)
        self._counted: Counter[Words] = Counter()
        self._numbers: set[tuple[int, Words]] = set()

    def take(self, note: Note) -> list[Wish]:
        return self._news(self._inner.take(note))

    def flush(self) -> list[Wish]:
        return self._news(self._inner.flush())

    def has(self, records: int) -> bool:
        return self._inner.has(records)

    def _news(self, wishes: list[Wish]) -> list[Wish]:
        return [told for wish in wishes if (told := self._tell(wish)) is not None]

    def _tell(self, wish: Wish) -> Wish | None:
        if not isinstance(wish, Emit) or not isinstance(wish.measurement, Glucose):
            return wish
        record = wish.measurement
        if (record.sequence, record.words) in self._numbers:
            return None
        self._numbers.add((record.sequence, record.words))
        self._counted[record.words] += 1
        if self._counted[record.words] <= self._told[record.words]:
            return None
        self._told[record.words] += 1
        return replace(wish, measurement=replace(record, key="time"))
