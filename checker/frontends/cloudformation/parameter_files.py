"""Reads values of parameters from the files of deployment tools, also SAM's configuration file.

The forms are those of SAM CLI 1.170.0 (`samcli/cli/types.py`, read on 2026-11-30): a text of `Name=value` or
`ParameterKey=Name,ParameterValue=value`, a map, a file (`file://`, `$include`), and nested lists of these.
"""

import os.path
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from checker.errors import ParseError, ReadError, UsageError
from checker.frontends.cloudformation.documents import Document, parse_document
from checker.frontends.cloudformation.parameters import text_of
from checker.frontends.cloudformation.reading import Reading
from checker.model.problem import Problem, ProblemKind
from checker.model.settings import Options
from checker.source import Location, MappingNode, Node, ScalarNode, SequenceNode
from checker.source.files import SourceFiles
from checker.source.validation import did_you_mean
from checker.values import Alternative, Assumption, Basis, Cause, Null, Step, Value
from checker.values.operations import assume, text, unknown

# Reads the values of parameters in SAM's configuration file, `samconfig.toml`, `.yaml` or `.json`.

# SAM takes all pairs of the first form; without any, all of the second form. It ignores everything else.
_KEY = r"""([A-Za-z0-9"']+)"""
_VALUE = r"""("(?:\\.|[^"\\]++)*+"|'(?:\\.|[^'\\]++)*+'|(?:\\.|[^ "\\]++)++)"""
_FORMS = (re.compile(f"ParameterKey={_KEY},ParameterValue={_VALUE}"), re.compile(f" {_KEY}={_VALUE}"))
_ESCAPED = re.compile(r"""\\([ "'])""")
_READ_BY_SAM = (".toml", ".yaml", ".yml")
_FILE = "file://"
_INCLUDE = "$include"
_OVERRIDES = "parameter_overrides"
_MEANT_AS_OVERRIDES = re.compile(r"parameters?[-_ ]?overrides?", re.IGNORECASE)
# SAM takes parameters from `ENVIRONMENT.COMMAND.parameters`, and ignores them anywhere else.
_LEVELS = 3
# The commands that deploy, then the settings for all commands. The first one with a value counts.
_COMMANDS = ("deploy", "sync", "global")
# The templates that SAM looks for, and the options that name another one.
_TEMPLATES = ("template.yaml", "template.yml", "template.json")
_NAMES_OF_TEMPLATE = ("template_file", "template")
# What `sam build` and `sam package` make of the template beside the configuration.
_BUILT = re.compile(r"\.aws-sam[\\/]|packaged[^\\/]*$")

Values = Mapping[str, Value]
# The content of a file that the configuration names, its path, and its root. Raises ParseError.
ReadFile = Callable[[str, Path, Location], tuple[str, Path, Node]]

# What to do with the name of an environment that is not read, and why it is not.
Refuse = Callable[[str, ParseError], None]


def _raise(_name: str, error: ParseError) -> None:
    raise error


def is_sam_configuration(root: MappingNode) -> bool:
    """True if a document is a samconfig: it has a `version`, or an environment that configures a deployment."""
    environments = [node for _, node in root.entries if isinstance(node, MappingNode)]
    has_commands = any(one.get("deploy") is not None for one in environments)
    return has_commands or ("version" in (str(key.value) for key, _ in root.entries) and bool(environments))


def _refuse_misplaced(key: ScalarNode, inner: Node, path: tuple[str, ...] = ()) -> None:
    """Raises ParseError for parameters where SAM does not read any, or under a misspelt name."""
    name = str(key.value)
    if len(path) == _LEVELS and path[-1] == "parameters" and name == _OVERRIDES:
        return
    if _MEANT_AS_OVERRIDES.fullmatch(name):
        raise _refused(key, f"SAM reads parameters only in [ENVIRONMENT.COMMAND.parameters], as {_OVERRIDES}")
    for each, below in inner.entries if isinstance(inner, MappingNode) and len(path) < _LEVELS else ():
        _refuse_misplaced(each, below, (*path, name))


class SamConfiguration:
    """A configuration file: its path, its name for the user, and its content."""

    def __init__(self, path: Path, root: MappingNode, content: str, read_file: ReadFile) -> None:
        self._path = path
        self._root = root
        self._content = content
        self._read_file = read_file

    def parameters(self, environment: str | None, workspace: str | None = None) -> Values:
        """The values by parameter name, of the named environment, or of the one with the name of the workspace.

        Otherwise any environment may be chosen: each value exists under the assumption that its environment is chosen,
        and is null where that environment sets none. Raises ParseError for what SAM does not accept.
        """
        found = self.environments()
        if environment is not None and environment not in found:
            reason = f"there is no environment {environment!r}{did_you_mean(environment, found)}"
            raise _refused(self._root, reason)
        chosen_name = environment or workspace
        if chosen_name is not None and chosen_name in found:
            return found[chosen_name]
        if len(found) < 2:
            return next(iter(found.values()), {})
        values: dict[str, Value] = {}
        for name in dict.fromkeys(name for each in found.values() for name in each):
            alternatives: list[Alternative] = []
            for choice, each in found.items():
                chosen = Assumption(f"environment of {self._root.location.file}", f'"{choice}"', True, Basis.OPEN, True)
                alternatives += assume(each.get(name, (Alternative(Null()),)), (chosen,))
            values[name] = tuple(alternatives)
        return values

    def environments(self, refuse: Refuse = _raise) -> Mapping[str, Values]:
        """The values by parameter name of each environment. Calls `refuse` for one that SAM does not accept."""
        found: dict[str, Values] = {}
        for key, node in self._root.entries:
            try:
                _refuse_misplaced(key, node)
                if isinstance(node, MappingNode) and any(node.get(command) is not None for command in _COMMANDS):
                    # A name with and without quotes counts as two names until all values are known.
                    values = dict(self._of_environment(node))
                    found[str(key.value)] = {_unquoted(name): value for name, value in values.items()}
            except ParseError as error:
                refuse(str(key.value), error)
        return found

    def deploys(self, template: Path) -> bool:
        """True if an environment names the template, or if none names the source of one and SAM looks for this."""
        directory = self._path.parent
        named = [directory / each for each in self._templates() if _BUILT.match(os.path.normpath(each)) is None]
        if not named:
            return template.name in _TEMPLATES
        return os.path.realpath(template) in map(os.path.realpath, named)

    def _templates(self) -> Iterator[str]:
        """The templates that the environments name, as written."""
        for _, environment in self._root.entries:
            for _, section in environment.entries if isinstance(environment, MappingNode) else ():
                parameters = section.get("parameters") if isinstance(section, MappingNode) else None
                for name in _NAMES_OF_TEMPLATE if isinstance(parameters, MappingNode) else ():
                    node = parameters.get(name) if isinstance(parameters, MappingNode) else None
                    if isinstance(node, ScalarNode) and node.value:
                        yield str(node.value).replace("\\", "/")

    def _of_environment(self, environment: MappingNode) -> Iterator[tuple[str, Value]]:
        for command in _COMMANDS:
            section = environment.get(command)
            parameters = section.get("parameters") if isinstance(section, MappingNode) else None
            node = parameters.get(_OVERRIDES) if isinstance(parameters, MappingNode) else None
            if node is not None:
                yield from self._overrides(node, self._path, self._content, ())
                return

    def _overrides(self, node: Node, path: Path, content: str, within: tuple[Path, ...]) -> Iterator[tuple[str, Value]]:
        """The values of a node in the file at `path`; `within` are the files that name that one."""
        match node:
            case SequenceNode(items=items):
                for item in items:
                    yield from self._overrides(item, path, content, within)
            case MappingNode(entries=entries):
                for key, value in entries:
                    if key.value == _INCLUDE:
                        if not isinstance(value, ScalarNode | SequenceNode):
                            raise _refused(value, f"{_INCLUDE} has to be a text or a list of texts")
                        yield from self._overrides(value, path, content, within)
                    else:
                        yield str(key.value), _value(str(key.value), value)
            case ScalarNode(value=None) | ScalarNode(value=""):
                return
            case ScalarNode(value=str(written)) if written.startswith(_FILE):
                if not written.endswith(_READ_BY_SAM):
                    raise _refused(node, f"SAM reads no file such as {written}, only {', '.join(_READ_BY_SAM)}")
                content, named, root = self._read_file(written.removeprefix(_FILE), path, node.location)
                if named in within:
                    raise _refused(node, f"the file {written} includes itself")
                yield from self._overrides(root, named, content, (*within, named))
            case ScalarNode(value=str(written)):
                yield from _words(node, written, content)
            case _:
                raise _refused(node, "expected Name=value, a map, a file:// reference, or a list of these")


def _refused(node: Node, reason: str) -> ParseError:
    return ParseError(node.location.file, node.location.line, node.location.column, reason)


def _value(name: str, node: Node) -> Value:
    """The value of a parameter in a map, converted to a string as SAM does."""
    match node:
        case SequenceNode(items=items):
            parts = [
                _text(item).strip() for item in items if isinstance(item, ScalarNode) and item.value not in (None, "")
            ]
            if any(not isinstance(item, ScalarNode) for item in items):
                raise _refused(node, f"the value of parameter {name} is a list of more than texts and numbers")
            return text(_unquoted(",".join(parts)), node.location, f"value of parameter {name}")
        case ScalarNode():
            return text(_unquoted(_text(node)), node.location, f"value of parameter {name}")
        case _:
            raise _refused(node, f"the value of parameter {name} is a map; expected a text, a number or a list")


def _text(scalar: ScalarNode) -> str:
    # SAM passes Python's form of booleans: `True`, not `true`.
    return "" if scalar.value is None else str(scalar.value)


def _words(node: ScalarNode, written: str, content: str) -> Iterator[tuple[str, Value]]:
    """The values of `Name=value Name=value`, or of `ParameterKey=Name,ParameterValue=value …`.

    SAM would add a line break to the preceding value, which no deployment wants; here it is a space.
    """
    line = " " + " ".join(written.split())
    pairs = next(filter(None, (form.findall(line) for form in _FORMS)), None)
    if pairs is None:
        raise _refused(node, f"{written.strip()[:80]!r} is not of the form Name=value")
    for quoted, value in pairs:
        name = _unquoted(quoted)
        yield quoted, text(_unquoted(value), _location(node.location, name, content), f"value of parameter {name}")


def _unquoted(written: str) -> str:
    """The text without quotes around it and without escapes, as SAM reads names and values."""
    if written[:1] in ("'", '"') and written[0] == written[-1]:
        written = written[1:-1]
    return _ESCAPED.sub(r"\1", written)


def _location(start: Location, name: str, content: str) -> Location:
    """The location of the value of a parameter: a text may span many lines, and in TOML only its key has a location."""
    offset = 0
    for _ in range(start.line - 1):
        offset = content.find("\n", offset) + 1
    found = re.compile(rf"(?<![\w.]){re.escape(name)}(?:=|,ParameterValue=)").search(content, offset)
    if found is None:
        return start
    line = content.count("\n", 0, found.start()) + 1
    return start._replace(line=line, column=found.start() - content.rfind("\n", 0, found.start()))


# Reads values of parameters from the files of deployment tools.

# The values under this name in `cdk.json`, and at the top of `cdk.context.json`: strings, and results of look-ups.
_CONTEXT = "context"
# CloudFormation's Git sync deploys a stack from this file.
_GIT_SYNC = "template-file-path"


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
                return _listed(root, document)
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
            raise ParseError(location.file, location.line, location.column, str(error)) from None
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
        return _listed(parameters, document)
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


def _listed(items: SequenceNode, document: Document) -> Values:
    values: dict[str, Value] = {}
    lines: dict[str, int] = {}
    for item in items.items:
        name, value = _one_listed(item, document)
        if name in values:
            where = f"on lines {lines[name]} and {item.location.line}"
            raise _refused(item, f"the parameter {name!r} occurs twice in one list, {where}")
        values[name], lines[name] = value, item.location.line
    return values


# The members of `Parameter` in the API of CloudFormation.
_OF_PARAMETER = ("ParameterKey", "ParameterValue", "UsePreviousValue", "ResolvedValue")


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
    for own, _ in item.entries:
        if own.value not in _OF_PARAMETER:
            close = did_you_mean(str(own.value), _OF_PARAMETER)
            raise _refused(own, f"unknown key {own.value!r} of a parameter{close}")
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


# The values of parameters in the samconfig beside a template, which `sam deploy` reads unasked.

# In the order in which SAM looks for them.
_NAMES = ("samconfig.toml", "samconfig.yaml", "samconfig.yml")
_DEFAULT = "default"


def offered_beside(path: Path, options: Options, reading: Reading) -> Mapping[str, Value]:
    """The values by parameter name. Nobody has supplied them: the template may be deployed without them.

    Those of the environment that `sam deploy` takes (`default`, or the one that the options name) are possible, those
    of the others take an override.
    """
    beside = _beside(path, reading.files)
    if beside is None:
        return {}
    shown = reading.files.display(beside)

    def report(error: ReadError | ParseError, what: str) -> None:
        line, column = (error.line, error.column) if isinstance(error, ParseError) else (None, None)
        message = f"{what} are not read: {error.reason}."
        advice = "Correct the file: `sam deploy` reads it."
        reading.report(Problem(ProblemKind.INVALID_SYNTAX, error.file, message, advice, False, line, column))

    try:
        configuration = read_sam_configuration(beside, reading.files)
    except (ReadError, ParseError) as error:
        report(error, "Its values of parameters")
        return {}
    if configuration is None or not configuration.deploys(path):
        return {}
    environments = configuration.environments(lambda name, error: report(error, f"The values of {name!r}"))
    found: dict[str, list[Alternative]] = {}
    names = (options.config_env, options.workspace, _DEFAULT)
    taken = next((name for name in names if name in environments), None)
    for environment, values in environments.items():
        basis = Basis.OPEN if environment == taken else Basis.OVERRIDE
        chosen = Assumption(f"environment of {shown}", f'"{environment}"', True, basis)
        for name, value in values.items():
            found.setdefault(name, []).extend(assume(value, (chosen,)))
    if found:
        reading.files_used[shown] = None
    return {name: tuple(alternatives) for name, alternatives in found.items()}


def _beside(path: Path, files: SourceFiles) -> Path | None:
    try:
        names = {each.name for each in files.list_directory(path.parent)}
    except ReadError:
        return None
    return next((path.parent / name for name in _NAMES if name in names), None)
