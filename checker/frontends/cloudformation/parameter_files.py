"""Reads values of parameters from the files of deployment tools."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from checker.errors import ParseError, ReadError, UsageError
from checker.frontends.cloudformation.documents import Document, parse_document
from checker.frontends.cloudformation.parameters import text_of
from checker.frontends.cloudformation.sam_configuration import SamConfiguration, is_sam_configuration
from checker.model.options import Options
from checker.source import Location, MappingNode, Node, ScalarNode, SequenceNode
from checker.source.files import SourceFiles
from checker.values import Cause, Step, Value
from checker.values.operations import text, unknown

# The values under this name in `cdk.json`, and at the top of `cdk.context.json`: strings, and results of look-ups.
_CONTEXT = "context"
# CloudFormation's Git sync deploys a stack from this file.
_GIT_SYNC = "template-file-path"

Values = Mapping[str, Value]


def read_parameters(options: Options, files: SourceFiles) -> Values:
    """The values by parameter name; a later file wins. Raises UsageError for a file of an unknown form.

    Known forms: CloudFormation's list of `ParameterKey` and `ParameterValue` or of `Name=value`, also as `Parameters`
    in the input of an AWS CLI command (`--cli-input-json`); a plain map; `Parameters` in a CodePipeline template
    configuration or a configuration of Rain; `parameters` in a Git sync deployment file; the context of CDK; and SAM's
    `samconfig.toml`, `.yaml` or `.json`, with the environment that the options name, or that has the name of the
    workspace.
    """
    reader = _Reader(files, options)
    values: dict[str, Value] = {}
    for path in options.parameters:
        try:
            values.update(reader.values(path))
        except (ReadError, ParseError) as error:
            raise UsageError(f"--parameters {error}") from None
    return values


def read_sam_configuration(path: Path, files: SourceFiles) -> SamConfiguration | None:
    """The samconfig at a path; None if the file is something else. Raises ReadError or ParseError."""
    return _Reader(files, Options()).sam_configuration(path)


class _Reader:
    def __init__(self, files: SourceFiles, options: Options) -> None:
        self._files = files
        self._options = options

    def values(self, path: Path) -> Values:
        """The values in a file. Raises ReadError or ParseError."""
        content, document = self._document(path)
        match document.roots:
            case (SequenceNode() as root,):
                return dict(_listed(root, document))
            case (MappingNode() as root,):
                if is_sam_configuration(root):
                    configuration = SamConfiguration(path, root, content, self._included)
                    return configuration.parameters(self._options.config_env, self._options.workspace)
                own = root._replace(entries=tuple(entry for entry in root.entries if entry[0].value != "version"))
                return _mapped_or_listed(own if path.suffix == ".toml" else root, document)
            case _:
                reason = "expected a list of ParameterKey and ParameterValue, or a map of values"
                raise ParseError(document.file, 1, 1, reason)

    def sam_configuration(self, path: Path) -> SamConfiguration | None:
        """The samconfig at a path; None if the file is something else. Raises ReadError or ParseError."""
        content, document = self._document(path)
        match document.roots:
            case (MappingNode() as root,) if is_sam_configuration(root):
                return SamConfiguration(path, root, content, self._included)
            case _:
                return None

    def _included(self, name: str, named_in: Path, location: Location) -> tuple[str, Path, Node]:
        """A file that a samconfig names. SAM resolves it from its working directory, which is usually the directory of
        that file.
        """
        beside = named_in.parent / name
        try:
            path = beside if self._is_there(beside) else Path(name)
            content, document = self._document(path)
        except ReadError as error:
            raise ParseError(location.file, location.line, location.column, f"{error.file}: {error.reason}") from None
        if len(document.roots) != 1:
            raise ParseError(document.file, 1, 1, "expected one document")
        return content, path, document.roots[0]

    def _is_there(self, path: Path) -> bool:
        try:
            self._files.read_bytes(path)
        except ReadError as error:
            return error.kind != "missing"
        return True

    def _document(self, path: Path) -> tuple[str, Document]:
        """The content of a file, and the parsed document."""
        shown = self._files.display(path)
        content = self._files.read_text(path)
        if path.suffix == ".toml":
            from checker.source.toml import parse_toml_table  # its library is needed for no other file

            table = parse_toml_table(content, shown, ())
            return content, Document(path, shown, content, () if table is None else (table,))
        document = parse_document(path, shown, content)
        if document.duplicate is not None:
            raise document.duplicate
        return content, document


def _mapped_or_listed(root: MappingNode, document: Document) -> Values:
    parameters = root.get("Parameters")
    if isinstance(parameters, SequenceNode):
        return dict(_listed(parameters, document))
    if isinstance(parameters, MappingNode):
        return _mapped(parameters, document)
    own = root.get("parameters") if root.get(_GIT_SYNC) is not None else None
    if isinstance(own, MappingNode):
        return _mapped(own, document)
    context = root.get(_CONTEXT) if root.get("app") is not None else None
    if isinstance(context, MappingNode):
        return _mapped(_texts_of(context), document)
    return _mapped(_texts_of(root) if document.path.name == "cdk.context.json" else root, document)


def _texts_of(context: MappingNode) -> MappingNode:
    """The context of a CDK app without results of look-ups and without feature flags."""
    return context._replace(entries=tuple(entry for entry in context.entries if not isinstance(entry[1], MappingNode)))


def _listed(items: SequenceNode, document: Document) -> Iterator[tuple[str, Value]]:
    for item in items.items:
        yield _one_listed(item, document)


def _one_listed(item: Node, document: Document) -> tuple[str, Value]:
    if isinstance(item, ScalarNode) and "=" in str(item.value):
        # `aws cloudformation deploy --parameter-overrides file://` takes ["Name=value"].
        name, _, value = str(item.value).partition("=")
        return name, text(value, item.location, f"value of parameter {name}")
    key = item.get("ParameterKey") if isinstance(item, MappingNode) else None
    if not isinstance(item, MappingNode) or not isinstance(key, ScalarNode):
        location = item.location
        raise ParseError(
            location.file, location.line, location.column, "expected an object with ParameterKey, ParameterValue"
        )
    name = str(key.value)
    node = item.get("ParameterValue")
    if node is None:
        subject = f"previous value of parameter {name}"
        return name, unknown(Cause.INPUT_NOT_SET, subject, trail=(Step(item.location, subject),))
    return name, text_of(node, document, f"value of parameter {name}")


def _mapped(root: MappingNode, document: Document) -> Values:
    values: dict[str, Value] = {}
    for key, node in root.entries:
        name = str(key.value)
        if isinstance(node, MappingNode):
            reason = f"the value of parameter {name} is an object; expected a text, a number or a list"
            raise ParseError(node.location.file, node.location.line, node.location.column, reason)
        values[name] = text_of(node, document, f"value of parameter {name}")
    return values
