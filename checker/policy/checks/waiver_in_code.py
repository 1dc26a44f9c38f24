"""A waiver that stands in the code.

What it finds
-------------
A waiver in a comment or in the metadata of a resource, rather than in a policy.

Why it matters
--------------
Who may change the code may then accept its findings, too. Where that is for others to decide, waivers belong into a
policy that these others own.

Example
-------
A comment `# bedrock-eol: ignore=eol-reached until=2027-01-31 reason="soon"` above a resource.

How to fix
----------
Move the waiver into the policy.

Parameters
----------
None.

Sources
-------
The documentation of this tool: waivers.
"""

from checker.policy.check import check_of_each_waiver

CHECK = check_of_each_waiver(
    "waiver-in-code",
    lambda waiver: waiver.spot is not None,
    "stands in the code, which the policy does not allow",
    "Move the waiver into the policy.",
)
