"""Lines to change: each location where a model is written, and the way to its users."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from checker.model.finding import Finding, Statement, Use
from checker.model.policy import Severity
from checker.model.reference import Candidate, Kind, Reference, Usage
from checker.model.resource import Framework
from checker.source import Location
from checker.values import Assumption, Basis, Certainty, Step
from checker.wording import KINDS, USED, counted, in_regions, listed, named, named_resource, on_same_line

# The way from where a model is written to where it is used.

# The text of a literal's step that adds nothing.
_PLAIN = ("", "written here")


class Leg(NamedTuple):
    """One line of the way: a step, `at` the use, or `if` an assumption; with the location only if it adds something."""

    label: str
    text: str
    location: Location | None = None

    def __str__(self) -> str:
        return f"{self.label} {self.lead}{self.location or ''}".lstrip()

    @property
    def lead(self) -> str:
        """The text between the label and the location."""
        if self.location is None:
            return self.text
        if self.text:
            return f"{self.text} at "
        return "" if self.label == "at" else "at "


def legs(reference: Reference, candidate: Candidate | None, written: Location | None) -> Iterator[Leg]:
    """The way from `written`: the steps and the location of the use, where they add to it, and the assumptions."""
    seen = written
    if candidate is not None:
        for step in _steps(reference, candidate, written):
            text = "" if step.text in _PLAIN else step.text
            location = None if on_same_line(step.location, seen) else step.location
            if text or location is not None:
                yield Leg("", text if location is None else text.removesuffix(" here"), location)
            seen = step.location or seen
    used_at = reference.location
    if used_at is not None and not on_same_line(used_at, seen) and not on_same_line(used_at, written):
        yield Leg("at", "", used_at)
    given = "" if candidate is None else _given(candidate)
    if given:
        yield Leg("if", given)


def _steps(reference: Reference, candidate: Candidate, written: Location | None) -> Iterator[Step]:
    """The steps that add to the previous step, the next one, and the use itself."""
    trail = candidate.trail
    for number, step in enumerate(trail):
        before = trail[number - 1] if number else None
        after = trail[number + 1] if number + 1 < len(trail) else None
        if before is not None and before.text.startswith(step.text) and on_same_line(before.location, step.location):
            # A part of a value precedes the whole value.
            continue
        if after is not None and after.text == step.text:
            continue
        names_the_use = step.text.endswith(f"{reference.address}.{reference.path}")
        if on_same_line(step.location, written) and (step.text in _PLAIN or names_the_use):
            continue
        yield step


def _given(candidate: Candidate) -> str:
    if candidate.certainty is Certainty.CERTAIN:
        return ""
    taken = {step.text for step in candidate.trail}
    said = [
        _assumed(assumption, candidate)
        for assumption in candidate.given
        # The step already says it.
        if not (assumption.basis is Basis.DEFAULT and f"default of {assumption.subject}" in taken)
    ]
    return " and ".join(said)


def _assumed(assumption: Assumption, candidate: Candidate) -> str:
    if assumption.basis is Basis.DEFAULT and (candidate.model or candidate.text) in assumption.value:
        # The finding is about the default itself.
        return f"{assumption.subject} is left at its default"
    return str(assumption)


# Lines to change: each location where a model is written, with its faults and its users.

_KEYS = re.compile(r"\[[^\]]*\]")
_IN_STATEMENT = re.compile(r"\.(?:Not)?(?:Resource|Action)\b.*\Z|\.resources\b.*\Z", re.DOTALL)


class Fault(NamedTuple):
    """A rule's statement on a line, once for all Regions and uses with the same statement; the most severe findings
    first.
    """

    statement: Statement
    findings: tuple[Finding, ...]

    @property
    def rule(self) -> str:
        """The broken rule."""
        return self.findings[0].rule

    @property
    def severity(self) -> Severity:
        """The highest severity."""
        return self.findings[0].severity

    def text(self, *, subject: bool = True) -> str:
        """The fault in sentences; without the model if it is shown beside them."""
        return self.statement.text(subject=subject, location=False, uses=False)


class Line(NamedTuple):
    """One model at the location where it is written; without a model, a statement on the run.

    `location` is None if there is no line to change: in a plan or a state, and for the run as a whole.
    """

    location: Location | None
    faults: tuple[Fault, ...]

    @property
    def first(self) -> Finding:
        """The first finding, which is one of the most severe."""
        return self.faults[0].findings[0]

    @property
    def severity(self) -> Severity:
        """The highest severity."""
        return self.first.severity

    @property
    def model(self) -> str | None:
        """The model; None for a statement on the run."""
        return self.first.model

    @property
    def title(self) -> str:
        """The location to change: file, line and column; else the resource, or the account; empty for the run."""
        reference = self.first.reference
        if self.location is not None:
            return str(self.location)
        if reference is None:
            return ""
        is_of_several = reference.framework is Framework.AWS and len(self.uses) > 1
        return reference.input if is_of_several else named_resource(reference)

    @property
    def rules(self) -> tuple[str, ...]:
        """The broken rules, the most severe first."""
        return tuple(dict.fromkeys(fault.rule for fault in self.faults))

    @property
    def also_breaks(self) -> tuple[str, ...]:
        """The rules that are not shown on their own, since a more severe one implies them."""
        subsumed = dict.fromkeys(rule for finding in self.findings for rule in finding.subsumes)
        return tuple(rule for rule in subsumed if rule not in self.rules)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings."""
        return tuple(finding for fault in self.faults for finding in fault.findings)

    @property
    def uses(self) -> tuple[tuple[Use, Severity], ...]:
        """Each reference that uses the line, once, with the highest severity of its findings."""
        gravest: dict[str, tuple[Use, Severity]] = {}
        for finding in self.findings:
            for use in finding.uses:
                known = gravest.get(use.reference.id)
                if known is None or known[1] < finding.severity:
                    gravest[use.reference.id] = (use, finding.severity)
        return tuple(gravest.values())

    @property
    def uses_by_usage(self) -> dict[Usage, list[tuple[Use, Severity]]]:
        """The uses by usage."""
        by_usage: dict[Usage, list[tuple[Use, Severity]]] = {}
        for use, severity in sorted(self.uses, key=lambda each: list(Usage).index(each[0].reference.site.usage)):
            by_usage.setdefault(use.reference.site.usage, []).append((use, severity))
        return by_usage

    @property
    def used_by(self) -> str:
        """The users in one phrase: `used by an agent, 2 prompts; granted in 4 statements (warning)`."""
        return "; ".join(self._phrase(usage, uses) for usage, uses in self.uses_by_usage.items())

    def _phrase(self, usage: Usage, uses: list[tuple[Use, Severity]]) -> str:
        references = [use.reference for use, _ in uses]
        severity = max(severity for _, severity in uses)
        lesser = f" ({severity})" if severity < self.severity else ""
        inputs = len({reference.input for reference in references})
        where = f" in {counted(inputs, 'input')}" if inputs > 1 else ""
        return f"{USED[usage]} {_users(references)}{where}{lesser}"

    @property
    def to_do(self) -> str:
        """The advice, with the effect on each kind of resource, without duplicates.

        Grants and selectable values on the line of a use change with it.
        """
        acting = [each for each in self.findings if _is_acting(each)] or list(self.findings)
        actions = [action for rule in dict.fromkeys(each.rule for each in acting) for action in _actions(acting, rule)]
        effects = [each.effect for each in acting if each.effect]
        return " ".join(dict.fromkeys((*actions, *effects)))

    @property
    def owners(self) -> tuple[str, ...]:
        """The owners of the line."""
        return tuple(dict.fromkeys(owner for finding in self.findings for owner in finding.owners))


def lines_to_change(findings: Iterable[Finding], without_lines: Collection[str]) -> tuple[Line, ...]:
    """The findings by the line where their model is written: the most severe first, then the most called, then the next
    EOL.

    `without_lines` are files that nobody edits, plans and states: there, each resource counts as a line. In an account,
    a model in a Region does.
    """
    groups: dict[object, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(_key(finding, without_lines), []).append(finding)
    return tuple(sorted((_line(group, without_lines) for group in groups.values()), key=_order))


def _key(finding: Finding, without_lines: Collection[str]) -> object:
    location, reference = finding.written_at, finding.reference
    if location is None:
        if reference is not None and reference.framework is Framework.AWS:
            return reference.input, finding.model
        return finding.statement
    return line_key(location, "" if reference is None else reference.address, finding.model, without_lines)


def line_key(location: Location, address: str, model: str | None, without_lines: Collection[str]) -> tuple[object, ...]:
    """Equal for everything that one change mends."""
    if location.file in without_lines and address:
        return location.file, _KEYS.sub("", address), model
    return *location[:2], model


def _line(findings: list[Finding], without_lines: Collection[str]) -> Line:
    gravest_first = sorted(findings, key=lambda finding: -finding.severity)
    alike: dict[object, list[Finding]] = {}
    for finding in gravest_first:
        alike.setdefault((finding.rule, _anywhere(finding)), []).append(finding)
    location = gravest_first[0].written_at
    shown = None if location is None or location.file in without_lines else location
    return Line(shown, tuple(map(_fault, alike.values())))


def _anywhere(finding: Finding) -> Statement:
    """The statement without the differences between uses, and without the one Region that the finding names."""
    said = finding.statement._replace(written="", shared="")
    return said._replace(where="") if _names_its_region(finding) else said


def _names_its_region(finding: Finding) -> bool:
    return finding.region is not None and finding.statement.where == in_regions((finding.region,))


def _fault(findings: list[Finding]) -> Fault:
    statement = findings[0].statement
    if _names_its_region(findings[0]):
        regions = dict.fromkeys(finding.region for finding in findings if finding.region is not None)
        statement = statement._replace(where=in_regions(sorted(regions)))
    return Fault(statement, tuple(findings))


def _order(line: Line) -> tuple[object, ...]:
    days = min((each.days_to_eol for each in line.findings if each.days_to_eol is not None), default=None)
    calls = max(each.calls for each in line.findings)
    return -line.severity, -calls, days is None, days or 0, line.location or Location("", 0, 0), line.title, line.rules


def _actions(findings: Sequence[Finding], rule: str) -> Iterator[str]:
    """The advice of a rule; if it differs, with the Regions or the kinds to which it applies."""
    by_action: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.rule == rule and finding.action:
            by_action.setdefault(finding.action, []).append(finding)
    for action, alike in by_action.items():
        if len(by_action) == 1:
            yield action
            continue
        others = {each.region for other, found in by_action.items() if other != action for each in found}
        regions = {each.region for each in alike if each.region is not None}
        kinds = dict.fromkeys(KINDS[each.reference.site.kind] for each in alike if each.reference is not None)
        is_by_region = regions and regions.isdisjoint(others)
        yield f"{f'In {listed(sorted(regions))}' if is_by_region else f'For the {listed(list(kinds))}'}: {action}"


def _is_acting(finding: Finding) -> bool:
    return finding.reference is not None and finding.reference.site.usage in (Usage.USE, Usage.INDIRECT)


def _users(references: list[Reference]) -> str:
    """A single user by its name, several by their kinds."""
    users = {(each.input, each.address, _user(each)): each.site.kind for each in references}
    if len(users) == 1:
        one = references[0]
        return named(one) if one.site.usage is Usage.INDIRECT else one.address
    kinds = Counter(users.values())
    return ", ".join(_several(kinds[kind], KINDS[kind]) for kind in Kind if kind in kinds)


def _user(reference: Reference) -> str:
    """The unit of counting: a statement for grants, not each resource in it."""
    is_grant = reference.site.usage is Usage.GRANT
    return _IN_STATEMENT.sub("", reference.path) if is_grant else reference.path


def _several(count: int, kind: str) -> str:
    if count > 1:
        return counted(count, kind)
    return f"{'an' if kind[0].lower() in 'aeiou' else 'a'} {kind}"
