"""A waiver that covers nothing.

What it finds
-------------
A waiver that has not expired and covers nothing of what was checked.

Why it matters
--------------
What it was for is probably done. Left in place, it would silently cover something new that looks alike.

Example
-------
A waiver for a module whose model has been changed since.

How to fix
----------
Remove the waiver, or correct what it is meant to match. If only a part of the code was checked, ignore the finding.

Parameters
----------
None.

Sources
-------
The documentation of this tool: waivers.
"""

from checker.model.finding import Statement
from checker.policy.check import Description, Period, WaiverCheck, WaiverSubject, day_after


def _broken(subject: WaiverSubject) -> Period | None:
    return None if subject.is_used else Period(until=day_after(subject.waiver.until))


def _describe(subject: WaiverSubject) -> Description:
    return Description(
        Statement(f"The waiver for {subject.waiver.rule} ({subject.waiver.reason}) covers nothing that was checked."),
        "Remove the waiver, or correct what it is meant to match.",
    )


CHECK = WaiverCheck(name="unused-waiver", broken=_broken, describe=_describe)
