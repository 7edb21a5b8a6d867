"""How it stands between this gateway and a meter: bonded, lost, or taken by somebody else. Pure."""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from gateway.radio.contact import Contact

State = Literal["unproven", "kept", "lost"]
"""`unproven`: bonded (or in need of no bond), and never yet served again."""

Trouble = Literal["bond_lost", "taken", "emptied"]

IN_A_ROW: Final = 3
"""Once is the radio's weather; three times in a row has a cause."""

FLASH_S: Final = 3.0
"""A bond that the meter no longer has ends a link at once (error 0x06: Core, vol 1 part F, 2.6)."""


class Tie(Struct, frozen=True, forbid_unknown_fields=True):
    """One meter's. `flashes`: links in a row that ended before anything was said; `taken`: tries in a row at
    whose beginning it fell silent, as one does whom another has connected; `emptied`: contacts in a row with
    nothing new from a meter that advertises only when it has something; `broken`: contacts in a row in which
    the radio's stack began anew. In some kernels a bond that the meter lost brings it down each time."""

    address: str
    name: str | None = None
    state: State | None = None
    flashes: int = 0
    taken: int = 0
    emptied: int = 0
    broken: int = 0


def after(tie: Tie, contact: Contact) -> Tie:
    """How it stands now."""
    known = replace(tie, name=contact.name or tie.name)
    if contact.bonded and not contact.refused:
        return replace(known, state="unproven", flashes=0, taken=0, broken=0, emptied=_emptied(tie, contact))
    if contact.served:
        # BlueZ bonds by itself where a subscription needs it, and tells nobody: a first service may hide one.
        state: State = "kept" if tie.state in {"unproven", "kept"} else "unproven"
        return replace(known, state=state, flashes=0, taken=0, broken=0, emptied=_emptied(tie, contact))
    if tie.state in {"unproven", "kept"} and contact.refused:
        return replace(known, state="lost", flashes=0)
    return _unserved(known, contact)


def _unserved(tie: Tie, contact: Contact) -> Tie:
    if contact.broken:
        return _lost_if_often(replace(tie, broken=tie.broken + 1), tie.broken + 1)
    if not contact.reached and not contact.refused:
        return replace(tie, taken=0 if contact.was_heard else tie.taken + 1)
    if tie.state is None or tie.state == "lost" or contact.ended_at - contact.began_at > FLASH_S:
        return tie
    return _lost_if_often(replace(tie, flashes=tie.flashes + 1), tie.flashes + 1)


def _lost_if_often(tie: Tie, times: int) -> Tie:
    is_lost = times >= IN_A_ROW and tie.state in {"unproven", "kept"}
    return replace(tie, state="lost") if is_lost else tie


def _emptied(tie: Tie, contact: Contact) -> int:
    if contact.gain or not contact.sends_once or contact.bonded:
        return 0
    return tie.emptied + 1


def trouble_of(tie: Tie) -> Trouble | None:
    """What somebody has to be told, the gravest first."""
    if tie.state == "lost":
        return "bond_lost"
    if tie.taken >= IN_A_ROW:
        return "taken"
    if tie.emptied >= IN_A_ROW:
        return "emptied"
    return None


# Which app is offered with which meter, by the beginning of its advertised name: makers' names, as of 2026.
APPS: Final[tuple[tuple[str, str], ...]] = (
    ("A&D_", "A&D Connect"),
    ("BLESmart_", "OMRON connect"),
    ("BLEsmart_", "OMRON connect"),
    ("OMRON", "OMRON connect"),
    ("BM", "Beurer HealthManager"),
    ("Beurer", "Beurer HealthManager"),
    ("meter+", "mySugr / Accu-Chek Connect"),
    ("Contour", "CONTOUR DIABETES"),
    ("CareSens", "SmartLog"),
    ("TAIDOC", "iFORA"),
    ("FORA", "iFORA"),
    ("Medisana", "VitaDock+"),
)


def app_of(name: str | None) -> str | None:
    """The phone app that most likely competes for this meter."""
    said = (name or "").lower()
    return next((app for beginning, app in APPS if said.startswith(beginning.lower())), None)
