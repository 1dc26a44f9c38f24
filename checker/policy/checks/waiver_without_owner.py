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

from checker.policy.check import check_of_each_waiver

CHECK = check_of_each_waiver(
    "waiver-without-owner",
    lambda waiver: waiver.owner is None,
    "has no owner",
    "Name who decides when it ends, as its `owner`.",
)
