"""URLs as they may be shown."""

import re

# `git@` is the name that servers of git have for everyone.
_CREDENTIALS = re.compile(r"(?<=://)(?!git@)[^/?#@\s]+(?=@)")
# Also go-getter's `sshkey`, and what signs a URL.
_SECRET_PARAMETER = re.compile(
    r"([?&][\w.-]*(?:token|passw(?:or)?d|secret|signature|sig|key|auth|credential)[\w.-]*=)[^&#\s\"'`)]+", re.IGNORECASE
)


def without_credentials(text: str) -> str:
    """The text with three dots for the user and the password, or the token, of each URL, in its query, too."""
    return _SECRET_PARAMETER.sub(r"\1...", _CREDENTIALS.sub("...", text))
