"""A model that the policy does not allow.

What it finds
-------------
A model that an entry of `deny` covers, or, if there are entries in `allow`, one that none of them covers. An entry is a
glob, and is compared with the model's id, the text as written, and the provider's name, in full and as ids begin. What
names no model of Bedrock (a wildcard, an imported model) is compared by its text alone.

Why it matters
--------------
Which models may be used is decided elsewhere: by contracts, licences, evaluations, reviews. A model that nobody has
agreed to is easily written into code.

Example
-------
With `allow: ["anthropic.*", "amazon.titan-embed-*"]`, an agent on `cohere.command-r-v1:0`.

How to fix
----------
Use a model that is allowed, or have this one added to the policy.

Parameters
----------
`allow`: globs of which one must cover the model. Empty unless given.

`deny`: globs of which none may cover the model. Empty unless given.

Sources
-------
The documentation of this tool: globs.
"""

from collections.abc import Mapping

from checker.model.finding import Statement
from checker.policy.check import ALWAYS, CandidateCheck, CandidateSubject, Description, Parameters, Period
from checker.policy.scope import matches, names_of, providers_of
from checker.wording import first_listed


def _globs(parameters: Parameters, name: str) -> tuple[str, ...]:
    given = parameters.get(name, ())
    return tuple(str(glob) for glob in given) if isinstance(given, list | tuple) else ()


def _covering(subject: CandidateSubject, parameter: str) -> str | None:
    """The first entry that covers the model."""
    names = (*names_of(subject.assessment), *providers_of(subject.assessment))
    return next(
        (glob for glob in _globs(subject.parameters, parameter) if any(matches(glob, name) for name in names)), None
    )


def _broken(subject: CandidateSubject) -> Period | None:
    is_denied = _covering(subject, "deny") is not None
    is_allowed = not _globs(subject.parameters, "allow") or _covering(subject, "allow") is not None
    return ALWAYS if is_denied or not is_allowed else None


def _describe(subject: CandidateSubject) -> Description:
    denied = _covering(subject, "deny")
    if denied is not None:
        return Description(
            Statement(f"is not allowed: the policy denies {denied}.", subject.name),
            "Use a model that the policy does not deny.",
        )
    allowed = first_listed(_globs(subject.parameters, "allow"))
    return Description(
        Statement(f"is not allowed: the policy allows only {allowed}.", subject.name),
        "Use a model that the policy allows, or have this one added to it.",
    )


def _parameter(description: str) -> Mapping[str, object]:
    entry = {"type": "string", "minLength": 1, "maxLength": 500}
    return {"type": "array", "items": entry, "default": [], "description": description}


CHECK = CandidateCheck(
    name="model-not-allowed",
    broken=_broken,
    describe=_describe,
    concern="permission",
    parameters={
        "allow": _parameter("Globs of model ids and providers, of which one must cover the model."),
        "deny": _parameter("Globs of model ids and providers, of which none may cover the model."),
    },
    of_stage=False,
)
