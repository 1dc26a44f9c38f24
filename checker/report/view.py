"""What every report shows of a scan: its verdict, its numbers, and its findings and references in groups."""

import posixpath
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple
from urllib.parse import quote

from checker.model.finding import Finding, Status
from checker.model.policy import Severity
from checker.model.problem import Problem, ProblemKind
from checker.model.reference import Reference, Unresolved
from checker.model.resource import InputKind
from checker.model.scan import Scan
from checker.report.in_use import InUse, models_in_use
from checker.report.lines import Line, lines_to_change
from checker.wording import counted, first_listed, listed, problem_location

# Groups similar problems, so that reports show them once.

# The differences between similar problems: names, paths and numbers.
_NAMES = re.compile(r"'[^']*'|`[^`]*`|\"[^\"]*\"|\S*[/\\]\S*|\d+")


class ProblemGroup(NamedTuple):
    """Problems of one kind with one advice, whose messages differ only in names, paths and numbers."""

    problems: tuple[Problem, ...]

    @property
    def first(self) -> Problem:
        """The first of them."""
        return self.problems[0]

    @property
    def kind(self) -> ProblemKind:
        """The kind of the problems."""
        return self.first.kind

    @property
    def incomplete(self) -> bool:
        """True if models may have been missed."""
        return self.first.incomplete

    @property
    def advice(self) -> str:
        """What to do."""
        return self.first.advice

    @property
    def message(self) -> str:
        """The message: `40 modules are not here: example/kms/aws, example/vpc/aws and 3 more`."""
        count = len(self.problems)
        if count > 1 and self.first.several:
            names = list(dict.fromkeys(each.subject for each in self.problems if each.subject))
            return f"{count:,} {self.first.several}: {first_listed(names)}"
        if all(each.message == self.first.message for each in self.problems):
            return self.first.message
        return f"{self.first.message.rstrip('.')} (and {count - 1:,} more like it)"

    @property
    def locations(self) -> tuple[str, ...]:
        """The locations: file, line and column."""
        return tuple(map(problem_location, self.problems))


def alike(problems: Iterable[Problem]) -> tuple[ProblemGroup, ...]:
    """The problems in groups; first those because of which models may have been missed."""
    groups: dict[object, list[Problem]] = {}
    for problem in sorted(problems, key=lambda problem: not problem.incomplete):
        said = problem.several or _NAMES.sub("", problem.message)
        groups.setdefault((problem.kind, problem.incomplete, problem.advice, said), []).append(problem)
    return tuple(ProblemGroup(tuple(group)) for group in groups.values())


# What every report shows of a scan: its verdict, its numbers, and its findings and references in groups.

_WEB = ("https://", "http://")
_URL_CHARACTERS = "%/:=&?~#+!$,;'@()*[]"


class Verdict(StrEnum):
    """`failed` if open findings are grave enough, else `incomplete` if models may have been missed, else `passed`."""

    PASSED = "passed"
    FAILED = "failed"
    INCOMPLETE = "incomplete"


def verdict_of(scan: Scan, fail_on: Severity | None, fail_on_unresolved: bool) -> Verdict:
    """The verdict on a scan. Without `fail_on`, no finding makes it fail."""
    if fail_on is not None and any(finding.severity >= fail_on for finding in scan.open_findings):
        return Verdict.FAILED
    if scan.incomplete or (fail_on_unresolved and scan.unresolved):
        return Verdict.INCOMPLETE
    return Verdict.PASSED


class Summary(NamedTuple):
    """The numbers of a scan. `by_severity` counts open findings; `incomplete` are problems that hide models.

    `pruned` are paths with infrastructure code that .gitignore or the configuration kept out. `mentions` are ids in
    files that no resource names; they are not counted among the references.
    """

    inputs: int
    files: int
    references: int
    candidates: int
    models: int
    unresolved: int
    mentions: int
    by_severity: Mapping[Severity, int]
    by_status: Mapping[Status, int]
    problems: int
    incomplete: int
    pruned: int


class UnresolvedGroup(NamedTuple):
    """References that are unresolved for the same reason, and the statement of a rule on that, if there is one."""

    why: Unresolved
    references: tuple[Reference, ...]
    finding: Finding | None

    @property
    def first(self) -> Reference:
        """The first of them."""
        return self.references[0]

    @property
    def own_words(self) -> str:
        """What the author of the policy says about them; empty if the rule has no message of its own."""
        return "" if self.finding is None else _own_words(self.finding)


def _own_words(finding: Finding) -> str:
    return finding.statement.text() if finding.statement.is_own else ""


@dataclass(frozen=True)
class View:
    """A scan as reports show it. Each part is made once, on demand.

    `fail_on` is the lowest severity that fails the run; None if no finding does.
    """

    scan: Scan
    fail_on: Severity | None = Severity.ERROR

    @cached_property
    def summary(self) -> Summary:
        """The numbers."""
        scan = self.scan
        candidates = [candidate for reference in scan.references for candidate in reference.candidates]
        return Summary(
            inputs=len(scan.inputs),
            files=len({file for each in scan.inputs for file in each.files}),
            references=len(scan.references),
            candidates=len(candidates),
            models=len({candidate.model for candidate in candidates if candidate.model is not None}),
            unresolved=len(scan.unresolved),
            mentions=len(scan.mentions),
            by_severity=scan.count_by_severity(),
            by_status=scan.count_by_status(),
            problems=len(scan.problems),
            incomplete=sum(problem.incomplete for problem in scan.problems),
            pruned=sum(problem.kind is ProblemKind.PRUNED for problem in scan.problems),
        )

    @cached_property
    def verdict_line(self) -> str:
        """The result of the run in one sentence without the verdict itself."""
        summary = self.summary
        counts = ", ".join(counted(count, str(severity)) for severity, count in summary.by_severity.items() if count)
        if counts and self.fail_on is None:
            counts += " (not failing: --fail-on never)"
        nothing = "no new findings" if self.suppressed else "no findings"
        parts = [counts or nothing] if self.scan.policy else []
        gravest = max((each.severity for each in self.scan.open_findings), default=None)
        if any(gravest is None or each.severity > gravest for each in self.suppressed):
            parts.append(_held_back(self.suppressed))
        if summary.unresolved:
            parts.append(f"{counted(summary.unresolved, 'reference')} unresolved")
        elif summary.references:
            parts.append("every reference resolved")
        else:
            parts.append("no reference to a model found")
        others = summary.problems - summary.pruned
        if summary.incomplete:
            parts.append(f"{counted(summary.incomplete, 'problem')} left the analysis incomplete")
        elif others:
            parts.append(counted(others, "problem"))
        if summary.pruned:
            parts.append(f"infrastructure code in {counted(summary.pruned, 'ignored path')} was not searched")
        return "; ".join(parts) + "."

    def verdict_word(self, verdict: Verdict) -> str:
        """The verdict as a word; `clean` only if models were found and there is nothing to report about them.

        A note on the run itself, such as a month-old catalog, is not about them.
        """
        scan = self.scan
        findings = [each for each in scan.findings if each.reference is not None or each.severity > Severity.NOTE]
        is_spotless = not (findings or scan.unresolved or scan.problems)
        if verdict is Verdict.PASSED and scan.policy and scan.references and is_spotless:
            return "clean"
        return str(verdict)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The open findings by line to change, the most severe first.

        Those about unresolved references are in `unresolved`.
        """
        return self.lines_of(Severity.NOTE)

    def lines_of(self, least: Severity) -> tuple[Line, ...]:
        """The lines, without less severe findings."""
        findings = (each for each in self.scan.open_findings if each.severity >= least and not each.is_about_resolution)
        return lines_to_change(findings, self.without_lines)

    @cached_property
    def without_lines(self) -> frozenset[str]:
        """The plans and states: nobody edits a line in one."""
        kinds = (InputKind.TERRAFORM_PLAN, InputKind.TERRAFORM_STATE)
        return frozenset(each.path for each in self.scan.inputs if each.kind in kinds)

    @cached_property
    def models(self) -> tuple[InUse, ...]:
        """The models in use, the next end first."""
        return models_in_use(self.scan)

    @cached_property
    def unresolved(self) -> tuple[UnresolvedGroup, ...]:
        """The unresolved references, with or without a finding: with them, nothing is clean."""
        groups: dict[tuple[Unresolved | None, bool, object], list[Reference]] = {}
        for reference in self.scan.unresolved:
            finding = self._about_resolution.get(reference.id)
            said = None if finding is None else (finding.severity, finding.rule, finding.status, _own_words(finding))
            groups.setdefault((reference.unresolved, bool(reference.candidates), said), []).append(reference)
        return tuple(
            UnresolvedGroup(why, tuple(alike), self._about_resolution.get(alike[0].id))
            for (why, _, _), alike in groups.items()
            if why is not None
        )

    @cached_property
    def unjudged(self) -> tuple[Reference, ...]:
        """The unresolved references without a finding about that."""
        return tuple(each for each in self.scan.unresolved if each.id not in self._about_resolution)

    @cached_property
    def suppressed(self) -> tuple[Finding, ...]:
        """The findings that do not count."""
        return tuple(finding for finding in self.scan.findings if finding.status is not Status.OPEN)

    @cached_property
    def problems(self) -> tuple[ProblemGroup, ...]:
        """The problems in groups of similar ones; first those because of which models may have been missed."""
        return alike(self.scan.problems)

    @cached_property
    def rule_links(self) -> Mapping[str, str]:
        """The web pages of rules, as URLs in ASCII without spaces, for each rule that has one."""
        links = ((rule.id, rule.link or "") for rule in self.scan.rules)
        return {name: quote(link, safe=_URL_CHARACTERS) for name, link in links if link.startswith(_WEB)}

    @cached_property
    def _about_resolution(self) -> Mapping[str, Finding]:
        """The statement on each unresolved reference; of several findings, an open and severe one."""
        found: dict[str, Finding] = {}
        for finding in self.scan.findings:
            if finding.is_about_resolution and finding.reference is not None:
                known = found.get(finding.reference.id)
                if known is None or _counts(finding) >= _counts(known):
                    found[finding.reference.id] = finding
        return found


def _held_back(findings: Sequence[Finding]) -> str:
    """The number of findings of each severity that do not count: `2 known errors and 1 warning are not counted`."""
    of_others = [each for each in findings if each.status is Status.OTHER_OWNER and each.owners]
    of_nobody = [each for each in findings if each.status is Status.OTHER_OWNER and not each.owners]
    known = [each for each in findings if each.status is not Status.OTHER_OWNER]
    parts = [
        *_by_severity(known, "known "),
        *_by_severity(of_others, "", " of other owners"),
        *_by_severity(of_nobody, "", " that nobody owns"),
    ]
    return f"{listed(parts)} {'is' if len(findings) == 1 else 'are'} not counted"


def _by_severity(findings: Sequence[Finding], before: str, behind: str = "") -> list[str]:
    """The number of each severity: `2 known errors`, `1 warning`; the further words only once."""
    by_severity = Counter(finding.severity for finding in findings)
    severities = sorted(by_severity, reverse=True)
    parts = [
        counted(by_severity[each], f"{before}{each}" if each is severities[0] else str(each)) for each in severities
    ]
    return [*parts[:-1], f"{parts[-1]}{behind}"] if parts else []


def _counts(finding: Finding) -> tuple[bool, Severity]:
    return finding.status is Status.OPEN, finding.severity


# The options of a report.

ReadLine = Callable[[str, int], str | None]
LinkTo = Callable[[str], str]


def _no_line(_file: str, _line: int) -> str | None:
    return None


class ReportOptions(NamedTuple):
    """What a report shows, apart from the data of the scan.

    `width` is in columns. `read_line` returns a line of a file (by its shown name and one-based number) without its
    break, or None if it cannot or must not be shown. `unicode`: the output accepts more than ASCII. `fail_on` and
    `fail_on_unresolved` decide the verdict. `paths` are those that the user gave; `variant` distinguishes this run from
    others on the same paths, such as `workspace=prod`. `link_to` returns the URL of a file, by its shown name; None if
    nothing makes links.
    """

    verdict: Verdict
    fail_on: Severity | None = Severity.ERROR
    fail_on_unresolved: bool = False
    paths: tuple[str, ...] = ()
    variant: tuple[str, ...] = ()
    width: int = 100
    color: bool = False
    unicode: bool = True
    verbose: bool = False
    quiet: bool = False
    read_line: ReadLine = _no_line
    link_to: LinkTo | None = None

    @property
    def distinct_paths(self) -> tuple[str, ...]:
        """The paths without duplicates, sorted: their order does not matter."""
        return tuple(sorted({posixpath.normpath(path) for path in self.paths}))

    def names_of_run(self, scan: Scan) -> tuple[str, ...]:
        """What distinguishes the run from others of the same repository, whatever the code and the day."""
        return *scan.policy, *self.distinct_paths, *self.variant
