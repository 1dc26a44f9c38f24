"""Excerpts: the line where a model is written, its edits, and which lines a report may show."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from checker.model.finding import Edit, Finding
from checker.model.resource import InputKind
from checker.model.scan import Scan
from checker.report.escaping import printable
from checker.report.view import ReadLine
from checker.source import Location
from checker.source.urls import without_credentials

# Edits in reports: those of a finding, and the changed lines.

_WHOLE = 10_000


class Suggestion(NamedTuple):
    """A changed line, and the lines added beside it."""

    location: Location
    text: str
    is_grant: bool


def edits_for(scan: Scan, finding: Finding) -> tuple[Edit, ...]:
    """The edits that mend a finding, with their grants; empty if it is refused."""
    own = [edit for edit in scan.mending.edits if finding.fingerprint in edit.findings]
    moves = {(edit.model, edit.replacement) for edit in own}
    grants = (edit for edit in scan.mending.edits if edit.is_grant and (edit.model, edit.replacement) in moves)
    return (*own, *grants)


def suggestions(scan: Scan, read_line: ReadLine) -> tuple[Suggestion, ...]:
    """The changed lines, without those that may hold a secret, sorted by location."""
    of_lines: dict[tuple[str, int], list[Edit]] = {}
    for edit in scan.mending.edits:
        of_lines.setdefault((edit.location.file, edit.location.line), []).append(edit)
    made = (_suggestion(scan, of_line, read_line) for of_line in of_lines.values())
    return tuple(each for each in made if each is not None)


def _suggestion(scan: Scan, edits: Iterable[Edit], read_line: ReadLine) -> Suggestion | None:
    edits = sorted(edits, key=lambda edit: edit.location.column)
    location = edits[0].location
    line = shown_line(scan, location, read_line)
    if line is None or any(line[edit.location.column - 1 :][: len(edit.before)] != edit.before for edit in edits):
        return None
    shown = excerpt(line, location.column, tuple(edit.before for edit in edits), _WHOLE)
    if shown is None or shown.text != line.expandtabs(4).rstrip():
        # Text that an excerpt omits may be a secret.
        return None
    if any(printable(part) != part for part in line.split("\t")):
        return None
    parts, position = [], 0
    for edit in edits:
        parts += [line[position : edit.location.column - 1], edit.after]
        position = edit.location.column - 1 + len(edit.before)
    return Suggestion(location, "".join((*parts, line[position:])), all(edit.is_grant for edit in edits))


# Excerpts: the line where a model is written, and which lines a report may show.

# People do not write longer lines. A program packed it; it does not help, and its other content may be secret.
_LONGEST_LINE = 400
_TAB = 4
_ELLIPSIS = "..."
# Literals that are values: `key = "value"`, `key: value`, `KEY=value`. `==` and `=>` assign nothing.
_VALUE = r"""
    (?: (?<![=!<>]) = (?![=>]) \s* | : \s* )
        (?: QUOTE (?P<double> (?: [^"\\] | \\. )*? ) QUOTE | ' (?P<single> [^']* ) ' )
    | : \s+ (?P<bare> [^\s"'{\[&*!|>\#$\\] [^,{}\[\]\\]* )
    | (?<![\s=!<>]) = (?P<assigned> [^\s"'=>$\\] [^\s"'\\]* )
"""
_VALUES = tuple(re.compile(_VALUE.replace("QUOTE", quote), re.VERBOSE) for quote in ('"', r'\\"'))
_QUOTED = ("double", "single")
# The items of a list; an index names no item.
_ITEM = r"""(?<=[\[,]) \s* (?: QUOTE (?P<double> (?: [^"\\] | \\. )*? ) QUOTE | ' (?P<single> [^']* ) ' )"""
_ITEMS = tuple(re.compile(_ITEM.replace("QUOTE", quote), re.VERBOSE) for quote in ('"', r'\\"'))
# Secrets that the code marks in place.
_MARKED = (re.compile(r"""\bsensitive \( \s* " (?P<double> (?: [^"\\] | \\. )*? ) " """, re.VERBOSE),)
# Other words of a string, before and behind the mark.
_WORDS_BEFORE = re.compile(r"\A.*\S\s+(?=\S*\Z)")
_WORDS_BEHIND = re.compile(r"\A(\S*)\s+\S.*\Z")
_SECOND_ARM = re.compile(r"\?[^,{}]*\Z")
# A line in these files can hold several parameters, also those with NoEcho.
_SEVERAL_PARAMETERS = re.compile(r"^\W*parameter_overrides\b|ParameterKey.*ParameterKey")
_SAM_CONFIGURATION = "samconfig."
# They hold, in clear text, values that the same file marks as sensitive elsewhere.
_NEVER_SHOWN = (InputKind.TERRAFORM_PLAN, InputKind.TERRAFORM_STATE)


class Excerpt(NamedTuple):
    """A line without excess indentation, and the span of characters to mark."""

    text: str
    start: int
    end: int


def excerpt(line: str, column: int, needles: tuple[str, ...], width: int) -> Excerpt | None:
    """The part of a line around `column`, at most `width` characters; None if the line is too long to show.

    It marks the first of `needles` at the column or after it, else anywhere in the line, else the column itself. Other
    values in the line are left out, since they may be secrets.
    """
    if len(line) > _LONGEST_LINE or not 1 <= column <= len(line) + 1:
        return None
    before = line[: column - 1].expandtabs(_TAB)
    start = len(before)
    text = (before + line[column - 1 :].expandtabs(_TAB)).rstrip()
    end = start + 1
    for needle in needles:
        found = text.find(needle, start)
        if found < 0:
            found = text.find(needle)
        if needle and found >= 0:
            start, end = found, found + len(needle)
            break
    return _cut(*_without_url(*_without_neighbours(*_without_secrets(text, start, end))), width)


def _without_secrets(text: str, start: int, end: int) -> tuple[str, int, int]:
    for pattern in (*_VALUES, *_ITEMS, *_MARKED):
        text, start, end = _without_others(text, start, end, pattern)
    return text, start, end


def _without_url(text: str, start: int, end: int) -> tuple[str, int, int]:
    """The line without the credentials of the URL whose path contains the mark."""
    before, after = without_credentials(text[:start]), without_credentials(text[end:])
    return before + text[start:end] + after, len(before), len(before) + end - start


def _without_neighbours(text: str, start: int, end: int) -> tuple[str, int, int]:
    """The line without the other words of the marked string: it may be a secret that contains an id."""
    opening, closing = text.rfind('"', 0, start), text.find('"', end)
    if opening < 0 or closing < 0:
        return text, start, end
    before = _WORDS_BEFORE.sub(f"{_ELLIPSIS} ", text[opening + 1 : start])
    after = _WORDS_BEHIND.sub(rf"\1 {_ELLIPSIS}", text[end:closing])
    moved = opening + 1 + len(before)
    return text[: opening + 1] + before + text[start:end] + after + text[closing:], moved, moved + end - start


def _without_others(text: str, start: int, end: int, pattern: re.Pattern[str]) -> tuple[str, int, int]:
    """The line without its other values, which may be secrets, and the new position of the mark."""
    for found in reversed(list(pattern.finditer(text))):
        first, last = found.span(found.lastgroup or 0)
        is_other = last <= start or first >= end
        is_no_item = pattern in _ITEMS and not _is_in_list(text, found.start())
        is_kept = is_no_item or _SECOND_ARM.search(text[: found.start()])
        if is_other and last > first and not is_kept:
            text = text[:first] + _ELLIPSIS + text[last:]
            if first < start:
                moved = len(_ELLIPSIS) - (last - first)
                start, end = start + moved, end + moved
        elif found.lastgroup in _QUOTED and first <= start and end <= last:
            # A string may be a document with values of its own.
            inner, start, end = _without_secrets(text[first:last], start - first, end - first)
            text, start, end = text[:first] + inner + text[last:], start + first, end + first
    return text, start, end


def _is_in_list(text: str, position: int) -> bool:
    """True if the innermost open bracket belongs to a list, not to an index or a call."""
    depth = 0
    for offset in range(position - 1, -1, -1):
        character = text[offset]
        if character in ")]}":
            depth += 1
        elif character in "([{":
            if depth == 0:
                before = text[:offset].rstrip()[-1:]
                return character == "[" and not (before.isalnum() or before in ("_", "]", ")", '"'))
            depth -= 1
    return False


def _cut(text: str, start: int, end: int, width: int) -> Excerpt:
    """The part of the line with the mark, and as much before it as fits."""
    if len(text) <= width:
        return Excerpt(text, start, end)
    room = max(width, end - start + 2 * len(_ELLIPSIS))
    first = max(end + len(_ELLIPSIS) - room, 0) if end > room - len(_ELLIPSIS) else 0
    last = min(first + room, len(text))
    cut = text[first:last]
    if first:
        cut = _ELLIPSIS + cut[len(_ELLIPSIS) :]
    if last < len(text):
        cut = cut[: -len(_ELLIPSIS)] + _ELLIPSIS
    return Excerpt(cut, start - first, end - first)


def shown_line(scan: Scan, location: Location, read_line: ReadLine) -> str | None:
    """The line at a location; None if it must not be shown or can no longer be read."""
    for each in scan.inputs:
        # The other files of a plan are those of its code, which --source names.
        if each.kind in _NEVER_SHOWN and location.file == each.path:
            return None
    if location in scan.mentioned_at:
        # The rest of such a line was not examined: it may be marked as secret elsewhere.
        return None
    line = read_line(location.file, location.line)
    if line is not None and (_SEVERAL_PARAMETERS.search(line) or _is_sam_configuration(location.file)):
        return None
    return line


def _is_sam_configuration(file: str) -> bool:
    return file.rpartition("/")[2].startswith(_SAM_CONFIGURATION)
