"""Why a spot is not edited without being told to: the change is more than one of text."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from checker.fix.spots import Spot
from checker.fix.written import Use
from checker.model.lifecycle import Model
from checker.model.reference import Cost, Form, Kind, Role, Site, Usage


class Obstacle(NamedTuple):
    """Why the change is not made in place, and what has to be done besides."""

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

_TRAINED_FORMS = (Form.CUSTOM_MODEL_ARN, Form.JOB_ARN)
# What stands before the id in a value that is a model: an ARN, the route of LiteLLM, a geography that is not known.
_HEAD = re.compile(r"(?:arn:\S*/|\bbedrock/(?:[\w-]+/)*)\Z")
_COMMITMENT = re.compile(r"bedrock/\S*-commitment/\Z")
_LONGEST_HEAD = 300


def obstacle(uses: Sequence[Use], old: Model) -> Obstacle | None:
    """The gravest reason why the model of uses is not changed in place; None if it can be."""
    sites = [use.assessment.reference.site for use in uses]
    if "embedding" in old.outputs or any(site.role is Role.EMBEDDING for site in sites):
        return _VECTORS
    is_bought = any(site.kind is Kind.PROVISIONED_THROUGHPUT for site in sites if _makes(site))
    # Only bought capacity is named with the length of its context.
    if is_bought or any(use.named.reference.context is not None for use in uses):
        return _CAPACITY
    is_trained = any(site.kind is Kind.CUSTOM_MODEL or site.role is Role.FINE_TUNING for site in sites if _makes(site))
    if is_trained or any(use.named.reference.form in _TRAINED_FORMS for use in uses):
        return _TRAINED
    if any(site.cost is not Cost.IN_PLACE for site in sites if _makes(site)):
        return _NEW_RESOURCE
    return None


def obstacle_at(spot: Spot, old: Model) -> Obstacle | None:
    """That of the uses of a spot; LiteLLM names bought capacity before the id."""
    start = spot.starts[0]
    is_committed = _COMMITMENT.search(spot.document.text, max(start - _LONGEST_HEAD, 0), start) is not None
    return _CAPACITY if is_committed else obstacle(spot.uses, old)


_BEFORE_VALUE = re.compile(r"""(?:\A|[:=\[,({]|^[ \t]*-?)[ \t]*["']?\Z""", re.MULTILINE)
_AFTER_VALUE = re.compile(r"""["']?[ \t]*(?:\Z|[,\])}\r\n]|[#;]|//)""")
_KEY_OF_MODEL = re.compile(r"""model[\w.-]*["']?[ \t]*[:=][ \t]*["']?\Z""", re.IGNORECASE)


def is_text(spot: Spot, *, is_followed: bool) -> bool:
    """Whether nothing says of an id that it is the model of something: no use, no key that names a model.

    With `is_followed`, it is one of the values of a setting that changes.
    """
    if any(use.assessment.reference.mention is None for use in spot.uses):
        return False
    text, start, end = spot.document.text, spot.starts[0], spot.starts[0] + len(spot.text)
    before = _HEAD.sub("", text[max(start - _LONGEST_HEAD, 0) : start])
    is_value = _BEFORE_VALUE.search(before) and _AFTER_VALUE.match(text, end)
    return not (is_value and (is_followed or _KEY_OF_MODEL.search(before)))


def _makes(site: Site) -> bool:
    """Whether the site is of a resource that the code makes, and not of a look-up."""
    return site.usage is Usage.USE and not site.type.startswith("data.")
