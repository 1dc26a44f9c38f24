"""The result of a frontend: resources, with their properties as values."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from checker.model.problem import Problem
from checker.source import Location, Node
from checker.values import Given, Value


class Framework(StrEnum):
    """The language of a resource."""

    TERRAFORM = "terraform"
    TERRAFORM_PLAN = "terraform-plan"
    TERRAFORM_STATE = "terraform-state"
    CLOUDFORMATION = "cloudformation"
    CDK = "cdk"
    # What runs in an account, whatever it was written in.
    AWS = "aws"
    # A file as text, whatever its language.
    FILE = "file"


class InputKind(StrEnum):
    """The kind of an input."""

    TERRAFORM = "terraform"
    TERRAFORM_PLAN = "terraform-plan"
    TERRAFORM_STATE = "terraform-state"
    CLOUDFORMATION = "cloudformation"
    CDK = "cdk"
    AWS = "aws"


class Change(StrEnum):
    """What a plan does with a resource."""

    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    READ = "read"
    NO_OP = "no-op"
    FORGET = "forget"


class Resource(NamedTuple):
    """One block (Terraform; one per known instance) or one logical id (CloudFormation).

    `type` is written as in its framework; a Terraform data source has the prefix `data.`. `properties` is a value whose
    alternatives are maps; nested Terraform blocks in it are lists of maps. `presence` holds the assumptions under which
    the resource exists, one entry per way; a resource that always exists has `((),)`. `regions` is the Region (text) of
    its provider configuration or stack; empty if none is set. `before` has the properties before a planned change, if
    there are any. `tags` write unknown parts of a value as `⟨subject⟩`. `stack` is the name of its stack, None if
    unknown. `names_no_model`: nothing in the properties can name a model or grant its use; they are then empty. `name`
    is the name that an account has it under. `open_regions` are the identities of unknown Regions that only a variable
    beside the model names.
    """

    framework: Framework
    input: str
    address: str
    type: str
    properties: Value
    location: Location | None
    presence: tuple[Given, ...] = ((),)
    region: Value = ()
    change: Change | None = None
    before: Value = ()
    tags: tuple[tuple[str, str], ...] = ()
    stack: str | None = None
    names_no_model: bool = False
    name: str | None = None
    open_regions: frozenset[str] = frozenset()


class Input(NamedTuple):
    """A root to check. `path` is as shown to the user; `files` are those that were read for it."""

    path: str
    kind: InputKind
    files: tuple[str, ...]


class Annotation(NamedTuple):
    """The metadata of a resource that addresses this tool."""

    address: str
    node: Node


class Holder(NamedTuple):
    """The resource that holds another one, and the path of the latter's properties in it."""

    address: str
    type: str
    path: str


class Move(NamedTuple):
    """The code says that a resource, a module or an instance of one had another address before.

    Both addresses are relative to the module that says so; `calls` leads to it from the root.
    """

    before: str
    after: str
    calls: tuple[str, ...] = ()


class Takes(NamedTuple):
    """The names of the variables or parameters of an input.

    `in_vain` are names that files give it and that it does not have, with their locations.
    """

    names: frozenset[str]
    in_vain: tuple[tuple[str, Location | None], ...] = ()


# No read-only view: those cannot go from one process to another.
_NONE: Mapping[str, Holder] = {}


class Loaded(NamedTuple):
    """The result of a frontend for one input: its resources in a stable order, and what could not be analysed.

    `comments` holds possible waivers, as (location, text). `annotations` are metadata of resources for this tool.
    `elsewhere` are resources of other inputs to which values of this one lead. `holders` maps the address of a resource
    in an embedded template to the resource that holds the template. `moves` come from `moved` blocks or a plan, in
    their order. `takes` is None where it is not, or not wholly, known.
    """

    input: Input
    resources: tuple[Resource, ...]
    problems: tuple[Problem, ...] = ()
    comments: tuple[tuple[Location, str], ...] = ()
    annotations: tuple[Annotation, ...] = ()
    elsewhere: tuple[Resource, ...] = ()
    holders: Mapping[str, Holder] = _NONE
    moves: tuple[Move, ...] = ()
    takes: Takes | None = None
