"""Finds models in free text: ids in the catalog, and texts that can only be a model by their known part."""

import re
from collections.abc import Iterable, Iterator

from checker.extract.candidates import Context, Outcome, candidates_of, follow, names_a_model, read_slot
from checker.model.resource import Resource
from checker.references import ModelReference, find_ids, find_partial
from checker.values import Alternative, Null, Piece, Slices, Text, Unknown, join


def find(context: Context, resource: Resource, alternatives: Iterable[Alternative], outcome: Outcome) -> None:
    """Finds models in free text; adds the results to `outcome`.

    They are ids that the catalog knows, names of resources that stand for a model, Bedrock ARNs without a known model,
    and ids with an unknown part.
    """
    for alternative in alternatives:
        text = alternative.atom
        if isinstance(text, Unknown):
            holes: tuple[Unknown, ...] = (text,)
            text = Text(holes)
        elif isinstance(text, Text):
            holes = text.holes
        else:
            outcome.absent = outcome.absent or isinstance(text, Null)
            continue
        text = _without_comments(text)
        names = [hole for hole in holes if names_a_model(context, hole)]
        for presence in resource.presence:
            given = join(presence, alternative.given)
            if given is None:
                continue
            for name in names:
                follow(context, name, alternative._replace(given=given), outcome)
            before = len(outcome.candidates)
            known = list(_within_reason(context, find_ids(text)))
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


# A comment of a script or a program, on its own line or behind code. A text of one line is a value and has none.
_COMMENT = re.compile(r"(?m)^[ \t]*(?:#|//)[^\n]*|(?<=[ \t;])(?:#|//)[ \t][^\n\"']*$")


def _without_comments(text: Text) -> Text:
    """The text without comments of inline code, user data and chart values: models in comments are not in use."""
    marked = text.marked()
    if "\n" not in marked or ("#" not in marked and "//" not in marked):
        return text
    slices = Slices.of(text)
    kept: list[Piece | Unknown] = []
    position = 0
    for found in _COMMENT.finditer(marked):
        kept += slices.pieces(position, found.start())
        position = found.end()
    return text if position == 0 else Text((*kept, *slices.pieces(position, len(marked))))


# The most places of models in one text that are reported; beyond them, only the first place of each model.
_MOST_PLACES = 500


def _within_reason(context: Context, found: Iterable[ModelReference]) -> Iterator[ModelReference]:
    """The known ids. A text that repeats an id thousands of times is cut, since nobody reads each line."""
    seen: set[tuple[object, ...]] = set()
    count = 0
    for reference in found:
        if not reference.base or context.resolve(reference.base) is None:
            continue
        count += 1
        key = (reference.base, reference.form, reference.geography, reference.region, reference.partition)
        if count <= _MOST_PLACES or key not in seen:
            yield reference
        seen.add(key)
