"""The migrations make the tables that the models speak of."""

from __future__ import annotations

from importlib import import_module
from pkgutil import walk_packages

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

import clinician_api
from clinician_api.db import SCHEMA, Base

for _module in walk_packages(clinician_api.__path__, "clinician_api."):
    if _module.name.endswith(".models"):
        import_module(_module.name)


_COLUMNS = text(
    "select column_name, is_nullable = 'YES' as may_be_null from information_schema.columns"
    " where table_schema = :schema and table_name = :table"
)


@pytest.mark.parametrize("table", sorted(table.name for table in Base.metadata.tables.values()))
def test_a_model_says_what_its_table_holds(table: str, db: Session) -> None:
    """Names, and what may be null."""
    rows = db.execute(_COLUMNS, {"schema": SCHEMA, "table": table})
    found = {row.column_name: row.may_be_null for row in rows}
    model = Base.metadata.tables[f"{SCHEMA}.{table}"]
    assert found == {column.name: bool(column.nullable) for column in model.columns}


_UNINDEXED = text("""
select c.conrelid::regclass || '(' || a.attname || ')' from pg_constraint c
join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
where c.contype = 'f' and c.connamespace = cast(:schema as regnamespace) and not exists (
    select 1 from pg_index i where i.indrelid = c.conrelid and i.indkey[0] = c.conkey[1]
)
order by 1
""")


def test_what_points_to_another_table_is_found_by_an_index(db: Session) -> None:
    """Else each deletion and each join goes through the whole table."""
    assert list(db.scalars(_UNINDEXED, {"schema": SCHEMA})) == []
