"""Removes secrets from URLs before they are shown."""

import re

# `git@` is the user name for everyone on git servers.
_CREDENTIALS = re.compile(r"(?<=://)(?!git@)[^/?#@\s]+(?=@)")
# Also `sshkey` of go-getter, and signatures of URLs.
_SECRET_PARAMETER = re.compile(
    r"([?&][\w.-]*(?:token|passw(?:or)?d|secret|signature|sig|key|auth|credential)[\w.-]*=)[^&#\s\"'`)]+", re.IGNORECASE
)


def without_credentials(text: str) -> str:
    """The text with three dots for the user, the password or the token of each URL, also in its query."""
    return _SECRET_PARAMETER.sub(r"\1...", _CREDENTIALS.sub("...", text))
