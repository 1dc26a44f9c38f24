"""Models in free text: ids that the catalog knows, and what can be nothing but a model by its known part."""

from collections.abc import Iterable, Iterator

from checker.extract.candidates import Context, Outcome, candidates_of, follow, names_a_model, read_slot
from checker.model.resource import Resource
from checker.references import ModelReference, find_ids, find_partial
from checker.values import Alternative, Text, Unknown, join


def find(context: Context, resource: Resource, alternatives: Iterable[Alternative], outcome: Outcome) -> None:
    """Read what free text says of models; what is found goes into `outcome`.

    That are ids that the catalog knows, names of resources that stand for a model, ARNs of Bedrock whose model is not
    written, and ids of which a part is not known.
    """
    for alternative in alternatives:
        text = alternative.atom
        if isinstance(text, Unknown):
            holes: tuple[Unknown, ...] = (text,)
            text = Text(holes)
        elif isinstance(text, Text):
            holes = text.holes
        else:
            continue
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


# So many places of models in one text are told; of more, the first one of each model.
_MOST_PLACES = 500


def _within_reason(context: Context, found: Iterable[ModelReference]) -> Iterator[ModelReference]:
    """The ids that the catalog knows. Nobody looks at each line of a text that says the same thousands of times."""
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
