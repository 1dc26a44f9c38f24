"""What is fuzzed: every reader of files that others write, and what must hold whatever it is given.

`TARGETS` is the one table. `attempt` gives an input to a target twice: the outcome is a result that holds what the
target promises, or one of its documented refusals, and it is the same both times.
"""

# ruff: noqa: PT017 (a refusal is looked at where it is caught)

import json
import math
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import yaml as pyyaml

import checker
from checker.catalog.lookup import CatalogIndex
from checker.catalog.overlay import apply_overlay, load_overlay
from checker.catalog.refresh.documents import read_folder
from checker.catalog.refresh.refreshed import refresh
from checker.catalog.store import load_bundled, load_file
from checker.errors import ParseError, ReadError, UsageError
from checker.extract import extract
from checker.frontends import read as read_input
from checker.frontends.cdk import constructs
from checker.frontends.cloudformation.parameter_files import read_parameters
from checker.frontends.protocol import Run, Source
from checker.frontends.terraform import hcl
from checker.frontends.terraform.hcl import syntax
from checker.model.answers import Answers
from checker.model.lifecycle import known_regions
from checker.model.reference import Reference
from checker.model.resource import InputKind, Loaded
from checker.model.scan import Scan
from checker.model.settings import Options, Settings
from checker.model.stages import guaranteed_until, worst_stage
from checker.pipeline import scan
from checker.policy.cases import load_cases
from checker.policy.load import load_policy
from checker.references.grammar import ModelReference, find_ids, parse_reference
from checker.references.prefilter import SourceWords, may_name_a_model
from checker.report import format_names, renderer
from checker.report.view import ReportOptions, View, verdict_of
from checker.source.files import Boundary, SourceFiles, decode_text
from checker.source.gitignore import Patterns
from checker.source.json import (
    JsonArray,
    JsonError,
    JsonNode,
    JsonObject,
    JsonString,
    parse_json,
    scan_json,
    unescape_json,
)
from checker.source.locations import Location, MappingNode, Node, ScalarNode, SequenceNode
from checker.source.toml import parse_toml_table
from checker.source.validation import plain
from checker.source.yaml import MAX_DEPTH, parse_yaml, yaml_comments
from checker.values import HOLE, Cause, Piece, Text, Unknown
from checker.workspace.answers import as_document, load_answers, parse_answers
from checker.workspace.baseline import read_baseline
from checker.workspace.configuration import load_configuration
from checker.workspace.owners import parse_owners

SEEDS = Path(__file__).resolve().parents[1] / "fuzz_seeds"
DAY = date(2026, 11, 24)

_EDITOR_BREAK = re.compile("\r\n?|\n")
# HCL ends a line only with a line feed.
_HCL_BREAK = re.compile("\n")


class Target(NamedTuple):
    """A reader under test.

    `read` is given the input and a folder of its own that is empty; of the exceptions, only `refusals` may leave it.
    `hold` fails unless the result is as it must be for that input. `words` are what inputs are made of, for mutations.
    `examples` are the mutations that the tests try: fewer where a run takes longer.
    """

    read: Callable[[bytes, Path], Any]
    hold: Callable[[bytes, Any], None]
    refusals: tuple[type[Exception], ...] = ()
    words: tuple[str, ...] = ()
    examples: int = 30


class Refused(NamedTuple):
    """A documented refusal: its type, and what it says."""

    error: type[Exception]
    message: str


def attempt(target: Target, content: bytes, folder: Path) -> Any:
    """The outcome for an input: a result, or a refusal. Raises whatever else leaves the reader, and AssertionError."""
    first = _outcome(target, content, _emptied(folder))
    second = _outcome(target, content, _emptied(folder))
    assert _same(first, second), "the same input gave two outcomes"
    if isinstance(first, Refused):
        assert first.message.strip(), "a refusal without a reason"
        first.message.encode()
    else:
        target.hold(content, first)
    return first


def seeds_of(name: str) -> dict[str, bytes]:
    """The kept inputs of a target, by their names."""
    return {path.name: path.read_bytes() for path in sorted((SEEDS / name).iterdir())}


def _outcome(target: Target, content: bytes, folder: Path) -> Any:
    try:
        return target.read(content, folder)
    except target.refusals as error:
        if isinstance(error, ParseError):
            # Readers of text only; the others say the location in their messages.
            _inside(Location(error.file, error.line, error.column), _shown(content), _HCL_BREAK, _EDITOR_BREAK)
        return Refused(type(error), str(error))


def _emptied(folder: Path) -> Path:
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and not path.is_symlink():
            path.rmdir()
        else:
            path.unlink()
    return folder


def _same(one: Any, other: Any) -> bool:
    return bool(one == other) or repr(one) == repr(other)


# Locations


def _text(content: bytes) -> str:
    return decode_text(content, "t")


def _shown(content: bytes) -> str:
    """The text as locations count it: without a mark of its byte order, which may stand twice."""
    return _text(content).removeprefix("\ufeff")


def _inside(location: Location, text: str, *breaks: re.Pattern[str]) -> None:
    """The location is one of the text, its end included, by one of the ways to count lines."""
    for each in breaks:
        lines = each.split(text)
        if 1 <= location.line <= len(lines) and 1 <= location.column <= len(lines[location.line - 1]) + 1:
            return
    raise AssertionError(f"{location} is not in the text")


def _offsets(text: str, pattern: re.Pattern[str]) -> Callable[[Location], int]:
    """What gives the offset of a location in the text; it fails for a location that the text does not have."""
    starts = [0, *(match.end() for match in pattern.finditer(text)), len(text) + 1]

    def offset(location: Location) -> int:
        assert 1 <= location.line < len(starts), location
        found = starts[location.line - 1] + location.column - 1
        assert starts[location.line - 1] <= found <= min(starts[location.line], len(text)), location
        return found

    return offset


def _parts(whole: object) -> Iterator[Any]:
    """Every part of a result, each object once."""
    seen: set[int] = set()
    pending = [whole]
    while pending:
        part = pending.pop()
        if id(part) in seen or isinstance(part, str | bytes | int | float | None):
            continue
        seen.add(id(part))
        yield part
        if is_dataclass(part) and not isinstance(part, type):
            pending.extend(getattr(part, field.name) for field in fields(part))
        elif isinstance(part, Mapping):
            pending.extend(part.keys())
            pending.extend(part.values())
        elif isinstance(part, tuple | list | frozenset | set):
            pending.extend(part)


def _locations_hold(whole: object, texts: Mapping[str, str]) -> None:
    """Every location in the result is one of the file that it names."""
    for part in _parts(whole):
        if isinstance(part, Location):
            assert part.file in texts, part
            _inside(part, texts[part.file], _EDITOR_BREAK, _HCL_BREAK)


# HCL


def _read_hcl(content: bytes, _folder: Path) -> syntax.ParsedFile:
    return hcl.parse(_text(content), "main.tf")


def _hold_hcl(content: bytes, parsed: syntax.ParsedFile) -> None:
    text = _shown(content)
    offset = _offsets(text, _HCL_BREAK)
    for part in _parts(parsed):
        match part:
            case Location():
                offset(part)
            case syntax.Comment(text=comment, location=location):
                assert text.startswith(comment, offset(location))
            case syntax.Attribute(name=name, location=location) | syntax.RootName(name=name, location=location):
                assert text.startswith(name, offset(location))
            case syntax.Block(type=name, location=location):
                assert text.startswith(name, offset(location))
            case syntax.Body(attributes=attributes):
                assert len({each.name for each in attributes}) == len(attributes)


def _read_hcl_expression(content: bytes, _folder: Path) -> tuple[Any, ...]:
    text = _text(content)
    found: list[Any] = []
    refusals: list[ParseError] = []
    for read in (hcl.parse_expression, hcl.parse_template):
        try:
            found.append(read(text, "t"))
        except ParseError as error:
            refusals.append(error)
            with_start = ParseError("t", 1, 1, "")
            try:
                read(text, "t", 7, 5)
            except ParseError as moved:
                with_start = moved
            # Where the text starts changes nothing but the locations.
            shift = 4 if error.line == 1 else 0
            assert (with_start.line, with_start.column) == (error.line + 6, error.column + shift)
            # A reason may name a line or a column.
            assert re.sub(r"\d+", "", with_start.reason) == re.sub(r"\d+", "", error.reason)
            try:
                read(text, "t", at=Location("t", 3, 9))
            except ParseError as at:
                assert (at.line, at.column) == (3, 9)
            else:
                raise AssertionError("it is read at one place, and not at its own") from None
        else:
            locations = {part for part in _parts(read(text, "t", at=Location("t", 3, 9))) if isinstance(part, Location)}
            assert locations <= {Location("t", 3, 9)}
    if not found:
        raise refusals[0]
    return tuple(found)


def _hold_hcl_expression(content: bytes, expressions: tuple[Any, ...]) -> None:
    text = _shown(content)
    offset = _offsets(text, _HCL_BREAK)
    for part in _parts(expressions):
        match part:
            case Location():
                offset(part)
            case syntax.RootName(name=name, location=location):
                assert text.startswith(name, offset(location))


def _hcl_file(name: str) -> Callable[[bytes, Path], hcl.ReadResult]:
    return lambda content, _folder: hcl.read_file(_text(content), name)


def _hold_hcl_file(content: bytes, read: hcl.ReadResult) -> None:
    text = _shown(content)
    assert (read.parsed is None or read.second_reader) == (read.error is not None)
    for location in _parts(read):
        if isinstance(location, Location):
            _inside(location, text, _HCL_BREAK, _EDITOR_BREAK)
    if read.error is not None:
        _inside(Location("t", read.error.line, read.error.column), text, _HCL_BREAK, _EDITOR_BREAK)


# YAML


def _read_yaml(content: bytes, _folder: Path) -> tuple[Any, ...]:
    text = _text(content)
    documents = parse_yaml(text, "t", duplicate_keys="last")
    comments = yaml_comments(text, "t")
    try:
        strict = parse_yaml(text, "t")
    except ParseError as error:
        assert "occurs twice" in error.reason
        return documents, comments
    assert strict == documents or "nan" in repr(documents)
    return documents, comments


def _hold_yaml(content: bytes, read: tuple[Any, ...]) -> None:
    text = _shown(content)
    documents, comments = read
    offset = _offsets(text, _EDITOR_BREAK)
    for location, comment in comments:
        assert text.startswith(comment, offset(location))
        assert comment.startswith("#")
    for part in _parts(documents):
        match part:
            case Location():
                offset(part)
            case ScalarNode(value=str(value), lines=lines):
                before = -1
                for start, location in lines:
                    assert before < start < len(value)
                    before = start
                    assert text[offset(location)] == value[start] or text[offset(location)] in "\\'"
            case MappingNode(entries=entries):
                keys = [key.value for key, _ in entries]
                assert len(set(keys)) == len(keys)
    try:
        composed = list(pyyaml.compose_all(text, pyyaml.CSafeLoader))
    except pyyaml.composer.ComposerError:
        # It refuses an anchor that is used again, which YAML allows.
        return
    assert len(composed) == len(documents)
    compared: set[tuple[int, int]] = set()
    for ours, theirs in zip(documents, composed, strict=True):
        _compare_yaml(ours, theirs, compared)


def _compare_yaml(ours: Node, theirs: Any, compared: set[tuple[int, int]], depth: int = 0) -> None:
    """What is read is what PyYAML composes, and a scalar means what YAML 1.2 says."""
    if (id(ours), id(theirs)) in compared:
        return
    compared.add((id(ours), id(theirs)))
    assert depth <= MAX_DEPTH
    match ours:
        case ScalarNode(value=value):
            assert isinstance(theirs, pyyaml.ScalarNode)
            _compare_scalar(value, theirs)
        case SequenceNode(items=items):
            assert isinstance(theirs, pyyaml.SequenceNode)
            for item, node in zip(items, theirs.value, strict=True):
                _compare_yaml(item, node, compared, depth + 1)
        case MappingNode(entries=entries):
            assert isinstance(theirs, pyyaml.MappingNode)
            if any(key.value == "<<" for key, _ in theirs.value):
                return
            last = {key.value: node for key, node in theirs.value}
            assert [key.value for key, _ in entries] == list(last)
            for key, node in entries:
                _compare_yaml(node, last[key.value], compared, depth + 1)


_JSON_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,300})(?:\.[0-9]{1,300})?(?:[eE][-+]?[0-9]{1,2})?")


def _compare_scalar(value: object, theirs: Any) -> None:
    written = theirs.value
    is_plain = theirs.style is None and not theirs.tag.startswith("!")
    match value:
        case str():
            assert value == written
            # What JSON has for a number or a constant is one here, too, if it has neither quotes nor a tag.
            if is_plain and theirs.tag != "tag:yaml.org,2002:str":
                assert not _JSON_NUMBER.fullmatch(written)
                assert written not in ("true", "false", "null")
        case bool():
            assert written.lower() == str(value).lower()
        case None:
            assert written.lower() in ("", "~", "null")
        case int():
            assert value == (int(written, 0) if written[1:2] in ("x", "o") else int(written))
        case float():
            read = float(written.replace(".inf", "inf").replace(".Inf", "inf").replace(".INF", "inf").replace(
                ".nan", "nan").replace(".NaN", "nan").replace(".NAN", "nan")) if written[1:2] not in ("x", "o") else (
                float(int(written, 0)))  # fmt: skip
            assert read == value or (math.isnan(read) and math.isnan(value))


# JSON and TOML


def _read_json(content: bytes, _folder: Path) -> Node:
    return parse_json(_text(content), "t")


def _hold_json(content: bytes, node: Node) -> None:
    text = _shown(content)
    offset = _offsets(text, _EDITOR_BREAK)
    decoder = json.JSONDecoder()
    for part in _parts(node):
        match part:
            case Location():
                offset(part)
            case ScalarNode(value=value, location=location):
                expected, _ = decoder.raw_decode(text, offset(location))
                assert _replaced(expected) == value
                assert type(expected) is type(value)
            case MappingNode(location=location):
                assert text[offset(location)] == "{"
            case SequenceNode(location=location):
                assert text[offset(location)] == "["
    assert _replaced(json.loads(text.lstrip("\ufeff"))) == _replaced(plain(node))


def _replaced(value: Any) -> Any:
    """With U+FFFD for half a pair of surrogates."""
    match value:
        case str():
            return re.sub("[\ud800-\udfff]", "\ufffd", value)
        case list():
            return [_replaced(each) for each in value]
        case dict():
            return {_replaced(key): _replaced(each) for key, each in value.items()}
        case _:
            return value


def _read_json_spans(content: bytes, _folder: Path) -> JsonNode:
    text = _text(content)
    try:
        return scan_json(text)
    except JsonError as error:
        assert 0 <= error.offset <= len(text)
        if "nested deeper" not in error.reason and "more than can be read" not in error.reason:
            try:
                json.loads(text.removeprefix("\ufeff"), parse_constant=_no_constant)
            except ValueError:
                raise error from None
            raise AssertionError(f"refused, and it is JSON: {error}") from None
        raise


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _hold_json_spans(content: bytes, root: JsonNode) -> None:
    text = _text(content)

    def value(node: JsonNode) -> Any:
        match node:
            case JsonString(start=start, end=end):
                assert text[start - 1] == text[end] == '"'
                return unescape_json(text[start:end])
            case JsonArray(items=items, start=start):
                assert text[start] == "["
                return [value(item) for item in items]
            case JsonObject(entries=entries, start=start):
                assert text[start] == "{"
                return {value(name): value(node) for name, node in entries}
            case _:
                assert json.loads(text[node.start : node.end]) == node.value
                return node.value

    # A name that stands twice has its last value in both; names that U+FFFD makes equal are another matter.
    if not re.search(r"\\u[dD][89a-fA-F]", text):
        assert value(root) == json.loads(text.removeprefix("\ufeff"))
    else:
        value(root)


def _read_toml(content: bytes, _folder: Path) -> Node | None:
    return parse_toml_table(_text(content), "t", ())


def _hold_toml(content: bytes, node: Node | None) -> None:
    text = _shown(content)
    assert node is not None
    for part in _parts(node):
        if isinstance(part, Location):
            _inside(part, text, _EDITOR_BREAK)
    expected = tomllib.loads(text.replace("\r\n", "\n"))
    assert list(plain(node)) == list(expected)


# References


def _reference_text(content: bytes) -> Text:
    """A text of the input, with a hole for each `{}` in it."""
    hole = Unknown(Cause.DEPLOY_TIME, "AWS::Region", "AWS::Region")
    written = content.decode("utf-8", "replace").split("{}")
    pieces: list[Piece | Unknown] = []
    for number, part in enumerate(written):
        if number:
            pieces.append(hole)
        if part:
            pieces.append(Piece(part))
    return Text(tuple(pieces))


def _read_reference(content: bytes, _folder: Path) -> tuple[Any, ...]:
    text = _reference_text(content)
    return parse_reference(text), tuple(find_ids(text))


def _hold_reference(content: bytes, read: tuple[Any, ...]) -> None:
    text = _reference_text(content)
    whole, found = read
    marked = text.marked()
    if whole is not None:
        assert whole.text == text
        _hold_parsed_reference(whole)
    for each in found:
        assert each.base is not None
        assert each.text.marked() in marked
        _hold_parsed_reference(each)
    if found:
        # The quick looks at a text and at the bytes of a file never pass over what the grammar finds.
        assert next(may_name_a_model([marked]))
        assert _WORDS.may_name_a_model(content)


def _hold_parsed_reference(reference: ModelReference) -> None:
    marked = reference.text.marked()
    start, end = reference.span
    assert 0 <= start <= end <= len(marked)
    if reference.base is not None:
        assert marked[start:end].startswith(reference.base)
        assert HOLE not in reference.base
        assert parse_reference(Text((Piece(reference.base),))) is not None
    if reference.pattern is not None:
        assert reference.pattern == marked[start:end]
        assert reference.base is None
    core = reference.core
    assert core is None or core in marked


_INDEX = CatalogIndex(load_bundled())
_WORDS = SourceWords(_INDEX.ids())


# Terraform's documents


def _read_document(kind: InputKind) -> Callable[[bytes, Path], tuple[Loaded, tuple[Reference, ...]]]:
    def read(content: bytes, folder: Path) -> tuple[Loaded, tuple[Reference, ...]]:
        files = SourceFiles(Boundary(folder), folder)
        source = Source(kind, folder / "document.json", files, Options(), "document.json", content, is_named=True)
        loaded = read_input(source, Run(knows=_knows))
        return loaded, extract(loaded.resources, _resolve)

    return read


def _knows(identifier: str) -> bool:
    return _INDEX.lookup(identifier) is not None


def _resolve(identifier: str) -> str | None:
    model = _INDEX.lookup(identifier)
    return None if model is None else model.id


def _hold_document(content: bytes, read: tuple[Loaded, tuple[Reference, ...]]) -> None:
    loaded, references = read
    try:
        text = content.decode("utf-8-sig")
        document = json.loads(text)
    except (ValueError, RecursionError):
        if b"\0" not in content and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
            assert not loaded.resources
            assert any(problem.incomplete for problem in loaded.problems)
        return
    if not isinstance(document, dict):
        assert any(problem.incomplete for problem in loaded.problems)
    _locations_hold((loaded, references), {"document.json": text})


# Whole trees


_PART = re.compile(rb"^=== ([A-Za-z./]+)\r?\n", re.MULTILINE)
# What a tree can hold: a name that is none of these is not written, so that no input reaches out of its folder.
_PART_NAMES = frozenset((
    "main.tf", "more.tf", "main.tf.json", "modules/chat/main.tf", "policy.json", "prompt.tftpl",
    "terraform.tfvars", "prod.auto.tfvars", "terraform.tfvars.json", "terragrunt.hcl", "plan.json", "state.json",
    "template.yaml", "template.json", "nested.yaml", "parameters.json", "samconfig.toml",
    "cdk.out/manifest.json", "cdk.out/Stack.template.json", ".gitignore", "CODEOWNERS", "cdk.json", "cdktf.json",
    "package.json", "tsconfig.json", "stack.ts",
))  # fmt: skip
_NAMED = ("plan.json", "state.json")


def _write_tree(content: bytes, folder: Path) -> list[str]:
    """Writes the parts of an input, each below a line `=== name`; the names of those that are written."""
    parts = _PART.split(content)
    written = {name.decode(): part for name, part in zip(parts[1::2], parts[2::2], strict=True)}
    (folder / ".git").mkdir()
    names = [name for name in written if name in _PART_NAMES]
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(written[name])
    return names


def _read_tree(content: bytes, folder: Path) -> tuple[Scan, ...]:
    """The run for the tree, and if it has a plan and code, that for the plan with the code as its source."""
    names = _write_tree(content, folder)
    paths = [".", *(name for name in _NAMED if name in names)]
    parameters = tuple(Path(name) for name in ("parameters.json", "samconfig.toml") if name in names)
    runs = [(paths, Options(parameters=parameters))]
    if {"plan.json", "main.tf"} <= set(names):
        runs.append((["plan.json"], Options(source=Path())))
    try:
        return tuple(
            scan(wanted, Settings(as_of=DAY, options=options), standard_input=bytes, cwd=folder)
            for wanted, options in runs
        )
    except UsageError as error:
        # What the user names has to be valid; what a tree holds is told as data.
        if str(error).startswith(("--parameters ", "--source ")):
            raise
        raise AssertionError(f"a tree is refused: {error}") from error


def _hold_tree(content: bytes, scans: tuple[Scan, ...]) -> None:
    parts = _PART.split(content)
    texts: dict[str, str] = {}
    for name, part in zip(parts[1::2], parts[2::2], strict=True):
        try:
            texts[name.decode()] = _shown(part)
        except ReadError:
            # Ids that are found in its bytes are located in it all the same.
            texts[name.decode()] = part.decode(errors="replace")
    for found in scans:
        _locations_hold((found.references, found.findings), texts)
        view = View(found)
        options = ReportOptions(verdict_of(found, None, False), paths=(".",))
        for name in format_names(judged=True):
            if name != "cyclonedx":
                "".join(renderer(name, judged=True)(view, options)).encode()
    for name in {"main.tf", "more.tf"} & set(texts):
        if hcl.read_file(texts[name], name).error is not None:
            assert any(problem.incomplete and problem.file == name for problem in scans[0].problems), name


def _tree_of(name: str, around: Mapping[str, str], words: tuple[str, ...], examples: int) -> Target:
    """A run for a tree in which one file is the input, and the others are as given."""

    def read(content: bytes, folder: Path) -> Scan:
        (folder / ".git").mkdir()
        for each, text in around.items():
            (folder / each).parent.mkdir(parents=True, exist_ok=True)
            (folder / each).write_text(text, encoding="utf-8")
        (folder / name).write_bytes(content)
        return checker.check(["."], as_of=DAY, cwd=folder)

    def hold(content: bytes, found: Scan) -> None:
        try:
            text = _shown(content)
        except ReadError:
            # A template is told by what it holds, every other file by its name.
            assert name == "template.yaml" or any(problem.incomplete for problem in found.problems)
            return
        _locations_hold((found.references, found.findings), {**around, name: text})

    return Target(read, hold, (), words, examples)


_ROOT = """
variable "model_id" {
  type    = string
  default = "amazon.nova-lite-v1:0"
}
variable "models" {
  type    = map(object({ id = string, tier = optional(string, "standard") }))
  default = {}
}
variable "regions" {
  type    = list(string)
  default = ["us-east-1"]
}
resource "aws_bedrockagent_agent" "one" {
  foundation_model = var.model_id
}
resource "aws_bedrockagent_agent" "each" {
  for_each         = var.models
  foundation_model = each.value.id
  agent_name       = each.value.tier
}
"""
_MODULE = 'variable "model_id" {}\nresource "aws_bedrockagent_agent" "a" {\n  foundation_model = var.model_id\n}\n'
_TERRAFORM = {
    "modules/chat/main.tf": _MODULE,
    "terraform.tfvars": 'environment = "prod"\n',
    "policy.json": '{"Statement": [{"Action": "bedrock:InvokeModel", "Resource": "*"}]}\n',
    "prompt.tftpl": "model ${model}\n%{ for one in others ~}\n${one}\n%{ endfor ~}\n",
}
_TERRAGRUNT = {"root.hcl": 'inputs = {\n  model_id = "amazon.nova-lite-v1:0"\n}\n', "chat/main.tf": _MODULE}
_NESTED = {"nested.yaml": "Resources:\n  P:\n    Type: AWS::Bedrock::Prompt\n    Properties: {Name: p}\n"}


# Files that people write for this tool, and pages of AWS


def _refusal_locations_hold(message: str, name: str, content: bytes) -> None:
    """The locations that a message says are in the file."""
    try:
        text = _shown(content)
    except ReadError:
        return
    for line, column in re.findall(rf"^{re.escape(name)}:(\d+):(\d+): ", message, re.MULTILINE):
        _inside(Location(name, int(line), int(column)), text, _EDITOR_BREAK)


def _own_file(name: str, read: Callable[[Path, Path], Any], words: tuple[str, ...], examples: int) -> Target:
    """What `read` makes of a file in a folder; a refusal says where the trouble is."""

    def from_file(content: bytes, folder: Path) -> Any:
        (folder / name).write_bytes(content)
        try:
            return read(folder / name, folder)
        except UsageError as error:
            message = str(error).replace(f"{folder}/", "")
            assert name in message
            _refusal_locations_hold(message, name, content)
            raise UsageError(message) from None

    return Target(from_file, _always, (UsageError,), words, examples)


def _read_source_map(content: bytes, _folder: Path) -> constructs.SourceMap | None:
    return constructs.read(decode_text(content, "app.js.map"))


def _hold_source_map(_content: bytes, found: constructs.SourceMap | None) -> None:
    for line in range(5):
        for column in (0, 1, 9, 200):
            origin = None if found is None else found.origin(line, column)
            assert origin is None or min(origin[1:]) > 0


def _inside_folder(folder: Path) -> SourceFiles:
    return SourceFiles(Boundary(folder), folder)


_LIFECYCLE_PAGE = """# Model lifecycle

| Model ID | Model version | Legacy date | EOL date |
| --- | --- | --- | --- |
| anthropic.claude-3-haiku-20240307-v1:0 | Claude 3 Haiku | March 10, 2026 | September 10, 2026 |
"""


def _read_pages(content: bytes, folder: Path) -> Any:
    """The page as a lifecycle page and as a card, beside a page that is whole."""
    catalog = load_bundled()
    (folder / "model-lifecycle.md").write_bytes(content)
    (folder / "model-card-amazon-nova-lite.md").write_bytes(content)
    (folder / "model-lifecycle-legacy.md").write_text(_LIFECYCLE_PAGE, encoding="utf-8")
    documents = read_folder(folder, DAY, catalog)
    return documents, refresh(catalog, catalog, DAY, None, documents)


def _hold_pages(_content: bytes, read: Any) -> None:
    documents, refreshed = read
    assert documents.pages
    # Whatever a page says, no model of the catalog is lost by it.
    known = {model.id for model in load_bundled().models}
    assert known <= {model.id for model in refreshed.catalog.models}


def _read_owners(content: bytes, _folder: Path) -> tuple[tuple[str, ...], ...]:
    owners = parse_owners(_text(content))
    return tuple(owners.of(path) for path in ("main.tf", "envs/prod/main.tf", "docs/a b/[x].md", "a/b/c/d/e/f/g.tf"))


def _read_gitignore(content: bytes, _folder: Path) -> tuple[bool, ...]:
    read = Patterns(content)
    paths = ("main.tf", "envs/prod/main.tf", "docs/a b/[x].md", "a/b/c/d/e/f/g")
    return tuple(read.decision(path, is_directory=number % 2 == 1) is True for number, path in enumerate(paths))


def _read_answers(path: Path, folder: Path) -> Any:
    answers = load_answers((path,), _inside_folder(folder))
    # What is written is read back as the same.
    written = as_document(answers)
    again = parse_answers(json.dumps(written), "written.json")
    assert as_document(Answers(again)) == written
    return written


def _read_parameters(path: Path, folder: Path) -> Any:
    return dict(read_parameters(Options(parameters=(path,)), _inside_folder(folder)))


def _read_policy(path: Path, folder: Path) -> Any:
    return load_policy([str(path)], _inside_folder(folder))


def _read_cases(path: Path, folder: Path) -> Any:
    return load_cases(path, _inside_folder(folder))


def _read_catalog(path: Path, _folder: Path) -> Any:
    """What is judged by a catalog, too."""
    catalog = load_file(path)
    index = CatalogIndex(catalog)
    for model in catalog.models:
        assert index.lookup(model.id) is not None
        worst_stage(model, DAY)
        for region in known_regions(model):
            guaranteed_until(model, DAY, region)
    return catalog


def _read_overlay(path: Path, _folder: Path) -> Any:
    return apply_overlay(load_bundled(), load_overlay(path))


def _always(_content: bytes, _result: Any) -> None:
    """Nothing more has to hold."""


_VOCABULARY = json.loads(Path(__file__).with_name("fuzz_words.json").read_text(encoding="utf-8"))


def _words(*languages: str) -> tuple[str, ...]:
    """What texts of these languages are made of."""
    return tuple(dict.fromkeys(word for language in languages for word in _VOCABULARY[language]))


_TEXT = (ParseError, ReadError)

TARGETS: Mapping[str, Target] = {
    "hcl": Target(_read_hcl, _hold_hcl, _TEXT, _words("hcl"), 200),
    "hcl_expression": Target(_read_hcl_expression, _hold_hcl_expression, _TEXT, _words("hcl"), 200),
    "hcl_second_reader": Target(_hcl_file("main.tf"), _hold_hcl_file, (ReadError,), _words("hcl"), 15),
    "hcl_json": Target(_hcl_file("main.tf.json"), _hold_hcl_file, (ReadError,), _words("json", "hcl"), 120),
    "tfvars_json": Target(_hcl_file("a.tfvars.json"), _hold_hcl_file, (ReadError,), _words("json"), 100),
    "yaml": Target(_read_yaml, _hold_yaml, _TEXT, _words("yaml"), 200),
    "json": Target(_read_json, _hold_json, _TEXT, _words("json"), 200),
    "json_spans": Target(_read_json_spans, _hold_json_spans, (JsonError, ReadError), _words("json"), 200),
    "toml": Target(_read_toml, _hold_toml, _TEXT, _words("toml"), 150),
    "reference": Target(_read_reference, _hold_reference, (), _words("reference", "models"), 250),
    "plan": Target(_read_document(InputKind.TERRAFORM_PLAN), _hold_document, (), _words("json", "plan", "models"), 80),
    "state": Target(
        _read_document(InputKind.TERRAFORM_STATE), _hold_document, (), _words("json", "plan", "models"), 80
    ),
    "tfvars": _tree_of("terraform.tfvars", {"main.tf": _ROOT}, _words("hcl", "models"), 15),
    "terraform": _tree_of("main.tf", _TERRAFORM, _words("hcl", "terraform", "models"), 25),
    "terragrunt": _tree_of("terragrunt.hcl", _TERRAGRUNT, _words("hcl", "terraform", "models"), 15),
    "template": _tree_of("template.yaml", _NESTED, _words("yaml", "template", "models"), 25),
    "tree": Target(_read_tree, _hold_tree, (UsageError,), _words("tree", "hcl", "terraform", "template", "models"), 25),
    "parameters": _own_file("parameters.json", _read_parameters, _words("json", "parameters"), 80),
    "source_map": Target(_read_source_map, _hold_source_map, _TEXT, _words("json", "source_map"), 150),
    "samconfig": _own_file("samconfig.toml", _read_parameters, _words("toml", "parameters"), 80),
    "answers": _own_file("answers.yaml", _read_answers, _words("yaml", "answers"), 60),
    "policy": _own_file("policy.yaml", _read_policy, _words("yaml", "policy"), 40),
    "policy_tests": _own_file("cases.yaml", _read_cases, _words("yaml", "policy"), 40),
    "configuration": _own_file(".bedrock-eol.yaml", load_configuration, _words("yaml", "configuration"), 40),
    "configuration_toml": _own_file("pyproject.toml", load_configuration, _words("toml"), 40),
    "overlay": _own_file("overlay.yaml", _read_overlay, _words("yaml", "overlay", "models"), 40),
    "baseline": _own_file("baseline.json", read_baseline, _words("json", "baseline"), 60),
    "catalog": _own_file("catalog.json", _read_catalog, _words("json", "models"), 40),
    "pages": Target(_read_pages, _hold_pages, (), _words("pages", "models"), 40),
    "owners": Target(_read_owners, _always, (ReadError,), _words("globs"), 80),
    "gitignore": Target(_read_gitignore, _always, (ReadError,), _words("globs"), 80),
}
