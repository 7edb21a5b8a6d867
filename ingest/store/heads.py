"""Signed heads: the highest of each stream, and any that no stored batch confirms yet."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from psycopg import Cursor

from ingest.heartbeat import Heartbeat
from ingest.store.ledger import Entry

_NOTE: Final = """
insert into ingest.signed_head as h
    (gateway, stream, seq, link, rewound, claim, lineage, heard_at, said_at)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s)
on conflict (gateway, stream, seq, link) do update
set rewound = greatest(h.rewound, excluded.rewound), said_at = greatest(h.said_at, excluded.said_at)
where h.rewound < excluded.rewound or excluded.said_at > coalesce(h.said_at, '-infinity')
"""

# A lower head says nothing more once its batch is here; one without its batch may reveal a fork.
_TIDY: Final = """
delete from ingest.signed_head h using ingest.batch b
where h.gateway = %s and h.stream = %s
  and h.seq < (select max(seq) from ingest.signed_head m where m.gateway = h.gateway and m.stream = h.stream)
  and b.gateway = h.gateway and b.stream = h.stream and b.seq = h.seq and b.link = h.link
"""


def note(cursor: Cursor, heartbeats: Iterable[Heartbeat], entry: Entry) -> None:
    """Note where the gateways' streams stand."""
    for beat in sorted(heartbeats, key=lambda beat: (beat.state.gateway, beat.state.head.stream)):
        state, head = beat.state, beat.state.head
        stream = UUID(hex=head.stream)
        place = (state.gateway, stream, head.seq, bytes.fromhex(head.link))
        said_at = min(state.at, entry.now) if state.clock == "synced" else None
        cursor.execute(_NOTE, (*place, state.rewound, beat.signer.claim, entry.lineage, entry.now, said_at))
        cursor.execute(_TIDY, (state.gateway, stream))
