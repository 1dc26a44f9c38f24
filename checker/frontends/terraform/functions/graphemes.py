"""Strings as Terraform counts and cuts them: by grapheme cluster, what a reader takes for one letter."""

from itertools import accumulate


def clusters(content: str) -> list[str]:
    """The grapheme clusters of a string, in order."""
    if content.isascii() and "\r\n" not in content:
        return list(content)
    # Loaded only where it is needed: that takes longer than most runs do.
    import regex

    found: list[str] = regex.findall(r"\X", content)
    return found


def offsets(content: str) -> list[int]:
    """Where each cluster starts, and at the end the length of the string."""
    return [0, *accumulate(map(len, clusters(content)))]


def width(content: str) -> int:
    """How many clusters there are."""
    return len(clusters(content))
