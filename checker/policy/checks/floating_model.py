"""A name behind which the model can change without a change of the code.

What it finds
-------------
A prompt router, a prompt without a version, a custom model deployment, and an id that ends in `latest`. A name that was
followed to the resource of the same code that makes it is found too: its model is known, but what answers is decided
elsewhere.

Why it matters
--------------
Behind such a name, another model may answer tomorrow: with other dates, another price and another behaviour. That a
model was judged today says nothing of it.

Example
-------
`arn:aws:bedrock:us-east-1:111122223333:default-prompt-router/anthropic.claude:1` as the model of an agent.

How to fix
----------
Name a model, or a version (`…:prompt/ABCDEFGHIJ:3`). If the choice is meant, waive the finding or switch the rule off.

Parameters
----------
None.

Sources
-------
Amazon Bedrock User Guide, "Intelligent prompt routing", "Prompt management": versions, and "Deploy a custom model".
"""

import re

from checker.model.finding import Statement
from checker.model.reference import Form
from checker.policy.check import (
    ALWAYS,
    CandidateCheck,
    CandidateSubject,
    Description,
    Period,
    ReferenceCheck,
    ReferenceSubject,
)
from checker.values import Cause

_ROUTER = "a prompt router, which chooses the model for each call"
_PROMPT = "a prompt without a version, whose draft can be edited at any time"
_DEPLOYMENT = "a custom model deployment, which can be given another model"
_LATEST = "an id that stands for whatever is newest"

# After the version of a prompt nothing follows.
_NAMES = (
    (re.compile(r":(?:default-)?prompt-router/"), _ROUTER),
    (re.compile(r":prompt/[A-Za-z0-9]+(?::DRAFT)?\Z"), _PROMPT),
    (re.compile(r":custom-model-deployment/"), _DEPLOYMENT),
    (re.compile(r"[-.:@]latest\Z"), _LATEST),
)
_FORMS = {Form.PROMPT_ROUTER_ARN: _ROUTER, Form.CUSTOM_MODEL_DEPLOYMENT_ARN: _DEPLOYMENT}
_ADVICE = "Name a model or a version; or waive this, if the choice is meant to be made elsewhere."


def _floats(text: str) -> str | None:
    return next((what for pattern, what in _NAMES if pattern.search(text)), None)


def _what(subject: CandidateSubject) -> str | None:
    return _FORMS.get(subject.candidate.form) or _floats(subject.candidate.text)


def _broken(subject: CandidateSubject) -> Period | None:
    return None if _what(subject) is None else ALWAYS


def _describe(subject: CandidateSubject) -> Description:
    return Description(
        Statement(
            f"{subject.reference.address} names {subject.candidate.text} by {_what(subject)}: the model can change"
            " without a change of the code."
        ),
        _ADVICE,
    )


def _name(subject: ReferenceSubject) -> str:
    """What is named, where the name does not tell its model; else nothing."""
    unresolved = subject.reference.unresolved
    return unresolved.subject if unresolved is not None and unresolved.cause is Cause.OPAQUE_NAME else ""


def _is_broken(subject: ReferenceSubject) -> bool:
    return _floats(_name(subject)) is not None


def _describe_unresolved(subject: ReferenceSubject) -> Description:
    name = _name(subject)
    return Description(
        Statement(
            f"{subject.reference.address} names {name}, {_floats(name)}: the model can change without a change of the"
            " code."
        ),
        _ADVICE,
    )


CHECK = CandidateCheck(
    name="floating-model",
    broken=_broken,
    describe=_describe,
    concern="floating",
    of_stage=False,
    of_unresolved=ReferenceCheck("floating-model", _is_broken, _describe_unresolved),
)
