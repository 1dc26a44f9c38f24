"""Makes a whole run of a fleet: reads repositories, takes unchanged ones from the last run, and writes all."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from checker import __version__
from checker.catalog.lookup import CatalogIndex
from checker.errors import UsageError
from checker.fleet.checkout import Limits
from checker.fleet.engine import Cluster, Lost, engine
from checker.fleet.judging import NewlyKnown, judged_again
from checker.fleet.repositories import Repository
from checker.fleet.rows import RepositoryRow, Rows, Status, unread
from checker.fleet.store import RunFacts, Store
from checker.fleet.task import Job, Outcome, Task
from checker.model.settings import Settings
from checker.pipeline import catalog_info, load_catalog
from checker.policy.load import load_policy
from checker.source.files import Boundary, SourceFiles

# A part is written after this many repositories or seconds; an interruption loses what was read since.
_PART_REPOSITORIES = 100
_PART_SECONDS = 20.0

# Gets the number of finished repositories, the number of all, and the name of the last finished one.
Report = Callable[[int, int, str], None]


class Ended(NamedTuple):
    """The end of a run. `left` is the number of repositories without an outcome, because the scheduler went away."""

    run: RunFacts
    left: int = 0


def prepare(settings: Settings, limits: Limits, cwd: Path) -> Job:
    """The job that all tasks share. Raises UsageError for a policy or a catalog that is not valid."""
    policy = load_policy(settings.policy, SourceFiles(Boundary(None, allow_outside=True), cwd))
    selected = load_catalog(settings)
    return Job(settings, policy, CatalogIndex(selected.catalog), catalog_info(selected), limits)


def new_run(store: Store, job: Job, name: str) -> RunFacts:
    """Begins a run. Its name must sort after the names of earlier runs."""
    previous = store.previous_to(name)
    run = RunFacts(name, previous=None if previous is None else previous.id, **_judged_by(job))
    store.write_run(run)
    return run


def resumed_run(store: Store, job: Job) -> RunFacts:
    """Continues the last run. Raises UsageError if it has finished, or if its policy, catalog or day differ."""
    run = next(reversed(store.runs()), None)
    if run is None or run.finished:
        raise UsageError(f"{store.directory} has no unfinished run to go on with; begin a new one without --resume")
    if run != replace(run, **_judged_by(job)):
        raise UsageError(
            f"the run {run.id} of {store.directory} judges for {run.as_of} by {', '.join(run.policy)} with"
            f" {run.catalog}; give the same, or begin a new run without --resume"
        )
    return run


def scan_fleet(
    repositories: Sequence[Repository],
    store: Store,
    run: RunFacts,
    job: Job,
    cluster: Cluster,
    report: Report,
    on_dashboard: Callable[[str], None] = lambda _address: None,
) -> Ended:
    """Reads the repositories that the run does not have yet; those that have not changed are only judged again.

    `report` is called for each repository, `on_dashboard` with the address of the cluster's dashboard if it has one.
    After an interruption, the rows so far are still written. Raises UsageError if the cluster or the store fails.
    """
    done = {row.name for row in store.repositories(run)}
    wanted = {each.name: each for each in repositories if each.name not in done}
    before = _Before(store, run, job)
    tasks = [Task(each, before.head_of(each)) for each in wanted.values()]
    writer = _Writer(store, run)
    unchanged: dict[str, Repository] = {}
    failed: list[RepositoryRow] = []
    left = 0
    with writer:
        for number, outcome in enumerate(_outcomes(cluster, job, tasks, on_dashboard), start=len(done) + 1):
            if isinstance(outcome, Lost):
                left = len(outcome.left)
                break
            report(number, len(repositories), outcome.repository.name)
            if outcome.rows is not None:
                writer.add(outcome.rows)
            elif outcome.status is Status.UNCHANGED:
                unchanged[outcome.repository.name] = outcome.repository
            else:
                failed.append(_failed(outcome))
    with writer:
        for rows in before.judged_again(unchanged):
            writer.add(rows)
        if not left:
            # They are written only at the end of a whole run, so that --resume tries them again.
            for row in failed:
                writer.add(unread(row))
    return Ended(run, left) if left else Ended(store.finish(run))


class Judged(NamedTuple):
    """A run that only judges. Repositories `to_read_again` have a text that only today's catalog knows."""

    run: RunFacts
    to_read_again: tuple[str, ...]


def judge_fleet(store: Store, job: Job, name: str) -> Judged:
    """Judges the references of the last finished run again, as a run with that name; no repository is read.

    Raises UsageError if there is no finished run.
    """
    store.run()
    run = new_run(store, job, name)
    before = _Before(store, run, job)
    kept = {row.name: row.repository for row in before.rows.values() if row.has_references}
    with _Writer(store, run) as writer:
        for rows in before.judged_again(kept):
            writer.add(rows)
        for row in before.rows.values():
            if not row.has_references:
                writer.add(unread(row))
    to_read_again = tuple(name for name, row in before.rows.items() if before.newly_known_in(row))
    return Judged(store.finish(run), to_read_again)


class _Before:
    """The last finished run before another one, if there is one."""

    def __init__(self, store: Store, run: RunFacts, job: Job) -> None:
        self._store = store
        self._job = job
        self.run = store.previous_to(run.id)
        self.rows: Mapping[str, RepositoryRow] = (
            {} if self.run is None else {row.name: row for row in store.repositories(self.run)}
        )
        self._newly_known = None if self.run is None else NewlyKnown(job.models, self.run)

    def newly_known_in(self, row: RepositoryRow) -> bool:
        """True if the repository has a text that only today's catalog knows."""
        return self._newly_known is not None and self._newly_known.is_named_in(row)

    def head_of(self, repository: Repository) -> str | None:
        """The commit whose stored references are what today's reader would find too; None if there is none."""
        row = self.rows.get(repository.name)
        if row is None or not row.has_references or self.newly_known_in(row):
            return None
        is_same = (row.location, row.ref, row.version) == (repository.location, repository.ref, __version__)
        return row.head if is_same else None

    def judged_again(self, wanted: Mapping[str, Repository]) -> Iterator[Rows]:
        """The stored rows of the repositories, with today's findings."""
        if self.run is None or not wanted:
            return
        for number in self._store.parts(self.run):
            rows = judged_again(self._store.read_part(self.run, number), self._job, wanted)
            if rows is not None:
                yield rows


class _Writer:
    """Collects rows and writes them as parts."""

    def __init__(self, store: Store, run: RunFacts, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._run = run
        self._clock = clock
        self._rows: list[Rows] = []
        self._repositories = 0
        self._since = clock()

    def __enter__(self) -> "_Writer":
        return self

    def __exit__(self, *_error: object) -> None:
        self._write()

    def add(self, rows: Rows) -> None:
        """Adds the rows of one repository or of several."""
        self._rows.append(rows)
        self._repositories += rows.repositories.num_rows
        if self._repositories >= _PART_REPOSITORIES or self._clock() - self._since > _PART_SECONDS:
            self._write()

    def _write(self) -> None:
        if self._rows:
            self._store.write_part(self._run, Rows.joined(self._rows))
        self._rows = []
        self._repositories = 0
        self._since = self._clock()


def _outcomes(
    cluster: Cluster, job: Job, tasks: Sequence[Task], on_dashboard: Callable[[str], None]
) -> Iterator[Outcome | Lost]:
    if tasks:
        with engine(cluster) as running:
            if running.dashboard is not None:
                on_dashboard(running.dashboard)
            yield from running.outcomes(job, tasks)


def _failed(outcome: Outcome) -> RepositoryRow:
    return RepositoryRow.of(outcome.repository, outcome.status)._replace(head=outcome.head, reason=outcome.reason)


def _judged_by(job: Job) -> dict[str, Any]:
    return {
        "as_of": job.settings.as_of,
        "policy": job.policy.sources,
        "catalog": job.info.source,
        "catalog_as_of": job.info.as_of,
        "ids": tuple(sorted(job.models.ids())),
    }
