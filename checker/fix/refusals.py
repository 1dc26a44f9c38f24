"""Finds reasons not to edit a spot unless the user says so: the change needs more than a new text."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from checker.fix.spots import Spot
from checker.fix.written import Use
from checker.model.lifecycle import Model
from checker.model.reference import Cost, Form, Kind, Role, Site, Usage


class Obstacle(NamedTuple):
    """The reason why a change is not made in place, and what else has to be done."""

    reason: str
    advice: str


_VECTORS = Obstacle(
    "The model makes embeddings, and vectors of two models cannot be compared.",
    "Compute all vectors again with the new model: replace the index or the knowledge base, and load its data anew.",
)
_CAPACITY = Obstacle(
    "The model is bought as provisioned throughput, which cannot change its model.",
    "Buy throughput for the new model, move the callers, and let the old one end with its term.",
)
_TRAINED = Obstacle(
    "The model is the base of a custom model.", "Train a custom model on the new base model, and move its callers."
)
_NEW_RESOURCE = Obstacle(
    "The change would replace the resource, and what refers to it.",
    "Plan the replacement: create the new one first, move what uses it, then remove the old one.",
)
_NEW_INSTANCE = Obstacle(
    "The id is also the key of an instance: under another key, Terraform replaces the resource.",
    "Add a `moved` block from the old address to the new one.",
)

_TRAINED_FORMS = (Form.CUSTOM_MODEL_ARN, Form.JOB_ARN)
# The text before an id in a value that names a model: the start of an ARN, or a route of LiteLLM.
_HEAD = re.compile(r"(?:arn:\S*/|\bbedrock/(?:[\w-]+/)*)\Z")
_COMMITMENT = re.compile(r"bedrock/\S*-commitment/\Z")
_LONGEST_HEAD = 300


def obstacle(uses: Sequence[Use], old: Model) -> Obstacle | None:
    """The gravest reason not to change the model of these uses in place; None if there is none."""
    sites = [use.assessment.reference.site for use in uses]
    if "embedding" in old.outputs or any(site.role is Role.EMBEDDING for site in sites):
        return _VECTORS
    is_bought = any(site.kind is Kind.PROVISIONED_THROUGHPUT for site in sites if _makes(site))
    # Only ids for provisioned throughput name the length of the context.
    if is_bought or any(use.named.reference.context is not None for use in uses):
        return _CAPACITY
    is_trained = any(site.kind is Kind.CUSTOM_MODEL or site.role is Role.FINE_TUNING for site in sites if _makes(site))
    if is_trained or any(use.named.reference.form in _TRAINED_FORMS for use in uses):
        return _TRAINED
    if any(site.cost is not Cost.IN_PLACE for site in sites if _makes(site)):
        return _NEW_RESOURCE
    if any(use.assessment.reference.has_instance_key(use.candidate.text) for use in uses):
        return _NEW_INSTANCE
    return None


def obstacle_at(spot: Spot, old: Model) -> Obstacle | None:
    """The obstacle of the uses of a spot. LiteLLM names provisioned throughput before the id, outside the spot."""
    start = spot.starts[0]
    is_committed = _COMMITMENT.search(spot.document.text, max(start - _LONGEST_HEAD, 0), start) is not None
    return _CAPACITY if is_committed else obstacle(spot.uses, old)


_BEFORE_VALUE = re.compile(r"""(?:\A|[:=\[,({]|^[ \t]*-?)[ \t]*["']?\Z""", re.MULTILINE)
_AFTER_VALUE = re.compile(r"""["']?[ \t]*(?:\Z|[,\])}\r\n]|[#;]|//)""")
_KEY_OF_MODEL = re.compile(r"""model[\w.-]*["']?[ \t]*[:=][ \t]*["']?\Z""", re.IGNORECASE)


def is_text(spot: Spot, *, is_followed: bool) -> bool:
    """Whether an id is only text: nothing uses it, and no key says that it names a model.

    With `is_followed`, the key does not matter: the same id changes elsewhere, and this value follows it.
    """
    if any(use.assessment.reference.mention is None for use in spot.uses):
        return False
    text, start, end = spot.document.text, spot.starts[0], spot.starts[0] + len(spot.text)
    before = _HEAD.sub("", text[max(start - _LONGEST_HEAD, 0) : start])
    is_value = _BEFORE_VALUE.search(before) and _AFTER_VALUE.match(text, end)
    return not (is_value and (is_followed or _KEY_OF_MODEL.search(before)))


def _makes(site: Site) -> bool:
    """Whether the site belongs to a resource that the code makes, and not to a look-up."""
    return site.usage is Usage.USE and not site.type.startswith("data.")
