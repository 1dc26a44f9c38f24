"""The values for parameters in SAM's configuration file, `samconfig.toml` or `.yaml`."""

import re
import shlex
from collections.abc import Iterator, Mapping

from checker.source import Mapping as MappingNode
from checker.source import Node, Place, Scalar, Sequence
from checker.values import Alternative, Assumption, Basis, Null, Value
from checker.values.operations import assume, text

_OVERRIDE = re.compile(r"ParameterKey=(?P<key>[^,\s]+),ParameterValue=(?P<value>.*)", re.DOTALL)
_DEFAULT = "default"
# The commands whose parameters a deployment has.
_COMMANDS = ("global", "deploy")

Values = Mapping[str, Value]


def is_sam_configuration(root: MappingNode) -> bool:
    """Whether a document is one: it has a `version`, or an environment that says how to deploy."""
    environments = [node for _, node in root.entries if isinstance(node, MappingNode)]
    has_commands = any(one.get("deploy") is not None for one in environments)
    return has_commands or ("version" in (str(key.value) for key, _ in root.entries) and bool(environments))


def sam_parameters(root: MappingNode, file: str, content: str, environment: str | None = None) -> Values:
    """The values by parameter name, of the environment of that name, if the file has it.

    Else, of several environments SAM takes `default` unless it is told another: each value is there under the
    assumption that its environment is chosen, and null where that sets none.
    """
    found = {
        str(key.value): dict(_overrides(node, file, content))
        for key, node in root.entries
        if isinstance(node, MappingNode) and any(node.get(command) is not None for command in _COMMANDS)
    }
    if environment is not None and environment in found:
        return found[environment]
    if len(found) < 2:
        return next(iter(found.values()), {})
    return _by_environment(found, f"environment of {file}")


def _by_environment(found: Mapping[str, Values], subject: str) -> Values:
    values: dict[str, Value] = {}
    for name in dict.fromkeys(name for each in found.values() for name in each):
        alternatives: list[Alternative] = []
        for environment, each in found.items():
            basis = Basis.DEFAULT if environment == _DEFAULT else Basis.OPEN
            chosen = Assumption(subject, f'"{environment}"', True, basis, bounded=True)
            alternatives += assume(each.get(name, (Alternative(Null()),)), (chosen,))
        values[name] = tuple(alternatives)
    return values


def _overrides(environment: MappingNode, file: str, content: str) -> Iterator[tuple[str, Value]]:
    for command in _COMMANDS:
        section = environment.get(command)
        parameters = section.get("parameters") if isinstance(section, MappingNode) else None
        node = parameters.get("parameter_overrides") if isinstance(parameters, MappingNode) else None
        for item in node.items if isinstance(node, Sequence) else (node,):
            yield from _words(item, file, content)


def _words(node: Node | None, file: str, content: str) -> Iterator[tuple[str, Value]]:
    """The values of `Name=value Name=value`, or of `ParameterKey=Name,ParameterValue=value …`."""
    if not isinstance(node, Scalar) or not isinstance(node.value, str):
        return
    try:
        words = shlex.split(node.value)
    except ValueError:
        words = node.value.split()
    for word in words:
        pair = _OVERRIDE.match(word)
        name, _, value = (pair["key"], "", pair["value"]) if pair else word.partition("=")
        if name:
            yield name, text(value, _place(node.place, name, file, content), f"value of parameter {name}")


def _place(start: Place, name: str, file: str, content: str) -> Place:
    """Where the word for a parameter stands: a text may go over many lines, and in TOML only its key has a place."""
    offset = 0
    for _ in range(start.line - 1):
        offset = content.find("\n", offset) + 1
    found = re.compile(rf"(?<![\w.]){re.escape(name)}(?:=|,ParameterValue=)").search(content, offset)
    if found is None:
        return start
    line = content.count("\n", 0, found.start()) + 1
    return Place(file, line, found.start() - (content.rfind("\n", 0, found.start()) + 1) + 1)
