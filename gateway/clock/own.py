"""The gateway's own clock and whether it may be believed (a Pi forgets it). Nothing is corrected here."""

from __future__ import annotations

import ctypes
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from device_drivers.wire.reading import Heard

Clock = Callable[[], Heard]

_STEP: Final = timedelta(seconds=1)
"""Wall clock and time since boot differ by more than this where somebody set the clock in between."""

_BOOT: Final = Path("/proc/sys/kernel/random/boot_id")

# adjtimex(2): with `modes` 0 it only reads; it returns TIME_ERROR (5) while the kernel's clock is not
# synchronised. struct timex is 208 bytes on 64-bit Linux.
_TIME_ERROR: Final = 5
_TIMEX_SIZE: Final = 512


def elapsed(since: Heard, now: Heard) -> timedelta:
    """By the time since boot, which nobody sets; since another boot by the wall clock, for want of one."""
    if since.boot == now.boot:
        return timedelta(milliseconds=now.uptime_ms - since.uptime_ms)
    return now.at - since.at


def on_time_line(moment: Heard, of: Heard) -> datetime:
    """When `moment` was, by the wall clock as it stood at `of`: a clock that was set in between stands on
    two time lines, and what is compared must stand on one."""
    at = of.at - elapsed(moment, of)
    return at if abs(at - moment.at) > _STEP else moment.at


def system_clock() -> Clock:
    """A clock over the kernel's: wall time, synchronised or not, boot and millitime since boot."""
    libc = ctypes.CDLL(None, use_errno=True)
    boot = _BOOT.read_text(encoding="ascii").strip()

    def read() -> Heard:
        status: int = libc.adjtimex(ctypes.create_string_buffer(_TIMEX_SIZE))
        return Heard(
            at=datetime.now(UTC),
            synced=status not in {_TIME_ERROR, -1},
            boot=boot,
            uptime_ms=time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000,
        )

    return read
