"""Strings by grapheme cluster (a character as readers see it), which Terraform counts and cuts."""

from itertools import accumulate


def clusters(content: str) -> list[str]:
    """The grapheme clusters of a string, in order."""
    if content.isascii() and "\r\n" not in content:
        return list(content)
    # Imported only where needed: it takes longer than most runs.
    import regex

    found: list[str] = regex.findall(r"\X", content)
    return found


def offsets(content: str) -> list[int]:
    """The offset of each cluster, and at the end the length of the string."""
    return [0, *accumulate(map(len, clusters(content)))]


def width(content: str) -> int:
    """The number of clusters."""
    return len(clusters(content))
