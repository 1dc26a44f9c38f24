"""Runs SQL over the store of a fleet, with DuckDB."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import duckdb

from checker.errors import UsageError
from checker.fleet.rows import RECORDS
from checker.fleet.store import RunFacts, Store


class Answer(NamedTuple):
    """The result of a query: names of columns, and rows of Python values."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


def query(store: Store, run: RunFacts, sql: str) -> Answer:
    """Runs one query. The views `repositories`, `refs`, `uses`, `findings` and `problems` have the rows of `run`.

    The same views with the prefix `all_` have the rows of all runs, and a column `run`. Raises UsageError for SQL that
    is not valid.
    """
    connection = duckdb.connect()
    for table in RECORDS:
        for name, pattern in ((table, store.glob(table, run)), (f"all_{table}", store.glob(table))):
            kept = "* EXCLUDE (run)" if name == table else "*"
            source = f"read_parquet({_quoted(pattern)}, hive_types = {{'run': VARCHAR}}, union_by_name = true)"
            connection.execute(f"CREATE VIEW {name} AS SELECT {kept} FROM {source}")
    try:
        found = connection.execute(sql)
        columns = tuple(column[0] for column in found.description or ())
        return Answer(columns, tuple(found.fetchall()))
    except duckdb.Error as error:
        raise UsageError(f"the query failed: {error}") from None


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def as_plain(value: Any) -> Any:
    """A value of an answer for JSON: days and times become strings, structs and lists become objects and arrays."""
    if isinstance(value, dict):
        return {key: as_plain(each) for key, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [as_plain(each) for each in value]
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)
