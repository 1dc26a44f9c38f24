"""What a frontend makes of an input: resources, with their properties as values."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from checker.model.problem import Problem
from checker.source import Node, Place
from checker.values import Given, Value


class Framework(StrEnum):
    """The language in which a resource is written."""

    TERRAFORM = "terraform"
    TERRAFORM_PLAN = "terraform-plan"
    TERRAFORM_STATE = "terraform-state"
    CLOUDFORMATION = "cloudformation"
    CDK = "cdk"
    # A file as text, whatever its language.
    FILE = "file"


class InputKind(StrEnum):
    """What an input is."""

    TERRAFORM = "terraform"
    TERRAFORM_PLAN = "terraform-plan"
    TERRAFORM_STATE = "terraform-state"
    CLOUDFORMATION = "cloudformation"
    CDK = "cdk"


class Change(StrEnum):
    """What a plan does with a resource."""

    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    READ = "read"
    NO_OP = "no-op"
    FORGET = "forget"


class Resource(NamedTuple):
    """One block (Terraform; one for each known instance) or one logical id (CloudFormation).

    `type` is the type as written in its framework; a Terraform data source has the prefix `data.`. `properties` is a
    value whose alternatives are maps; nested Terraform blocks are lists of maps in it. `presence` holds the
    assumptions under which the resource exists, one entry for each way; a resource that exists always has `((),)`.
    `regions` is the Region (text) that its provider configuration or stack gives it, empty if nothing says.
    `before` has the properties before a planned change, where there are any. In `tags`, the unknown parts of a value
    are written `⟨subject⟩`. `stack` is the name of its stack, None if it is not known. `names_no_model` says that
    nothing in the properties can name a model or grant the use of one; they are then empty.
    """

    framework: Framework
    input: str
    address: str
    type: str
    properties: Value
    place: Place | None
    presence: tuple[Given, ...] = ((),)
    region: Value = ()
    change: Change | None = None
    before: Value = ()
    tags: tuple[tuple[str, str], ...] = ()
    stack: str | None = None
    names_no_model: bool = False


class Input(NamedTuple):
    """A root to check. `path` is as shown to the user; `files` are those that were read for it."""

    path: str
    kind: InputKind
    files: tuple[str, ...]


class Annotation(NamedTuple):
    """What the metadata of a resource says to this tool."""

    address: str
    node: Node


class Holder(NamedTuple):
    """The resource that holds another, and the path of the latter's properties in it."""

    address: str
    type: str
    path: str


class Move(NamedTuple):
    """What the code says of a resource, a module or an instance of one: that it had another address before.

    Both addresses are relative to the module that says so, which is called by `calls`, from the root.
    """

    before: str
    after: str
    calls: tuple[str, ...] = ()


class Takes(NamedTuple):
    """What an input can be given from outside: the names of its variables or parameters.

    `in_vain` are names that files give it and that it does not take, with their places.
    """

    names: frozenset[str]
    in_vain: tuple[tuple[str, Place | None], ...] = ()


class Loaded(NamedTuple):
    """What a frontend gives: the input, its resources in a stable order, and what it could not analyse.

    `comments` holds the comments that may be waivers, as (place, text); `annotations` what resources say of themselves.
    `elsewhere` are resources of other inputs to which values of this one lead. `holders` has, by the address of a
    resource that stands in a template which another resource holds, that other one. `moves` are those that `moved`
    blocks or a plan tell, in their order. `takes` is None where that is not, or not wholly, known.
    """

    input: Input
    resources: tuple[Resource, ...]
    problems: tuple[Problem, ...] = ()
    comments: tuple[tuple[Place, str], ...] = ()
    annotations: tuple[Annotation, ...] = ()
    elsewhere: tuple[Resource, ...] = ()
    holders: Mapping[str, Holder] = MappingProxyType({})
    moves: tuple[Move, ...] = ()
    takes: Takes | None = None
