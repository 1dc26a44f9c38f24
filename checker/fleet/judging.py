"""Judges stored references by a newer catalog, policy or day, without reading any code."""

import re
from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from checker.catalog.lookup import CatalogIndex, split_geography
from checker.fleet.columns import Record, records_in
from checker.fleet.repositories import Repository
from checker.fleet.rows import CodeRows, RepositoryRow, Rows, Status, gathered_in, rows_of
from checker.fleet.store import RunFacts
from checker.fleet.task import Job, judged
from checker.model.problem import Problem
from checker.model.reference import Reference

_PROVIDER = re.compile(r"[^.]+")


class NewlyKnown:
    """The ids and providers that a catalog knows, and the catalog of an earlier run did not."""

    def __init__(self, index: CatalogIndex, before: RunFacts) -> None:
        old = frozenset(before.ids)
        self._ids = frozenset(index.ids()) - old
        self._providers = {_provider(name) for name in self._ids} - {_provider(name) for name in old}

    def is_named_in(self, row: RepositoryRow) -> bool:
        """True if a text in the repository names something new, so that its code has to be read again."""
        if not self._ids:
            return False
        names = {split_geography(text)[1] for text in row.texts}
        return not names.isdisjoint(self._ids) or any(_provider(name) in self._providers for name in names)


def judged_again(part: Rows, job: Job, wanted: Mapping[str, Repository]) -> Rows | None:
    """The rows of a stored part for the `wanted` repositories, by name, with today's findings; None if there are none.

    Owners and tags come from today's list.
    """
    rows = [row for row in records_in(part.repositories, RepositoryRow) if row.name in wanted and row.has_references]
    if not rows:
        return None
    names = pa.array([row.name for row in rows])
    code = CodeRows(*(table.filter(pc.is_in(table["repository"], names)) for table in (part.refs, part.problems)))
    references = _by_repository(code.refs, Reference)
    problems = _by_repository(code.problems, Problem)
    found = []
    for row in rows:
        today = wanted[row.name]
        unchanged = row._replace(status=Status.UNCHANGED, owner=today.owner, tags=today.tags)
        gathered = gathered_in(row, references.get(row.name, ()), problems.get(row.name, ()))
        found.append(judged(job, unchanged, gathered))
    return rows_of(found, code)


def _by_repository(table: pa.Table, record: type[Record]) -> Mapping[str, Sequence[Record]]:
    found: dict[str, list[Record]] = {}
    for name, value in zip(table["repository"].to_pylist(), records_in(table, record), strict=True):
        found.setdefault(name, []).append(value)
    return found


def _provider(name: str) -> str:
    match = _PROVIDER.match(name)
    return match[0] if match is not None else ""
