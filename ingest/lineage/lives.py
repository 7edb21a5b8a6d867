"""Whether the life that a process speaks for is still in force, and which one begins where it is not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from msgspec.structs import replace

from ingest.lineage.life import Life, Restored, change_life, read_life


class LifeEndedError(Exception):
    """Nothing more may be said in this lineage. `database` is the one that was met, if it is that."""

    def __init__(self, n: int, database: str | None) -> None:
        super().__init__(f"lineage {n} has ended")
        self.n = n
        self.database = database


@dataclass(frozen=True, slots=True)
class Watch:
    """For a process that speaks for lineage `n`, as its `folder` had it at the start."""

    folder: Path
    n: int

    def read(self) -> Life:
        """As it is now: what gateways may forget moves. Raises LifeEndedError."""
        life = read_life(self.folder)
        if life.n != self.n:
            raise LifeEndedError(self.n, None)
        return life

    def meet(self, database: str) -> None:
        """A connection was made to a database of this history. Raises LifeEndedError if it is another's."""
        life = self.read()
        if life.database is None:
            life = change_life(self.folder, lambda life: bound(life, database))
        if life.database != database:
            raise LifeEndedError(self.n, database)


def bound(life: Life, database: str) -> Life:
    """To the first database that it meets."""
    return life if life.database else replace(life, database=database)


def succeed(folder: Path, database: str | None, now: datetime) -> Life:
    """The life in force. A database of another history than the last begins a new one: it was promoted or put
    back by hand, and may lack what was receipted."""

    def follow(life: Life) -> Life:
        return life if database in {None, life.database} else _promoted(life, str(database), now)

    return change_life(folder, follow)


def _promoted(life: Life, database: str, now: datetime) -> Life:
    """Nobody said from when it is. What any restorable backup holds, it holds: more cannot be known."""
    n = life.n + 1
    since = Restored(n, since=life.safe_before, until=now)
    return replace(life, n=n, restores=(*life.restores, since), database=database)
