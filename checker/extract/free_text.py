"""Finds models in free text: ids in the catalog, and texts that can only be a model by their known part."""

from collections.abc import Iterable, Iterator

from checker.extract.candidates import Context, Outcome, candidates_of, follow, names_a_model, read_slot
from checker.extract.comments import without_comments
from checker.model.resource import Resource
from checker.references import ModelReference, find_ids, find_partial
from checker.values import Alternative, Null, Text, Unknown, join


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
