"""A condition of one's own.

What it finds
-------------
A model for which `condition` holds, in the Region that decides its dates. The condition is written in the Common
Expression Language (CEL) over the facts that are listed under the parameters. It is compiled when the policy is read:
an unknown fact or a comparison of unlike types is an error of the policy. A condition that cannot be evaluated for a
model (it compares a date that is not known) counts as broken, and the finding says so. What is not known of a reference
has no facts; `unresolved-model` finds it. The CEL library comes with the extra `cel`.

Why it matters
--------------
Some rules are those of one organisation only: which tags need which runway, which models may be bought capacity for.

Example
-------
`condition: tags["env"] == "prod" && days_to_eol != null && days_to_eol < 365`

How to fix
----------
What the rule asks for is said by its `message` and its `docs`.

Parameters
----------
`condition`: when the rule is broken; `false` unless given.

Facts:

- `address` (string): address of the resource
- `resource_type` (string): type of the resource, as its language names it
- `path` (string): property that names the model
- `file` (string): file of the use; empty if there is none
- `framework` (string): language of the resource
- `kind` (string): what uses the model
- `role` (string): what the model does there
- `usage` (string): in what sense the code names the model
- `change` (string): what the plan does with the resource; empty without a plan
- `tags` (map(string, string)): tags of the resource that are known
- `stack` (string): name of the stack; empty if it is not known
- `workspace` (string): Terraform workspace; empty if it is not known
- `commitment` (string): term of provisioned throughput; empty without one
- `text` (string): the model as written
- `form` (string): how it is named, such as model-id or inference-profile-arn
- `certainty` (string): how sure it is that a deployment uses the model
- `profile` (string): geography of the inference profile; empty without one
- `model` (string): id of the base model; empty if none is named
- `provider` (string): provider of the model; empty if the catalog does not know it
- `known` (bool): whether the catalog knows the model
- `region` (string): Region whose dates count; empty if the dates hold wherever nothing else does
- `region_known` (bool): whether the code tells the Region
- `partition` (string): partition of the Region
- `stage` (string): stage of the model on the day, or unknown
- `offered` (bool): whether the catalog says that the Region offers the model
- `days_to_eol` (int or null): days until the EOL date, negative after it; null without one, so test that first
- `legacy_date` (string): first day as Legacy; empty if it is not known
- `extended_access_date` (string): first day of extended access; empty if it is not known
- `eol_date` (string): first day of the end of life; empty if it is not known
- `eol_no_sooner_than` (string): day before which the provider promises no end of life; empty if it is not known
- `launch_date` (string): day of the launch; empty if it is not known
- `inputs` (list(string)): modalities that the model takes
- `outputs` (list(string)): modalities that the model produces
- `replacements` (list(string)): ids that the catalog names as replacements
- `as_of` (string): day of the check

Sources
-------
The specification of the Common Expression Language (CEL).
"""

from checker.model.finding import Statement
from checker.policy.check import ALWAYS, CandidateCheck, CandidateSubject, Description, Parameters, Period
from checker.policy.conditions import LONGEST, compile_condition, holds


def _condition(parameters: Parameters) -> str:
    return str(parameters.get("condition", "false"))


def _broken(subject: CandidateSubject) -> Period | None:
    return ALWAYS if holds(_condition(subject.parameters), subject).holds else None


def _describe(subject: CandidateSubject) -> Description:
    condition = " ".join(_condition(subject.parameters).split())
    error = holds(_condition(subject.parameters), subject).error
    if error:
        return Description(
            Statement(
                f"Whether {subject.name}",
                where=subject.where,
                rest=f" breaks the rule is not known, since its condition `{condition}` fails: {error}.",
            ),
            "Let the condition test what may be null or missing first.",
        )
    return Description(
        Statement(subject.name, where=subject.where, rest=f" is refused by the condition `{condition}`.")
    )


CHECK = CandidateCheck(
    name="expression",
    broken=_broken,
    describe=_describe,
    # What a condition makes of the day is its author's.
    is_asked_daily=True,
    concern="condition",
    parameters={
        "condition": {
            "type": "string",
            "minLength": 1,
            "maxLength": LONGEST,
            "default": "false",
            "description": "When the rule is broken, in CEL.",
        }
    },
    compiles=("condition", compile_condition),
)
