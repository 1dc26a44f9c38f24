"""An inference profile that may take calls to a geography which the policy does not allow.

What it finds
-------------
A model that is called by an inference profile whose geography (the prefix of its id: `us`, `eu`, `apac`, `global`) is
not in `allow`, and a profile whose geography is not known. A model that is called by its own id stays in its Region and
is not found.

Why it matters
--------------
An inference profile sends calls, with what they carry, to any Region of its geography; a global one to any commercial
Region. Where data has to stay is often settled by law or by contract.

Example
-------
With `allow: [eu]`, an agent on `global.anthropic.claude-sonnet-4-6`.

How to fix
----------
Use the profile of an allowed geography, or the model's own id in a Region that offers it.

Parameters
----------
`allow`: the geographies that are allowed. Empty unless given, and then no profile is allowed.

Sources
-------
Amazon Bedrock User Guide, "Inference profiles": the Regions to which each profile routes.
"""

from checker.model.finding import Statement
from checker.model.lifecycle import GEOGRAPHIES
from checker.model.reference import Form
from checker.policy.check import ALWAYS, CandidateCheck, CandidateSubject, Description, Parameters, Period
from checker.wording import first_listed

_PROFILES = (Form.INFERENCE_PROFILE_ID, Form.INFERENCE_PROFILE_ARN)


def _allowed(parameters: Parameters) -> tuple[str, ...]:
    given = parameters.get("allow", ())
    return tuple(str(prefix) for prefix in given) if isinstance(given, list | tuple) else ()


def _broken(subject: CandidateSubject) -> Period | None:
    geography = subject.candidate.profile
    if geography is None:
        return ALWAYS if subject.candidate.form in _PROFILES else None
    return None if geography in _allowed(subject.parameters) else ALWAYS


def _describe(subject: CandidateSubject) -> Description:
    candidate, allowed = subject.candidate, _allowed(subject.parameters)
    policy = f"the policy allows only {first_listed(allowed)}" if allowed else "the policy allows no inference profile"
    if candidate.profile is None:
        return Description(
            Statement(f"{candidate.text} is an inference profile whose geography is not known; {policy}."),
            "Write the geography as a literal, or give the value that decides it.",
        )
    reach = "any commercial Region" if candidate.profile == "global" else f"any Region of {candidate.profile}"
    return Description(Statement(f"{candidate.text} may take calls to {reach}; {policy}."), _advice(subject, allowed))


def _advice(subject: CandidateSubject, allowed: tuple[str, ...]) -> str:
    model = subject.assessment.model
    region = None if subject.stage is None else subject.stage.region
    ids = []
    if model is not None:
        ids = [
            profile.id
            for profile in model.profiles
            if profile.prefix in allowed and (region is None or region in profile.source_regions)
        ]
        if region is not None and region in model.regions:
            ids.append(model.id)
    if ids:
        return f"Use {' or '.join(ids)}."
    return "Use a profile of an allowed geography, or a model that the Region offers by its own id."


CHECK = CandidateCheck(
    name="profile-geography",
    broken=_broken,
    describe=_describe,
    concern="residency",
    parameters={
        "allow": {
            "type": "array",
            "items": {"type": "string", "enum": list(GEOGRAPHIES)},
            "default": [],
            "description": "The geographies of inference profiles that are allowed.",
        }
    },
    of_stage=False,
)
