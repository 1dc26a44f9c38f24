"""Tests whether a scope covers a reference, a candidate, a Region.

`*` and `?` cross dots, so that `module.chat.*` covers what is nested in it. Brackets are literal, since addresses
contain many (`agent.x["k"]`). In paths, `*` and `?` stay within a directory and `**` does not; `**/` also matches the
empty text.
"""

import os
import re
from collections.abc import Iterable
from enum import Enum, StrEnum
from functools import lru_cache
from typing import Any

from checker.model.finding import Assessment
from checker.model.policy import Scope
from checker.model.reference import Kind, Reference, Role, Usage
from checker.model.resource import Change, Framework
from checker.model.stages import StageOn
from checker.source import Location
from checker.values import Certainty

# Globs of scopes and waivers.

_TOKEN = re.compile(r"\*\*/|\*\*|\*|\?|.", re.DOTALL)
_MANY_STARS = re.compile(r"\*{3,}")


class _Any(Enum):
    """The meaning of a token other than its own character."""

    ONE = "one character"
    ONE_OF_SEGMENT = "one character but /"
    TEXT = "any text"
    SEGMENT = "any text without /"
    DIRECTORIES = "nothing, or any text that ends with /"


_IN_NAMES = {"*": _Any.TEXT, "**": _Any.TEXT, "?": _Any.ONE}
_IN_PATHS = {"*": _Any.SEGMENT, "**": _Any.TEXT, "**/": _Any.DIRECTORIES, "?": _Any.ONE_OF_SEGMENT}


@lru_cache(maxsize=65536)
def matches(glob: str, name: str) -> bool:
    """True if a glob matches a name."""
    return _match(_name_tokens(glob), name)


@lru_cache(maxsize=65536)
def matches_path(glob: str, path: str) -> bool:
    """True if a glob matches a path. A glob with `/` at its end matches everything below."""
    return _match(_path_tokens(glob), path)


@lru_cache(maxsize=1024)
def _name_tokens(glob: str) -> tuple[str | _Any, ...]:
    # `**/` has no special meaning in a name.
    tokens = (token for part in _TOKEN.findall(glob) for token in (("**", "/") if part == "**/" else (part,)))
    return tuple(_IN_NAMES.get(token, token) for token in tokens)


@lru_cache(maxsize=1024)
def _path_tokens(glob: str) -> tuple[str | _Any, ...]:
    glob = _MANY_STARS.sub("**", glob.removeprefix("./"))
    return tuple(_IN_PATHS.get(token, token) for token in _TOKEN.findall(f"{glob}**" if glob.endswith("/") else glob))


def _match(tokens: tuple[str | _Any, ...], text: str) -> bool:
    # All positions in the glob are followed at once. A regular expression would backtrack, which takes exponential time
    # with many stars.
    positions = _with_skipped(tokens, {0}, set())
    for character in text:
        following: set[int] = set()
        within: set[int] = set()
        for position in positions:
            if position == len(tokens):
                continue
            match tokens[position]:
                case _Any.ONE:
                    following.add(position + 1)
                case _Any.ONE_OF_SEGMENT:
                    if character != "/":
                        following.add(position + 1)
                case _Any.TEXT:
                    following.add(position)
                case _Any.SEGMENT:
                    if character != "/":
                        following.add(position)
                case _Any.DIRECTORIES if character == "/":
                    following.add(position)
                case _Any.DIRECTORIES:
                    within.add(position)
                case literal:
                    if literal == character:
                        following.add(position + 1)
        positions = _with_skipped(tokens, following, within)
    return len(tokens) in positions


def _with_skipped(tokens: tuple[str | _Any, ...], positions: set[int], within: set[int]) -> set[int]:
    """All positions, plus those behind tokens that may match the empty text; `within` a name those may not."""
    reached = set(positions)
    pending = list(positions)
    while pending:
        position = pending.pop()
        if position == len(tokens):
            continue
        token = tokens[position]
        if token in (_Any.TEXT, _Any.SEGMENT, _Any.DIRECTORIES) and position + 1 not in reached:
            reached.add(position + 1)
            pending.append(position + 1)
    return reached | within


# Tests whether a scope covers a reference, a candidate, a Region. An empty list of a scope covers all.

_TERRAFORM = (Framework.TERRAFORM, Framework.TERRAFORM_PLAN, Framework.TERRAFORM_STATE)
_UNKNOWN = "⟨"
_GLOB = {"type": "string", "minLength": 1, "maxLength": 500}


def _one_of(names: type[StrEnum]) -> dict[str, Any]:
    return {"type": "string", "enum": [name.value for name in names]}


# Key of a scope, key of a waiver's match, schema of one entry, and what an entry is compared with.
SCOPE_KEYS: tuple[tuple[str, str, dict[str, Any], str], ...] = (
    ("paths", "path", _GLOB, "a file, of the use or the model's text, or a rule's input; * stays in a directory"),
    ("addresses", "address", _GLOB, "the resource's address; * crosses dots"),
    ("frameworks", "framework", _one_of(Framework), "the language of the resource"),
    ("kinds", "kind", _one_of(Kind), "what uses the model"),
    ("roles", "role", _one_of(Role), "what the model does there"),
    ("usages", "usage", _one_of(Usage), "in what sense the code names the model"),
    ("models", "model", _GLOB, "the base model's id, or the text as written; * crosses dots"),
    ("providers", "provider", _GLOB, "the model's provider, by its name or as its ids begin"),
    ("regions", "region", _GLOB, "the Region whose dates count; one that is not known may be any"),
    ("certainties", "certainty", _one_of(Certainty), "how sure it is that a deployment uses the model"),
    ("changes", "change", _one_of(Change), "what the plan does with the resource"),
    ("tags", "tag", _GLOB, "each tag of the resource, as name=value; a value that is not known may be any"),
    ("workspaces", "workspace", _GLOB, "the Terraform workspace; one that is not known may be any"),
    ("stacks", "stack", _GLOB, "the name of the stack; one that is not known may be any"),
)  # fmt: skip


_EVERYTHING = Scope()


def covers_reference(scope: Scope, reference: Reference, *, sure: bool = False) -> bool:
    """True if `scope` covers the parts that do not depend on a candidate, except `paths`.

    An unknown tag, workspace or stack may be any. With `sure`, as for a waiver, it is covered by none.
    """
    return (
        _any(scope.addresses, (reference.address,))
        and _any(scope.frameworks, (reference.framework.value,))
        and _any(scope.kinds, (reference.site.kind.value,))
        and _any(scope.roles, (reference.site.role.value,))
        and _any(scope.usages, (reference.site.usage.value,))
        and (not scope.changes or (reference.change is not None and _any(scope.changes, (reference.change.value,))))
        and _covers_deployment(scope, reference, sure=sure)
    )


def _covers_deployment(scope: Scope, reference: Reference, *, sure: bool) -> bool:
    """True if `scope` covers the tags, the workspace and the stack. With `sure`, unknown ones are not covered."""
    is_terraform = reference.framework in _TERRAFORM
    return (
        (not scope.tags or any(_covers_tag(glob, tag, sure=sure) for tag in reference.tags for glob in scope.tags))
        and _covers_name(scope.workspaces, reference.workspace, has_one=is_terraform, sure=sure)
        and _covers_name(scope.stacks, reference.stack, has_one=not is_terraform, sure=sure)
    )


def _covers_tag(glob: str, tag: tuple[str, str], *, sure: bool) -> bool:
    name, value = tag
    if _UNKNOWN in name:
        return not sure
    if _UNKNOWN in value and not sure:
        return matches(glob.partition("=")[0], name)
    return matches(glob, f"{name}={value}")


def _covers_name(globs: tuple[str, ...], name: str | None, *, has_one: bool, sure: bool) -> bool:
    if not globs:
        return True
    if name is None:
        return has_one and not sure
    return _any(globs, (name,))


def covers_candidate(scope: Scope, assessment: Assessment, *, sure: bool = False) -> bool:
    """True if `scope` covers a candidate in some Region."""
    if scope == _EVERYTHING:
        return True
    candidate = assessment.candidate
    return (
        covers_reference(scope, assessment.reference, sure=sure)
        and _covers_path(scope, assessment.reference, (candidate.written_at,), sure=sure)
        and _any(scope.models, names_of(assessment))
        and _any(scope.providers, providers_of(assessment))
        and _any(scope.certainties, (candidate.certainty.value,))
    )


def covers_unresolved(scope: Scope, reference: Reference, *, sure: bool = False) -> bool:
    """True if `scope` covers the unknown part of a reference. A scope that names models or certainties does not."""
    if scope == _EVERYTHING:
        return True
    return (
        covers_reference(scope, reference, sure=sure)
        and _covers_path(scope, reference, (), sure=sure)
        and not (scope.models or scope.providers or scope.certainties)
    )


def may_cover_region(scope: Scope, stage: StageOn) -> bool:
    """True if the Region of `stage` is, or may be, in `scope`: an unknown Region may be any."""
    return stage.region is None or _any(scope.regions, (stage.region,))


def surely_covers_regions(scope: Scope, regions: Iterable[str | None]) -> bool:
    """True if `scope` covers each of `regions`; it covers an unknown Region (None) only if it covers all."""
    return not scope.regions or all(region is not None and _any(scope.regions, (region,)) for region in regions)


def _any(globs: tuple[str, ...], names: Iterable[str]) -> bool:
    return not globs or any(matches(glob, name) for name in names for glob in globs)


def _covers_path(scope: Scope, reference: Reference, written_at: Iterable[Location | None], *, sure: bool) -> bool:
    """True if `scope` covers the file of the use, one where the model is written, or the input that deploys them.

    What a root deploys may stand in a module that it shares with others. With `sure`, as for a waiver, only files
    count: to accept what stands in a directory is not to accept what it uses from elsewhere.
    """
    if not scope.paths:
        return True
    paths = {location.file for location in (reference.location, *written_at) if location is not None}
    if not sure:
        # `envs/prod/**` covers what is below the directory, so the directory too.
        paths |= {reference.input, f"{reference.input}/"}
    if scope.base:
        paths |= {_from_top(path, *scope.base) for path in paths}
    return any(matches_path(glob, path) for path in paths for glob in scope.paths)


@lru_cache(maxsize=65536)
def _from_top(path: str, cwd: str, top: str) -> str:
    """A path as it is from the top of the work tree."""
    shown = os.path.relpath(os.path.join(cwd, path), top).replace(os.sep, "/")  # noqa: PTH118 (purely textual)
    return f"{shown}/" if path.endswith("/") else shown


def names_of(assessment: Assessment) -> tuple[str, ...]:
    """The names of the model: as written, without geography, and the catalog's id."""
    candidate, model = assessment.candidate, assessment.model
    return (candidate.text, *((candidate.model,) if candidate.model else ()), *((model.id,) if model else ()))


def providers_of(assessment: Assessment) -> tuple[str, ...]:
    """The names of the model's provider: in full, and as in ids; none if no model is named."""
    if assessment.model is not None:
        # Ids begin with the provider's short name (`amazon`); the catalog has its full name (`Amazon`).
        return (assessment.model.provider, assessment.model.id.partition(".")[0])
    return () if assessment.candidate.model is None else (assessment.candidate.model.partition(".")[0],)
