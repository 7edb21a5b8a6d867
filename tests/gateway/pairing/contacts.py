"""Contacts as a scanner tells of them."""

from __future__ import annotations

from gateway.radio.contact import Contact

CUFF = "C0:00:00:00:00:01"


def contact(  # noqa: PLR0913  a contact has that many sides, and a test names one or two
    at: float = 0.0,
    *,
    lasted: float = 10.0,
    address: str = CUFF,
    name: str | None = "HL-BP",
    served: bool = False,
    bonded: bool = False,
    refused: bool = False,
    reached: bool | None = None,
    was_heard: bool = True,
    sends_once: bool = True,
    gain: int = 0,
) -> Contact:
    return Contact(
        address=address,
        name=name,
        began_at=at,
        ended_at=at + lasted,
        sends_once=sends_once,
        reached=(served or bonded or refused) if reached is None else reached,
        served=served,
        bonded=bonded,
        refused=refused,
        was_heard=was_heard,
        gain=gain,
    )


def first(at: float = 10.0) -> Contact:
    """The contact in which a meter bonds."""
    return contact(at, served=True, bonded=True, gain=1)


def again(at: float) -> Contact:
    """One that is served by the bond there is."""
    return contact(at, served=True, gain=1)
