"""Whether a blood pressure may be another person's (rule 14). Pure; it asks nobody and hides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from alerts.reading import Reading


@dataclass(frozen=True, slots=True)
class Likeness:
    """Numbers in parentheses are those of the project's clinical rules (14). `scale` makes the median
    absolute deviation of a normal distribution its standard deviation."""

    limit: float = 4  # robust z
    least: int = 20  # earlier readings
    most: int = 30
    floor_mmhg: float = 5
    floor_bpm: float = 4
    scale: float = 1.4826


DEFAULT: Final = Likeness()


def is_doubtful(subject: Reading, earlier: Sequence[Reading], likeness: Likeness = DEFAULT) -> bool:
    """Whether systolic and pulse both lie far from this person's own. `earlier`: their pressures before it,
    the newest last. Too few of them, or no pulse, and there is no doubt: it is asked only on doubt."""
    known = [each for each in earlier if each.systolic_mmhg is not None and each.bpm is not None]
    known = known[-likeness.most :]
    systolic, pulse = subject.systolic_mmhg, subject.bpm
    if systolic is None or pulse is None or len(known) < likeness.least:
        return False
    systolics = [each.systolic_mmhg for each in known if each.systolic_mmhg is not None]
    pulses = [each.bpm for each in known if each.bpm is not None]
    far = robust_z(systolic, systolics, likeness.floor_mmhg, likeness) > likeness.limit
    return far and robust_z(pulse, pulses, likeness.floor_bpm, likeness) > likeness.limit


def robust_z(value: float, known: Sequence[float], floor: float, likeness: Likeness = DEFAULT) -> float:
    """Distance from the median in scaled median absolute deviations, these no smaller than `floor`."""
    middle = median(known)
    spread = median(abs(each - middle) for each in known)
    return abs(value - middle) / (likeness.scale * max(spread, floor))
