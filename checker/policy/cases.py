"""Test files of policies: references, or folders of code, and the findings expected on a day."""

from datetime import date
from pathlib import Path
from typing import Any

from checker.errors import ParseError, ReadError, UsageError
from checker.immutable import immutable
from checker.model.finding import Status
from checker.model.lifecycle import EARLIEST_DAY, LATEST_DAY, is_judged
from checker.model.policy import Severity
from checker.model.reference import Kind, Role, Usage
from checker.model.resource import Change, Framework
from checker.policy.load import DAY, schema_of
from checker.source import Location, Node
from checker.source.files import SourceFiles
from checker.source.validation import Vocabulary, count_nodes, node_at, plain, schema_errors
from checker.source.yaml import parse_yaml
from checker.values import Certainty

_LARGEST = 1_000_000
_MOST_NODES = 50_000
_WORDS = Vocabulary(
    document="the test file",
    entries={"tests": "a test", "references": "a reference", "expect": "an expected finding"},
    patterns={DAY: "a day, such as 2027-01-05"},
)


@immutable
class CaseReference:
    """A reference as a test writes it. `model` is an id or an ARN; None stands for an unknown model."""

    model: str | None
    address: str = "reference"
    regions: tuple[str, ...] = ()
    kind: Kind = Kind.OTHER
    role: Role = Role.GENERATION
    usage: Usage = Usage.USE
    certainty: Certainty = Certainty.CERTAIN
    framework: Framework = Framework.TERRAFORM
    change: Change | None = None
    commitment: str | None = None
    file: str = "main.tf"
    tags: tuple[tuple[str, str], ...] = ()
    workspace: str | None = None
    stack: str | None = None


@immutable
class Expected:
    """An expected finding. The given fields must match. `location` is the location in the test."""

    rule: str
    location: Location
    severity: Severity | None = None
    address: str | None = None
    model: str | None = None
    region: str | None = None
    status: Status | None = None


@immutable
class PolicyCase:
    """A test of references or of code, which is a path relative to the working directory."""

    name: str
    location: Location
    as_of: date
    references: tuple[CaseReference, ...]
    code: Path | None
    regions: tuple[str, ...]
    expected: tuple[Expected, ...]


@immutable
class PolicyCases:
    """The tests of a file, and the policy under test."""

    shown: str
    policy: tuple[str, ...]
    catalog: Path | None
    cases: tuple[PolicyCase, ...]


def load_cases(file: Path, files: SourceFiles) -> PolicyCases:
    """Reads the tests of a file. Raises UsageError with all errors, one line each, with their locations."""
    shown = files.display(file)
    try:
        text = files.read_text(file)
        if len(text) > _LARGEST:
            raise UsageError(f"{shown}:1:1: the test file is larger than {_LARGEST:,} characters")
        documents = parse_yaml(text, shown)
    except (ReadError, ParseError) as error:
        raise UsageError(str(error)) from None
    if len(documents) != 1:
        raise UsageError(f"{shown}:1:1: a test file is one document, and here are {len(documents) or 'none'}")
    document = documents[0]
    if count_nodes(document, _MOST_NODES) > _MOST_NODES:
        raise UsageError(f"{document.location}: the test file has more than {_MOST_NODES:,} entries, aliases expanded")
    errors = schema_errors(document, schema_of("policy-tests"), _WORDS)
    if errors:
        raise UsageError("\n".join(map(str, errors)))
    content = plain(document)
    directory = file.parent
    cases = tuple(
        _case(case, number, node_at(document, ["tests", number]), directory)
        for number, case in enumerate(content["tests"])
    )
    policy = content.get("policy", "baseline")
    names = (policy,) if isinstance(policy, str) else tuple(policy)
    catalog = content.get("catalog")
    return PolicyCases(
        shown,
        tuple(str(directory / name) if name.endswith((".yaml", ".yml", ".json")) else name for name in names),
        None if catalog is None else directory / catalog,
        cases,
    )


def _case(content: dict[str, Any], number: int, node: Node, directory: Path) -> PolicyCase:
    day = content["as-of"]
    try:
        as_of = date.fromisoformat(day)
    except ValueError:
        raise UsageError(f"{node_at(node, ['as-of']).location}: {day!r} is not a day of the calendar") from None
    if not is_judged(as_of):
        raise UsageError(f"{node_at(node, ['as-of']).location}: {day} is not between {EARLIEST_DAY} and {LATEST_DAY}")
    if ("references" in content) == ("code" in content):
        raise UsageError(f"{node.location}: a test has either 'references' or 'code'")
    return PolicyCase(
        name=content.get("name", f"test {number + 1}"),
        location=node.location,
        as_of=as_of,
        references=tuple(_reference(each, index) for index, each in enumerate(content.get("references", ()))),
        code=directory / content["code"] if "code" in content else None,
        regions=_texts(content.get("regions", ())),
        expected=tuple(
            _expected(each, node_at(node, ["expect", index]).location) for index, each in enumerate(content["expect"])
        ),
    )


def _reference(content: dict[str, Any], index: int) -> CaseReference:
    change = content.get("change")
    return CaseReference(
        model=content.get("model"),
        address=content.get("address", f"reference{index + 1}"),
        regions=_texts(content.get("regions", ())),
        kind=Kind(content.get("kind", Kind.OTHER)),
        role=Role(content.get("role", Role.GENERATION)),
        usage=Usage(content.get("usage", Usage.USE)),
        certainty=Certainty(content.get("certainty", Certainty.CERTAIN)),
        framework=Framework(content.get("framework", Framework.TERRAFORM)),
        change=None if change is None else Change(change),
        commitment=content.get("commitment"),
        file=content.get("file", "main.tf"),
        tags=tuple(content.get("tags", {}).items()),
        workspace=content.get("workspace"),
        stack=content.get("stack"),
    )


def _expected(content: dict[str, Any], location: Location) -> Expected:
    severity, status = content.get("severity"), content.get("status")
    return Expected(
        rule=content["rule"],
        location=location,
        severity=None if severity is None else Severity[severity.upper()],
        address=content.get("address"),
        model=content.get("model"),
        region=content.get("region"),
        status=None if status is None else Status(status),
    )


def _texts(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
