"""A catalog whose data is old.

What it finds
-------------
The catalog that judges, if AWS's data in it as a whole is more than `days` days older than the day of the check. What
others report does not make it newer.

Why it matters
--------------
Dates are announced all the time, and for some models an end of life may follow its announcement by 45 days. With data
older than that, a model can be gone without any rule having fired.

Example
-------
A pinned version of the tool that was released half a year ago.

How to fix
----------
Update the tool, or refresh the catalog with `bedrock-eol models refresh`.

Parameters
----------
`days`: how old the data may be. 60 unless given.

`until`: the age up to which this rule speaks, in days, where a graver one takes over. 36500 unless given.

Sources
-------
Amazon Bedrock User Guide, "Model lifecycle": the shortest notice.
"""

from datetime import timedelta

from checker.model.finding import Statement
from checker.policy.check import CatalogCheck, CatalogSubject, Description, Period, days_of, days_parameter
from checker.wording import counted


def _broken(subject: CatalogSubject) -> Period:
    since, until = (
        subject.catalog.as_of + timedelta(days=days_of(subject.parameters, name) + 1) for name in ("days", "until")
    )
    return Period(since, until)


def _describe(subject: CatalogSubject) -> Description:
    age = (subject.day - subject.catalog.as_of).days
    return Description(
        Statement(
            f"The catalog's data is of {subject.catalog.as_of}, {counted(age, 'day')} old; the policy allows"
            f" {counted(days_of(subject.parameters), 'day')}. What was announced since then is not known."
        ),
        "Update bedrock-eol, or refresh the catalog with `bedrock-eol models refresh`.",
    )


CHECK = CatalogCheck(
    name="stale-catalog",
    broken=_broken,
    describe=_describe,
    parameters={
        **days_parameter(60, "How old the data may be, in days."),
        "until": {
            "type": "integer",
            "minimum": 0,
            "maximum": 36500,
            "default": 36500,
            "description": "The age up to which this rule speaks, in days, where a graver one takes over.",
        },
    },
)
