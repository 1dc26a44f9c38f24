"""A waiver whose time is over.

What it finds
-------------
A waiver whose `until` has passed. The day itself is the last on which it holds.

Why it matters
--------------
A waiver accepts a finding for a time. When that is over, the finding counts again, and someone has to decide anew.

Example
-------
A waiver `until: 2026-11-23`, on 2026-11-24.

How to fix
----------
Remove the waiver, or, if the reason still holds, give it another day.

Parameters
----------
None.

Sources
-------
The documentation of this tool: waivers.
"""

from checker.model.finding import Statement
from checker.policy.check import Description, Period, WaiverCheck, WaiverSubject, day_after
from checker.wording import distance


def _broken(subject: WaiverSubject) -> Period:
    return Period(day_after(subject.waiver.until))


def _describe(subject: WaiverSubject) -> Description:
    waiver = subject.waiver
    return Description(
        Statement(
            f"The waiver for {waiver.rule} ({waiver.reason}) held until {waiver.until},"
            f" {distance(waiver.until, subject.day)}: what it covered counts again."
        ),
        "Remove the waiver, or give it another day if its reason still holds.",
    )


CHECK = WaiverCheck(name="expired-waiver", broken=_broken, describe=_describe)
