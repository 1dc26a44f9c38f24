"""Validates a document against a JSON Schema; every error has its location and suggestions."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from checker.immutable import immutable
from checker.source.locations import Fault, Location, MappingNode, Node, ScalarNode, SequenceNode

# Suggests names for a misspelt one.

_MOST_LISTED = 40
# Of a path that is not there, so many of the names beside it are compared.
_MOST_BESIDE = 2_000


def did_you_mean(written: str, known: Iterable[str]) -> str:
    """`; did you mean 'check'?`; if no name is similar and there are only a few, all of them."""
    names = sorted(map(str, known))
    close = closest(written, names)
    if close:
        return f"; did you mean {close!r}?"
    return f"; known are {', '.join(names)}" if 0 < len(names) <= _MOST_LISTED else ""


def closest(written: str, known: Iterable[str]) -> str:
    """The name that is most similar; empty if none is similar."""
    import difflib  # needed only for errors, and slow to import

    return next(iter(difflib.get_close_matches(written, list(known), n=1, cutoff=0.6)), "")


def closest_path(path: str) -> str:
    """A path that is there, and differs from one that is not by a similar name at its end; empty if there is none."""
    wanted = Path(path)
    try:
        names = sorted(each.name for each in islice(wanted.parent.iterdir(), _MOST_BESIDE))
    except OSError:
        return ""
    close = closest(wanted.name, names)
    return str(wanted.with_name(close)) if close else ""


def is_address(path: str) -> bool:
    """Whether what stands for a path is a URL, of which a path keeps one slash."""
    scheme, colon, rest = path.partition(":/")
    return bool(colon and rest) and len(scheme) > 1 and scheme.replace("+", "").replace(":", "").isalnum()


# Validates a document against a JSON Schema; every error has its location and suggestions.

NodePath = Sequence[str | int]


@immutable
class Vocabulary:
    """The words of errors: for the document as a whole, for an entry of a list by the list's key, for the values of an
    enumeration, and for a string that must match a pattern.
    """

    document: str
    entries: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    patterns: Mapping[str, str] = field(default_factory=dict)


def schema_errors(document: Node, schema: dict[str, Any], words: Vocabulary) -> tuple[Fault, ...]:
    """The errors of a document, sorted by location."""
    content = plain(document)
    if conforms(content, schema, schema):
        return ()
    import jsonschema  # takes longer than all the rest of a small run, and only a document with errors needs it

    found: dict[tuple[Location, str], None] = {}
    for error in jsonschema.Draft202012Validator(schema).iter_errors(content):
        for location, text in _Explainer(document, words).explained(error):
            found[location, text] = None
    return tuple(Fault(location, text) for location, text in sorted(found))


def plain(node: Node) -> Any:
    """The document as dictionaries, lists and scalars."""
    match node:
        case ScalarNode(value=value):
            return value
        case SequenceNode(items=items):
            return [plain(item) for item in items]
        case MappingNode(entries=entries):
            return {str(key.value): plain(value) for key, value in entries}


def conforms(content: Any, schema: Mapping[str, Any], root: Mapping[str, Any]) -> bool:
    """True if the content is valid; False if it is not, or if the schema has a keyword that this function does not
    know.

    It knows the keywords of the shipped schemas. If it returns False, the library `jsonschema` decides and explains.
    `$ref` refers to `root`.
    """
    return all(_holds(keyword, wanted, content, schema, root) for keyword, wanted in schema.items())


def _holds(keyword: str, wanted: Any, content: Any, schema: Mapping[str, Any], root: Mapping[str, Any]) -> bool:  # noqa: C901 (one case for each keyword)
    is_text, is_list, is_object = isinstance(content, str), isinstance(content, list), isinstance(content, dict)
    is_number = isinstance(content, int | float) and not isinstance(content, bool)
    match keyword:
        case "$schema" | "$defs" | "title" | "description" | "default" | "format":
            return True
        case "$ref":
            return conforms(content, root["$defs"][wanted.removeprefix("#/$defs/")], root)
        case "type":
            return bool(_IS_OF_TYPE[wanted](content))
        case "const":
            return _same(content, wanted)
        case "enum":
            return any(_same(content, each) for each in wanted)
        case "pattern":
            return not is_text or re.search(wanted, content) is not None
        case "minLength" | "minItems":
            return not (is_text if keyword == "minLength" else is_list) or len(content) >= wanted
        case "maxLength" | "maxItems":
            return not (is_text if keyword == "maxLength" else is_list) or len(content) <= wanted
        case "minimum":
            return not is_number or content >= wanted
        case "maximum":
            return not is_number or content <= wanted
        case "required":
            return not is_object or all(key in content for key in wanted)
        case "properties":
            return not is_object or all(
                conforms(content[key], each, root) for key, each in wanted.items() if key in content
            )
        case "additionalProperties":
            others = content.keys() - schema.get("properties", {}).keys() if is_object else ()
            return all(wanted is not False and conforms(content[key], wanted, root) for key in others)
        case "items":
            return not is_list or all(conforms(each, wanted, root) for each in content)
        case "allOf":
            return all(conforms(content, each, root) for each in wanted)
        case "anyOf":
            return any(conforms(content, each, root) for each in wanted)
        case "if":
            branch = schema.get("then" if conforms(content, wanted, root) else "else", {})
            return conforms(content, branch, root)
        case "then" | "else":
            return "if" in schema
        case _:
            return False


def _same(one: Any, other: Any) -> bool:
    # In Python, True == 1.
    return one == other and isinstance(one, bool) == isinstance(other, bool)


_IS_OF_TYPE: Mapping[str, Callable[[Any], bool]] = {
    "array": lambda content: isinstance(content, list),
    "boolean": lambda content: isinstance(content, bool),
    "integer": lambda content: isinstance(content, int | float) and not isinstance(content, bool) and content % 1 == 0,
    "object": lambda content: isinstance(content, dict),
    "string": lambda content: isinstance(content, str),
}


def count_nodes(node: Node, enough: int) -> int:
    """The number of nodes, with aliases expanded; counting stops soon after `enough`."""
    count, pending = 0, [node]
    while pending and count <= enough:
        count += 1
        match pending.pop():
            case SequenceNode(items=items):
                pending.extend(items)
            case MappingNode(entries=entries):
                pending.extend(value for _, value in entries)
            case ScalarNode():
                pass
    return count


def node_at(node: Node, path: NodePath) -> Node:
    """The node at a path of keys and indexes."""
    for step in path:
        match node:
            case MappingNode() if isinstance(step, str) and (value := node.get(step)) is not None:
                node = value
            case SequenceNode(items=items) if isinstance(step, int):
                node = items[step]
            case _:
                break
    return node


class _Explainer(NamedTuple):
    document: Node
    words: Vocabulary

    def explained(self, error: Any) -> Iterator[tuple[Location, str]]:  # noqa: C901 (one case for each keyword)
        path: list[str | int] = list(error.absolute_path)
        node = node_at(self.document, path)
        what, value, given = self._named(path), error.validator_value, error.instance
        match error.validator:
            case "additionalProperties":
                known = error.schema.get("properties", {})
                for key, _ in node.entries if isinstance(node, MappingNode) else ():
                    if str(key.value) not in known:
                        yield key.location, self._unknown_key(str(key.value), path, tuple(known))
            case "required":
                # The library reports each missing key separately, and names it only in its message.
                for key in value:
                    if key not in given and f"{key!r} is a required" in error.message:
                        yield node.location, f"{what} has no {key!r}"
            case "enum":
                written = str(given)
                yield node.location, f"{written!r} is not a {self._kind(path)}{did_you_mean(written, map(str, value))}"
            case "const":
                yield node.location, f"{what} has to be {value!r}, not {given!r}"
            case "type":
                yield node.location, f"{what} has to be {_TYPES.get(value, value)}, not {_type_of(node)}"
            case "minimum":
                yield node.location, f"{what} has to be at least {value}, not {given}"
            case "maximum":
                yield node.location, f"{what} can be at most {value}, not {given}"
            case "minItems" | "minLength":
                yield node.location, f"{what} is empty"
            case "maxLength":
                yield node.location, f"{what} is longer than {value} characters"
            case "pattern" if value in self.words.patterns:
                yield node.location, f"{given!r} is not {self.words.patterns[value]}"
            case "pattern":
                yield node.location, f"{what} is empty"
            case "anyOf":
                # A glob, or a list of globs: the errors of the shape that was written explain more.
                wanted = "array" if isinstance(node, SequenceNode) else "string"
                inner = [
                    each
                    for each in error.context
                    if each.validator != "type" or each.absolute_path != error.absolute_path
                ]
                if isinstance(node, MappingNode) or (isinstance(node, ScalarNode) and not isinstance(node.value, str)):
                    yield node.location, f"{what} has to be a text or a list of texts, not {_type_of(node)}"
                else:
                    for each in inner:
                        if (wanted == "array") == (len(each.schema_path) > 1 and each.schema_path[0] == 1):
                            yield from self.explained(each)
            case _:
                yield node.location, f"{what}: {error.message}"

    def _unknown_key(self, key: str, path: NodePath, known: tuple[str, ...]) -> str:
        if path[-1:] == ["with"] and not known:
            return f"unknown parameter {key!r}: the check takes none"
        kind = "parameter" if path[-1:] == ["with"] else "key"
        return f"unknown {kind} {key!r} in {self._named(path)}{did_you_mean(key, known)}"

    def _named(self, path: NodePath) -> str:
        """The words for the node at a path."""
        keys = [step for step in path if isinstance(step, str)]
        if not keys:
            return self.words.document
        if isinstance(path[-1], int):
            return self.words.entries.get(keys[-1], f"an entry of {keys[-1]!r}")
        return repr(keys[-1])

    def _kind(self, path: NodePath) -> str:
        """The words for the values of an enumeration."""
        keys = [step for step in path if isinstance(step, str)]
        # Under `lower`, the keys are usages and certainties, and the values severities.
        return self.words.kinds.get("lower" if "lower" in keys else keys[-1], keys[-1])


_TYPES = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "object": "a mapping",
    "string": "a text",
}


def _type_of(node: Node) -> str:
    match node:
        case MappingNode():
            return "a mapping"
        case SequenceNode():
            return "a list"
        case ScalarNode(value=None):
            return "empty"
        case ScalarNode(value=bool()):
            return "true or false"
        case ScalarNode(value=int() | float()):
            return "a number"
        case ScalarNode():
            return "a text"
