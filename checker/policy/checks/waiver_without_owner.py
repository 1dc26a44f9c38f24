"""A waiver of which nobody is the owner.

What it finds
-------------
A waiver without `owner`.

Why it matters
--------------
When a waiver ends, somebody has to decide anew. If nobody is named, nobody does.

Example
-------
A waiver with a rule, a reason and a day, and no more.

How to fix
----------
Name who decides: `owner: "@my-team"` in a policy or the metadata of a resource, `owner=@my-team` in a comment.

Parameters
----------
None.

Sources
-------
The documentation of this tool: waivers.
"""

from checker.model.finding import Statement
from checker.policy.check import Description, WaiverCheck, WaiverSubject
from checker.policy.period import ALWAYS, Period


def _broken(subject: WaiverSubject) -> Period | None:
    return ALWAYS if subject.waiver.owner is None else None


def _describe(subject: WaiverSubject) -> Description:
    waiver = subject.waiver
    return Description(
        Statement(f"The waiver for {waiver.rule} ({waiver.reason}) has no owner."),
        "Name who decides when it ends, as its `owner`.",
    )


CHECK = WaiverCheck(name="waiver-without-owner", broken=_broken, describe=_describe)
