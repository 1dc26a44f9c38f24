"""A place that names a model which could not be found out.

What it finds
-------------
A property that names a model, where the value, or some of the values it can have, is not known without a deployment
or without inputs that were not given.

Why it matters
--------------
What is not known cannot be judged. The finding keeps an unresolved model from passing as clean.

Example
-------
`foundation_model = var.model_id` where the variable has no default and no value was given.

How to fix
----------
Give the value (`--var`, `--var-file`, `--parameters`), or check the plan, which holds what the code leaves open.

Parameters
----------
None.

Sources
-------
The documentation of this tool: what each cause means.
"""

from checker.model.finding import Statement
from checker.policy.check import Description, ReferenceCheck, ReferenceSubject


def _is_broken(subject: ReferenceSubject) -> bool:
    return subject.reference.unresolved is not None


def _describe(subject: ReferenceSubject) -> Description:
    reference = subject.reference
    unresolved = reference.unresolved
    assert unresolved is not None
    which = "Which other models it can be" if reference.candidates else "Which model it is"
    return Description(
        Statement(
            f"{reference.address} names a model in {reference.path}. {which} is not known, because of"
            f" {unresolved.subject} ({unresolved.cause})."
        ),
        unresolved.advice,
    )


CHECK = ReferenceCheck(name="unresolved-model", is_broken=_is_broken, describe=_describe)
