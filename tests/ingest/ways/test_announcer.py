"""What gateways are told of the lineage, and when again."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from msgspec.structs import replace

from device_drivers.wire.codec import decode
from device_drivers.wire.receipt import Lineage
from ingest.keys import open_keyring
from ingest.lineage.life import FIRST, Life, Restored, change_life
from ingest.lineage.lives import LifeEndedError, Watch
from ingest.ways.announcer import Announcer
from ingest.ways.herald import Herald
from tests.ingest.making import NOON
from tests.ingest.ways.test_herald import FIRST as ONE
from tests.ingest.ways.test_herald import SECOND as TWO
from tests.ingest.ways.test_herald import Notebook

FLEET = {ONE, TWO}
RESTORED = Life(2, FIRST.safe_before, (Restored(2, NOON, NOON),))


class Scroll(Notebook):
    """A notebook that keeps the words too."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[Lineage] = []

    def publish(self, name: str, payload: bytes, *, retain: bool = False) -> None:
        super().publish(name, payload, retain=retain)
        self.said.append(decode(payload, Lineage))


def announcer(folder: Path, scroll: Scroll, life: Life, behind: set[UUID]) -> Announcer:
    change_life(folder, lambda _: life)
    ring = open_keyring(folder / "keys")
    return Announcer(life, ring, [Herald(scroll)], watch=Watch(folder, life.n), behind=lambda _: behind)


def test_what_gateways_may_forget_is_told_to_all_when_a_backup_moved_it(tmp_path: Path) -> None:
    scroll = Scroll()
    crier = announcer(tmp_path, scroll, FIRST, set())
    crier.announce(FLEET, 0)
    change_life(tmp_path, lambda life: replace(life, safe_before=NOON))
    crier.announce(FLEET, 60)
    crier.announce(FLEET, 120)
    assert len(scroll.told) == 4
    assert {each.safe_before for each in scroll.said[2:]} == {NOON}


def test_after_a_restore_those_who_have_not_rewound_are_told_again_and_the_others_are_not(
    tmp_path: Path,
) -> None:
    scroll, behind = Scroll(), {ONE, TWO}
    crier = announcer(tmp_path, scroll, RESTORED, behind)
    crier.announce(FLEET, 0)
    behind.remove(ONE)
    crier.announce(FLEET, 60)
    assert len(scroll.told) == 2
    crier.announce(FLEET, 700)
    assert scroll.told[2:] == [TWO]


def test_without_a_restore_nobody_is_told_again(tmp_path: Path) -> None:
    scroll = Scroll()
    crier = announcer(tmp_path, scroll, FIRST, {ONE, TWO})
    crier.announce(FLEET, 0)
    crier.announce(FLEET, timedelta(days=1).total_seconds())
    assert len(scroll.told) == 2


def test_a_lineage_that_ended_is_announced_no_more(tmp_path: Path) -> None:
    scroll = Scroll()
    crier = announcer(tmp_path, scroll, FIRST, set())
    change_life(tmp_path, lambda life: replace(life, n=2))
    with pytest.raises(LifeEndedError):
        crier.announce(FLEET, 0)
    assert scroll.told == []
