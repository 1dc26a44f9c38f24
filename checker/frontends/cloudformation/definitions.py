"""State machine and flow definitions: local files are read, `DefinitionSubstitutions` are put in."""

import re

from checker.errors import ParseError, ReadError
from checker.frontends.cloudformation.documents import parse_document
from checker.frontends.cloudformation.stack import Stack
from checker.frontends.cloudformation.texts import substitute
from checker.model.problem import Problem, ProblemKind
from checker.source import Mapping as MappingNode
from checker.source import Place
from checker.values import Alternative, Cause, Map, Null, Piece, Step, Text, Unknown, Value
from checker.values.operations import after, one_of, unknown

# For each type, the property that may hold the path of a local definition file.
_FILE_PROPERTIES = {
    "AWS::Bedrock::Flow": "DefinitionS3Location",
    "AWS::Serverless::StateMachine": "DefinitionUri",
    "AWS::StepFunctions::StateMachine": "DefinitionS3Location",
}
# What each definition has to have, in lower case: flows have it as CloudFormation writes it, or as the API does.
_NEEDED = {
    "AWS::Bedrock::Flow": "nodes",
    "AWS::Serverless::StateMachine": "states",
    "AWS::StepFunctions::StateMachine": "states",
}
_TEXT_PROPERTIES = ("Definition", "DefinitionString")
_SUBSTITUTED = re.compile(r"\$\{[^{}]*\}")
_LINE = re.compile("[^\r\n]*(?:\r\n?|\n)?")


def with_definition(properties: Value, resource_type: str, stack: Stack, place: Place) -> Value:
    """The properties with the local definition file as `Definition`, and all substitutions made."""
    file_property = _FILE_PROPERTIES.get(resource_type)
    if file_property is None:
        return properties
    result: list[Alternative] = []
    for one in properties:
        if not isinstance(one.atom, Map):
            result.append(one)
            continue
        entries = dict(one.atom.entries)
        location = entries.get(file_property, ())
        for written in location:
            path = written.atom.plain if isinstance(written.atom, Text) else None
            if path and "://" not in path:
                where = written.trail[-1].place if written.trail else None
                read = _read(path, stack, where or place, _NEEDED[resource_type])
                if where is not None:
                    read = after(read, Step(where, f"{file_property} {path}"))
                entries["Definition"] = one_of(
                    [entries.get("Definition", ()), tuple(a._replace(given=written.given) for a in read)], "Definition"
                )
        if any(name in entries for name in _TEXT_PROPERTIES):
            _substitute_all(entries)
        result.append(one._replace(atom=Map(entries, one.atom.rest)))
    return tuple(result)


def _substitute_all(entries: dict[str, Value]) -> None:
    substitutions = entries.get("DefinitionSubstitutions", ())
    maps = [one for one in substitutions if isinstance(one.atom, Map)]
    others = [one for one in substitutions if not isinstance(one.atom, Map | Null)]

    def lookup(name: str) -> Value | None:
        found: list[Value] = []
        for one in maps:
            assert isinstance(one.atom, Map)
            value = one.atom.entries.get(name, one.atom.rest)
            if value:
                found.append(value)
        if others:
            found.append(unknown(Cause.DEPLOY_TIME, f"DefinitionSubstitutions.{name}"))
        return one_of(found, name) if found else None

    for name in _TEXT_PROPERTIES:
        if name in entries:
            entries[name] = substitute(entries[name], lookup)
    if not any(isinstance(one.atom, Unknown) for name in _TEXT_PROPERTIES for one in entries.get(name, ())):
        # What the definition does not take is not used, and what it takes stands in it now.
        entries.pop("DefinitionSubstitutions", None)


def _read(written: str, stack: Stack, place: Place, needed: str) -> Value:
    reading = stack.setting.reading
    path = stack.document.path.parent / written
    shown = reading.files.display(path)
    try:
        content = reading.files.read_text(path)
    except ReadError as error:
        kind = ProblemKind.OUTSIDE_BOUNDARY if error.kind == "outside-boundary" else ProblemKind.NOT_FOUND
        advice = "Put the definition where the template says."
        message = f"The definition file {shown} cannot be read: {error.reason}."
        reading.report(Problem.at(place, kind, message, advice, incomplete=True))
        cause = Cause.OUTSIDE_BOUNDARY if error.kind == "outside-boundary" else Cause.PARSE_FAILED
        return unknown(cause, f"definition {shown}")
    reading.files_used[shown] = None
    try:
        document = parse_document(path, shown, content)
    except ParseError as error:
        try:
            # It may become JSON only once its substitutions are made: `"MaxTokens": ${Tokens}`.
            parse_document(path, shown, _SUBSTITUTED.sub("0", content))
        except ParseError:
            advice = "Correct the definition; model ids were searched for in its text only."
            message = f"The definition cannot be read: {error.reason}."
            where = Place(error.file, error.line, error.column)
            reading.report(Problem.at(where, ProblemKind.INVALID_SYNTAX, message, advice, incomplete=True))
        return _lines(content, shown)
    root = document.roots[0] if len(document.roots) == 1 else None
    if not isinstance(root, MappingNode) or not any(str(key.value).lower() == needed for key, _ in root.entries):
        reason = f"has no {needed}" if content.strip() else "is empty"
        message = f"The definition file {shown} {reason}."
        advice = "Put the definition where the template says; model ids were searched for in its text only."
        reading.report(Problem.at(place, ProblemKind.INVALID_VALUE, message, advice, incomplete=True))
    return stack.plain(root) if isinstance(root, MappingNode) else _lines(content, shown)


def _lines(content: str, file: str) -> Value:
    pieces = tuple(
        Piece(line, (Step(Place(file, number, 1), "written here"),))
        for number, line in enumerate(_LINE.findall(content), 1)
        if line
    )
    return (Alternative(Text(pieces)),)
