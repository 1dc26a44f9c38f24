"""Finds models that a policy names and the catalog does not know: a waiver with a misspelt id covers nothing."""

import re
from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple

from checker.model.policy import Policy
from checker.model.problem import Problem, ProblemKind
from checker.policy.globs import matches
from checker.source import Fault, Location

_UNKNOWN_MODEL = "unknown-model"
_LOCATION = re.compile(r"(.*):(\d+):(\d+)", re.DOTALL)
_LISTS_OF_MODELS = ("allow", "deny")
# A beginning of fewer than seven characters is like too many others; with one character wrong it is too far from any.
_LEAST_ALIKE = 0.85
_DIGITS = re.compile(r"\d+")


class Misnamed(NamedTuple):
    """Errors about the models that a policy names, and names that may be right."""

    errors: tuple[Fault, ...]
    problems: tuple[Problem, ...]


def misnamed_models(
    policy: Policy, known: Collection[str], suggest: Callable[[str], tuple[str, ...]], knows: Callable[[str], bool]
) -> Misnamed:
    """The models that `policy` names and that are not among the `known` ids of the catalog.

    A near miss of a known id is an error, unless the rule is about unknown models. A name that differs only in a number
    may be a model newer than the catalog.
    """
    errors: list[Fault] = []
    problems: list[Problem] = []
    for name, location in _named(policy):
        if name.startswith("arn:") or knows(name) or any(matches(name, each) for each in known):
            continue
        if "." not in name:
            # It may be the name of provisioned throughput, or of a deployment.
            whole = next((each for each in sorted(known) if matches(name, each.partition(".")[2])), None)
            if whole is not None:
                meant = f"{whole.partition('.')[0]}.{name}"
                errors.append(Fault(location, f"the catalog knows no model {name!r}; did you mean {meant!r}?"))
            continue
        alike = next(iter(suggest(name.rstrip("*"))), None) or _alike_in_front(name, known)
        if alike is not None and _DIGITS.sub("", alike) != _DIGITS.sub("", name.rstrip("*")):
            errors.append(Fault(location, f"the catalog knows no model {name!r}; did you mean {alike!r}?"))
        else:
            message = f"the catalog knows no model {name!r}, so that this covers none that it knows"
            advice = "Correct the name, or refresh the catalog if the model is new."
            problems.append(Problem.at(location, ProblemKind.INVALID_VALUE, message, advice, incomplete=False))
    return Misnamed(tuple(errors), tuple(problems))


def _alike_in_front(name: str, known: Collection[str]) -> str | None:
    """A known id that begins much like a glob with a `*` at its end; None if there is none."""
    import difflib  # needed for few names, and slow to import

    stem = name.rstrip("*")
    if stem == name:
        return None
    by_front = {each[: len(stem)]: each for each in sorted(known, reverse=True)}
    return next((by_front[each] for each in difflib.get_close_matches(stem, by_front, n=1, cutoff=_LEAST_ALIKE)), None)


def _named(policy: Policy) -> Iterator[tuple[str, Location]]:
    for rule in policy.rules:
        location = _LOCATION.fullmatch(rule.origin)
        if rule.check == _UNKNOWN_MODEL or location is None:
            continue
        listed = [rule.parameters.get(name, ()) for name in _LISTS_OF_MODELS]
        given = [str(each) for models in listed if isinstance(models, list | tuple) for each in models]
        for name in (*rule.scope.models, *given):
            yield name, Location(location[1], int(location[2]), int(location[3]))
    checks = {rule.id: rule.check for rule in policy.rules}
    for waiver in policy.waivers:
        if checks.get(waiver.rule) != _UNKNOWN_MODEL and waiver.location is not None:
            for name in waiver.match.models:
                yield name, waiver.location
