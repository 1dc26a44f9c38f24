"""Values for parameters from the files that deployment tools read."""

from collections.abc import Mapping
from pathlib import Path

from checker.errors import ParseError, ReadError, UsageError
from checker.frontends.cloudformation.documents import Document, parse_document
from checker.frontends.cloudformation.parameters import text_of
from checker.frontends.cloudformation.sam_configuration import is_sam_configuration, sam_parameters
from checker.source import Mapping as MappingNode
from checker.source import Node, Scalar, Sequence
from checker.source.files import SourceFiles
from checker.values import Cause, Step, Value
from checker.values.operations import text, unknown


def read_parameters(paths: tuple[Path, ...], files: SourceFiles, environment: str | None = None) -> Mapping[str, Value]:
    """The values by parameter name; a later file wins. Raises UsageError for a file that is none of the known forms.

    Known forms: CloudFormation's list of `ParameterKey` and `ParameterValue`, a plain map, CodePipeline's template
    configuration (`Parameters`), and SAM's `samconfig.toml` or `.yaml`, of which `environment` is taken if it is there.
    """
    values: dict[str, Value] = {}
    for path in paths:
        shown = files.display(path)
        try:
            content = files.read_text(path)
            values.update(_read(path, shown, content, environment))
        except ReadError as error:
            raise UsageError(f"--parameters {error}") from None
        except ParseError as error:
            raise UsageError(f"--parameters {error}") from None
    return values


def _read(path: Path, file: str, content: str, environment: str | None) -> Mapping[str, Value]:
    if path.suffix == ".toml":
        from checker.source.toml import parse_toml_table  # its library is needed for no other file

        table = parse_toml_table(content, file, ())
        return sam_parameters(table, file, content, environment) if isinstance(table, MappingNode) else {}
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
            if is_sam_configuration(root):
                return sam_parameters(root, file, content, environment)
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
