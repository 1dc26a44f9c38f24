"""A waiver that holds for longer than a year.

What it finds
-------------
A waiver whose `until` is more than `days` after the day of the run.

Why it matters
--------------
A waiver accepts a finding until someone looks at it again. A day that is far off is no such day: the model reaches its
end of life first, and nobody is told.

Example
-------
A waiver `until: 2099-12-31`.

How to fix
----------
Give the waiver a day on which somebody will decide anew.

Parameters
----------
`days`: how far off the last day of a waiver may be. 366 unless given.

Sources
-------
The documentation of this tool: waivers.
"""

from checker.model.finding import Statement
from checker.policy.check import Description, Period, WaiverCheck, WaiverSubject, days_before, days_of, days_parameter
from checker.wording import distance


def _broken(subject: WaiverSubject) -> Period:
    return Period(until=days_before(subject.waiver.until, days_of(subject.parameters)))


def _describe(subject: WaiverSubject) -> Description:
    waiver = subject.waiver
    return Description(
        Statement(
            f"The waiver for {waiver.rule} ({waiver.reason}) holds until {waiver.until},"
            f" {distance(waiver.until, subject.day)}."
        ),
        "Give it a day on which somebody will decide anew.",
    )


CHECK = WaiverCheck(
    name="distant-waiver",
    broken=_broken,
    describe=_describe,
    parameters=days_parameter(366, "How far off the last day of a waiver may be."),
)
