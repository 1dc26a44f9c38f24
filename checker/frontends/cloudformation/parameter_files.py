"""Values for parameters from the files that deployment tools read."""

import re
import shlex
import tomllib
from collections.abc import Mapping
from pathlib import Path

from checker.errors import ParseError, ReadError, UsageError
from checker.frontends.cloudformation.documents import Document, parse_document
from checker.frontends.cloudformation.parameters import text_of
from checker.source import Mapping as MappingNode
from checker.source import Node, Place, Scalar, Sequence
from checker.source.files import SourceFiles
from checker.values import Cause, Step, Value
from checker.values.operations import text, unknown

_OVERRIDE = re.compile(r"ParameterKey=(?P<key>[^,\s]+),ParameterValue=(?P<value>.*)", re.DOTALL)


def read_parameters(paths: tuple[Path, ...], files: SourceFiles) -> Mapping[str, Value]:
    """The values by parameter name; a later file wins. Raises UsageError for a file that is none of the known forms.

    Known forms: CloudFormation's list of `ParameterKey` and `ParameterValue`, a plain map, CodePipeline's template
    configuration (`Parameters`), and SAM's `samconfig.toml` or `.yaml` (its `default` environment).
    """
    values: dict[str, Value] = {}
    for path in paths:
        shown = files.display(path)
        try:
            content = files.read_text(path)
            values.update(_toml(content, shown) if path.suffix == ".toml" else _document(path, shown, content))
        except ReadError as error:
            raise UsageError(f"--parameters {error}") from None
        except ParseError as error:
            raise UsageError(f"--parameters {error}") from None
    return values


def _document(path: Path, file: str, content: str) -> Mapping[str, Value]:
    document = parse_document(path, file, content)
    if document.duplicate is not None:
        raise document.duplicate
    match document.roots:
        case (Sequence(items=items),):
            return dict(pair for item in items for pair in _listed(item, document))
        case (MappingNode() as root,):
            parameters = root.get("Parameters")
            if isinstance(parameters, MappingNode):
                return _mapped(parameters, document)
            default = root.get("default")
            if isinstance(default, MappingNode) and (root.get("version") or default.get("deploy")):
                return _sam_yaml(default, file)
            return _mapped(root, document)
        case _:
            raise ParseError(file, 1, 1, "expected a list of ParameterKey and ParameterValue, or a map of values")


def _listed(item: Node, document: Document) -> list[tuple[str, Value]]:
    if isinstance(item, Scalar) and "=" in str(item.value):
        # `aws cloudformation deploy --parameter-overrides file://` takes ["Name=value"].
        name, _, value = str(item.value).partition("=")
        return [(name, text(value, item.place, f"value of parameter {name}"))]
    key = item.get("ParameterKey") if isinstance(item, MappingNode) else None
    if not isinstance(item, MappingNode) or not isinstance(key, Scalar):
        place = item.place
        raise ParseError(place.file, place.line, place.column, "expected an object with ParameterKey, ParameterValue")
    name = str(key.value)
    node = item.get("ParameterValue")
    if node is None:
        subject = f"previous value of parameter {name}"
        return [(name, unknown(Cause.INPUT_NOT_SET, subject, trail=(Step(item.place, subject),)))]
    return [(name, text_of(node, document, f"value of parameter {name}"))]


def _mapped(root: MappingNode, document: Document) -> Mapping[str, Value]:
    values: dict[str, Value] = {}
    for key, node in root.entries:
        name = str(key.value)
        if isinstance(node, MappingNode):
            reason = f"the value of parameter {name} is an object; expected a text, a number or a list"
            raise ParseError(node.place.file, node.place.line, node.place.column, reason)
        values[name] = text_of(node, document, f"value of parameter {name}")
    return values


def _sam_yaml(default: MappingNode, file: str) -> Mapping[str, Value]:
    values: dict[str, Value] = {}
    for command in ("global", "deploy"):
        section = default.get(command)
        parameters = section.get("parameters") if isinstance(section, MappingNode) else None
        overrides = parameters.get("parameter_overrides") if isinstance(parameters, MappingNode) else None
        match overrides:
            case Scalar():
                values.update(_overrides(str(overrides.value), overrides.place))
            case Sequence(items=items):
                for item in items:
                    if isinstance(item, Scalar):
                        values.update(_overrides(str(item.value), item.place))
            case _:
                pass
    return values


def _toml(content: str, file: str) -> Mapping[str, Value]:
    try:
        data = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+), column (\d+)", str(error))
        line, column = (int(found[1]), int(found[2])) if found else (1, 1)
        raise ParseError(file, line, column, str(error)) from None
    environment = data.get("default")
    values: dict[str, Value] = {}
    for command in ("global", "deploy"):
        section = environment.get(command) if isinstance(environment, dict) else None
        parameters = section.get("parameters") if isinstance(section, dict) else None
        overrides = parameters.get("parameter_overrides") if isinstance(parameters, dict) else None
        written = overrides if isinstance(overrides, list) else [overrides]
        for item in written:
            if isinstance(item, str):
                values.update(_overrides(item, None, content, file))
    return values


def _overrides(written: str, place: Place | None, content: str = "", file: str = "") -> Mapping[str, Value]:
    """The values of `Name=value Name=value`, or of `ParameterKey=Name,ParameterValue=value …`."""
    values: dict[str, Value] = {}
    try:
        words = shlex.split(written)
    except ValueError:
        words = written.split()
    for word in words:
        pair = _OVERRIDE.match(word)
        name, _, value = (pair["key"], "", pair["value"]) if pair else word.partition("=")
        if name:
            where = place or _place_of_override(content, file, name)
            values[name] = text(value, where, f"value of parameter {name}")
    return values


def _place_of_override(content: str, file: str, name: str) -> Place:
    """Where a TOML file sets a parameter: TOML's parser gives no places."""
    start = max(content.find("parameter_overrides"), 0)
    found = re.compile(rf"(?<![\w.]){re.escape(name)}(?:=|,ParameterValue=)").search(content, start)
    offset = found.start() if found else start
    line = content.count("\n", 0, offset) + 1
    return Place(file, line, offset - (content.rfind("\n", 0, offset) + 1) + 1)
