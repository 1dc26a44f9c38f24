"""Files of answers (`--answers`): what an account says of names that code does not explain.

```yaml
version: 1
account: "111122223333"       # optional, like the next two: of all answers that say nothing else themselves
region: us-east-1
asked_on: 2026-11-30
parameters:                   # of SSM Parameter Store; never secure strings
  - name: /ai/chat-model
    value: anthropic.claude-opus-4-8
exports:                      # of CloudFormation stacks
  - name: shared-embedding-model
    value: amazon.titan-embed-text-v2:0
    region: eu-west-1
resources:                    # inference profiles, provisioned and custom models, prompts, agents, routers
  - name: arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/a1b2c3
    models: [anthropic.claude-opus-4-8]
```

JSON or YAML. What `aws ssm get-parameter`, `get-parameters` and `get-parameters-by-path`, and `aws cloudformation
list-exports` print in these two formats is read too.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from importlib.resources import files as package_files
from pathlib import Path
from typing import Any

from checker.errors import ParseError, ReadError, UsageError
from checker.model.answers import Answer, AnswerKind, Answers
from checker.model.regions import unknown_region
from checker.source import Fault, Location, MappingNode, Node, ScalarNode, SequenceNode
from checker.source.files import SourceFiles
from checker.source.validation import Vocabulary, node_at, plain, schema_errors
from checker.source.yaml import parse_yaml

_WORDS = Vocabulary(
    document="the file of answers",
    entries={"parameters": "a parameter", "exports": "an export", "resources": "a resource", "models": "a model"},
    patterns={
        "^[0-9]{12}$": "an account: twelve digits, in quotes",
        "^[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}$": "the code of a Region, such as us-east-1",
        "^[0-9]{4}-[0-9]{2}-[0-9]{2}$": "a day, such as 2026-11-30",
    },
)
_SECTIONS = {
    "parameters": AnswerKind.PARAMETER,
    "exports": AnswerKind.EXPORT,
    "resources": AnswerKind.RESOURCE,
}
# Output of the AWS CLI, by a key that only such output has.
_OF_THE_CLI = ("Parameters", "Parameter", "Exports")
_ARN = re.compile(r"arn:[^:]*:[^:]*:(?P<region>[^:]*):(?P<account>[^:]*):")


def load_answers(paths: Iterable[Path], files: SourceFiles) -> Answers:
    """The answers in files; those of a later file win. Raises UsageError with all errors, by file and line."""
    found: list[Answer] = []
    for path in paths:
        try:
            found += parse_answers(files.read_text(path), files.display(path))
        except (ReadError, ParseError) as error:
            raise UsageError(f"--answers {error}") from None
    return Answers(tuple(found))


def parse_answers(text: str, shown: str) -> tuple[Answer, ...]:
    """The answers in a text, which messages call `shown`. Raises ParseError, or UsageError like `load_answers`."""
    documents = parse_yaml(text, shown)
    if len(documents) != 1:
        location = documents[1].location if documents else Location(shown, 1, 1)
        raise ParseError(shown, location.line, location.column, "a file of answers is one document, with `version: 1`")
    (document,) = documents
    if isinstance(document, MappingNode) and any(document.get(key) is not None for key in _OF_THE_CLI):
        return tuple(_of_cli(document))
    errors = schema_errors(document, answers_schema(), _WORDS) or tuple(_faults(document))
    if errors:
        raise UsageError("\n".join(f"--answers {error}" for error in errors))
    return tuple(_of_document(document))


@cache
def answers_schema() -> dict[str, Any]:
    """The JSON Schema of a file of answers, draft 2020-12."""
    import json

    schema: dict[str, Any] = json.loads(
        package_files("checker.workspace").joinpath("data", "answers.schema.json").read_text(encoding="utf-8")
    )
    return schema


def as_document(answers: Answers) -> dict[str, Any]:
    """The answers as a file has them, in a stable order and without secure strings. `parse_answers` reads it back."""
    document: dict[str, Any] = {"version": 1}
    for section, kind in _SECTIONS.items():
        entries = [_as_entry(one) for one in answers.given if one.kind is kind and one.values]
        if entries:
            document[section] = sorted(entries, key=lambda entry: (entry["name"], *map(str, entry.values())))
    return document


def _as_entry(answer: Answer) -> dict[str, Any]:
    said: dict[str, Any] = {"name": answer.name}
    if answer.kind is AnswerKind.RESOURCE:
        said["models"] = list(answer.values)
    else:
        (said["value"],) = answer.values
    known = {
        "account": answer.account,
        "region": answer.region,
        "asked_on": None if answer.asked_on is None else answer.asked_on.isoformat(),
    }
    return said | {key: value for key, value in known.items() if value is not None}


def _of_document(document: Node) -> Iterator[Answer]:
    content = plain(document)
    for section, kind in _SECTIONS.items():
        for number, entry in enumerate(content.get(section, ())):
            said = {key: entry.get(key, content.get(key)) for key in ("account", "region", "asked_on")}
            yield Answer(
                kind,
                entry["name"],
                tuple(entry["models"]) if kind is AnswerKind.RESOURCE else (entry["value"],),
                region=said["region"],
                account=said["account"],
                asked_on=date.fromisoformat(said["asked_on"]) if said["asked_on"] is not None else None,
                location=node_at(
                    document, [section, number, "models" if kind is AnswerKind.RESOURCE else "value"]
                ).location,
            )


def _faults(document: Node) -> Iterator[Fault]:
    """Errors that a schema cannot express: days and Regions that do not exist."""
    content = plain(document)
    entries: list[list[str | int]] = [
        [section, number] for section in _SECTIONS for number in range(len(content.get(section, ())))
    ]
    for path in ([], *entries):
        for key, wrong in (("region", unknown_region), ("asked_on", _wrong_day)):
            node = node_at(document, path)
            said = node.get(key) if isinstance(node, MappingNode) else None
            reason = wrong(str(said.value)) if isinstance(said, ScalarNode) else None
            if said is not None and reason is not None:
                yield Fault(said.location, reason)


def _wrong_day(text: str) -> str | None:
    try:
        date.fromisoformat(text)
    except ValueError:
        return f"there is no day {text}"
    return None


# Output of the AWS CLI


def _of_cli(document: MappingNode) -> Iterator[Answer]:
    """The answers in the output of the AWS CLI. Raises ParseError for other output."""
    one = document.get("Parameter")
    parameters = document.get("Parameters") if one is None else SequenceNode((one,), one.location)
    if parameters is not None:
        for entry in _entries(parameters, "Parameters"):
            yield from _parameter_of_cli(entry)
    exports = document.get("Exports")
    for entry in _entries(exports, "Exports") if exports is not None else ():
        yield _answer_of_cli(AnswerKind.EXPORT, _text(entry, "Name"), entry, _arn(entry, "ExportingStackId"))


def _parameter_of_cli(entry: MappingNode) -> Iterator[Answer]:
    arn = _arn(entry, "ARN")
    is_secure = _text(entry, "Type") == "SecureString"
    name = _text(entry, "Name")
    selector = _text(entry, "Selector") if entry.get("Selector") is not None else ""
    version = entry.get("Version")
    suffixes = {selector, f":{version.value}"} if isinstance(version, ScalarNode) else {selector}
    for suffix in sorted(suffixes):
        yield _answer_of_cli(AnswerKind.PARAMETER, f"{name}{suffix}", entry, arn, is_secure=is_secure)


def _answer_of_cli(
    kind: AnswerKind, name: str, entry: MappingNode, arn: re.Match[str] | None, *, is_secure: bool = False
) -> Answer:
    value = _text(entry, "Value")
    node = entry.get("Value")
    return Answer(
        kind,
        name,
        () if is_secure else (value,),
        region=(arn["region"] or None) if arn else None,
        account=(arn["account"] or None) if arn else None,
        location=node.location if node is not None else entry.location,
    )


def _arn(entry: MappingNode, key: str) -> re.Match[str] | None:
    """The parts of an ARN; None without one. Raises ParseError if its Region does not exist."""
    node = entry.get(key)
    arn = None if node is None else _ARN.match(_text(entry, key))
    reason = unknown_region(arn["region"]) if arn is not None and arn["region"] else None
    if node is not None and reason is not None:
        raise _unlike(node, reason)
    return arn


def _entries(node: Node, key: str) -> Iterator[MappingNode]:
    if not isinstance(node, SequenceNode):
        raise _unlike(node, f"{key!r} of the AWS CLI's output is no list")
    for item in node.items:
        if not isinstance(item, MappingNode):
            raise _unlike(item, f"an entry of {key!r} of the AWS CLI's output is no object")
        yield item


def _text(entry: MappingNode, key: str) -> str:
    node = entry.get(key)
    if not isinstance(node, ScalarNode) or not isinstance(node.value, str):
        reason = f"an entry of the AWS CLI's output has no text {key!r}; `get-parameters` and `list-exports` print one"
        raise _unlike(entry if node is None else node, reason)
    return node.value


def _unlike(node: Node, reason: str) -> ParseError:
    return ParseError(node.location.file, node.location.line, node.location.column, reason)
