"""IAM policy documents: the models that a statement grants."""

import fnmatch
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from checker.extract.properties import Found, select, select_in
from checker.model.reference import Form, Usage
from checker.references import PROVIDERS, ModelReference, parse_reference, written_ids
from checker.values import Alternative, List, Map, Null, Text, Unknown, Value
from checker.values.operations import known

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
