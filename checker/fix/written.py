"""Finds the id of a candidate in a file, or the part of the id that decides the model."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import pairwise
from typing import NamedTuple

from checker.fix.documents import Document
from checker.model.finding import Assessment
from checker.model.lifecycle import GEOGRAPHIES
from checker.model.reference import Candidate, Form
from checker.references import ModelReference, parse_reference
from checker.source import Location
from checker.values import Cause, Piece, Text, Unknown

_UNKNOWN = re.compile("(⟨[^⟩]*⟩)")
# With one of these directly behind or before it, a text is part of another id.
_GOES_ON = re.compile(r"[A-Za-z0-9_]|[.:-][A-Za-z0-9]")
_COMES_AFTER = re.compile(r"[A-Za-z0-9_.-]")
_GEOGRAPHY_BEFORE = re.compile(rf"(?<![A-Za-z0-9_.-])({'|'.join(map(re.escape, GEOGRAPHIES))})\.\Z")
# What stands before an id where a geography may, but for the known ones: which models it has is not known.
_NO_GEOGRAPHY_BEFORE = re.compile(
    rf"(?<![A-Za-z0-9_.@/\\-])(?:\\[nrt])?(?!(?:{'|'.join(map(re.escape, GEOGRAPHIES))})\.)([a-z]{{2,6}})\.\Z"
)
_ARN_BEFORE = re.compile(r"arn:[^\s\"'/]*:bedrock:[^\s\"'/]*/\Z")
_LONGEST_ARN = 200
# A shorter part of an id may occur by chance.
_LEAST_PART = 4
# Line breaks and tabs, as texts in quotes have them.
_BLANKS = frozenset({"\\n", "\\r", "\\t"})
# A part that is one of several from which an id is built.
_SEPARATOR = re.compile(r"[.:-]")
# The beginning or the end of a comment; a text in quotes has its line breaks as escapes.
_COMMENT = re.compile(r"(?P<begin>(?:\s|\\n)(?:#|//)(?=\s))|\\n")
# A value in quotes, and the end of one without, behind which another one stands on the same line.
_QUOTED = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:''|[^'])*'")
_END_OF_PLAIN = re.compile(r"[\"']|:\s")
# The number of lines that are searched from the location of a long text on.
_MOST_LINES = 200


class NamedId(NamedTuple):
    """The text of a candidate in parts: the id with its geography, and the ARN or the route around it.

    `has_unknown_geography`: the text before the id is unknown, or a wildcard, and can only be a geography.
    """

    reference: ModelReference
    head: str
    id: str
    tail: str
    has_unknown_geography: bool

    def text(self, identifier: str) -> str:
        """The same text with another id."""
        return f"{self.head}{identifier}{self.tail}"


def named_id(text: str) -> NamedId | None:
    """The parts of the text of a candidate, whose holes are written `⟨subject⟩`; None if it names no base model."""
    pieces = tuple(
        Unknown(Cause.DEPLOY_TIME, part[1:-1], part[1:-1]) if part.startswith("⟨") else Piece(part)
        for part in _UNKNOWN.split(text)
        if part
    )
    reference = parse_reference(Text(pieces))
    if reference is not None and reference.core is not None:
        # A wildcard around one id: `*.anthropic.claude-v2`.
        head, _, tail = reference.text.render().rpartition(reference.core)
        return NamedId(reference, head, reference.core, tail, has_unknown_geography=True)
    if reference is None or reference.base is None:
        return None
    start, end = reference.span
    if reference.geography is not None:
        start -= len(reference.geography) + 1
    head = reference.text.slice(0, start).render()
    tail = reference.text.slice(end, len(reference.text.marked())).render()
    identifier = reference.text.slice(start, end).render()
    is_after_hole = reference.geography is None and head.endswith(("⟩", "⟩."))
    in_arn_of_profile = reference.form in (Form.INFERENCE_PROFILE_ID, Form.INFERENCE_PROFILE_ARN)
    return NamedId(reference, head, identifier, tail, is_after_hole and in_arn_of_profile)


class Use(NamedTuple):
    """A candidate with the id in its text. The parts `before` and `after` of that id are written elsewhere.

    `found` is the candidate as the run found it, if the one of `assessment` differs from it.
    """

    assessment: Assessment
    named: NamedId
    before: str = ""
    after: str = ""
    found: Candidate | None = None

    @property
    def written(self) -> Candidate:
        """The candidate as the run found it; a mention has no geography before its id there."""
        return self.found or self.candidate

    @property
    def candidate(self) -> Candidate:
        """The candidate."""
        return self.assessment.candidate


class Part(NamedTuple):
    """A part of a file that decides the model of a use. The same text may stand there several times."""

    use: Use
    text: str
    starts: tuple[int, ...]


def find_part(document: Document, assessment: Assessment) -> Part | None:
    """The id of a candidate, or the part of it, that stands in the file at its location; None if neither does."""
    at, named = assessment.candidate.written_at, named_id(assessment.candidate.text)
    if named is None or at is None:
        return None
    is_mention = assessment.reference.mention is not None
    lines = 1 if _is_in_parts(document, assessment, named, at) else _MOST_LINES
    for needle in dict.fromkeys((named.id, named.id[len(named.reference.geography or "") :].lstrip("."))):
        # A mention does not tell the text before its id.
        is_whole = needle == named.id and not is_mention
        starts = tuple(_occurrences(document, at, needle, lines, is_whole=is_whole))
        if starts:
            use = Use(assessment, named, before=named.id[: len(named.id) - len(needle)])
            part = Part(use, needle, starts)
            return _in_arn(document, _with_geography(document, part) if is_mention else part)
    return _longest_part(document, assessment, named, at)


def unknown_geography(document: Document, assessment: Assessment) -> str | None:
    """What stands before the id of a candidate like a geography, and is none that is known."""
    at, named = assessment.candidate.written_at, named_id(assessment.candidate.text)
    if named is None or at is None:
        return None
    start = document.text.find(named.id, document.offset(at), document.line(at.line)[1])
    found = _NO_GEOGRAPHY_BEFORE.search(document.text, max(start - 10, 0), start) if start >= 0 else None
    return None if found is None else found[1]


def _occurrences(document: Document, location: Location, needle: str, lines: int, *, is_whole: bool) -> Iterator[int]:
    """The offsets of an id in the text at a location; of several lines, in the first one that has the id."""
    text, first = document.text, document.offset(location)
    for line in range(location.line, location.line + lines):
        start, end = document.line(line)
        start = max(start, first)
        matches = list(_in_line(text, needle, start, end, is_whole=is_whole))
        if matches:
            yield matches[0]
            quoted = _QUOTED.match(text, first, end) or _QUOTED.match(text, max(first - 1, 0), end)
            is_quoted = quoted is not None and quoted.end() > matches[0]
            end_of_value = quoted.end() if quoted is not None and is_quoted else end
            # A location is that of the text itself, or only of the line where it begins.
            is_plain = not (is_quoted or re.search(r"""["'\w]\W*["']""", text[first : matches[0]]))
            in_comment = False
            for before, match in pairwise(matches):
                between = text[before + len(needle) : match]
                if match >= end_of_value or (is_plain and _END_OF_PLAIN.search(between)):
                    return
                in_comment = _ends_in_comment(between, in_comment=in_comment)
                if not in_comment:
                    yield match
            return
        if end == len(text):
            return


def _ends_in_comment(between: str, *, in_comment: bool) -> bool:
    """Whether a part of a line ends in a comment, if it begins in one or not."""
    for found in _COMMENT.finditer(between):
        in_comment = found["begin"] is not None
    return in_comment


def _in_line(text: str, needle: str, start: int, end: int, *, is_whole: bool) -> Iterator[int]:
    while (found := text.find(needle, start, end)) >= 0:
        start = found + len(needle)
        is_escaped = text[max(found - 2, 0) : found] in _BLANKS
        is_part = is_whole and not is_escaped and _COMES_AFTER.match(text, max(found - 1, 0), found)
        if not (is_part or _GOES_ON.match(text, start, end)):
            yield found


def _with_geography(document: Document, part: Part) -> Part:
    """The part of a mention, extended by the geography that the file has before the id."""
    (start, *_), use = part.starts, part.use
    found = _GEOGRAPHY_BEFORE.search(document.text, max(start - 10, 0), start)
    if found is None:
        return part
    identifier = found[0] + part.text
    named = named_id(identifier)
    if named is None:
        return part
    candidate = use.candidate._replace(text=identifier, profile=found[1], form=Form.INFERENCE_PROFILE_ID)
    moved = Use(use.assessment.of(candidate), named, found=use.candidate)
    return Part(moved, identifier, (found.start(),))


def _in_arn(document: Document, part: Part) -> Part:
    """The part with the form of the ARN around it, which a candidate does not tell if the ARN has a slip.

    The id keeps its kind: the ARN of a model names no profile.
    """
    named, start = part.use.named, part.starts[0]
    if named.head or not _ARN_BEFORE.search(document.text, max(start - _LONGEST_ARN, 0), start):
        return part
    form = Form.FOUNDATION_MODEL_ARN if named.reference.geography is None else Form.INFERENCE_PROFILE_ARN
    named = named._replace(reference=named.reference._replace(form=form))
    return part._replace(use=part.use._replace(named=named))


def _longest_part(document: Document, assessment: Assessment, named: NamedId, location: Location) -> Part | None:
    """The longest part on the line of an id that is built from several parts; None if it is too short."""
    start, end = max(document.line(location.line)[0], document.offset(location)), document.line(location.line)[1]
    line = document.text[start:end]
    match = SequenceMatcher(None, line, named.id, autojunk=False).find_longest_match()
    if match.size < _LEAST_PART:
        return None
    part = named.id[match.b : match.b + match.size]
    use = Use(assessment, named, named.id[: match.b], named.id[match.b + match.size :])
    return Part(use, part, (start + match.a,))


def _is_in_parts(document: Document, assessment: Assessment, named: NamedId, location: Location) -> bool:
    """Whether the line has but the beginning or the end of an id, by itself: the rest is no later line of its text."""
    text, (_, line_end) = document.text, document.line(location.line)
    # A long line is not compared with an id that it has.
    is_whole = text.find(named.id, document.offset(location), line_end) >= 0
    part = None if is_whole else _longest_part(document, assessment, named, location)
    if part is None:
        return False
    start, end = part.starts[0], part.starts[0] + len(part.text)
    is_whole_word = not (_COMES_AFTER.match(text, max(start - 1, 0), start) or _COMES_AFTER.match(text, end))
    return is_whole_word and not (part.use.before and part.use.after) and _SEPARATOR.search(part.text) is not None
