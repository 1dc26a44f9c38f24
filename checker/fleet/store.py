"""Stores the runs of a fleet: a folder of Parquet files, partitioned by run, that any tool can read.

    runs/RUN.json                                     policy, catalog and day of the run, and whether it has finished
    TABLE/run=RUN/part-00001.parquet                  `repositories`, `refs`, `uses`, `findings`, `problems`

All rows of a repository are in parts with the same number. Its row in `repositories` is written last, so that an
interrupted run never has half a repository.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from checker.errors import UsageError
from checker.fleet.columns import Record, records_in
from checker.fleet.rows import RECORDS, FindingRow, RepositoryRow, Rows, UseRow, schema_of_table
from checker.model.problem import Problem
from checker.source.writing import write_whole

_RUNS = "runs"
# The last table is the sign that all tables of a part are written.
_IN_ORDER = (*(name for name in RECORDS if name != "repositories"), "repositories")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_FORMAT = 1


@dataclass(frozen=True)
class RunFacts:
    """The day, the policy and the catalog of a run. `ids` are those that its catalog knew.

    `finished` is false while the run goes on.
    """

    id: str
    as_of: date
    policy: tuple[str, ...]
    catalog: str
    catalog_as_of: date
    ids: tuple[str, ...]
    finished: bool = False
    previous: str | None = None
    format: int = field(default=_FORMAT)


class Store:
    """The runs in a folder, which may not exist yet."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def runs(self) -> tuple[RunFacts, ...]:
        """The runs, the oldest first. Raises UsageError for a file that is not a run of this store."""
        return tuple(self._read_run(file) for file in sorted((self.directory / _RUNS).glob("*.json")))

    def run(self, name: str | None = None) -> RunFacts:
        """The run with an id; without one, the last finished one. Raises UsageError if there is none."""
        runs = self.runs()
        found = [run for run in runs if (run.finished if name is None else run.id == name)]
        if not found:
            known = ", ".join(run.id for run in runs) or "none"
            wanted = "no finished run" if name is None else f"no run {name!r}"
            raise UsageError(f"{self.directory} has {wanted}; runs: {known}. `fleet scan` makes one")
        return found[-1]

    def previous_to(self, name: str) -> RunFacts | None:
        """The last finished run before the named one; None if there is none."""
        return next((run for run in reversed(self.runs()) if run.finished and run.id < name), None)

    def write_run(self, run: RunFacts) -> None:
        """Writes the facts of a run. Raises UsageError if that fails."""
        if not _ID.fullmatch(run.id):
            raise UsageError(f"{run.id!r} cannot name a run: use letters, digits, '.', '_' and '-'")
        file = self.directory / _RUNS / f"{run.id}.json"
        facts = {**asdict(run), "as_of": run.as_of.isoformat(), "catalog_as_of": run.catalog_as_of.isoformat()}
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            write_whole(file, (json.dumps(facts, indent=1) + "\n").encode())
        except OSError as error:
            raise UsageError(f"cannot write {file}: {error.strerror or error}") from None

    def parts(self, run: RunFacts) -> tuple[int, ...]:
        """The numbers of a run's complete parts."""
        names = self._folder("repositories", run).glob("part-*.parquet")
        return tuple(sorted(int(name.stem.partition("-")[2]) for name in names))

    def write_part(self, run: RunFacts, rows: Rows) -> None:
        """Adds rows to a run, with a new number. Raises UsageError if that fails."""
        number = max(self.parts(run), default=0) + 1
        try:
            for name in _IN_ORDER:
                folder = self._folder(name, run)
                folder.mkdir(parents=True, exist_ok=True)
                unfinished = folder / f".part-{number:05}"
                pq.write_table(getattr(rows, name), unfinished, compression="zstd")
                unfinished.replace(folder / f"part-{number:05}.parquet")
        except (OSError, pa.ArrowException) as error:
            raise UsageError(f"cannot write to {self.directory}: {error}") from None

    def read_part(self, run: RunFacts, number: int) -> Rows:
        """The rows of one part. Raises UsageError if it is damaged."""
        return Rows(**{name: self._read(name, run, number) for name in RECORDS})

    def repositories(self, run: RunFacts) -> tuple[RepositoryRow, ...]:
        """The repositories of a run, sorted by name. If a repository has several rows, the last one counts."""
        rows = (row for number in self.parts(run) for row in self._records("repositories", run, number))
        return tuple(row for _, row in sorted({row.name: row for row in rows}.items()))

    def findings(self, run: RunFacts) -> Iterator[tuple[str, FindingRow]]:
        """The findings of a run, each with the name of its repository."""
        return self._of_repositories("findings", run, FindingRow)

    def uses(self, run: RunFacts) -> Iterator[tuple[str, UseRow]]:
        """The uses of models in a run, each with the name of its repository."""
        return self._of_repositories("uses", run, UseRow)

    def problems(self, run: RunFacts) -> Iterator[tuple[str, Problem]]:
        """The problems of a run, each with the name of its repository."""
        return self._of_repositories("problems", run, Problem)

    def _of_repositories(self, table: str, run: RunFacts, record: type[Record]) -> Iterator[tuple[str, Record]]:
        for number in self.parts(run):
            found = self._read(table, run, number)
            yield from zip(found["repository"].to_pylist(), records_in(found, record), strict=True)

    def glob(self, table: str, run: RunFacts | None = None) -> str:
        """A glob for the files of a table, for one run or for all."""
        return str(self.directory / table / (f"run={run.id}" if run is not None else "run=*") / "part-*.parquet")

    def finish(self, run: RunFacts) -> RunFacts:
        """Marks a run as finished."""
        finished = replace(run, finished=True)
        self.write_run(finished)
        return finished

    def _folder(self, table: str, run: RunFacts) -> Path:
        return self.directory / table / f"run={run.id}"

    def _read(self, table: str, run: RunFacts, number: int) -> pa.Table:
        file = self._folder(table, run) / f"part-{number:05}.parquet"
        try:
            # As a dataset, the table would get a column from the folder's name.
            found = pq.ParquetFile(file).read()
            return found.select(schema_of_table(table).names)
        except (OSError, KeyError, pa.ArrowException) as error:
            raise UsageError(f"{file} cannot be read: {error}") from None

    def _records(self, table: str, run: RunFacts, number: int) -> tuple[Any, ...]:
        return records_in(self._read(table, run, number), RECORDS[table])

    def _read_run(self, file: Path) -> RunFacts:
        try:
            facts = json.loads(file.read_text(encoding="utf-8"))
            if facts["format"] != _FORMAT:
                raise UsageError(f"{file} has format {facts['format']!r}; this version reads {_FORMAT}")
            return RunFacts(
                **{
                    **facts,
                    "as_of": date.fromisoformat(facts["as_of"]),
                    "catalog_as_of": date.fromisoformat(facts["catalog_as_of"]),
                    "policy": tuple(facts["policy"]),
                    "ids": tuple(facts["ids"]),
                }
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise UsageError(f"{file} is not a run of a fleet: {error}") from None
