"""Removes secrets from URLs before they are shown."""

import re

# `git@` is the user name for everyone on git servers.
_CREDENTIALS = re.compile(r"(?<=://)(?!git@)[^/?#@\s]+(?=@)|(?<![\w/@.:-])[\w.-]+:[^\s/@:]+(?=@[\w.-]+[:/])")
# Also `sshkey` of go-getter, and signatures of URLs.
_SECRET_PARAMETER = re.compile(
    r"([?&][\w.-]*(?:token|passw(?:or)?d|secret|signature|sig|key|auth|credential)[\w.-]*=)[^&#\s\"'`)]+", re.IGNORECASE
)
_URL = re.compile(r"://[^\s\"'`]+")
# What a URL may say in its query that is no secret: go-getter's, and the day and the time to live of a signature.
_OTHER_PARAMETER = re.compile(
    r"([?&](?!(?:archive|branch|checksum|depth|filename|path|ref|region|sha|tag|version|versionId|X-Amz-(?:Date|Expires))=)"
    r"[\w.-]+=)[^&#)]+",
    re.IGNORECASE,
)


def without_credentials(text: str) -> str:
    """The text with three dots for the user, the password or the token of each URL, also in its query.

    Of the query of a whole URL, only what is known to be no secret is kept.
    """
    if "@" not in text and "=" not in text:
        # Most texts are no URLs.
        return text
    if "://" in text:
        text = _URL.sub(lambda url: _OTHER_PARAMETER.sub(r"\1...", url[0]), text)
    return _SECRET_PARAMETER.sub(r"\1...", _CREDENTIALS.sub("...", text))
