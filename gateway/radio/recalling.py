"""Which frames the radio's stack still holds of contacts that a crash cut off. Pure: asks and keeps nothing.

A stack confirms an indication before our process has it, and a classic cuff never sends a confirmed record
again. bluetoothd is another process, though, and goes on holding the last value of each characteristic: the
property `Value` of `org.bluez.GattCharacteristic1` (BlueZ 5, src/gatt-client.c, notify_cb).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from gateway.outbox.frames import Frame, Interrupted


@dataclass(frozen=True, slots=True)
class Said:
    """The last value that a meter said on a characteristic (four-digit upper-case UUID, or one in full)."""

    address: str
    characteristic: str
    value: bytes


def recalled(
    held: Iterable[Said],
    interrupted: Iterable[Interrupted],
    irreplaceable: Mapping[str, Collection[str]],
    *,
    was_heard: Callable[[Said], bool],
) -> list[Frame]:
    """Frames that were never heard. `irreplaceable`: characteristics by their driver's name.

    Nobody knows when within its contact such a frame came, so it counts as heard when that began: at most
    `scanner.LONGEST_CONTACT` too early. A second record equal to the first one, bytes and all, is not seen.
    """
    cut_off = {one.contact.address: one for one in interrupted}
    return [
        _frame(cut_off[said.address], said)
        for said in held
        if said.address in cut_off
        and said.characteristic in irreplaceable.get(cut_off[said.address].contact.driver, ())
        and not was_heard(said)
    ]


def _frame(cut_off: Interrupted, said: Said) -> Frame:
    contact = cut_off.contact
    return Frame(
        cut_off.transfer, said.address, contact.driver, said.characteristic, said.value, contact.began
    )
