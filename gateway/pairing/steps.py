"""Three guided steps to a meter that is really paired: bring it near, bond, switch it off and on. Pure.

A first contact proves nothing: meters are seen that read once and have forgotten the bond the next morning.
So pairing is done when the meter was away and is served again by the bond that it made.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

from gateway.radio.contact import Contact

Stage = Literal["idle", "looking", "bonding", "proving", "done", "failed"]
Reason = Literal["nobody_came", "refused", "forgot", "never_came_back", "stopped"]

LONGEST_MIN: Final = 15
AWAY_S: Final = 5.0
"""So long must a meter have been away: one that only lingered has proven nothing. Changing batteries takes
longer."""


@dataclass(frozen=True, slots=True)
class Pairing:
    """`until` in the loop's seconds; `left_at`: when the bonded meter was last in contact; `trouble`: what
    went wrong in the last try, while there is still time for another."""

    stage: Stage = "idle"
    until: float = 0.0
    address: str | None = None
    name: str | None = None
    left_at: float = 0.0
    reason: Reason | None = None
    trouble: Reason | None = None

    @property
    def is_open(self) -> bool:
        """Whether a meter nobody knows is welcome."""
        return self.stage in {"looking", "bonding", "proving"}

    def concerns(self, address: str) -> bool:
        return self.is_open and self.address in {None, address}


def begun(now: float, *, minutes: int) -> Pairing:
    """Step 1. Raises ValueError on a time that is none."""
    if not 1 <= minutes <= LONGEST_MIN:
        raise ValueError(f"1 to {LONGEST_MIN} minutes, not {minutes}")
    return Pairing("looking", now + 60 * minutes)


def stopped(pairing: Pairing) -> Pairing:
    return replace(pairing, stage="failed", reason="stopped") if pairing.is_open else pairing


def at(pairing: Pairing, now: float) -> Pairing:
    """As time passes."""
    if not pairing.is_open or now < pairing.until:
        return pairing
    reason: Reason = "never_came_back" if pairing.stage == "proving" else pairing.trouble or "nobody_came"
    return replace(pairing, stage="failed", reason=reason)


def met(pairing: Pairing, address: str, name: str | None) -> Pairing:
    """A meter that is not paired yet is in contact: step 2."""
    if pairing.stage != "looking":
        return pairing
    return replace(pairing, stage="bonding", address=address, name=name)


def parted(pairing: Pairing, contact: Contact) -> Pairing:
    """A contact is over."""
    if contact.address != pairing.address:
        is_renewal = pairing.stage == "looking" and contact.bonded
        return _bonded(_with(pairing, contact), contact) if is_renewal else pairing
    match pairing.stage:
        case "bonding":
            return _bonded(pairing, contact)
        case "proving":
            return _proven(pairing, contact)
        case _:
            return pairing


def _with(pairing: Pairing, contact: Contact) -> Pairing:
    """A meter that we took for paired has bonded anew: somebody reset it, and is pairing it again."""
    return replace(pairing, address=contact.address, name=contact.name)


def _bonded(pairing: Pairing, contact: Contact) -> Pairing:
    if contact.served and not contact.refused:
        return replace(pairing, stage="proving", left_at=contact.ended_at, trouble=None)
    again = replace(pairing, stage="looking", address=None, name=None)
    return replace(again, trouble="refused") if contact.refused else again


def _proven(pairing: Pairing, contact: Contact) -> Pairing:
    if contact.refused or contact.bonded:
        return replace(pairing, stage="failed", reason="forgot")
    was_away = contact.began_at - pairing.left_at >= AWAY_S
    if contact.served and was_away:
        return replace(pairing, stage="done")
    return replace(pairing, left_at=contact.ended_at) if contact.reached else pairing
