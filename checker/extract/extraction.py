"""The references of an input."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

from checker.extract import calls, iam
from checker.extract.advice import advised
from checker.extract.calls import arms, chosen_among, put_together, texts_in
from checker.extract.candidates import Context, Outcome, Resolve, read_slot
from checker.extract.changes import with_models_before
from checker.extract.free_text import as_name, find, tells_nothing
from checker.extract.iam import without_copies
from checker.extract.properties import (
    PARAMETER,
    Choices,
    Found,
    choices_of,
    join_paths,
    list_around,
    segments_of,
    select,
    unread,
    walk,
    without_numbers,
)
from checker.extract.sites import (
    Sites,
    is_of_bedrock,
    is_unknown_type,
    misspelt_type,
    own_row,
    site_by_name,
    site_of_text,
    sites_of,
)
from checker.extract.variable_names import Neighbours, RegionsBeside, is_from_store, named_path, variable_at
from checker.model.answers import Answers
from checker.model.problem import Problem, ProblemKind
from checker.model.reference import Cost, Form, Kind, Reference, Role, Site, Usage
from checker.model.resource import Framework, Resource
from checker.references import find_ids, parse_reference
from checker.source.json import is_json
from checker.values import Alternative, Assumption, Basis, Cause, Map, Text, Unknown, join
from checker.values.operations import literal

_LOOK_UPS = ("data.aws_bedrock", "data.awscc_bedrock")


def extract(
    resources: Sequence[Resource],
    resolve: Resolve,
    elsewhere: Sequence[Resource] = (),
    answers: Answers | None = None,
    sites: Callable[[str], Sites] = sites_of,
) -> tuple[Reference, ...]:
    """Every reference to a model in the resources of one input, in their order.

    References may lead to resources of other inputs, `elsewhere`. `resolve` returns the id of the base model for an id
    or an alias in the catalog, else None: free text counts only if it does. `sites` returns the rows of a resource
    type; by default those of code.
    """
    by_address = {resource.address: resource for resource in (*elsewhere, *resources)}
    instances: dict[str, list[Resource]] = {}
    for resource in resources:
        if (block := _without_key(resource.address)) != resource.address:
            instances.setdefault(block, []).append(resource)
    context = Context(resolve, by_address, instances, answers or Answers(), sites)
    neighbours = Neighbours(context)
    references = [
        reference
        for resource in resources
        if not resource.names_no_model
        for reference in _with_models_before(context, neighbours, resource, _of_resource(context, neighbours, resource))
    ]
    references = list(without_copies(context, references))
    parameters = [resource for resource in resources if resource.type == PARAMETER]
    if parameters:
        read = {step.location for each in references for candidate in each.candidates for step in candidate.trail}
        for parameter in parameters:
            references += _of_choices(context, parameter, unread(parameter, read))
    return tuple(references)


def _without_key(address: str) -> str:
    """The address without the key of its last part: `x.y["a"]` is an instance of `x.y`."""
    # A name in a plan may end like this without having a key.
    return address.rpartition("[")[0] or address if address.endswith("]") else address


def _of_resource(context: Context, neighbours: Neighbours, resource: Resource) -> Iterator[Reference]:
    if resource.type == PARAMETER:
        # Whether a use reads its allowed values is known only after everything else.
        return
    sites = context.sites(resource.type)
    taken: set[str] = set()
    for site in sites.direct:
        for reference in _of_site(context, resource, site):
            if reference.path not in taken:
                taken.add(reference.path)
                yield reference
    for reference in _by_name(context, resource, sites):
        taken.add(reference.path)
        yield reference
    if resource.type.startswith(_LOOK_UPS):
        # The result of a look-up tells what exists, not what is used.
        return
    if resource.type == iam.POLICY_DOCUMENT:
        document = Found("", iam.document_of_blocks(resource.properties)[0])
        yield from _of_policy(context, resource, [document], sites)
        # Terraform would refuse its other content, such as a line outside its block.
        other = resource._replace(properties=iam.beside_blocks(resource.properties))
        yield from _of_texts(context, neighbours, other, sites, taken)
    else:
        yield from _of_texts(context, neighbours, resource, sites, taken)


def _of_site(context: Context, resource: Resource, site: Site) -> Iterator[Reference]:
    grouped: dict[str, list[Alternative]] = {}
    for found in select(resource.properties, site.path):
        grouped.setdefault(found.path, []).append(found.alternative)
    for path, alternatives in grouped.items():
        yield from _at_site(context, resource, site, path, alternatives)


def _at_site(
    context: Context, resource: Resource, site: Site, path: str, alternatives: Sequence[Alternative]
) -> Iterator[Reference]:
    outcome = Outcome()
    if Form.PROVIDER_MODEL_ID in site.accepts:
        of_bedrock = [one for one in alternatives if _may_be_of_bedrock(context, one, site)]
        outcome.absent = len(of_bedrock) < len(alternatives)
        alternatives = of_bedrock
    if site.role is Role.GUARDRAIL_SCOPE:
        alternatives = [one for one in alternatives if not (isinstance(one.atom, Text) and one.atom.plain == "ALL")]
    read_slot(context, resource, alternatives, outcome, required=site.required)
    reference = _reference(resource, path, site, outcome)
    if reference is not None:
        yield reference


def _by_name(context: Context, resource: Resource, sites: Sites) -> Iterator[Reference]:
    """References in properties of Bedrock's types that no row names, but whose own name suggests a model."""
    if not is_of_bedrock(resource.type):
        return
    # As in `select`, an element of a list is at the path of the list.
    listed = {segments_of(site.path) for site in sites.direct}
    named: dict[str, tuple[Site, list[Alternative]]] = {}
    for found in walk(resource.properties, lambda _document: False):
        path = without_numbers(found.path)
        site = None if segments_of(path) in listed else site_by_name(resource.type, path)
        if site is not None:
            named.setdefault(found.path, (site, []))[1].append(found.alternative)
    for path, (site, alternatives) in named.items():
        yield from _at_site(context, resource, site, path, alternatives)


def problems_of(resources: Iterable[Resource]) -> Iterator[Problem]:
    """Problems of resources whose references may be missing: nothing is known of some types."""
    for resource in resources:
        if is_unknown_type(resource.type) and resource.location is not None:
            message = (
                f"The type {resource.type} of {resource.address} is newer than this version of bedrock-eol: models were"
                " looked for in its properties that are named so."
            )
            advice = "Update bedrock-eol, or look whether it uses more models than were found."
            yield Problem.at(resource.location, ProblemKind.UNSUPPORTED, message, advice, incomplete=False)
        elif resource.location is not None and (meant := misspelt_type(resource.type)) is not None:
            message = f"The type {resource.type} of {resource.address} is not known; did you mean {meant}?"
            advice = "Correct the type: models were looked for in its texts only."
            yield Problem.at(resource.location, ProblemKind.INVALID_VALUE, message, advice, incomplete=False)


def _may_be_of_bedrock(context: Context, alternative: Alternative, site: Site) -> bool:
    """True if a property that also takes models of other vendors names one of Bedrock's, or may.

    An unknown value may, unless the property only takes other vendors' spellings.
    """
    takes_more = len(site.accepts) > 1 or "litellm" in site.path.lower().replace("_", "")
    match alternative.atom:
        case Text() as text:
            if text.marked().startswith("bedrock/") or ":bedrock:" in text.marked():
                return True
            if text.holes and isinstance(text.pieces[0], Unknown) and takes_more:
                return True
            ids = [found.base or "" for found in find_ids(text)]
            return any(context.resolve(one) or len(site.accepts) > 1 for one in ids)
        case Unknown():
            return takes_more
        case _:
            return False


def _with_models_before(
    context: Context, neighbours: Neighbours, resource: Resource, references: Iterable[Reference]
) -> Iterable[Reference]:
    """The references of a resource that a plan changes, with the models of the same properties before."""
    if not resource.before:
        return references
    as_it_was = resource._replace(properties=resource.before, before=())
    return with_models_before(references, _of_resource(context, neighbours, as_it_was))


def _reference(resource: Resource, path: str, site: Site, outcome: Outcome) -> Reference | None:
    if outcome.is_empty:
        return None
    candidates, unresolved, complete = outcome.finished(resource.presence)
    if not candidates and unresolved is None:
        return None
    return Reference(
        id=f"{resource.input}#{resource.address}#{path}",
        framework=resource.framework,
        input=resource.input,
        address=resource.address,
        resource_type=resource.type,
        path=path,
        site=site,
        location=outcome.location or resource.location,
        candidates=candidates,
        unresolved=None if unresolved is None else advised(unresolved, resource.framework),
        change=resource.change,
        commitment=_commitment(resource) if site.kind is Kind.PROVISIONED_THROUGHPUT else None,
        tags=resource.tags,
        stack=resource.stack,
        complete=complete,
        name=resource.name,
    )


def _commitment(resource: Resource) -> str | None:
    for name in ("commitment_duration", "commitmentDuration"):
        for found in select(resource.properties, name):
            if isinstance(found.alternative.atom, Text):
                return found.alternative.atom.plain
    return None


def _of_texts(
    context: Context, neighbours: Neighbours, resource: Resource, sites: Sites, taken: set[str]
) -> Iterator[Reference]:
    """The references in free text, in IAM policies and in API calls, anywhere in the properties."""
    texts: dict[str, list[Alternative]] = {}
    # A property may be one of several documents.
    policies: dict[str, list[Found]] = {}
    requests: dict[str, list[Found]] = {}

    def is_document(document: Map) -> bool:
        return iam.is_policy(document) or calls.is_call(document)

    for found in walk(resource.properties, is_document):
        atom = found.alternative.atom
        if isinstance(atom, Map):
            (policies if iam.is_policy(atom) else requests).setdefault(found.path, []).append(found)
        elif found.path not in taken:
            texts.setdefault(found.path, []).append(found.alternative)
    for path, documents in policies.items():
        yield from _of_policy(context, resource, documents, sites, is_one_of_several=path in texts)
    for documents in requests.values():
        yield from _of_call(context, resource, documents, sites)
    direct = {site.path for site in sites.direct}
    listed: dict[str, Choices] = {}
    beside = RegionsBeside(resource, texts)
    for path, alternatives in texts.items():
        row = site_of_text(resource.type, path, sites)
        from_store = is_from_store(path, texts)
        if row.kind not in _MUST_BE_JSON and not from_store and all(map(tells_nothing, alternatives)):
            continue
        around = list_around(path)
        if around is None:
            # A property that the table lists for other vendors' models is not one for Bedrock's, whatever its name.
            name = variable_at(path, texts)
            unset = partial(neighbours.unset, name=name, resource=resource, from_store=from_store)
            site = as_name(row, name, alternatives)
            is_site = without_numbers(path) in direct
            here = beside.of(path)
            for reference in _of_text(context, here, path, alternatives, sites, site, None if is_site else unset):
                yield reference._replace(named_path=named_path(path, texts))
        else:
            listed.setdefault(around, []).extend(alternatives)
    for path, choices in listed.items():
        yield from _of_choices(context, resource, {path: choices})


def _of_text(
    context: Context,
    resource: Resource,
    path: str,
    alternatives: Iterable[Alternative],
    sites: Sites,
    site: Site,
    unset: Callable[[Alternative], Unknown | None] | None = None,
) -> Iterator[Reference]:
    """The reference of a text that may contain models. `unset` tells why one that a name suggests is unknown."""
    outcome = Outcome()
    find(context, resource, _each_choice(alternatives, path), outcome)
    for alternative in alternatives:
        if without_numbers(path) == site.path and _is_no_document(resource, site, alternative):
            outcome.miss(Cause.PARSE_FAILED, f"{resource.address}.{path}", alternative.given)
        elif isinstance(alternative.atom, Unknown) and resource.framework is Framework.TERRAFORM_PLAN:
            cause = _lost(context, alternative.atom, path, site, sites, is_found=bool(outcome.candidates))
            if cause is not None:
                outcome.miss(cause, f"{resource.address}.{path}", alternative.given)
        unknown = None if unset is None else unset(alternative)
        # What was found, or is unknown, may be the whole text; an input that is not set may still be any model.
        is_told = not outcome.is_empty
        if unknown is not None and (unknown.cause is Cause.INPUT_NOT_SET or not is_told):
            outcome.note(alternative)
            outcome.miss(unknown.cause, unknown.subject, alternative.given)
    reference = _reference(resource, path, site, outcome)
    if reference is not None:
        yield reference


def _each_choice(alternatives: Iterable[Alternative], path: str) -> Iterator[Alternative]:
    """The alternatives; an expression that chooses among texts becomes one alternative per text."""
    for alternative in alternatives:
        choices = chosen_among(alternative.atom) if isinstance(alternative.atom, Text) else ()
        yield from _each(choices, path, alternative) if choices else (alternative,)


_MUST_BE_JSON = frozenset({Kind.IAM, Kind.STEP_FUNCTIONS})


def _is_no_document(resource: Resource, site: Site, alternative: Alternative) -> bool:
    """True if a text that must be a policy or a JSON definition is invalid: its file may be truncated."""
    if not resource.type.startswith("aws_") or site.kind not in _MUST_BE_JSON:
        return False
    plain = alternative.atom.plain if isinstance(alternative.atom, Text) else None
    return plain is not None and bool(plain.strip()) and not is_json(plain)


def _lost(context: Context, unknown: Unknown, path: str, site: Site, sites: Sites, *, is_found: bool) -> Cause | None:
    """Why a plan may have lost a model in the code; None if it has not.

    A plan keeps no literals of an expression with an unknown part. A value that is one variable's counts as its name,
    and a document as the block that writes it.
    """
    is_carrier = site in sites.carriers and site.usage is not Usage.MENTION
    if not is_carrier and not is_found:
        return None
    if unknown.cause is Cause.SENSITIVE:
        return Cause.SENSITIVE
    if unknown.content:
        # The code tells what is known of it.
        return None
    makers = context.makers(unknown.target.address) if unknown.target is not None else ()
    if makers and all(maker.type == iam.POLICY_DOCUMENT for maker in makers):
        return None
    if site.path.rpartition(".")[2] in _ONE_NAME or site.kind is Kind.SSM:
        return None
    holds_one = site.path.endswith(("{}", ".value")) and site.kind is Kind.ENV
    is_whole = len(segments_of(path)) < len(segments_of(site.path)) + (not holds_one)
    return Cause.DEPLOY_TIME if is_whole or site.kind is not Kind.ENV else None


# Arguments that usually have a single value, not a document.
_ONE_NAME = frozenset({"secret_string", "secret_string_wo"})


def _of_choices(context: Context, resource: Resource, lists: Mapping[str, Choices]) -> Iterator[Reference]:
    """One reference for each list of values of which one may be chosen."""
    for path, choices in lists.items():
        # Nothing in the list has to be chosen.
        outcome = Outcome(absent=True)
        find(context, resource, choices_of(resource, path, choices), outcome)
        reference = _reference(resource, path, own_row(resource.type, without_numbers(path), Usage.SELECTABLE), outcome)
        if reference is not None:
            yield reference


def _of_policy(
    context: Context,
    resource: Resource,
    documents: Sequence[Found],
    sites: Sites,
    *,
    is_one_of_several: bool = False,
) -> Iterator[Reference]:
    """One reference for each location in an IAM policy that names models; the policy is one of the documents."""
    grouped: dict[str, list[iam.Grant]] = {}
    for grant in (grant for document in documents for grant in iam.grants(document, context.knows)):
        grouped.setdefault(grant.path, []).append(grant)
    for path, grants in grouped.items():
        outcome = Outcome(absent=is_one_of_several or any(grant.may_be_absent for grant in grants))
        for grant in grants:
            read_slot(context, resource, [grant.alternative], outcome, grant.reference, models_only=True)
        site = _site_of_grant(resource, path, grants[0].usage, documents[0], sites)
        reference = _reference(resource, path, site, outcome)
        if reference is not None:
            yield reference
    texts: dict[str, list[Alternative]] = {}
    for condition in (condition for document in documents for condition in iam.conditions(document)):
        for found in walk((condition.alternative,), lambda _: False):
            texts.setdefault(join_paths(condition.path, found.path), []).append(found.alternative)
    for path, alternatives in texts.items():
        outcome = Outcome()
        find(context, resource, alternatives, outcome)
        site = _site_of_grant(resource, path, Usage.GRANT, documents[0], sites)
        reference = _reference(resource, path, site, outcome)
        if reference is not None:
            yield reference


def _site_of_grant(resource: Resource, path: str, usage: Usage, document: Found, sites: Sites) -> Site:
    row = next((site for site in sites.carriers if site.role is Role.GRANT), None)
    if resource.type == iam.POLICY_DOCUMENT:
        name = _DOCUMENT_NAMES.sub(lambda match: _TERRAFORM_NAMES[match[0]], without_numbers(path))
        written = name.removesuffix("[]")
    else:
        written = row.path if row is not None else without_numbers(document.path)
    return Site(resource.type, written, Role.GRANT, Kind.IAM, usage, (), Cost.IN_PLACE)


_TERRAFORM_NAMES = {
    "Statement": "statement",
    "NotResource": "not_resources",
    "Resource": "resources",
    "Condition": "condition",
}
_DOCUMENT_NAMES = re.compile(r"Statement|NotResource|Resource|Condition")


def _of_call(context: Context, resource: Resource, documents: Sequence[Found], sites: Sites) -> Iterator[Reference]:
    """The references of an API call, which is one of the documents.

    They are its parameters that name a model, and the ids in all its other texts.
    """
    taken: dict[str, Outcome] = {}
    callers = [calls.with_region(resource, document) for document in documents]
    for document, here in zip(documents, callers, strict=True):
        for slot in calls.slots(document):
            outcome = taken.setdefault(slot.found.path, Outcome(location=slot.location))
            if slot.at_run_time:
                _read_at_run_time(context, here, slot.found, outcome)
            else:
                read_slot(context, here, [slot.found.alternative], outcome)
    for path, outcome in taken.items():
        reference = _reference(resource, path, _site_of_call(resource, path, sites), outcome)
        if reference is not None:
            yield reference
    texts: dict[str, list[Alternative]] = {}
    for document in documents:
        for found in walk((document.alternative,), lambda _: False):
            path = join_paths(document.path, found.path)
            if path not in taken:
                texts.setdefault(path, []).append(found.alternative)
    # Documents that take each other's place seldom name several Regions.
    around = callers[0] if all(each.region == callers[0].region for each in callers) else resource
    for path, alternatives in texts.items():
        yield from _of_text(context, around, path, alternatives, sites, site_of_text(resource.type, path, sites))


def _read_at_run_time(context: Context, resource: Resource, slot: Found, outcome: Outcome) -> None:
    """Reads an expression that a state machine evaluates: the texts that its arms build, or else its literals."""
    outcome.note(slot.alternative)
    atom = slot.alternative.atom
    for arm in arms(atom) if isinstance(atom, Text) else ():
        chosen = tuple(
            Assumption(condition, str(holds).lower(), True, Basis.OPEN, bounded=True)
            for condition, holds in arm.conditions
        )
        given = join(slot.alternative.given, chosen)
        if given is None:
            continue
        here = slot.alternative._replace(atom=arm.expression, given=given)
        made = put_together(arm.expression)
        reference = None if made is None else parse_reference(made)
        if reference is not None and reference.base is not None:
            read_slot(context, resource, [here], outcome, reference)
            continue
        outcome.miss(Cause.RUN_TIME, slot.path, given)
        outcome.absent = True
        find(context, resource, _each(texts_in(arm.expression), slot.path, here), outcome)


def _each(texts: Iterable[Text], path: str, alternative: Alternative) -> Iterator[Alternative]:
    """The texts, each under the assumption that the expression at a path returns it."""
    for text in texts:
        chosen = Assumption(path, literal(text) or text.render(), True, Basis.OPEN)
        given = join(alternative.given, (chosen,))
        if given is not None:
            yield alternative._replace(atom=text, given=given)


def _site_of_call(resource: Resource, path: str, sites: Sites) -> Site:
    row = site_of_text(resource.type, path, sites)
    kind = row.kind if row.kind is not Kind.OTHER or ".States." not in f".{path}" else Kind.STEP_FUNCTIONS
    return Site(resource.type, row.path, Role.GENERATION, kind, Usage.INDIRECT, (), Cost.IN_PLACE)
