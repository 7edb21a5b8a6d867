"""What may be wrong with a meter, as frozen configuration. Wrong values are no faults: they are measured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """Applied when a record is taken (its frame) and while records are sent (the link)."""

    records: frozenset[int] | None = None
    """Numbers of the records with a spoiled frame; None: all of them."""
    keep_bytes: int | None = None
    """Cut the frame to that length."""
    reserved_flags: int = 0
    """Bits added to the first byte."""
    trailing: bytes = b""
    """Appended; the radio cuts what exceeds the MTU."""
    drop_link_after: int | None = None
    """Hang up after that many records in each connection."""
    repeated: frozenset[int] = frozenset()
    """Numbers of the records that are said twice in a row."""
    is_newest_first: bool = False
    pause_s: float = 0
    """Before each record."""
    time_words: bytes | None = None
    """Seven bytes in the place of the clock's Date Time, such as 30 February."""

    def spoil(self, number: int, frame: bytes) -> bytes:
        """The frame of record `number` as this meter will send it."""
        if self.records is not None and number not in self.records:
            return frame
        flagged = bytes((frame[0] | self.reserved_flags,)) + frame[1:] + self.trailing
        return flagged[: self.keep_bytes]

    def times(self, number: int) -> int:
        """How often record `number` is said."""
        return 2 if number in self.repeated else 1


NO_FAULTS = Faults()
