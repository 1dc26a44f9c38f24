"""Waivers: those in the code, the one that covers a hit, and those that cover nothing.

`# bedrock-eol: ignore=RULE until=2027-01-31 reason="…"`; commas separate several rules. A comment on a line of its own
applies to the next line of code; if that begins a resource, to all of the resource.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from functools import partial
from typing import NamedTuple

from checker.model.policy import CodeSpot, Policy, Rule, Scope, Waiver
from checker.model.problem import Problem, ProblemKind
from checker.model.reference import Candidate, Reference
from checker.model.resource import Annotation, InputKind, Loaded
from checker.policy.judge import Hit
from checker.policy.scope import covers_candidate, covers_unresolved, matches, surely_covers_regions
from checker.source import Fault, Location, MappingNode, Node, ScalarNode, SequenceNode
from checker.source.validation import did_you_mean

# Waivers in the code: in a comment on or above a line, or in the metadata of a resource.

_NEEDED = ("ignore", "until", "reason")
_KEYS = (*_NEEDED, "owner")
# In a comment of several lines, it begins one of them.
_MARKER = re.compile(r"(?:#++|//++|/\*++(?:.*?\n)?)[ \t*]*+bedrock-eol[ \t]*+:(?P<rest>.*)", re.DOTALL)
_PAIR = re.compile(r'\s*([A-Za-z_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))(?=\s|\Z)')
_ESCAPE = re.compile(r"\\(.)")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_HCL = ("#", "//", "/*")
_COMMENT_LINE = {
    InputKind.TERRAFORM: _HCL,
    InputKind.TERRAFORM_PLAN: _HCL,
    InputKind.CLOUDFORMATION: ("#",),
    InputKind.CDK: ("#",),
}
_FARTHEST = 200

_ADVICE = 'Write it as `bedrock-eol: ignore=RULE until=2027-01-31 reason="why"`; until then, it waives nothing.'
_METADATA_ADVICE = (
    "Write `bedrock-eol: {ignore: [RULE], until: 2027-01-31, reason: why}`; until then, it waives nothing."
)

ReadLine = Callable[[str, int], str | None]


class InCode(NamedTuple):
    """The waivers in the code, and the malformed ones."""

    waivers: tuple[Waiver, ...] = ()
    problems: tuple[Problem, ...] = ()


class _InvalidWaiverError(Exception):
    def __init__(self, location: Location, message: str) -> None:
        super().__init__(message)
        self.location = location
        self.message = message


def waivers_in_code(loaded: Loaded, rules: Collection[str] | None, read_line: ReadLine) -> InCode:
    """The waivers of an input, and a problem for each that is malformed or names a rule that is not in `rules`.

    Without `rules`, a waiver may name any rule. `read_line` returns a line of a file by its name and number, one-based;
    None behind the last line.
    """
    waivers: dict[Waiver, None] = {}
    problems: dict[Problem, None] = {}

    def collect(make: Callable[[], Iterator[Waiver]], advice: str) -> None:
        try:
            waivers.update(dict.fromkeys(make()))
        except _InvalidWaiverError as fault:
            message = f"This waiver is not valid: {fault.message}."
            problem = Problem.at(fault.location, ProblemKind.INVALID_VALUE, message, advice, incomplete=False)
            problems[problem] = None

    begins: dict[tuple[str, int], set[tuple[str, str]]] = {}
    for resource in loaded.resources:
        if resource.location is not None:
            at = (resource.location.file, resource.location.line)
            begins.setdefault(at, set()).add((resource.input, resource.address))
    for location, text in loaded.comments:
        marked = _MARKER.match(text)
        if marked is not None:
            spot = _spot(location, text, _COMMENT_LINE.get(loaded.input.kind, ("#",)), begins, read_line)
            rest = marked["rest"].removesuffix("*/")
            collect(partial(_of_comment, location, rest, spot, rules), _ADVICE)
    for annotation in loaded.annotations:
        spot = CodeSpot(resources=frozenset({(loaded.input.path, annotation.address)}))
        for node in _entries(annotation):
            collect(partial(_of_node, node, spot, rules), _METADATA_ADVICE)
    return InCode(tuple(waivers), tuple(problems))


def merged(found: Iterable[InCode]) -> InCode:
    """Merges the waivers of all inputs; a waiver in a module that several inputs call is one waiver."""
    waivers: dict[Waiver, CodeSpot] = {}
    problems: dict[Problem, None] = {}
    for each in found:
        problems.update(dict.fromkeys(each.problems))
        for waiver in each.waivers:
            spot, key = waiver.spot or CodeSpot(), waiver._replace(spot=None)
            known = waivers.get(key, CodeSpot())
            waivers[key] = CodeSpot(known.lines | spot.lines, known.resources | spot.resources)
    return InCode(tuple(key._replace(spot=spot) for key, spot in waivers.items()), tuple(problems))


def _spot(
    location: Location,
    text: str,
    comment_starts: tuple[str, ...],
    begins: Mapping[tuple[str, int], set[tuple[str, str]]],
    read_line: ReadLine,
) -> CodeSpot:
    """The line to which a comment applies, and the resources that begin there."""
    own = read_line(location.file, location.line)
    line = location.line
    # If the line cannot be read, the comment applies only to its own line: a waiver must not cover too much.
    if own is not None and not own[: location.column - 1].strip():
        line += text.count("\n") + 1
        farthest = line + _FARTHEST
        while line < farthest and _is_passed_over(read_line(location.file, line), comment_starts):
            line += 1
    at = (location.file, line)
    return CodeSpot(frozenset({at}), frozenset(begins.get(at, ())))


def _is_passed_over(line: str | None, comment_starts: tuple[str, ...]) -> bool:
    """True for an empty line and for a comment. Behind the last line there is nothing to pass over."""
    written = None if line is None else line.strip()
    if not written:
        return written is not None
    # Code may follow comments that end on their line.
    while written.startswith("/*") and "*/" in written and "/*" in comment_starts:
        written = written.partition("*/")[2].lstrip()
    return not written or written.startswith(comment_starts)


def _of_comment(location: Location, rest: str, spot: CodeSpot, rules: Collection[str] | None) -> Iterator[Waiver]:
    said: dict[str, str] = {}
    position = 0
    while rest[position:].strip():
        pair = _PAIR.match(rest, position)
        if pair is None:
            shown = _shown(rest[position:])
            raise _InvalidWaiverError(location, f"{shown} is not of the form key=value; quote a text with spaces")
        key, quoted, plain = pair.groups()
        if key not in _KEYS:
            raise _InvalidWaiverError(location, f"unknown key {key!r}{did_you_mean(key, _KEYS)}")
        if key in said:
            raise _InvalidWaiverError(location, f"{key!r} is given twice")
        said[key] = plain if quoted is None else _ESCAPE.sub(r"\1", quoted)
        position = pair.end()
    for key in _NEEDED:
        if not said.get(key, "").strip():
            raise _InvalidWaiverError(location, f"it has no {key!r}")
    names = [name for name in said["ignore"].split(",") if name]
    yield from _waivers(location, [(name, location) for name in names], said, spot, rules)


def _entries(annotation: Annotation) -> tuple[Node, ...]:
    return annotation.node.items if isinstance(annotation.node, SequenceNode) else (annotation.node,)


def _of_node(node: Node, spot: CodeSpot, rules: Collection[str] | None) -> Iterator[Waiver]:
    if not isinstance(node, MappingNode):
        raise _InvalidWaiverError(node.location, "it has to be a mapping")
    for key, _ in node.entries:
        if key.value not in _KEYS:
            raise _InvalidWaiverError(key.location, f"unknown key {key.value!r}{did_you_mean(str(key.value), _KEYS)}")
    for name in _NEEDED:
        if node.get(name) is None:
            raise _InvalidWaiverError(node.location, f"it has no {name!r}")
    ignored = node.get("ignore")
    named = ignored.items if isinstance(ignored, SequenceNode) else (ignored,)
    names = []
    for each in named:
        if not isinstance(each, ScalarNode) or not isinstance(each.value, str):
            at = node.location if each is None else each.location
            raise _InvalidWaiverError(at, "'ignore' has to be a rule or a list of rules")
        names.append((each.value, each.location))
    if not names:
        raise _InvalidWaiverError(node.location, "'ignore' is empty")
    # What is needed and not there has been refused.
    said = {name: _text(value, name) for name in _KEYS[1:] if (value := node.get(name)) is not None}
    yield from _waivers(node.location, names, said, spot, rules)


def _text(node: Node, key: str) -> str:
    if not isinstance(node, ScalarNode) or not isinstance(node.value, str) or not node.value.strip():
        raise _InvalidWaiverError(node.location, f"{key!r} has to be a text")
    return node.value


def _waivers(
    location: Location,
    names: list[tuple[str, Location]],
    said: Mapping[str, str],
    spot: CodeSpot,
    rules: Collection[str] | None,
) -> Iterator[Waiver]:
    until = said["until"]
    try:
        if not _DAY.fullmatch(until):
            raise ValueError
        day = date.fromisoformat(until)
    except ValueError:
        raise _InvalidWaiverError(location, f"{_shown(until)} is not a day, such as 2027-01-31") from None
    for name, where in names:
        if rules is not None and name not in rules:
            raise _InvalidWaiverError(where, f"the policy has no rule {_shown(name)}{did_you_mean(name, rules)}")
    for name, _ in names:
        yield Waiver(name, Scope(), said["reason"].strip(), day, location, spot, said.get("owner", "").strip() or None)


def _shown(text: str) -> str:
    text = " ".join(text.split())
    return repr(text if len(text) <= 60 else f"{text[:57]}...")


# Finds the waiver that covers a hit, and records which waivers are used.


class Waivers:
    """The waivers of a policy on a day. It records which of them were used, including expired ones."""

    def __init__(self, waivers: Iterable[Waiver], day: date) -> None:
        self._day = day
        self._by_rule: dict[str, list[tuple[int, Waiver]]] = defaultdict(list)
        for index, waiver in enumerate(waivers):
            self._by_rule[waiver.rule].append((index, waiver))
        self._used: set[int] = set()

    def is_used(self, index: int) -> bool:
        """True if the waiver with this index covered anything."""
        return index in self._used

    def for_candidate(self, hit: Hit) -> Waiver | None:
        """The waiver that covers a candidate in every Region in which it breaks the rule."""
        return self._covering(
            (index, waiver)
            for index, waiver in self._by_rule.get(hit.by.rule.id, ())
            if covers_candidate(waiver.match, hit.assessment, sure=True)
            and covers_regions_of(waiver, hit)
            and _is_about(waiver, hit.assessment.reference, hit.assessment.candidate)
        )

    def for_reference(self, rule: str, reference: Reference) -> Waiver | None:
        """The waiver that covers the unknown part of a reference."""
        return self._covering(
            (index, waiver)
            for index, waiver in self._by_rule.get(rule, ())
            if covers_unresolved(waiver.match, reference, sure=True)
            and surely_covers_regions(waiver.match, (None,))
            and _is_about(waiver, reference, None)
        )

    def _covering(self, covering: Iterable[tuple[int, Waiver]]) -> Waiver | None:
        """The waiver among them with the latest end. All of them are recorded as used."""
        longest: Waiver | None = None
        for index, waiver in covering:
            self._used.add(index)
            if not waiver.has_expired(self._day) and (longest is None or waiver.until > longest.until):
                longest = waiver
        return longest


def _is_about(waiver: Waiver, reference: Reference, candidate: Candidate | None) -> bool:
    """True for a waiver of the policy, and for one in the code at a location of the reference or the candidate."""
    if waiver.spot is None:
        return True
    locations = [reference.location]
    if candidate is not None:
        locations += [candidate.written_at, *(step.location for step in candidate.trail)]
    return (reference.input, reference.address) in waiver.spot.resources or any(
        (location.file, location.line) in waiver.spot.lines for location in locations if location is not None
    )


def covers_regions_of(waiver: Waiver, hit: Hit) -> bool:
    """True if a waiver holds in every Region in which a candidate breaks a rule."""
    if hit.stage is None:
        return surely_covers_regions(waiver.match, hit.assessment.regions or (None,))
    return surely_covers_regions(waiver.match, (stage.region for stage in hit.breach.broken))


# Finds models that a policy names and the catalog does not know: a waiver with a misspelt id covers nothing.

_UNKNOWN_MODEL = "unknown-model"
_LOCATION = re.compile(r"(.*):(\d+):(\d+)", re.DOTALL)
_LISTS_OF_MODELS = ("allow", "deny")
# A beginning of fewer than seven characters is like too many others; with one character wrong it is too far from any.
_LEAST_ALIKE = 0.85
_DIGITS = re.compile(r"\d+")


class Misnamed(NamedTuple):
    """Errors about the models that a policy names, and names that may be right."""

    errors: tuple[Fault, ...]
    problems: tuple[Problem, ...]


def misnamed_models(
    policy: Policy, known: Collection[str], suggest: Callable[[str], tuple[str, ...]], knows: Callable[[str], bool]
) -> Misnamed:
    """The models that `policy` names and that are not among the `known` ids of the catalog.

    A near miss of a known id is an error, unless the rule is about unknown models. A name that differs only in a number
    may be a model newer than the catalog.
    """
    errors: list[Fault] = []
    problems: list[Problem] = []
    for name, location in _named(policy):
        if name.startswith("arn:") or knows(name) or any(matches(name, each) for each in known):
            continue
        if "." not in name:
            # It may be the name of provisioned throughput, or of a deployment.
            whole = next((each for each in sorted(known) if matches(name, each.partition(".")[2])), None)
            if whole is not None:
                meant = f"{whole.partition('.')[0]}.{name}"
                errors.append(Fault(location, f"the catalog knows no model {name!r}; did you mean {meant!r}?"))
            continue
        alike = next(iter(suggest(name.rstrip("*"))), None) or _alike_in_front(name, known)
        if alike is not None and _DIGITS.sub("", alike) != _DIGITS.sub("", name.rstrip("*")):
            errors.append(Fault(location, f"the catalog knows no model {name!r}; did you mean {alike!r}?"))
        else:
            message = f"the catalog knows no model {name!r}, so that this covers none that it knows"
            advice = "Correct the name, or refresh the catalog if the model is new."
            problems.append(Problem.at(location, ProblemKind.INVALID_VALUE, message, advice, incomplete=False))
    return Misnamed(tuple(errors), tuple(problems))


def _alike_in_front(name: str, known: Collection[str]) -> str | None:
    """A known id that begins much like a glob with a `*` at its end; None if there is none."""
    import difflib  # needed for few names, and slow to import

    stem = name.rstrip("*")
    if stem == name:
        return None
    by_front = {each[: len(stem)]: each for each in sorted(known, reverse=True)}
    return next((by_front[each] for each in difflib.get_close_matches(stem, by_front, n=1, cutoff=_LEAST_ALIKE)), None)


def location_of(rule: Rule) -> Location | None:
    """Where a rule is written; None for a rule of a pack."""
    found = _LOCATION.fullmatch(rule.origin)
    return None if found is None else Location(found[1], int(found[2]), int(found[3]))


def _named(policy: Policy) -> Iterator[tuple[str, Location]]:
    for rule in policy.rules:
        location = location_of(rule)
        if rule.check == _UNKNOWN_MODEL or location is None:
            continue
        listed = [rule.parameters.get(name, ()) for name in _LISTS_OF_MODELS]
        given = [str(each) for models in listed if isinstance(models, list | tuple) for each in models]
        for name in (*rule.scope.models, *given):
            yield name, location
    checks = {rule.id: rule.check for rule in policy.rules}
    for waiver in policy.waivers:
        if checks.get(waiver.rule) != _UNKNOWN_MODEL and waiver.location is not None:
            for name in waiver.match.models:
                yield name, waiver.location
