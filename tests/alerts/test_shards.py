"""Which engine judges whom."""

from __future__ import annotations

from uuid import UUID, uuid4

import psycopg
import pytest

from alerts.shards import ALL, SHARD_OF, shard_of, share


def test_shares_are_disjoint_and_leave_no_shard_out() -> None:
    shares = [share(f"{which}/3") for which in (1, 2, 3)]
    assert sorted(shard for own in shares for shard in own) == list(ALL)


@pytest.mark.parametrize("word", ["0/1", "3/2", "1/65", "1", "1/2/3", "a/b", "", "-1/2"])
def test_what_is_no_share_is_refused(word: str) -> None:
    with pytest.raises(ValueError, match="K/N"):
        share(word)


def test_python_and_sql_mean_the_same_shard(either_database_url: str) -> None:
    residents = [UUID(int=0), UUID(int=2**128 - 1), *(uuid4() for _ in range(200))]
    with psycopg.connect(either_database_url) as connection:
        rows = connection.execute(
            f"select {SHARD_OF} from unnest(%s::uuid[]) with ordinality r (resident, n) order by n".encode(),  # noqa: S608
            (residents,),
        ).fetchall()
    assert [shard for (shard,) in rows] == [shard_of(each) for each in residents]
