"""Finds models in free text: ids in the catalog, and texts that can only be a model by their known part."""

import re
from collections.abc import Iterable, Iterator

from checker.extract.calls import chosen_among
from checker.extract.candidates import Context, Outcome, candidates_of, follow, names_a_model, read_slot
from checker.extract.properties import of_paths
from checker.extract.variable_names import holds_a_name
from checker.model.reference import Reference, Site, Usage
from checker.model.resource import Resource
from checker.references import ModelReference, ends_before_an_id, find_ids, find_partial
from checker.values import Alternative, Null, Piece, Slices, Text, Unknown, join

# Comments in inline code, commands, user data and chart values: models in them are not in use.

_LINE = re.compile(r"^[^\n]*?(?:#|//)[^\n]*", re.MULTILINE)
# `#set(…)` and `#if(…)` are directives of Velocity, in templates of API Gateway and AppSync.
_ALONE = re.compile(r"[ \t]*(?:#(?![a-z]+[ \t]*\()|//)")
# The mark of a comment behind code, and the strings in which it is none. A quote behind a backslash begins no string.
_STRING_OR_MARK = re.compile(
    r"(?<!\\)\"(?:\\.|[^\"\\])*\"|(?<!\\)'(?:\\.|[^'\\])*'|`[^`]*`|(?<=[ \t;])(?P<mark>#|//)(?=[ \t]|\Z)|#|//"
)
# In C and its like, in PowerShell, and in XML.
_BLOCKS = {"/*": "*/", "<#": "#>", "<!--": "-->"}
_OPENING = re.compile(rf"(?:(?<=[\s;{{(,])|\A)(?:{'|'.join(map(re.escape, _BLOCKS))})")


def without_comments(text: Text) -> Text:
    """The text without its comments. A text of one line has one only if it is one, as an element of a list of commands.

    Otherwise it is a value.
    """
    marked = text.marked()
    if "\n" not in marked:
        is_one = marked.startswith("#") and not marked.startswith("#!") and _ALONE.match(marked) is not None
        return Text(()) if is_one else text
    if not ("#" in marked or "//" in marked or "/*" in marked or "<!--" in marked):
        return text
    slices = Slices.of(text)
    kept: list[Piece | Unknown] = []
    position = 0
    for start, end in sorted(_spans(marked)):
        if start >= position:
            kept += slices.pieces(position, start)
        position = max(position, end)
    return text if position == 0 else Text((*kept, *slices.pieces(position, len(marked))))


def _spans(marked: str) -> Iterator[tuple[int, int]]:
    # A class in JavaScript may have private fields, `#model`.
    has_fields = "this.#" in marked
    for line in _LINE.finditer(marked):
        start = _start_in(line[0])
        if start is not None and not (has_fields and line[0][start:].lstrip().startswith("#")):
            yield line.start() + start, line.end()
    # In a shell, which begins with its interpreter, `/*` is a pattern of files.
    if not marked.startswith("#"):
        yield from _blocks(marked)


def _blocks(marked: str) -> Iterator[tuple[int, int]]:
    # A text of many openings that nothing closes is searched for what closes them once, not once for each.
    last = {closing: marked.rfind(closing) for closing in _BLOCKS.values()}
    opening = _OPENING.search(marked)
    while opening is not None:
        end, closing = opening.end(), _BLOCKS[opening[0]]
        if end <= last[closing]:
            end = marked.index(closing, end) + len(closing)
            yield opening.start(), end
        opening = _OPENING.search(marked, end)


def _start_in(line: str) -> int | None:
    """Where the comment of a line starts, None if the line has none."""
    if _ALONE.match(line):
        return 0
    return next((found.start() for found in _STRING_OR_MARK.finditer(line) if found["mark"]), None)


# Finds models in free text: ids in the catalog, and texts that can only be a model by their known part.


def find(context: Context, resource: Resource, alternatives: Iterable[Alternative], outcome: Outcome) -> None:
    """Finds models in free text; adds the results to `outcome`.

    They are ids that the catalog knows, names of resources that stand for a model, Bedrock ARNs without a known model,
    and ids with an unknown part.
    """
    for alternative in alternatives:
        text = alternative.atom
        if isinstance(text, Unknown):
            text = Text((text,))
        elif isinstance(text, Text):
            text = without_comments(text)
        else:
            outcome.absent = outcome.absent or isinstance(text, Null)
            continue
        names = [hole for hole in text.holes if names_a_model(context, hole)]
        for presence in resource.presence:
            given = join(presence, alternative.given)
            if given is None:
                continue
            for name in names:
                follow(context, name, alternative._replace(given=given), outcome)
            before = len(outcome.candidates)
            known = list(_within_reason(context, find_ids(text, any_geography=True)))
            for reference in known:
                outcome.note_location(alternative.trail or reference.text.trail_at(*reference.span))
                here = alternative._replace(given=given)
                outcome.candidates.extend(candidates_of(context, resource, reference, here))
            outcome.note_text(len(outcome.candidates) - before, given)
            written = {one.base for one in known}
            partial = [one for one in find_partial(text) if one.base is None or one.base not in written]
            for reference in partial:
                here = Alternative(text, given, alternative.trail)
                read_slot(context, resource, [here], outcome, reference)
            if not known and not names and not partial:
                outcome.absent = True


def tells_nothing(alternative: Alternative) -> bool:
    """True of most texts: all is known, and an id or an ARN is not in it, so that `find` finds nothing."""
    plain = alternative.atom.plain if isinstance(alternative.atom, Text) else None
    if not plain:
        return False
    if "." not in plain and ":" not in plain:
        return True
    return len(plain) < _LONG and "\n" not in plain and _names_nothing(plain)


# Longer texts are seldom the same.
_LONG = 200


@of_paths
def _names_nothing(plain: str) -> bool:
    """True if a text of one line has nothing that may be a model or begin one, whatever the catalog knows."""
    text = Text((Piece(plain),))
    return not (
        chosen_among(text)
        or any(find_ids(text, any_geography=True))
        or any(find_partial(text))
        or ends_before_an_id(text)
    )


# The most locations of models in one text that are reported; beyond them, only the first location of each model.
_MOST_LOCATIONS = 500


def _within_reason(context: Context, found: Iterable[ModelReference]) -> Iterator[ModelReference]:
    """The known ids. A text that repeats an id thousands of times is cut, since nobody reads each line."""
    seen: set[tuple[object, ...]] = set()
    count = 0
    for reference in found:
        if not reference.base or context.resolve(reference.base) is None:
            continue
        count += 1
        key = (reference.base, reference.form, reference.geography, reference.region, reference.partition)
        if count <= _MOST_LOCATIONS or key not in seen:
            yield reference
        seen.add(key)


# Names of log groups, parameters and other resources that have an id in their path: they call no model.

# The path of a runtime call: `/model/ID/invoke`.
_CALL = re.compile(r"/model/[^/]+/")


def as_name(site: Site, path: str, alternatives: Iterable[Alternative]) -> Site:
    """The site, as a mention if its texts are paths that name a resource (`/aws/bedrock/ID`)."""
    texts = [one.atom.marked() for one in alternatives if isinstance(one.atom, Text) and one.atom.pieces]
    is_name = bool(texts) and holds_a_name(path) and all(map(_is_path, texts))
    return site._replace(usage=Usage.MENTION) if is_name else site


def is_part_of_a_name(reference: Reference) -> bool:
    """True if the model is only in the name of a resource."""
    return reference.site.usage is Usage.MENTION and reference.mention is None and holds_a_name(reference.path)


def _is_path(text: str) -> bool:
    return text.startswith("/") and _CALL.match(text) is None and not any(letter.isspace() for letter in text)
