"""Whether a fetched module is the one that the code asks for: its source, and its version."""

import posixpath
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from checker.immutable import immutable
from checker.source.urls import without_credentials

# The registries that a source without a host means.
_DEFAULT_HOSTS = ("registry.terraform.io/", "registry.opentofu.org/")
_SCHEME = re.compile(r"[\w+.-]+://")
# A directory in a repository, and a bucket that is part of a host, as `terraform init` does not leave them.
_IN_REPOSITORY = re.compile(r"(github\.com/[^/]+/[^/]+)/(.+)")
_BUCKET = re.compile(r"^([^/]+)\.(s3(?:[.-][\w-]+)?\.amazonaws\.com)/")
_USER = re.compile(r"[^/@:]+(:[^/@]*)?@")
# A number has as many digits as Terraform can read, and a prerelease may follow without a hyphen.
_VERSION = re.compile(
    r"v?([0-9]{1,18}(?:\.[0-9]{1,18})*)"
    r"(?:-([0-9A-Za-z.~-]{1,99})|([A-Za-z~][0-9A-Za-z.~-]{0,98}))?(?:\+[0-9A-Za-z.~-]+)?"
)
_CONSTRAINT = re.compile(r"\s*(=|!=|>=|<=|>|<|~>|)\s*(\S+)\s*")
_FEWEST_SEGMENTS = 3


@immutable
class Fetched:
    """A module that `terraform init` has fetched, as the list of modules has it; None for what it does not say."""

    directory: str
    source: str | None
    version: str | None

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> "Fetched":
        """The module of an entry. Raises KeyError if it has no directory."""
        source, version = entry.get("Source"), entry.get("Version")
        return cls(str(entry["Dir"]), str(source) if source else None, str(version) if version else None)

    def differs_from(self, source: str, version: str | None) -> str | None:
        """What the code asks for and what is here, if Terraform refuses to use the one for the other."""
        if self.source is not None and _same(self.source) != _same(source):
            return f"{_named(source, version)} is asked for, and what is here is {_named(self.source, self.version)}"
        if version is not None and not allows(version, self.version):
            here = "of no version" if self.version is None else f"version {self.version}"
            return f"version {version!r} is asked for, and what is here is {here}"
        return None


def allows(constraint: str, version: str | None) -> bool:
    """True if a version satisfies the `version` of a module call; what cannot be read is not satisfied."""
    found = _parsed(version or "")
    parts = [_CONSTRAINT.fullmatch(part) for part in constraint.split(",")]
    wanted = [(part[1] or "=", _parsed(part[2])) for part in parts if part is not None]
    if found is None or len(wanted) < len(parts):
        return False
    return all(asked is not None and _satisfies(found, sign, asked) for sign, asked in wanted)


class _Version(NamedTuple):
    """A version: its numbers, at least three, how many of them are written, and the words of a prerelease."""

    numbers: tuple[int, ...]
    written: int
    prerelease: str

    def order(self) -> tuple[tuple[int, ...], bool, tuple[tuple[bool, int, str], ...]]:
        """What sorts versions: a prerelease comes before its release, numbers before words."""
        words = self.prerelease.split(".") if self.prerelease else []
        return (
            _without_zeros(self.numbers),
            not words,
            tuple((not word.isdigit(), int(word) if word.isdigit() else 0, word) for word in words),
        )


def _without_zeros(numbers: Sequence[int]) -> tuple[int, ...]:
    end = len(numbers)
    while end and not numbers[end - 1]:
        end -= 1
    return tuple(numbers[:end])


def _parsed(written: str) -> _Version | None:
    match = _VERSION.fullmatch(written.strip())
    if match is None:
        return None
    numbers = [int(number) for number in match[1].split(".")]
    missing = max(0, _FEWEST_SEGMENTS - len(numbers))
    return _Version((*numbers, *[0] * missing), len(numbers), match[2] or match[3] or "")


def _satisfies(found: _Version, sign: str, asked: _Version) -> bool:
    if sign in ("=", "!="):
        return (found.order() == asked.order()) is (sign == "=")
    # A prerelease is only what is asked for by a prerelease of the same numbers.
    if found.prerelease and not (asked.prerelease and found.numbers == asked.numbers):
        return False
    match sign:
        case ">":
            return found.order() > asked.order()
        case ">=":
            return found.order() >= asked.order()
        case "<":
            return found.order() < asked.order()
        case "<=":
            return found.order() <= asked.order()
        case _:
            return _is_near(found, asked)


def _is_near(found: _Version, asked: _Version) -> bool:
    """True for `~>`: no less, and the same but for the last number that is written."""
    if bool(asked.prerelease) and not found.prerelease:
        return False
    kept = asked.written - 1
    return found.order() >= asked.order() and found.numbers[:kept] == asked.numbers[:kept]


def _named(source: str, version: str | None) -> str:
    shown = repr(without_credentials(source))
    return shown if version is None else f"{shown} {version}"


def _same(source: str) -> tuple[str, str, frozenset[str]]:
    """A source in one form for all ways to write it: the address, the directory in it, and the query.

    `terraform init` writes `github.com/a/b` as `git::https://github.com/a/b.git`.
    """
    address, _, query = source.partition("?")
    for host in _DEFAULT_HOSTS:
        address = address.removeprefix(host)
    address = address.rpartition("::")[2]
    scheme = _SCHEME.match(address)
    address = _USER.sub("", address[scheme.end() if scheme else 0 :], count=1)
    if scheme is None:
        # As `scp` writes it.
        address = re.sub(r"^([\w.-]+):(?!\d+/)", r"\1/", address)
    address, _, directory = address.partition("//")
    repository = _IN_REPOSITORY.fullmatch(address)
    if repository is not None:
        address, directory = repository[1], f"{repository[2]}/{directory}"
    return (
        _BUCKET.sub(r"\2/\1/", address).removesuffix("/").removesuffix(".git"),
        posixpath.normpath(directory.strip("/")),
        frozenset(filter(None, query.split("&"))),
    )
