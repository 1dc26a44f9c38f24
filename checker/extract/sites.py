"""The sites table: the properties that name a model, by resource type."""

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from checker.extract.properties import of_paths, segments_of, without_numbers
from checker.model.reference import Cost, Form, Kind, Role, Site, Usage

# The resources that stand for a model: a reference to one of them is a reference to its model.
_STANDS_FOR_A_MODEL = frozenset(
    {
        Kind.INFERENCE_PROFILE,
        Kind.PROVISIONED_THROUGHPUT,
        Kind.CUSTOM_MODEL,
        Kind.PROMPT,
        Kind.PROMPT_ROUTER,
    }
)

_FORM_OF_KIND = {
    Kind.INFERENCE_PROFILE: Form.APPLICATION_INFERENCE_PROFILE_ARN,
    Kind.PROVISIONED_THROUGHPUT: Form.PROVISIONED_MODEL_ARN,
    Kind.CUSTOM_MODEL: Form.CUSTOM_MODEL_ARN,
    Kind.PROMPT: Form.PROMPT_ARN,
    Kind.PROMPT_ROUTER: Form.PROMPT_ROUTER_ARN,
}


class Sites(NamedTuple):
    """The rows of one resource type: where a model is the whole value, and where a text may contain one."""

    direct: tuple[Site, ...] = ()
    carriers: tuple[Site, ...] = ()

    @classmethod
    def of(cls, rows: Iterable[Site]) -> "Sites":
        """The rows of one type; those without accepted forms contain text."""
        all_rows = tuple(rows)
        return cls(tuple(row for row in all_rows if row.accepts), tuple(row for row in all_rows if not row.accepts))


def sites_of(resource_type: str) -> Sites:
    """The sites of a resource type; empty for a type that has none."""
    return _table().get(resource_type, Sites())


def stands_for_a_model(resource_type: str) -> Form | None:
    """The form of a reference to such a resource, or None if the resource does not stand for a model."""
    for site in sites_of(resource_type).direct:
        if site.kind in _STANDS_FOR_A_MODEL:
            return _FORM_OF_KIND[site.kind]
        if site.role is Role.LOOKUP:
            return Form.FOUNDATION_MODEL_ARN
    return None


# In these namespaces, a property with such a name counts even if the table does not have it.
_BEDROCK = "AWS::Bedrock"
_NAMES_A_MODEL = re.compile(r"(?:^|[a-z])[Mm]odel(?:Id|Arn|Identifier)?s?$")


def is_of_bedrock(resource_type: str) -> bool:
    """Whether a type is one of CloudFormation's namespaces for Bedrock."""
    return resource_type.startswith(_BEDROCK)


def site_by_name(resource_type: str, path: str) -> Site | None:
    """A row for a property of a Bedrock type with a name like a model's; None for others.

    `path` is that of the property, with `[]` for elements of lists.
    """
    if not _NAMES_A_MODEL.search(path.removesuffix("[]").rpartition(".")[2]):
        return None
    return Site(
        type=resource_type,
        path=path,
        role=Role.GENERATION,
        kind=Kind.AGENTCORE if "AgentCore" in resource_type else Kind.OTHER,
        usage=Usage.USE,
        accepts=(Form.MODEL_ID, Form.INFERENCE_PROFILE_ID, Form.FOUNDATION_MODEL_ARN, Form.PROVIDER_MODEL_ID),
        cost=Cost.IN_PLACE,
    )


def site_of_text(resource_type: str, path: str, sites: Sites) -> Site:
    """The row of the table for a property; without one, a new row."""
    segments = segments_of(without_numbers(path))
    for site in sites.carriers:
        row = segments_of(site.path)
        # A value that is unknown as a whole is above the row.
        if all(mine in {other, "{}"} for mine, other in zip(row, segments, strict=False)):
            return site
    return own_row(resource_type, without_numbers(path), Usage.INDIRECT)


@of_paths
def own_row(resource_type: str, path: str, usage: Usage) -> Site:
    """A row for a property that the table does not name and whose text contains a model."""
    return Site(
        type=resource_type,
        path=path,
        role=Role.CONFIGURATION,
        kind=Kind.OTHER,
        usage=usage,
        accepts=(),
        cost=Cost.IN_PLACE,
    )


def is_unknown_type(resource_type: str) -> bool:
    """True if a type is in one of Bedrock's namespaces and not in the table: it is newer than the table."""
    return is_of_bedrock(resource_type) and resource_type not in _types_of_bedrock()


@cache
def misspelt_type(resource_type: str) -> str | None:
    """The CloudFormation type in the table that differs by one letter; None if there is none."""
    if not resource_type.startswith("AWS::") or resource_type in _table():
        return None
    return next((known for known in _table() if _is_one_letter_off(resource_type, known)), None)


def _is_one_letter_off(written: str, known: str) -> bool:
    shorter, longer = sorted((written, known), key=len)
    if len(longer) - len(shorter) > 1 or not known.startswith("AWS::"):
        return False
    same = next((index for index, letter in enumerate(shorter) if letter != longer[index]), len(shorter))
    return shorter[same + (len(shorter) == len(longer)) :] == longer[same + 1 :]


@cache
def _types_of_bedrock() -> frozenset[str]:
    return frozenset(json.loads(files("checker.extract").joinpath("data/types.json").read_text(encoding="utf-8")))


@cache
def _table() -> Mapping[str, Sites]:
    rows: dict[str, list[Site]] = {}
    for row in json.loads(files("checker.extract").joinpath("data/sites.json").read_text(encoding="utf-8")):
        site = Site(
            type=row["type"],
            path=row["path"],
            role=Role(row["role"]),
            kind=Kind(row["kind"]),
            usage=Usage(row["usage"]),
            accepts=tuple(Form(form) for form in row["accepts"]),
            cost=Cost(row["cost"]),
            required=row.get("required", False),
        )
        rows.setdefault(site.type, []).append(site)
    return {name: Sites.of(own) for name, own in rows.items()}


@cache
def call_paths() -> Mapping[tuple[str, str], tuple[str, ...]]:
    """The parameters of API calls that name a model: (service, action) in lower case to paths."""
    calls = json.loads(files("checker.extract").joinpath("data/calls.json").read_text(encoding="utf-8"))
    return {(service, action): tuple(paths) for service, actions in calls.items() for action, paths in actions.items()}
