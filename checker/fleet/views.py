"""Prepares the data of a fleet's reports: the lines to change, in groups, and the changes since an earlier run."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from checker.fleet.rows import FindingRow, RepositoryRow, Status, UseRow
from checker.fleet.store import RunFacts, Store
from checker.model.finding import Status as FindingStatus
from checker.model.policy import Severity
from checker.model.problem import Problem
from checker.report.ends import months_from, period_of

# The number of months that the chart shows, from the month of the run on; one bar has all later ends.
_MONTHS = 18
_NOBODY = "nobody named"


class Line(NamedTuple):
    """A line of code that names a model with an end of life; the dates are those of the worst Region.

    `uses` counts the references for which the model is written there.
    """

    repository: str
    model: str
    stage: str
    region: str | None
    eol_date: date
    days_to_eol: int
    file: str | None
    line: int | None
    owners: tuple[str, ...]
    replacements: tuple[str, ...]
    uses: int = 1

    @property
    def location(self) -> str:
        """The file and the line, as `file:line`; empty if the file is not known."""
        return "" if self.file is None else f"{self.file}:{self.line}"


class Group(NamedTuple):
    """Lines that share a month, an owner, a model or a repository."""

    name: str
    lines: tuple[Line, ...]

    @property
    def size(self) -> int:
        """The number of lines."""
        return len(self.lines)

    @property
    def next_end(self) -> date:
        """The first end of life that has not passed; the last one if all have."""
        ahead = [line.eol_date for line in self.lines if line.days_to_eol > 0]
        return min(ahead) if ahead else max(line.eol_date for line in self.lines)

    @property
    def has_ended(self) -> bool:
        """True if all models in the lines have reached their end of life."""
        return self.ended == self.size

    @property
    def ended(self) -> int:
        """The number of lines whose model has reached its end of life."""
        return sum(line.days_to_eol <= 0 for line in self.lines)

    @property
    def repositories(self) -> tuple[str, ...]:
        """The repositories with such a line, sorted."""
        return tuple(sorted({line.repository for line in self.lines}))

    @property
    def owners(self) -> tuple[str, ...]:
        """The owners of the lines, sorted."""
        return tuple(sorted({owner for line in self.lines for owner in line.owners}))

    @property
    def models(self) -> tuple[str, ...]:
        """The models in the lines, sorted."""
        return tuple(sorted({line.model for line in self.lines}))


class Moved(NamedTuple):
    """The differences between two runs. Findings are open ones, each with the name of its repository."""

    before: RunFacts
    after: RunFacts
    new: tuple[tuple[str, FindingRow], ...]
    gone: tuple[tuple[str, FindingRow], ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    no_longer_read: tuple[RepositoryRow, ...]
    read_again: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """True if nothing differs."""
        return not any(self[2:])


@dataclass(frozen=True)
class FleetView:
    """The data of a run for reports. Each part is made once, when it is first needed."""

    store: Store
    run: RunFacts

    @cached_property
    def repositories(self) -> tuple[RepositoryRow, ...]:
        """All repositories, by name."""
        return self.store.repositories(self.run)

    @cached_property
    def unread(self) -> tuple[RepositoryRow, ...]:
        """The repositories whose references are not known."""
        return tuple(row for row in self.repositories if not row.has_references)

    @cached_property
    def incomplete(self) -> tuple[RepositoryRow, ...]:
        """The repositories that were read, but in which models may have been missed."""
        return tuple(row for row in self.repositories if row.has_references and not row.complete)

    @cached_property
    def missed(self) -> Mapping[str, tuple[Problem, ...]]:
        """The problems that say what was not read, for each repository that was not wholly read."""
        found: dict[str, list[Problem]] = {row.name: [] for row in self.incomplete}
        for name, problem in self.store.problems(self.run) if found else ():
            if name in found and problem.incomplete:
                found[name].append(problem)
        return {name: tuple(problems) for name, problems in found.items()}

    @cached_property
    def unresolved(self) -> tuple[tuple[str, UseRow], ...]:
        """The references whose code does not tell the model, or not every model."""
        return tuple(each for each in self.store.uses(self.run) if each[1].cause is not None)

    @cached_property
    def by_status(self) -> Mapping[str, int]:
        """The number of repositories of each status."""
        counted = Counter(row.status for row in self.repositories)
        return {status.value: counted[status] for status in Status if counted[status]}

    @cached_property
    def findings(self) -> tuple[tuple[str, FindingRow], ...]:
        """The open findings, each with the name of its repository, the most severe first."""
        found = (each for each in self.store.findings(self.run) if each[1].status == FindingStatus.OPEN.value)
        return tuple(sorted(found, key=_by_severity))

    @cached_property
    def by_severity(self) -> Mapping[str, int]:
        """The number of open findings of each severity."""
        counted = Counter(finding.severity for _, finding in self.findings)
        return {str(severity): counted[str(severity)] for severity in sorted(Severity, reverse=True)}

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The lines to change, by the end of life of their models."""
        found: dict[tuple[object, ...], Line] = {}
        for repository, use in self.store.uses(self.run):
            if use.model is None or use.stage is None or use.eol_date is None or use.days_to_eol is None:
                continue
            key = (repository, use.written_file, use.written_line, use.model)
            known = found.get(key)
            if known is None or use.eol_date < known.eol_date:
                found[key] = Line(
                    repository,
                    use.model,
                    use.stage,
                    use.region,
                    use.eol_date,
                    use.days_to_eol,
                    use.written_file,
                    use.written_line,
                    use.owners,
                    use.replacements,
                    1 if known is None else known.uses + 1,
                )
            else:
                found[key] = known._replace(uses=known.uses + 1)
        return tuple(
            sorted(found.values(), key=lambda line: (line.eol_date, line.repository, line.location, line.model))
        )

    @cached_property
    def by_month(self) -> tuple[Group, ...]:
        """The lines by the month in which their models end: ended ones, each month ahead, and all later months."""
        months = months_from(self.run.as_of, _MONTHS)
        found: dict[str, list[Line]] = {key: [] for key in ("ended", *months, "later")}
        for line in self.lines:
            found[period_of(line.eol_date, self.run.as_of, months)].append(line)
        return tuple(Group(name, tuple(lines)) for name, lines in found.items() if lines or name in months)

    @cached_property
    def by_day(self) -> tuple[Group, ...]:
        """The lines by the day on which their models end, the first day first."""
        return _groups(self.lines, lambda line: (line.eol_date.isoformat(),))

    @cached_property
    def by_model(self) -> tuple[Group, ...]:
        """The lines by model, the next end first."""
        return _groups(self.lines, lambda line: (line.model,))

    @cached_property
    def by_owner(self) -> tuple[Group, ...]:
        """The lines by owner, the next end first. A line with several owners is in the group of each."""
        return _groups(self.lines, lambda line: line.owners or (_NOBODY,))

    @cached_property
    def owners(self) -> tuple[str, ...]:
        """The owners of lines to change, sorted."""
        return tuple(sorted({owner for line in self.lines for owner in line.owners}))

    @cached_property
    def by_repository(self) -> tuple[Group, ...]:
        """The lines by repository, the next end first."""
        return _groups(self.lines, lambda line: (line.repository,))

    @cached_property
    def moved(self) -> Moved | None:
        """The differences from the last finished run before; None if there is none."""
        before = self.store.previous_to(self.run.id)
        return None if before is None else moved(FleetView(self.store, before), self)


def moved(before: FleetView, after: FleetView) -> Moved:
    """The differences between two runs. A finding in a repository that was not read in both is in neither list."""
    rows_before = {row.name: row for row in before.repositories}
    rows_after = {row.name: row for row in after.repositories}
    in_both = {name for name, row in rows_after.items() if row.has_references and _is_read(rows_before.get(name))}
    known = {(name, finding.fingerprint) for name, finding in before.findings}
    found = {(name, finding.fingerprint) for name, finding in after.findings}
    added = tuple(name for name in rows_after if name not in rows_before)
    removed = tuple(name for name in rows_before if name not in rows_after)
    comparable = in_both.union(added, removed)
    return Moved(
        before.run,
        after.run,
        tuple(_without(after.findings, known, comparable)),
        tuple(_without(before.findings, found, comparable)),
        added,
        removed,
        tuple(row for name, row in rows_after.items() if not row.has_references and _is_read(rows_before.get(name))),
        tuple(
            name
            for name, row in rows_after.items()
            if row.has_references and name in rows_before and not _is_read(rows_before[name])
        ),
    )


def _is_read(row: RepositoryRow | None) -> bool:
    return row is not None and row.has_references


def _without(
    findings: Iterable[tuple[str, FindingRow]], known: set[tuple[str, str]], names: set[str]
) -> Iterator[tuple[str, FindingRow]]:
    for name, finding in findings:
        if name in names and (name, finding.fingerprint) not in known:
            yield name, finding


def _groups(lines: Iterable[Line], names_of: Callable[[Line], Iterable[str]]) -> tuple[Group, ...]:
    found: dict[str, list[Line]] = {}
    for line in lines:
        for name in names_of(line):
            found.setdefault(name, []).append(line)
    groups = (Group(name, tuple(each)) for name, each in found.items())
    return tuple(sorted(groups, key=lambda group: (group.next_end, -group.size, group.name)))


def _by_severity(each: tuple[str, FindingRow]) -> tuple[object, ...]:
    repository, finding = each
    location = (finding.written_file or "", finding.written_line or 0)
    return -Severity[finding.severity.upper()], finding.eol_date or date.max, repository, location, finding.fingerprint
