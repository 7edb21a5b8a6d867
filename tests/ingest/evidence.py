"""Evidence about one gateway for tests: batches with links that fit, in short words, and histories drawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from device_drivers.wire.batch import GENESIS, Opens
from ingest.loss.history import Claim, History, Place, Restore, Resync, SignedHead
from tests.ingest.making import NOON

GATEWAY = UUID(int=1)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def link(stream: str, seq: int) -> str:
    return f"{stream}{seq}" if seq else GENESIS


def place(stream: str, seq: int, *, minute: float = 0, opens: Opens | None = None) -> Place:
    return Place(stream, seq, link(stream, seq), link(stream, seq - 1), opens, "stored", 1, 1, at(minute))


def head(stream: str, seq: int, *, minute: float = 0, said: float | None = None) -> SignedHead:
    said_at = None if said is None else at(said)
    return SignedHead(stream, seq, link(stream, seq), 0, 1, 1, at(minute), said_at)


def of(*evidence: Place | SignedHead) -> History:
    return History(
        GATEWAY,
        places=tuple(piece for piece in evidence if isinstance(piece, Place)),
        heads=tuple(piece for piece in evidence if isinstance(piece, SignedHead)),
        claims=(Claim(1, at(-10)),),
    )


_MINUTES = st.integers(0, 3 * 24 * 60)


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Two streams over three days: holes, late arrivals, rejected and refused, a second claim, a restore,
    heads that fit and some that do not, a batch sent back."""
    places = tuple(place for stream in "ab" for place in draw(_stream(stream)))
    heads = tuple(draw(st.lists(_heads(), max_size=3)))
    resyncs = tuple(draw(st.lists(_resyncs(), max_size=1)))
    claims = (Claim(1, at(-10)), Claim(2, at(draw(_MINUTES))))
    restores = tuple(Restore(2, at(0), at(minute)) for minute in draw(st.lists(_MINUTES, max_size=1)))
    return History(GATEWAY, places=places, heads=heads, resyncs=resyncs, claims=claims, restores=restores)


@st.composite
def _stream(draw: st.DrawFn, stream: str) -> list[Place]:
    """Batches at an even pace, but for some that come at any time; claim and life change somewhere."""
    pace, claimed, restored = (draw(st.integers(1, most)) for most in (300, 15, 15))
    before, after = draw(st.permutations([1, 2]))
    arrived = sorted(set(range(1, 15)) - draw(st.sets(st.integers(1, 14), max_size=4)))
    return [
        replace(
            place(stream, seq, minute=draw(st.just(seq * pace) | _MINUTES), opens=draw(_opens(stream, seq))),
            outcome=draw(st.sampled_from(["stored", "rejected"])),
            claim=1 if seq < claimed else 2,
            lineage=before if seq < restored else after,
            refused=draw(st.integers(0, 2)),
            readings=seq,
            sealed_at=draw(st.none() | st.just(at(seq * pace - 5))),
            resends=draw(st.integers(0, 3)),
        )
        for seq in arrived
    ]


@st.composite
def _opens(draw: st.DrawFn, stream: str, seq: int) -> Opens | None:
    if stream == "a" or seq > 1 or draw(st.booleans()):
        return None
    last = draw(st.integers(12, 16))
    return Opens(stream="a", seq=last, link=link("a", last), resealed=draw(st.integers(0, 3)))


@st.composite
def _heads(draw: st.DrawFn) -> SignedHead:
    true = head(draw(st.sampled_from("ab")), draw(st.integers(0, 16)), minute=draw(_MINUTES), said=5_000)
    rewound = replace(true, rewound=draw(st.integers(1, 2)), lineage=2)
    return draw(st.sampled_from([rewound, rewound, rewound, replace(true, link="another")]))


@st.composite
def _resyncs(draw: st.DrawFn) -> Resync:
    return Resync(
        draw(st.sampled_from("ab")), draw(st.integers(1, 14)), draw(st.booleans()), at(draw(_MINUTES))
    )
