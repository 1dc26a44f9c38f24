"""URLs as they may be shown."""

import re

# `git@` is the name that servers of git have for everyone.
_CREDENTIALS = re.compile(r"(?<=://)(?!git@)[^/?#@\s]+(?=@)")


def without_credentials(text: str) -> str:
    """The text with three dots for the user and the password, or the token, of each URL."""
    return _CREDENTIALS.sub("...", text)
