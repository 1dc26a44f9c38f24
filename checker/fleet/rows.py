"""Defines the tables of a fleet, and makes the rows of a repository in them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple

import pyarrow as pa

from checker import __version__
from checker.fleet.columns import schema_of, table_of
from checker.fleet.repositories import Repository
from checker.model.finding import Assessment, Finding
from checker.model.lifecycle import Model
from checker.model.policy import Waiver
from checker.model.problem import Problem
from checker.model.reference import Candidate, Reference
from checker.model.scan import FileOwners, Gathered, InputFacts
from checker.model.stages import StageOn
from checker.policy.advice import replacements
from checker.policy.check import CandidateSubject, FindModel
from checker.source import Location


class Status(StrEnum):
    """The result for a repository. `unchanged` has the references of an earlier run; `empty` means no commit."""

    READ = "read"
    UNCHANGED = "unchanged"
    EMPTY = "empty"
    FAILED = "failed"
    TOO_LARGE = "too-large"
    TIMED_OUT = "timed-out"
    LOST = "lost"


class RepositoryRow(NamedTuple):
    """A repository in a run. `reason` says why it was not read.

    `complete` is false if models may have been missed. `texts` look like an id and are not in the catalog. `version` is
    the version of this program that read the references. `inputs`, `waivers` and `owners` are those of `Gathered`.
    """

    name: str
    location: str
    status: Status
    ref: str | None = None
    owner: str | None = None
    tags: tuple[tuple[str, str], ...] = ()
    head: str | None = None
    reason: str = ""
    complete: bool = False
    files: int = 0
    inputs: tuple[InputFacts, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    owners: tuple[FileOwners, ...] = ()
    texts: tuple[str, ...] = ()
    version: str = ""

    @classmethod
    def of(cls, repository: Repository, status: Status) -> "RepositoryRow":
        """The row of a repository about which nothing else is known."""
        name, location, ref, owner, tags = repository
        return cls(name, location, status, ref, owner, tags, version=__version__)

    @property
    def repository(self) -> Repository:
        """The repository as in the list."""
        return Repository(self.name, self.location, self.ref, self.owner, self.tags)

    @property
    def has_references(self) -> bool:
        """True if its references are known, in this run or from an earlier one."""
        return self.status in (Status.READ, Status.UNCHANGED, Status.EMPTY)


class UseRow(NamedTuple):
    """A model that a reference can stand for, with its dates on the day of the run in the worst Region.

    A reference that is unresolved, wholly or in part, has a row with the `cause` and without a model. `region` is None
    if the dates hold wherever no lifecycle row names a Region. `replacements` are the texts to write instead, the best
    first. `owners` are those of the file in CODEOWNERS, else the owner of the repository. `written_file` and
    `written_line` are the line to change.
    """

    model: str | None
    text: str
    profile: str | None
    region: str | None
    stage: str | None
    legacy_date: date | None
    extended_access_date: date | None
    eol_date: date | None
    days_to_eol: int | None
    replacements: tuple[str, ...]
    kind: str
    role: str
    usage: str
    certainty: str | None
    cause: str | None
    framework: str
    address: str
    resource_type: str
    path: str
    file: str | None
    line: int | None
    written_file: str | None
    written_line: int | None
    owners: tuple[str, ...]


class FindingRow(NamedTuple):
    """A finding about a reference. Dates are None if they are not known, or if no model is named.

    `owners`, `written_file` and `written_line` are as in `UseRow`.
    """

    rule: str
    check: str
    severity: str
    status: str
    model: str | None
    region: str | None
    stage: str | None
    eol_date: date | None
    days_to_eol: int | None
    fails_from: date | None
    address: str
    usage: str
    file: str | None
    line: int | None
    written_file: str | None
    written_line: int | None
    owners: tuple[str, ...]
    message: str
    advice: str
    fingerprint: str


class Rows(NamedTuple):
    """The tables of one or several repositories. In all tables but the first, each row names its `repository`.

    `refs` are whole references, from which uses and findings can be made again. The name is short because `references`
    is a keyword of SQL.
    """

    repositories: pa.Table
    refs: pa.Table
    uses: pa.Table
    findings: pa.Table
    problems: pa.Table

    @classmethod
    def joined(cls, several: Sequence["Rows"]) -> "Rows":
        """The rows of several repositories, in their order."""
        return cls(*(pa.concat_tables(tables) for tables in zip(*several, strict=True)))

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickles only the content: the schemas are known, and take far longer than the rows of a repository."""
        return _unpacked, tuple(_packed(table) for table in self)


class JudgedRows(NamedTuple):
    """The row of one repository, and its rows that depend on the policy, the catalog and the day of a run."""

    row: RepositoryRow
    uses: tuple[UseRow, ...]
    findings: tuple[FindingRow, ...]


class CodeRows(NamedTuple):
    """The rows of repositories that depend only on their code, not on a policy, a catalog or a day."""

    refs: pa.Table
    problems: pa.Table


# The type of the records in each table.
RECORDS: Mapping[str, type] = {
    "repositories": RepositoryRow,
    "refs": Reference,
    "uses": UseRow,
    "findings": FindingRow,
    "problems": Problem,
}


@cache
def schema_of_table(name: str) -> pa.Schema:
    """The Arrow schema of a table of the store."""
    schema = schema_of(RECORDS[name])
    return schema if name == "repositories" else schema.insert(0, pa.field("repository", pa.string()))


def _packed(table: pa.Table) -> bytes | None:
    return table.combine_chunks().to_batches()[0].serialize().to_pybytes() if table.num_rows else None


def _unpacked(*contents: bytes | None) -> Rows:
    schemas = [schema_of_table(name) for name in RECORDS]
    return Rows(
        *(
            schema.empty_table()
            if content is None
            else pa.Table.from_batches([pa.ipc.read_record_batch(content, schema)])
            for schema, content in zip(schemas, contents, strict=True)
        )
    )


def rows_of(judged: Sequence[JudgedRows], code: CodeRows) -> Rows:
    """The rows of the judged repositories; `code` has the rows of the same repositories."""
    return Rows(
        table_of(RepositoryRow, [each.row for each in judged]),
        code.refs,
        _table_of_repositories(UseRow, [(each.row.name, each.uses) for each in judged]),
        _table_of_repositories(FindingRow, [(each.row.name, each.findings) for each in judged]),
        code.problems,
    )


def judged_rows(
    row: RepositoryRow,
    references: Sequence[Reference],
    assessments: Sequence[Assessment],
    findings: Sequence[Finding],
    as_of: date,
    find_model: FindModel,
) -> JudgedRows:
    """The judged rows of a repository. `references` are its references without mentions."""
    owners = _OwnersOf(row)
    return JudgedRows(
        row,
        tuple(_use_rows(references, assessments, as_of, find_model, owners)),
        tuple(_finding_rows(findings, owners)),
    )


def code_rows(name: str, gathered: Gathered) -> CodeRows:
    """The rows of a repository that depend only on its code. Mentions are references with `mention` set."""
    return CodeRows(
        _table_of_repositories(Reference, [(name, (*gathered.references, *gathered.mentions))]),
        _table_of_repositories(Problem, [(name, gathered.problems)]),
    )


def unread(row: RepositoryRow) -> Rows:
    """The row of a repository whose references are not known."""
    empty = {name: schema_of_table(name).empty_table() for name in RECORDS}
    return Rows(**{**empty, "repositories": table_of(RepositoryRow, [row])})


def gathered_in(row: RepositoryRow, references: Sequence[Reference], problems: Sequence[Problem]) -> Gathered:
    """The stored facts about the code of a repository. `references` include its mentions."""
    return Gathered(
        row.inputs,
        tuple(reference for reference in references if reference.mention is None),
        tuple(reference for reference in references if reference.mention is not None),
        tuple(problems),
        row.waivers,
        row.owners,
        row.files,
    )


def _table_of_repositories(record: type, several: Iterable[tuple[str, Sequence[Any]]]) -> pa.Table:
    named = [(name, value) for name, values in several for value in values]
    return table_of(record, [value for _, value in named], repository=[name for name, _ in named])


class _OwnersOf:
    """Finds the owners of a line: those of its file in CODEOWNERS, else the owner of the repository."""

    def __init__(self, row: RepositoryRow) -> None:
        self._of_files = {each.file: each.owners for each in row.owners}
        self._of_repository = () if row.owner is None else (row.owner,)

    def __call__(self, *locations: Location | None) -> tuple[str, ...]:
        """The owners of the file of the first known location, else the owner of the repository."""
        file = next((location.file for location in locations if location is not None), "")
        return self._of_files.get(file) or self._of_repository


def _use_rows(
    references: Sequence[Reference],
    assessments: Sequence[Assessment],
    as_of: date,
    find_model: FindModel,
    owners: _OwnersOf,
) -> Iterator[UseRow]:
    for each in assessments:
        if each.reference.mention is None:
            stages = each.stages(as_of)
            worst = None if stages is None else stages.worst
            usable = replacements(CandidateSubject(as_of, {}, each, worst, find_model))
            yield _use_row(each.reference, owners, each.candidate, each.model, worst, usable)
    for reference in references:
        if reference.unresolved is not None:
            yield _use_row(reference, owners)


def _use_row(
    reference: Reference,
    owners: _OwnersOf,
    candidate: Candidate | None = None,
    model: Model | None = None,
    worst: StageOn | None = None,
    usable: tuple[str, ...] = (),
) -> UseRow:
    unresolved = reference.unresolved
    file, line = _of(reference.location)
    written = None if candidate is None else candidate.written_at
    written_file, written_line = _of(written or reference.location)
    subject = "" if unresolved is None else unresolved.subject
    return UseRow(
        model=None if candidate is None else model.id if model is not None else candidate.model,
        text=subject if candidate is None else candidate.text,
        profile=None if candidate is None else candidate.profile,
        region=None if worst is None else worst.region,
        stage=None if worst is None else worst.stage.value,
        legacy_date=None if worst is None else worst.legacy_date,
        extended_access_date=None if worst is None else worst.extended_access_date,
        eol_date=None if worst is None else worst.eol_date,
        days_to_eol=None if worst is None else worst.days_to_eol,
        replacements=usable,
        kind=reference.site.kind.value,
        role=reference.site.role.value,
        usage=reference.site.usage.value,
        certainty=None if candidate is None else candidate.certainty.value,
        cause=unresolved.cause.value if candidate is None and unresolved is not None else None,
        framework=reference.framework.value,
        address=reference.address,
        resource_type=reference.resource_type,
        path=reference.path,
        file=file,
        line=line,
        written_file=written_file,
        written_line=written_line,
        owners=owners(written, reference.location),
    )


def _finding_rows(findings: Sequence[Finding], owners: _OwnersOf) -> Iterator[FindingRow]:
    for finding in findings:
        reference = finding.reference
        if reference is None:
            # A finding about the run, such as an old catalog, is the same in each repository.
            continue
        file, line = _of(finding.location)
        written_file, written_line = _of(finding.written_at)
        yield FindingRow(
            rule=finding.rule,
            check=finding.check,
            severity=str(finding.severity),
            status=finding.status.value,
            model=finding.model,
            region=finding.region,
            stage=finding.stage,
            eol_date=finding.eol_date,
            days_to_eol=finding.days_to_eol,
            fails_from=finding.fails_from,
            address=reference.address,
            usage=reference.site.usage.value,
            file=file,
            line=line,
            written_file=written_file,
            written_line=written_line,
            owners=owners(finding.written_at),
            message=finding.message,
            advice=finding.advice,
            fingerprint=finding.fingerprint,
        )


def _of(location: Location | None) -> tuple[str | None, int | None]:
    return (None, None) if location is None else (location.file, location.line)
