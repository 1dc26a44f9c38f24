"""Turns the possible values of a property into the models that they can stand for."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from checker.extract.properties import inside, select
from checker.extract.regions import CandidateRegions, is_one_region, regions_for, regions_of
from checker.extract.sites import Sites, sites_of, stands_for_a_model
from checker.model.answers import AnswerKind, Answers, Reader
from checker.model.reference import Candidate, Form, Unresolved
from checker.model.resource import Resource
from checker.references import ModelReference, ends_before_an_id, parse_reference, written_ids
from checker.source import Location
from checker.source.urls import without_credentials
from checker.values import (
    ADVICE,
    Alternative,
    Assumption,
    Atom,
    Basis,
    Cause,
    Certainty,
    Given,
    Null,
    Step,
    Text,
    Trail,
    Unknown,
    certainty,
    join,
    join_all,
)
from checker.values.operations import text as known_text

Resolve = Callable[[str], str | None]

# A name for a model of one's own, which Bedrock's lifecycle does not govern.
_OWN_MODEL = frozenset({Form.IMPORTED_MODEL_ARN, Form.SAGEMAKER_ENDPOINT_ARN})
# The most resources through which a reference is followed (a prompt on a profile that copies a profile, …).
_FURTHEST = 8

# The attributes of such a resource that name it, or an element of these behind the first `/`. The others (its state,
# its dates) name no model.
_NAMING = re.compile(r"(?:arn|id|identifier|name|ref)(?:\[(?!0\])[^\]]*\])?$", re.IGNORECASE)

# The most certain first.
ORDER = {certainty: number for number, certainty in enumerate(Certainty)}


@dataclass(frozen=True)
class Context:
    """The context for reading references: the catalog's knowledge of ids, and the resources of the same input.

    `resolve` returns the base model's id for an id or an alias in the catalog, else None. `sites` returns the rows of a
    resource type.
    """

    resolve: Resolve
    resources: Mapping[str, Resource]
    instances: Mapping[str, Sequence[Resource]] = field(default_factory=dict)
    answers: Answers = field(default_factory=Answers)
    sites: Callable[[str], Sites] = sites_of

    def knows(self, identifier: str) -> bool:
        """Whether the catalog knows an id."""
        return self.resolve(identifier) is not None

    def makers(self, address: str) -> Sequence[Resource]:
        """The resource at an address; all its instances if the address names none of them."""
        found = self.resources.get(address)
        return (found,) if found is not None else self.instances.get(address, ())


@dataclass
class Outcome:
    """What is known of a reference so far."""

    candidates: list[Candidate] = field(default_factory=list)
    unresolved: list[tuple[Certainty, Unresolved]] = field(default_factory=list)
    absent: bool = False
    location: Location | None = None
    # For texts that may contain several models: the content of each possible text.
    texts: list[frozenset[tuple[object, ...]]] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """True if no model was found, and nothing is unknown."""
        return not (self.candidates or self.unresolved)

    def note_location(self, trail: Trail) -> None:
        """Records the location of the property: the last step of the trail."""
        if self.location is None and trail:
            self.location = trail[-1].location

    def note(self, alternative: Alternative) -> None:
        """Records the location of the property: that of the alternative, else that of the largest part of its text."""
        text = alternative.atom
        own = text.trail_at(0, len(text.marked())) if isinstance(text, Text) and not alternative.trail else ()
        self.note_location(alternative.trail or own)

    def note_text(self, count: int, given: Given) -> None:
        """Records the content of one possible text of the property: the last `count` candidates.

        Candidates with assumptions beyond `given` are alternatives and are not counted.
        """
        last = self.candidates[len(self.candidates) - count :]
        self.texts.append(frozenset(_key(candidate) for candidate in last if candidate.given == given))

    def miss(self, cause: Cause, subject: str, given: Given) -> None:
        """Records that an alternative is unknown."""
        self.unresolved.append((certainty(given), Unresolved(cause, without_credentials(subject), ADVICE[cause])))

    def finished(self, presence: Sequence[Given]) -> tuple[tuple[Candidate, ...], Unresolved | None, bool]:
        """The candidates without duplicates, the most serious cause of unknown ones, and whether they are complete.

        Alternatives that need an override may be unknown. So may those with which the deployment would fail, if there
        are others. `presence` are the assumptions under which the resource exists, one set per way; they stay, whatever
        else is chosen.
        """
        existence = frozenset(each for way in presence for each in way if each.basis is Basis.OPEN)
        reasons = [(sure, why) for sure, why in self.unresolved if sure is not Certainty.OVERRIDE]
        # An element that only some entries of a map have fails for the others, and stays an alternative.
        is_chosen = any(why.cause is Cause.INVALID for _, why in reasons)
        if self.candidates:
            reasons = [(sure, why) for sure, why in reasons if why.cause is not Cause.INVALID]
        by_key: dict[tuple[object, ...], list[Candidate]] = {}
        for candidate in self.candidates:
            by_key.setdefault(_key(candidate), []).append(candidate)
        in_all: Collection[tuple[object, ...]] = ()
        if len(by_key) == 1 and not reasons and not self.absent and not is_chosen:
            in_all = by_key
        elif self.texts and not self.absent:
            in_all = frozenset.intersection(*self.texts)
        candidates = [
            _under_any(_whatever_is_chosen(alike, existence) if key in in_all else alike)
            for key, alike in by_key.items()
        ]
        candidates.sort(key=lambda candidate: ORDER[candidate.certainty])
        reason = min(reasons, key=lambda one: ORDER[one[0]])[1] if reasons else None
        exists = not existence and not all(certainty(way) is Certainty.OVERRIDE for way in presence)
        return tuple(candidates), reason, bool(candidates) and not reasons and not self.absent and exists


def _under_any(alike: Sequence[Candidate]) -> Candidate:
    """The surest of candidates that differ only in their assumptions; of several that are possible, what all assume."""
    best = min(alike, key=lambda candidate: ORDER[candidate.certainty])
    if best.certainty is not Certainty.POSSIBLE:
        return best
    givens = [one.given for one in alike if one.certainty is best.certainty]
    return best._replace(given=tuple(each for each in best.given if all(each in given for given in givens)))


def _key(candidate: Candidate) -> tuple[object, ...]:
    """Equal for candidates that differ only in their assumptions."""
    return (
        candidate.text,
        candidate.model,
        candidate.profile,
        candidate.form,
        candidate.regions,
        candidate.partition,
        candidate.written_at,
        candidate.open_region,
    )


def _whatever_is_chosen(alike: Sequence[Candidate], existence: Collection[Assumption]) -> Sequence[Candidate]:
    """Candidates of which the property has one under every choice, so that their assumptions do not matter."""
    if min(ORDER[one.certainty] for one in alike) != ORDER[Certainty.POSSIBLE]:
        return alike
    made = []
    for one in alike:
        if one.certainty is Certainty.POSSIBLE:
            given = tuple(each for each in one.given if each.basis is not Basis.OPEN or each in existence)
            made.append(one._replace(certainty=certainty(given), given=given))
    return made


def read_slot(
    context: Context,
    resource: Resource,
    alternatives: Iterable[Alternative],
    outcome: Outcome,
    reference: ModelReference | None = None,
    *,
    models_only: bool = False,
    required: bool = False,
) -> None:
    """Reads a property whose whole value names a model; adds the results to `outcome`.

    `reference` is the parsed value, if it has been parsed. With `models_only`, the name of another resource of the
    input that does not stand for a model is ignored. A null that is written for a `required` property counts as empty.
    """
    for alternative in alternatives:
        if required and isinstance(alternative.atom, Null) and alternative.trail:
            alternative = alternative._replace(atom=Text(()))
        for presence in resource.presence:
            given = join(presence, alternative.given)
            if given is None:
                continue
            here = alternative._replace(given=given)
            if models_only and _is_no_model(context, alternative.atom):
                continue
            if reference is not None:
                outcome.note(alternative)
                _read_reference(context, resource, reference, here, outcome, depth=0)
            else:
                _read(context, resource, here, outcome, depth=0)


def _is_no_model(context: Context, atom: Atom) -> bool:
    """True if the named value is made by resources of the input that do not stand for a model."""
    hole = atom if isinstance(atom, Unknown) else None
    if isinstance(atom, Text) and atom.holes and isinstance(atom.pieces[0], Unknown):
        hole = atom.pieces[0]
    if hole is None or hole.target is None:
        return False
    makers = context.makers(hole.target.address)
    return bool(makers) and all(stands_for_a_model(maker.type) is None for maker in makers)


def _read(context: Context, resource: Resource, alternative: Alternative, outcome: Outcome, depth: int) -> None:
    atom, given = alternative.atom, alternative.given
    outcome.note(alternative)
    match atom:
        case Null():
            outcome.absent = True
        case Text() as text if text.plain == "":
            # No deployment works with an empty default: it must be overridden.
            default = default_without_value(given) or next((one.subject for one in given if _is_default(one)), None)
            outcome.absent = True
            if default is not None:
                outcome.miss(Cause.INPUT_NOT_SET, default, given)
        case Unknown() as unknown:
            within = Outcome()
            for inner in inside(alternative):
                _read(context, resource, inner, within, depth)
            # Of sensitive values, only public model names are shown.
            known = [one for one in within.candidates if one.model is not None and context.resolve(one.model)]
            outcome.candidates.extend(known)
            if not (known and unknown.content):
                _follow_or_miss(context, unknown, alternative, outcome, depth)
        case Text() as text:
            reference = parse_reference(text)
            if reference is None and any(written_ids(text.marked(), context.knows)):
                # A typing error in the ARN around an id.
                outcome.miss(Cause.INVALID, text.render(), given)
            elif reference is None:
                outcome.candidates.extend(_plain(resource, text, alternative, Form.OTHER))
            else:
                _read_reference(context, resource, reference, alternative, outcome, depth)
        case _:
            outcome.miss(Cause.INVALID, "not a text", given)


def default_without_value(given: Given) -> str | None:
    """The input among the assumptions that is left at an empty default, or at null; None if there is none."""
    return next((one.subject for one in given if _is_default(one) and one.value in _WITHOUT_VALUE), None)


# As assumptions write them.
_WITHOUT_VALUE = frozenset({'""', "null"})


def _is_default(assumption: Assumption) -> bool:
    return assumption.basis is Basis.DEFAULT


def _read_reference(
    context: Context,
    resource: Resource,
    reference: ModelReference,
    alternative: Alternative,
    outcome: Outcome,
    depth: int,
) -> None:
    own = None if reference.resource_type is None else context.resolve(reference.text.render())
    if own is not None:
        # The catalog has the ARN itself: a model of the user's own.
        reference = reference._replace(base=own)
    if reference.base is not None or reference.pattern is not None:
        outcome.candidates.extend(candidates_of(context, resource, reference, alternative))
    elif reference.hole is not None:
        _follow_or_miss(context, reference.hole, alternative, outcome, depth)
    elif reference.form in _OWN_MODEL:
        outcome.candidates.extend(_plain(resource, reference.text, alternative, reference.form))
    elif ends_before_an_id(reference.text) and (default := default_without_value(alternative.given)) is not None:
        outcome.miss(Cause.INPUT_NOT_SET, default, alternative.given)
    else:
        _ask(context, resource, reference, alternative, outcome, depth)


def _ask(
    context: Context,
    resource: Resource,
    reference: ModelReference,
    alternative: Alternative,
    outcome: Outcome,
    depth: int,
) -> None:
    """Takes the models that the account gives for an ARN or a name that does not tell its model."""
    if reference.region is not None and is_one_region(reference.region):
        # The ARN says where the models behind it are called.
        resource = resource._replace(region=known_text(reference.region))
        regions: tuple[str, ...] = (reference.region,)
    else:
        regions = tuple(dict.fromkeys(region for where in regions_of(resource) for region in where.regions))
    unknown = next((one.atom.identity for one in resource.region if isinstance(one.atom, Unknown)), "AWS::Region")
    reader = Reader(regions, None, unknown)
    answered = context.answers.value(AnswerKind.RESOURCE, reference.text, reader) if depth < _FURTHEST else None
    if answered is None:
        outcome.miss(Cause.OPAQUE_NAME, reference.text.render(), alternative.given)
        return
    inner = Outcome()
    for one in answered:
        given = join(alternative.given, one.given)
        if given is not None:
            _read(context, resource, Alternative(one.atom, given, one.trail + alternative.trail), inner, depth + 1)
    # The form is that of the name through which the model is reached.
    outcome.candidates.extend(candidate._replace(form=reference.form) for candidate in inner.candidates)
    outcome.unresolved.extend(inner.unresolved)


def names_a_model(context: Context, unknown: Unknown) -> bool:
    """True if an unknown value is the name of a resource of the input that stands for a model."""
    target = unknown.target
    if target is None or (target.attribute and _NAMING.search(target.attribute) is None):
        return False
    return any(stands_for_a_model(maker.type) is not None for maker in context.makers(target.address))


def follow(context: Context, unknown: Unknown, alternative: Alternative, outcome: Outcome) -> None:
    """Reads a name that another resource of the input makes, alone or inside a text."""
    outcome.note(alternative)
    _follow_or_miss(context, unknown, alternative, outcome, depth=0)


def _follow_or_miss(context: Context, unknown: Unknown, alternative: Alternative, outcome: Outcome, depth: int) -> None:
    """Follows an unknown name to the resource that makes it, and takes the models that it stands for."""
    makers = context.makers(unknown.target.address) if unknown.target is not None else ()
    followed = False
    for maker in makers:
        form = stands_for_a_model(maker.type)
        if form is None or depth >= _FURTHEST:
            continue
        followed = True
        inner = Outcome()
        for site in sites_of(maker.type).direct:
            for found in select(maker.properties, site.path):
                for presence in maker.presence:
                    given = join_all(alternative.given, presence, found.alternative.given)
                    if given is None:
                        continue
                    step = Step(maker.location, f"{site.path} of {maker.address}")
                    through = Alternative(
                        found.alternative.atom, given, (*found.alternative.trail, step, *alternative.trail)
                    )
                    _read(context, maker, through, inner, depth + 1)
        # The form is that of the name through which the model is reached.
        named = (
            inner.candidates if form is Form.FOUNDATION_MODEL_ARN else [c._replace(form=form) for c in inner.candidates]
        )
        outcome.candidates.extend(named)
        outcome.unresolved.extend(inner.unresolved)
        if inner.candidates or inner.unresolved:
            continue
        if form is Form.PROMPT_ARN:
            # A prompt may leave its model to its callers.
            outcome.absent = True
        else:
            outcome.miss(unknown.cause, unknown.subject, alternative.given)
    if not followed:
        outcome.miss(unknown.cause, unknown.subject, alternative.given)


def candidates_of(
    context: Context, resource: Resource, reference: ModelReference, alternative: Alternative
) -> Iterator[Candidate]:
    """The candidates of a reference to a model, or of a wildcard; one for each possible Region."""
    form = reference.form
    base = reference.base
    if base is None and reference.core is not None and context.resolve(reference.core) is not None:
        # A wildcard around one known id names that model.
        base = reference.core
    model = (context.resolve(base) or base) if base is not None else None
    if form is Form.MODEL_ID and base and model and model.partition(":")[0] != base.partition(":")[0]:
        # An id without the date or the version of the base model: the spelling of the bedrock-mantle endpoint.
        form = Form.MANTLE_MODEL_ID
    trail = reference.text.trail_at(*reference.span) + alternative.trail
    for where in regions_for(resource, reference, alternative.given):
        is_gov = not where.regions and reference.geography == "us-gov"
        yield Candidate(
            text=without_credentials(reference.text.render()),
            model=model,
            profile=reference.geography,
            form=form,
            certainty=certainty(where.given),
            given=where.given,
            regions=where.regions,
            partition="aws-us-gov" if is_gov else where.partition,
            written_at=trail[0].location if trail else resource.location,
            trail=trail,
            open_region=where.open_region,
        )


def _plain(resource: Resource, text: Text, alternative: Alternative, form: Form) -> Iterator[Candidate]:
    """A candidate that names no base model."""
    trail = text.trail_at(0, len(text.marked())) + alternative.trail
    where = next(regions_of(resource), CandidateRegions())
    yield Candidate(
        text=without_credentials(text.render()),
        model=None,
        profile=None,
        form=form,
        certainty=certainty(alternative.given),
        given=alternative.given,
        regions=where.regions,
        partition=where.partition,
        written_at=trail[0].location if trail else resource.location,
        trail=trail,
    )
