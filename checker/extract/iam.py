"""IAM policy documents: the models that a statement grants, each where it is written."""

import fnmatch
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from checker.extract.candidates import ORDER, Context
from checker.extract.properties import Found, select, select_in, without_numbers
from checker.immutable import immutable
from checker.model.reference import Candidate, Form, Reference, Role, Usage
from checker.model.resource import Change, Framework, Resource
from checker.references import PROVIDERS, ModelReference, parse_reference, written_ids
from checker.values import Alternative, Json, List, Map, Null, Text, Unknown, Value
from checker.values.operations import known, to_json_text

# IAM policy documents: the models that a statement grants.

# The type of the data source that writes a policy document.
POLICY_DOCUMENT = "data.aws_iam_policy_document"
_PARTS = frozenset({
    "statement", "source_json", "override_json", "source_policy_documents", "override_policy_documents", "json",
    "minified_json",
})  # fmt: skip

# The actions that take a model. A wildcard in a statement without any of them grants no use of a model.
_MODEL_ACTIONS = (
    "bedrock:InvokeModel",
    "bedrock:InvokeModelWithResponseStream",
    "bedrock:CreateInferenceProfile",
    "bedrock:CreateModelCustomizationJob",
    "bedrock:CreateModelInvocationJob",
    "bedrock:CreateProvisionedModelThroughput",
)

# A wildcard over other resources (jobs, guardrails, agents) covers no model.
_MODEL_RESOURCES = frozenset(
    {
        "foundation-model",
        "inference-profile",
        "application-inference-profile",
        "provisioned-model",
        "custom-model",
        "custom-model-deployment",
        "imported-model",
        "prompt-router",
        "default-prompt-router",
    }
)


class Grant(NamedTuple):
    """An entry in the resources of a statement, always or under assumptions."""

    path: str
    alternative: Alternative
    usage: Usage
    reference: ModelReference | None
    may_be_absent: bool = False


def is_policy(document: Map) -> bool:
    """True if a map is an IAM policy document: it has statements with effects and actions."""
    statement = document.entries.get("Statement")
    if statement is None:
        return False
    for alternative in statement:
        items = alternative.atom.items if isinstance(alternative.atom, List) else ((alternative,),)
        for item in items:
            for one in item:
                if isinstance(one.atom, Map) and not {"Action", "NotAction"}.isdisjoint(one.atom.entries):
                    return True
    return False


def document_of_blocks(properties: Value) -> Value:
    """The policy document in the blocks of a Terraform `aws_iam_policy_document`, as far as models matter."""
    names = {"effect": "Effect", "actions": "Action", "resources": "Resource", "not_resources": "NotResource"}
    statements: dict[str, list[Alternative]] = {}
    for found in select(properties, "statement"):
        atom = found.alternative.atom
        here = found.alternative
        if isinstance(atom, Map):
            renamed = {names[key]: entry for key, entry in atom.entries.items() if key in names}
            conditions = atom.entries.get("condition")
            if conditions is not None:
                renamed["Condition"] = conditions
            here = here._replace(atom=Map(renamed))
        statements.setdefault(found.path, []).append(here)
    return known(Map({"Statement": known(List(tuple(map(tuple, statements.values()))))}))


def beside_blocks(properties: Value) -> Value:
    """The content of an `aws_iam_policy_document` that is neither a statement nor another document."""
    return tuple(
        one._replace(
            atom=Map({key: entry for key, entry in one.atom.entries.items() if key not in _PARTS}, one.atom.rest)
        )
        for one in properties
        if isinstance(one.atom, Map)
    )


def grants(document: Found, is_known: Callable[[str], bool]) -> Iterator[Grant]:
    """The locations in a policy document that name a model or cover models by a wildcard, or may.

    `is_known` tells whether the catalog knows an id.
    """
    statements = list(select_in(document.alternative, ("Statement",), document.path))
    absent = {each.path for each in statements if isinstance(each.alternative.atom, Null)}
    for statement in statements:
        if isinstance(statement.alternative.atom, Map):
            for grant in _of_statement(statement, is_known):
                yield grant._replace(may_be_absent=True) if statement.path in absent else grant


def _of_statement(statement: Found, is_known: Callable[[str], bool]) -> Iterator[Grant]:
    actions = tuple(_texts(statement, "Action"))
    denies = any(effect == "Deny" for effect in _texts(statement, "Effect"))
    takes_models = any(_allows_model(action) for action in actions)
    for key, usage in (("Resource", Usage.GRANT), ("NotResource", Usage.MENTION)):
        resources = list(select_in(statement.alternative, (key,), statement.path))
        absent = {found.path for found in resources if isinstance(found.alternative.atom, Null)}
        for found in resources:
            atom = found.alternative.atom
            as_usage = Usage.MENTION if denies else usage
            match atom:
                case Text() as text:
                    reference = _reference(text, takes_models=takes_models)
                    # The ARN around an id may have a typing error.
                    is_damaged = (
                        takes_models and not parse_reference(text) and any(written_ids(text.marked(), is_known))
                    )
                    if reference is not None or is_damaged:
                        yield Grant(found.path, found.alternative, as_usage, reference, found.path in absent)
                case Unknown() if takes_models:
                    yield Grant(found.path, found.alternative, as_usage, None, found.path in absent)


def _texts(statement: Found, key: str) -> Iterator[str]:
    for found in select_in(statement.alternative, (key,)):
        atom = found.alternative.atom
        if isinstance(atom, Text) and atom.plain is not None:
            yield atom.plain


def _allows_model(action: str) -> bool:
    # `*` alone is an administrator's grant, not one for Bedrock.
    if not action.lower().startswith("bedrock:"):
        return False
    return any(fnmatch.fnmatchcase(one.lower(), action.lower()) for one in _MODEL_ACTIONS)


def _reference(text: Text, *, takes_models: bool) -> ModelReference | None:
    if text.plain == "*":
        whole = ModelReference(text, Form.WILDCARD, (0, 1), region="*", pattern="*")
        return whole if takes_models else None
    reference = parse_reference(text)
    if reference is None:
        return None
    if reference.base is not None:
        # A file in a bucket (`…/index.html`) also looks like an id.
        named = reference.resource_type is not None or reference.provider in PROVIDERS
        return reference if named or takes_models else None
    if reference.pattern is not None:
        over_models = reference.resource_type is None or reference.resource_type in _MODEL_RESOURCES
        return reference if over_models and (takes_models or reference.core is not None) else None
    if reference.hole is not None:
        named = reference.resource_type in _MODEL_RESOURCES
        return reference if named or takes_models else None
    return reference if reference.resource_type in _MODEL_RESOURCES else None


def conditions(document: Found) -> Iterable[Found]:
    """The values of the conditions of a policy document; they may name inference profiles."""
    for statement in select_in(document.alternative, ("Statement",), document.path):
        yield from select_in(statement.alternative, ("Condition",), statement.path)


# Removes grants that a policy repeats from a policy document; they stay where they are written.


def without_copies(context: Context, references: Sequence[Reference]) -> Iterator[Reference]:
    """The references without the grants of policies whose value comes from a policy document of the same input.

    The document already has them, at the line where they are written. In a plan, the document is caused by the resource
    that uses it.
    """
    documents = [reference for reference in references if reference.resource_type == POLICY_DOCUMENT]
    if not documents:
        yield from references
        return
    made = _Documents.of(context, documents)
    copies = {reference.id: of for reference in references if (of := made.copied(context, reference))}
    brought: dict[str, Reference] = {}
    for reference in references:
        for document in copies.get(reference.id, ()):
            known = brought.get(document)
            if known is None or _UNTOUCHED.get(known.change, 2) < _UNTOUCHED.get(reference.change, 2):
                brought[document] = reference
    for reference in references:
        by = brought.get(reference.id)
        if by is not None and reference.change is Change.READ:
            yield reference._replace(change=by.change, models_before=by.models_before)
        elif reference.id not in copies:
            yield reference


# How much a plan changes a resource; an unknown change counts as the largest.
_UNTOUCHED: Mapping[Change | None, int] = {Change.NO_OP: 0, Change.READ: 0, Change.FORGET: 0, Change.UPDATE: 1}


@immutable
class _Documents:
    """The grants of the policy documents of an input, with the ids of their references, and their statements."""

    grants: Mapping[tuple[object, ...], Sequence[tuple[Candidate | None, str]]]
    statements: frozenset[str]

    @classmethod
    def of(cls, context: Context, references: Sequence[Reference]) -> "_Documents":
        grants: dict[tuple[object, ...], list[tuple[Candidate | None, str]]] = {}
        for reference in references:
            for key, candidate in _written(reference):
                grants.setdefault(key, []).append((candidate, reference.id))
        made = {reference.address for reference in references if reference.framework is not Framework.TERRAFORM}
        return cls(grants, frozenset(each for name in made for each in _statements(context.resources[name], "json")))

    def copied(self, context: Context, reference: Reference) -> Sequence[str]:
        """The ids of the references to the same grants in documents; empty unless the value is made from them."""
        if reference.site.role is not Role.GRANT or reference.resource_type == POLICY_DOCUMENT:
            return ()
        located = reference.framework is Framework.TERRAFORM
        if not located:
            # A plan and a state do not tell the origin of a policy, only that it is equal.
            location = without_numbers(reference.path).partition(".Statement")[0]
            own = _statements(context.resources[reference.address], location)
            if not own or not self.statements.issuperset(own):
                return ()
        found: list[str] = []
        for key, mine in _written(reference):
            originals = [
                name
                for other, name in self.grants.get(key, ())
                if mine is None or (other is not None and _is_original(other, mine, located=located))
            ]
            if not originals:
                return ()
            found += originals
        return found


def _is_original(original: Candidate, copy: Candidate, *, located: bool) -> bool:
    if located and copy.trail[: len(original.trail)] != original.trail:
        return False
    return ORDER[original.certainty] <= ORDER[copy.certainty]


def _statements(resource: Resource, path: str) -> list[str]:
    """The normalized statements of the policies at a path of a resource."""
    found: list[str] = []
    for one in select(resource.properties, path):
        atom = one.alternative.atom
        for alternative in to_json_text(atom.value) if isinstance(atom, Json) else (one.alternative,):
            plain = alternative.atom.plain if isinstance(alternative.atom, Text) else None
            with suppress(ValueError, RecursionError, AttributeError):
                statements = json.loads(plain or "").get("Statement")
                listed = statements if isinstance(statements, list) else [statements]
                found += [json.dumps(statement, sort_keys=True) for statement in listed]
    return found


def _written(reference: Reference) -> Iterator[tuple[tuple[object, ...], Candidate | None]]:
    """The grant and its location; a plan and a state do not tell the location."""
    located = reference.framework is Framework.TERRAFORM
    for candidate in reference.candidates:
        yield (candidate.text, candidate.written_at if located else None), candidate
    if reference.unresolved is not None:
        yield (reference.unresolved,), None
