"""Finds paths in scopes of rules that lead nowhere, so that the rules judge nothing."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import PurePosixPath

from checker.model.policy import Policy
from checker.model.problem import Problem, ProblemKind
from checker.policy.waivers import location_of
from checker.source import Location

_WILD = frozenset("*?")


def paths_to_nothing(
    policy: Policy, is_here: Callable[[Location], bool], exists: Callable[[str], bool]
) -> list[Problem]:
    """A problem for each rule whose paths all begin with a directory, or are a file, that does not exist.

    Only policies that are a part of the tree count, by `is_here`: others are for many trees. A waiver that covers
    nothing is a finding.
    """
    found = []
    for rule in policy.rules:
        location = location_of(rule)
        if location is None or not rule.scope.paths or not is_here(location):
            continue
        beginnings = [_beginning(glob) for glob in rule.scope.paths]
        if not any(not each or exists(each) for each in beginnings):
            message = f"the rule {rule.id!r} judges nothing: there is no {_listed(beginnings)}"
            advice = "Correct the `paths` of its scope; they are relative to the top of the work tree."
            found.append(Problem.at(location, ProblemKind.INVALID_VALUE, message, advice, incomplete=False))
    return found


def _beginning(glob: str) -> str:
    """The part of a glob before the first name with a wildcard; empty if there is none."""
    return "/".join(_fixed(PurePosixPath(glob).parts))


def _fixed(names: Sequence[str]) -> Iterator[str]:
    for name in names:
        if _WILD.intersection(name):
            return
        yield name


def _listed(paths: Sequence[str]) -> str:
    return " and no ".join(repr(path) for path in dict.fromkeys(paths))
