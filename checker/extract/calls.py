"""Calls to AWS's API in the code, and the run-time expressions of Step Functions in their arguments."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from checker.extract.properties import Found, segments_of, select_in
from checker.extract.sites import call_paths
from checker.model.resource import Resource
from checker.source import Location
from checker.values import Cause, Map, Null, Piece, Slices, Text, Unknown, Value

# Evaluates run-time expressions of Step Functions, in JSONata or intrinsic functions, as far as texts matter.

_JSONATA = re.compile(r"\s*\{%(?P<inside>.*)%\}\s*", re.DOTALL)
# A quote behind a backslash begins no string: else JSON that is encoded twice would be searched once for each quote.
_STRING = re.compile(r"""(?<!\\)(?:'(?:[^'\\]|\\.)*+'|"(?:[^"\\]|\\.)*+")""", re.DOTALL)
# The separators of a concatenation: texts, and names with their fields and indices.
_JSONATA_PART = re.compile(
    rf"\s*(?:(?P<text>{_STRING.pattern})|\$?[A-Za-z_][\w.$\[\]]*)\s*(?:(?P<more>&)|$)", re.DOTALL
)
# Strings are skipped as a whole.
_BRACKET = re.compile(rf"{_STRING.pattern}|[()\[\]{{}}?:]", re.DOTALL)
_PARENTHESES = re.compile(r"\s*\((.*)\)\s*", re.DOTALL)
# People do not write longer chains or deeper parentheses. Longer ones count as one expression.
_MOST_CONDITIONS = 32
_CHOOSES = re.compile(r"\?|\$lookup\s*\(|States\.ArrayGetItem\s*\(")
_FORMAT = re.compile(r"\s*States\.Format\(\s*'(?P<text>(?:[^'\\]|\\.)*+)'\s*(?=[,)])", re.DOTALL)
_ARGUMENT_ENDS = re.compile(rf"{_STRING.pattern}|[()\[\],]", re.DOTALL)
_ONE_STRING = re.compile(r"\s*'(?P<text>[^'\\]*)'\s*")


def is_jsonata(text: Text) -> bool:
    """Whether a text is an expression in JSONata."""
    return text.marked().lstrip().startswith("{%")


class Arm(NamedTuple):
    """An expression that a conditional may choose, and its conditions, each with the boolean that chooses it."""

    expression: Text
    conditions: tuple[tuple[str, bool], ...]


def arms(text: Text) -> tuple[Arm, ...]:
    """The arms of a JSONata conditional in written order; the expression itself if it is no conditional."""
    marked = text.marked()
    found = _JSONATA.fullmatch(marked)
    if found is None:
        return (Arm(text, ()),)
    made = tuple(_arms(marked, found.start("inside"), found.end("inside"), ()))
    if len(made) == 1:
        return (Arm(text, ()),)
    slices = Slices.of(text)
    return tuple(
        Arm(Text((Piece("{%"), *slices.pieces(start, end), Piece("%}"))), conditions) for start, end, conditions in made
    )


def _arms(
    marked: str, start: int, end: int, conditions: tuple[tuple[str, bool], ...]
) -> Iterator[tuple[int, int, tuple[tuple[str, bool], ...]]]:
    for _ in range(_MOST_CONDITIONS):
        around = _PARENTHESES.fullmatch(marked, start, end)
        if around is None or not _is_one(marked, around.start(1), around.end(1)):
            break
        start, end = around.span(1)
    question, colon = _operators(marked, start, end) if len(conditions) < _MOST_CONDITIONS else (None, None)
    if question is None or colon is None:
        yield start, end, conditions
        return
    condition = " ".join(marked[start:question].split())
    yield from _arms(marked, question + 1, colon, (*conditions, (condition, True)))
    yield from _arms(marked, colon + 1, end, (*conditions, (condition, False)))


def _is_one(marked: str, start: int, end: int) -> bool:
    """True if the parentheses around a span belong together."""
    depth = 0
    for found in _BRACKET.finditer(marked, start, end):
        depth += 1 if found[0] in "([{" else -1 if found[0] in ")]}" else 0
        if depth < 0:
            return False
    return True


def _operators(marked: str, start: int, end: int) -> tuple[int | None, int | None]:
    """The positions of the first conditional's `?` and `:` outside of brackets."""
    depth, open_ended = 0, 0
    question: int | None = None
    for found in _BRACKET.finditer(marked, start, end):
        match found[0]:
            case "(" | "[" | "{":
                depth += 1
            case ")" | "]" | "}":
                depth -= 1
            case "?" if depth == 0:
                question = found.start() if question is None else question
                open_ended += 1
            case ":" if depth == 0 and question is not None:
                open_ended -= 1
                if open_ended == 0:
                    return question, found.start()
            case _:
                pass
    return question, None


def chosen_among(text: Text) -> tuple[Text, ...]:
    """The texts in an expression that chooses among several; empty if it does not choose."""
    marked = text.marked()
    if not is_jsonata(text) and not marked.lstrip().startswith("States."):
        return ()
    return tuple(texts_in(text)) if _CHOOSES.search(_STRING.sub("''", marked)) else ()


def put_together(text: Text) -> Text | None:
    """The text that an expression builds, with a hole for each part that only a run knows.

    None if the expression is neither a JSONata concatenation nor an intrinsic function that formats.
    """
    marked = text.marked()
    slices = Slices.of(text)
    found = _JSONATA.fullmatch(marked)
    pieces: list[Piece | Unknown] = []
    if found is not None:
        position = found.start("inside")
        end = found.end("inside")
        while True:
            part = _JSONATA_PART.match(marked, position, end)
            if part is None:
                return None
            if part["text"] is None:
                pieces.append(_hole(marked[position : part.end()].strip(" \t\r\n&")))
            elif "\\" in part["text"]:
                return None
            else:
                pieces += slices.pieces(part.start("text") + 1, part.end("text") - 1)
            position = part.end()
            if part["more"] is None:
                return Text(tuple(pieces))
    formatted = _FORMAT.match(marked)
    if formatted is None or "\\" in formatted["text"]:
        return None
    position = formatted.start("text")
    arguments = _arguments(marked, formatted.end())
    for number, hole in enumerate(re.finditer(r"\{\}", formatted["text"]), 1):
        start = formatted.start("text") + hole.start()
        pieces += slices.pieces(position, start)
        argument = _ONE_STRING.fullmatch(marked, *next(arguments, (0, 0)))
        if argument is None:
            pieces.append(_hole(f"argument {number} of States.Format"))
        else:
            pieces += slices.pieces(*argument.span("text"))
        position = start + 2
    pieces += slices.pieces(position, formatted.end("text"))
    return Text(tuple(pieces))


def _arguments(marked: str, start: int) -> Iterator[tuple[int, int]]:
    """The spans of the arguments of a call behind its first one, which ends at `start`."""
    depth, begin = 0, start + 1
    for found in _ARGUMENT_ENDS.finditer(marked, begin if marked[start : start + 1] == "," else len(marked)):
        if found[0] in {")", ","} and depth == 0:
            yield begin, found.start()
            begin = found.end()
            if found[0] == ")":
                return
        depth += 1 if found[0] in "([" else -1 if found[0] in ")]" else 0


def texts_in(text: Text) -> Iterator[Text]:
    """The literals in an expression."""
    slices = Slices.of(text)
    for found in _STRING.finditer(text.marked()):
        yield Text(tuple(slices.pieces(found.start() + 1, found.end() - 1)))


def _hole(subject: str) -> Unknown:
    return Unknown(Cause.RUN_TIME, subject, subject)


# Calls to AWS's API in the code: Step Functions tasks, schedules, custom resources with SDK calls.

# What the CDK writes for a custom resource that makes a call, and for a task that makes one in another Region
# (`AwsCustomResource`, `CallAwsServiceCrossRegion`); `region` may be beside it.
_SDK_CALL = frozenset({"service", "action", "parameters"})


class CallSlot(NamedTuple):
    """A parameter of a call that names a model. `at_run_time`: the state's input chooses it (`ModelId.$`).

    `location` is set if the call is in a separate file, which the code only names.
    """

    found: Found
    at_run_time: bool
    location: Location | None


def is_call(document: Map) -> bool:
    """True if a map is a Step Functions task, a schedule target or an SDK call that calls an API."""
    return _call_of(document) is not None


def _call_of(document: Map) -> tuple[tuple[str, str], tuple[str, ...]] | None:
    """The (service, action) of a call, and the keys under which its parameters may be."""
    entries = document.entries
    if "Resource" in entries and "Type" in entries:
        return _of_arn(_text(entries["Resource"]), ":states:", ("Parameters", "Arguments"))
    for arn, target_input in (("Arn", "Input"), ("arn", "input")):
        if arn in entries and target_input in entries:
            return _of_arn(_text(entries[arn]), ":scheduler:::aws-sdk:", (target_input,))
    if entries.keys() >= _SDK_CALL:
        service = _text(entries["service"]).lower().removeprefix("@aws-sdk/client-").replace("-", "")
        key = (service, _text(entries["action"]).removesuffix("Command").lower())
        return (key, ("parameters",)) if key in call_paths() else None
    return None


def with_region(resource: Resource, document: Found) -> Resource:
    """The resource in the Region that a call of the SDK names for itself; otherwise in its own."""
    atom = document.alternative.atom
    if not isinstance(atom, Map) or not atom.entries.keys() >= _SDK_CALL:
        return resource
    named = tuple(one for one in atom.entries.get("region", ()) if not isinstance(one.atom, Null))
    return resource._replace(region=named, properties=()) if named else resource


def _of_arn(arn: str, of_service: str, holders: tuple[str, ...]) -> tuple[tuple[str, str], tuple[str, ...]] | None:
    """The call in the ARN of an integration: its last two parts are the service and the action."""
    if of_service not in arn:
        return None
    service, action = ["", *arn.split(":")][-2:]
    key = (service.lower(), action.partition(".")[0].lower())
    return (key, holders) if key in call_paths() else None


def _text(value: Value) -> str:
    return next((one.atom.marked() for one in value if isinstance(one.atom, Text)), "")


def slots(document: Found) -> Iterator[CallSlot]:
    """The parameters of a call that name a model."""
    alternative = document.alternative
    assert isinstance(alternative.atom, Map)
    call = _call_of(alternative.atom)
    if call is None:
        return
    key, holders = call
    for holder in holders:
        for path in call_paths()[key]:
            segments = (holder, *segments_of(path))
            chosen_later = (*segments[:-1], f"{segments[-1]}.$")
            for found in select_in(alternative, segments, document.path, any_case=True):
                at_run_time = isinstance(found.alternative.atom, Text) and is_jsonata(found.alternative.atom)
                yield CallSlot(found, at_run_time, _in_own_file(found, document, at_run_time=at_run_time))
            for found in select_in(alternative, chosen_later, document.path, any_case=True):
                yield CallSlot(found, True, _in_own_file(found, document, at_run_time=True))


def _in_own_file(found: Found, document: Found, *, at_run_time: bool) -> Location | None:
    """The location of a property of a document; None if it is in the file in which the document is used."""
    (atom, _, trail), around = found.alternative, document.alternative.trail
    inside = trail[: len(trail) - len(around)]
    if at_run_time and not inside and isinstance(atom, Text):
        # Terraform reads a file as a text, of which each line has its own trail.
        inside = atom.trail_at(0, len(atom.marked()))[:1]
    written, used = (steps[-1].location if steps else None for steps in (inside, around))
    return written if written is not None and used is not None and written.file != used.file else None
