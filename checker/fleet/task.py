"""Does the work of one task: makes rows of a repository from its location."""

import tempfile
from pathlib import Path
from typing import NamedTuple

from checker.catalog.lookup import CatalogIndex
from checker.errors import UsageError
from checker.fleet.checkout import Limits, TimedOutError, TooLargeError, fetch, head_of, write_files
from checker.fleet.repositories import Repository, is_repository
from checker.fleet.rows import JudgedRows, RepositoryRow, Rows, Status, code_rows, judged_rows, rows_of, unread
from checker.model.policy import Policy
from checker.model.problem import ProblemKind
from checker.model.scan import CatalogInfo, Gathered
from checker.model.settings import Settings
from checker.pipeline import assess, gather, judge_gathered
from checker.source.files import is_directory
from checker.source.urls import without_credentials
from checker.workspace.git import GitError


class Job(NamedTuple):
    """The settings, the policy, the catalog and the limits that all tasks of a run share."""

    settings: Settings
    policy: Policy
    models: CatalogIndex
    info: CatalogInfo
    limits: Limits


class Task(NamedTuple):
    """A repository to read, unless its head is still `known_head`."""

    repository: Repository
    known_head: str | None = None


class Outcome(NamedTuple):
    """The result of a task. `rows` is set for a repository that was read; `may_retry` for a fault that may pass."""

    repository: Repository
    status: Status
    reason: str = ""
    head: str | None = None
    rows: Rows | None = None
    may_retry: bool = False


def perform(job: Job, task: Task) -> Outcome:
    """Reads and judges a repository. Raises nothing: an error becomes an outcome."""
    repository = task.repository
    try:
        return _perform(job, task)
    except TooLargeError as error:
        return Outcome(repository, Status.TOO_LARGE, str(error))
    except TimedOutError as error:
        return Outcome(repository, Status.TIMED_OUT, str(error), may_retry=True)
    except UsageError as error:
        return Outcome(repository, Status.FAILED, without_credentials(str(error)), may_retry=repository.is_remote)
    # A hostile repository may make the reader raise any error, and must not end the run.
    except Exception as error:
        reason = f"internal error: {type(error).__name__}: {without_credentials(str(error))}"
        return Outcome(repository, Status.FAILED, reason, may_retry=True)


def _perform(job: Job, task: Task) -> Outcome:
    repository = task.repository
    location = Path(repository.location)
    if not repository.is_remote and not is_directory(location):
        raise GitError(f"there is no directory {repository.location}")
    if not repository.is_remote and not is_repository(location):
        # Without git, nobody can tell whether it has changed.
        return _read(job, repository, None, location, ())
    head = head_of(repository, job.limits)
    if head is None:
        row = RepositoryRow.of(repository, Status.EMPTY)._replace(complete=True)
        return Outcome(repository, Status.EMPTY, rows=unread(row))
    if head == task.known_head:
        return Outcome(repository, Status.UNCHANGED, head=head)
    with tempfile.TemporaryDirectory(prefix="bedrock-eol-fleet-", ignore_cleanup_errors=True) as temporary:
        scratch = Path(temporary).resolve()
        fetched = fetch(repository, head, scratch, job.limits)
        files = scratch / "files"
        texts = write_files(fetched, files, job.limits)
        return _read(job, repository, fetched.commit, files, texts)


def _read(job: Job, repository: Repository, head: str | None, top: Path, texts: tuple[str, ...]) -> Outcome:
    gathered = _without_no_input(gather((".",), job.settings, job.models, cwd=top))
    row = RepositoryRow.of(repository, Status.READ)._replace(
        head=head,
        complete=not gathered.incomplete,
        files=gathered.files,
        inputs=gathered.inputs,
        waivers=gathered.waivers,
        owners=gathered.owners,
        texts=tuple(text for text in texts if not job.models.knows(text)),
    )
    rows = rows_of([judged(job, row, gathered)], code_rows(row.name, gathered))
    return Outcome(repository, Status.READ, head=head, rows=rows)


def judged(job: Job, row: RepositoryRow, gathered: Gathered) -> JudgedRows:
    """The rows of a repository, judged by the policy, the catalog and the day of the run."""
    as_of = job.settings.as_of
    assessments = assess(gathered, job.models)
    findings = judge_gathered(gathered, assessments, job.policy, as_of, job.info, job.models)
    return judged_rows(row, gathered.references, assessments, findings, as_of, job.models.lookup)


def _without_no_input(gathered: Gathered) -> Gathered:
    """The same without the problem that there is no infrastructure code, which is normal for a repository."""
    return gathered._replace(
        problems=tuple(problem for problem in gathered.problems if problem.kind is not ProblemKind.NO_INPUT)
    )
