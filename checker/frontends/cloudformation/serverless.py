"""SAM's changes to a template: `Globals`, and definitions in separate files."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from checker.errors import ParseError, ReadError
from checker.frontends.cloudformation.documents import parse_document
from checker.frontends.cloudformation.intrinsics import intrinsic_of
from checker.frontends.cloudformation.scope import Entry
from checker.frontends.cloudformation.stack import Stack
from checker.frontends.cloudformation.texts import substitute
from checker.model.problem import ALLOW_OUTSIDE, Problem, ProblemKind
from checker.source import Location, MappingNode, Node, ScalarNode, SequenceNode
from checker.source.json import is_json
from checker.values import Alternative, Cause, Map, Null, Piece, Step, Text, Unknown, Value
from checker.values.operations import after, one_of, unknown

# SAM's changes to a template before CloudFormation sees it: `Globals`.

# The section of `Globals` for each type.
_SECTIONS = {
    "AWS::Serverless::Api": "Api",
    "AWS::Serverless::CapacityProvider": "CapacityProvider",
    "AWS::Serverless::Function": "Function",
    "AWS::Serverless::HttpApi": "HttpApi",
    "AWS::Serverless::LayerVersion": "LayerVersion",
    "AWS::Serverless::SimpleTable": "SimpleTable",
    "AWS::Serverless::StateMachine": "StateMachine",
    "AWS::Serverless::WebSocketApi": "WebSocketApi",
}


def with_globals(entry: Entry, template_globals: Node | None) -> Node | None:
    """The properties of a resource with those from `Globals` for its type, other than those that it ignores."""
    properties = entry.part("Properties")
    section = _SECTIONS.get(entry.type)
    if section is None or not isinstance(template_globals, MappingNode):
        return properties
    shared = template_globals.get(section)
    if not isinstance(shared, MappingNode):
        return properties
    match entry.part("IgnoreGlobals"):
        case ScalarNode(value="*"):
            return properties
        case SequenceNode(items=ignored):
            names = {one.value for one in ignored if isinstance(one, ScalarNode)}
            shared = shared._replace(entries=tuple(each for each in shared.entries if each[0].value not in names))
    return shared if properties is None else _merged(shared, properties)


def _merged(shared: Node, own: Node) -> Node:
    """Maps are merged and lists are concatenated; otherwise the resource's own value wins."""
    if (
        isinstance(own, MappingNode)
        and isinstance(shared, MappingNode)
        and not (intrinsic_of(own) or intrinsic_of(shared))
    ):
        mine = {str(key.value): (key, node) for key, node in own.entries}
        entries: list[tuple[ScalarNode, Node]] = []
        for key, node in shared.entries:
            name = str(key.value)
            entries.append((mine[name][0], _merged(node, mine[name][1])) if name in mine else (key, node))
        names = {str(key.value) for key, _ in shared.entries}
        entries += [(key, node) for key, node in own.entries if str(key.value) not in names]
        return MappingNode(tuple(entries), own.location, own.tag)
    if isinstance(own, SequenceNode) and isinstance(shared, SequenceNode) and own.tag is None and shared.tag is None:
        return SequenceNode((*shared.items, *own.items), own.location)
    return own


# Reads definitions in separate files, and applies `DefinitionSubstitutions`.


class _Located(NamedTuple):
    """A property with the path or URL of a file, and the property that would hold its content.

    `needed` is a name that the content must have, in lower case. Text is used unchanged. `may_be_yaml`: what is not
    JSON is read as YAML, whatever the name of the file
    (aws-cloudformation-resource-providers-stepfunctions, DefinitionProcessor.java, read on 2026-12-01).
    """

    source: str
    target: str
    needed: str | None = None
    is_text: bool = False
    may_be_yaml: bool = False


_BODY = (_Located("BodyS3Location", "Body"),)
_API = (_Located("DefinitionUri", "DefinitionBody"),)
_APPSYNC = (
    _Located("CodeS3Location", "Code", is_text=True),
    _Located("RequestMappingTemplateS3Location", "RequestMappingTemplate", is_text=True),
    _Located("ResponseMappingTemplateS3Location", "ResponseMappingTemplate", is_text=True),
)
# Flows have nodes as CloudFormation writes them, or as the API does.
_LOCATED: Mapping[str, tuple[_Located, ...]] = {
    "AWS::ApiGateway::RestApi": _BODY,
    "AWS::ApiGatewayV2::Api": _BODY,
    "AWS::AppSync::FunctionConfiguration": _APPSYNC,
    "AWS::AppSync::Resolver": _APPSYNC,
    "AWS::Bedrock::Flow": (_Located("DefinitionS3Location", "Definition", "nodes"),),
    "AWS::Serverless::Api": _API,
    "AWS::Serverless::HttpApi": _API,
    "AWS::Serverless::StateMachine": (_Located("DefinitionUri", "Definition", "states", may_be_yaml=True),),
    "AWS::StepFunctions::StateMachine": (_Located("DefinitionS3Location", "Definition", "states", may_be_yaml=True),),
}
_TEXT_PROPERTIES = ("Definition", "DefinitionString")
_SUBSTITUTED = re.compile(r"\$\{[^{}]*\}")
_LINE = re.compile("[^\r\n]*(?:\r\n?|\n)?")


def with_definition(properties: Value, resource_type: str, stack: Stack, location: Location) -> Value:
    """The properties with the content of the files that they name, and with all substitutions in definitions
    applied.
    """
    located = _LOCATED.get(resource_type)
    if located is None:
        return properties
    result: list[Alternative] = []
    for one in properties:
        if not isinstance(one.atom, Map):
            result.append(one)
            continue
        entries = dict(one.atom.entries)
        for each in located:
            for written in entries.get(each.source, ()):
                key = _key(written)
                where = next((step.location for step in reversed(key.trail) if step.location is not None), location)
                path = _path(key, written, each, stack, where)
                if path is None:
                    continue
                read = _read(path, stack, where, each)
                step = Step(where, f"{each.source} {stack.reading.files.display(path)}")
                made = tuple(a._replace(given=written.given) for a in after(read, step))
                entries[each.target] = one_of([entries.get(each.target, ()), made], each.target)
        if any(name in entries for name in _TEXT_PROPERTIES):
            _substitute_all(entries)
        result.append(one._replace(atom=Map(entries, one.atom.rest)))
    return tuple(result)


def _key(source: Alternative) -> Alternative:
    """The path, URL or key of a file. A source in S3 may have bucket and key separately."""
    if not isinstance(source.atom, Map):
        return source
    keys = source.atom.entries.get("Key", ())
    return keys[0] if len(keys) == 1 else source


def _path(key: Alternative, written: Alternative, located: _Located, stack: Stack, location: Location) -> Path | None:
    """The file at a path or URL; a problem if it is missing. A source in S3 is the file that an assembly uploads
    there.
    """
    match key.atom:
        case Null():
            return None
        case Text() as text:
            plain = text.plain
            if plain and key is written and "://" not in plain:
                return stack.document.path.parent / plain
            uploaded = stack.reading.uploaded(stack.document.path.parent, text.marked())
            if uploaded is not None:
                return uploaded
            reason = f"{text.render()} is in S3"
        case other:
            reason = stack.reading.tree.locate(other, stack.document.path).reason
    message = f"What is at {located.source} was not read: {reason}."
    advice = "Check what is there too, or give its local path."
    stack.reading.report(Problem.at(location, ProblemKind.REMOTE_MODULE, message, advice, incomplete=True))
    return None


def _substitute_all(entries: dict[str, Value]) -> None:
    substitutions = entries.get("DefinitionSubstitutions", ())
    maps = [one for one in substitutions if isinstance(one.atom, Map)]
    others = [one for one in substitutions if not isinstance(one.atom, Map | Null)]

    made: dict[str, Value] = {}

    def lookup(name: str) -> Value | None:
        if name in made:
            return made[name]
        found: list[Value] = []
        for one in maps:
            assert isinstance(one.atom, Map)
            value = one.atom.entries.get(name, one.atom.rest)
            if value:
                found.append(value)
        if others:
            found.append(unknown(Cause.DEPLOY_TIME, f"DefinitionSubstitutions.{name}"))
        if not found:
            return None
        # What is substituted may have placeholders itself; CloudFormation refuses a template in which they go around.
        made[name] = one_of(found, name)
        made[name] = substitute(made[name], lookup)
        return made[name]

    for name in _TEXT_PROPERTIES:
        if name in entries:
            entries[name] = substitute(entries[name], lookup)
    if not any(isinstance(one.atom, Unknown) for name in _TEXT_PROPERTIES for one in entries.get(name, ())):
        # The definition does not use what it does not substitute, and what it substitutes is now in it.
        entries.pop("DefinitionSubstitutions", None)


def _read(path: Path, stack: Stack, location: Location, located: _Located) -> Value:
    reading = stack.reading
    shown = reading.files.display(path)
    try:
        content = reading.files.read_text(path)
    except ReadError as error:
        is_outside = error.kind == "outside-boundary"
        kind = ProblemKind.OUTSIDE_BOUNDARY if is_outside else ProblemKind.NOT_FOUND
        advice = ALLOW_OUTSIDE if is_outside else "Put the definition where the template says."
        message = f"The definition file {shown} cannot be read: {error.reason}."
        reading.report(Problem.at(location, kind, message, advice, incomplete=True))
        cause = Cause.OUTSIDE_BOUNDARY if is_outside else Cause.PARSE_FAILED
        return unknown(cause, f"definition {shown}")
    reading.files_used[shown] = None
    if located.is_text:
        return _lines(content, shown)
    try:
        document = parse_document(path, shown, content)
    except ParseError as error:
        try:
            # It may become JSON only after its substitutions: `"MaxTokens": ${Tokens}`.
            parse_document(path, shown, _SUBSTITUTED.sub("0", content))
        except ParseError:
            advice = "Correct the definition; model ids were searched for in its text only."
            message = f"The definition cannot be read: {error.reason}."
            where = Location(error.file, error.line, error.column)
            reading.report(Problem.at(where, ProblemKind.INVALID_SYNTAX, message, advice, incomplete=True))
        return _lines(content, shown)
    if path.suffix == ".json" and not is_json(_SUBSTITUTED.sub("0", content)):
        # As YAML it may be something else than it was.
        advice = "Correct the definition; model ids were searched for in its text only."
        message = f"The definition file {shown} is not JSON."
        if located.may_be_yaml:
            advice = "Correct the definition, or call the file .yaml."
            message = f"The definition file {shown} is not JSON; CloudFormation reads it as YAML."
        where, is_lost = Location(shown, 1, 1), not located.may_be_yaml
        reading.report(Problem.at(where, ProblemKind.INVALID_SYNTAX, message, advice, incomplete=is_lost))
        if is_lost:
            return _lines(content, shown)
    root = document.roots[0] if len(document.roots) == 1 else None
    names = {str(key.value).lower() for key, _ in root.entries} if isinstance(root, MappingNode) else set()
    needed = located.needed
    if not names or (needed is not None and needed not in names):
        reason = f"has no {needed or 'content'}" if content.strip() else "is empty"
        message = f"The definition file {shown} {reason}."
        advice = "Put the definition where the template says; model ids were searched for in its text only."
        reading.report(Problem.at(location, ProblemKind.INVALID_VALUE, message, advice, incomplete=True))
    return stack.plain(root) if isinstance(root, MappingNode) else _lines(content, shown)


def _lines(content: str, file: str) -> Value:
    pieces = tuple(
        Piece(line, (Step(Location(file, number, 1), "written here"),))
        for number, line in enumerate(_LINE.findall(content), 1)
        if line
    )
    return (Alternative(Text(pieces)),)
