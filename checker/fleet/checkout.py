"""Writes the files of a repository at one commit into a folder of their own. Nothing of the repository runs."""

import base64
import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from checker.fleet.repositories import Repository
from checker.source.urls import without_credentials
from checker.workspace.base_tree import write_tree
from checker.workspace.git import Git, GitError

# No hooks, no templates, no protocol but https and ssh, no submodules.
_OPTIONS = (
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "init.templateDir="),
    *("-c", "protocol.allow=never"),
    *("-c", "protocol.https.allow=always"),
    *("-c", "protocol.ssh.allow=always"),
    *("-c", "fetch.recurseSubmodules=false"),
    *("-c", "gc.auto=0"),
    "--no-pager",
)
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
# Texts with the form of an id, with a hyphen and a digit behind the provider. A newer catalog may know them.
_LIKE_AN_ID = re.compile(
    rb"(?<![\w./-])(?:[a-z]{2,6}(?:-gov)?\.)?[a-z][a-z0-9]{2,19}\.[a-z0-9]+(?:[-.:][a-z0-9]+)+(?![\w-])"
)
_MOST_TEXTS = 1_000
_LARGEST_TEXT = 1_000_000


class Limits(NamedTuple):
    """The limits for one repository: seconds, bytes of all files, number of files."""

    seconds: int = 600
    size: int = 2_000_000_000
    files: int = 200_000


class TooLargeError(GitError):
    """A repository is over a limit of size."""


class TimedOutError(GitError):
    """Git did not end in time."""


class Fetched(NamedTuple):
    """A repository that git can read here, and the commit to read."""

    directory: Path
    commit: str


class Sighted:
    """Counts the files of a commit, and collects the texts in them that look like an id."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._files = 0
        self._size = 0
        self._texts: set[bytes] = set()

    def size(self, size: int) -> None:
        """Counts a file. Raises TooLargeError past a limit."""
        self._files += 1
        self._size += size
        if self._files > self._limits.files:
            raise TooLargeError(f"the repository has more than {self._limits.files:,} files")
        if self._size > self._limits.size:
            raise TooLargeError(f"the files of the repository have more than {self._limits.size:,} bytes")

    def content(self, content: bytes) -> None:
        """Collects the texts of a file."""
        if len(content) <= _LARGEST_TEXT and b"\0" not in content and len(self._texts) < _MOST_TEXTS:
            self._texts.update(text for text in _LIKE_AN_ID.findall(content) if re.search(rb"-.*\d|\d.*-", text))

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts, sorted."""
        return tuple(sorted(text.decode("ascii") for text in self._texts))[:_MOST_TEXTS]


def head_of(repository: Repository, limits: Limits) -> str | None:
    """The commit at the ref of the repository; None if the repository has no commit. Raises GitError."""
    ref = repository.ref or "HEAD"
    if not repository.is_remote:
        git = Git(Path(repository.location))
        try:
            return git.commit(ref)
        except GitError:
            if repository.ref is not None:
                raise
            if git.is_empty():
                return None
            raise GitError("HEAD names a branch that is not there, or is damaged; name a ref in the list") from None
    if _COMMIT.fullmatch(ref):
        return ref
    told = _git("ls-remote", "--quiet", "--", repository.location, ref, f"{ref}^{{}}", limits=limits)
    # The last line of an annotated tag has its commit. A branch comes before a tag of the same name.
    lines = [line.split("\t") for line in told.splitlines() if "\t" in line]
    if not lines:
        if repository.ref is not None:
            raise GitError(f"the repository has no branch or tag {ref!r}")
        if _git("ls-remote", "--quiet", "--", repository.location, limits=limits):
            raise GitError("HEAD of the repository names a branch that is not there; name one in the list")
        return None
    peeled = {name.removesuffix("^{}"): commit for commit, name in lines}
    return peeled[lines[0][1].removesuffix("^{}")]


def fetch(repository: Repository, commit: str, scratch: Path, limits: Limits) -> Fetched:
    """Makes the commit readable: fetches a remote repository into `scratch`, without history. Raises GitError."""
    if not repository.is_remote:
        return Fetched(Path(repository.location), commit)
    mirror = scratch / "mirror"
    _git("init", "--quiet", "--bare", "--", str(mirror), limits=limits)
    wanted = commit if _COMMIT.fullmatch(repository.ref or "") else repository.ref or "HEAD"
    _git(
        *("fetch", "--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head"),
        *("--", repository.location, f"+{wanted}:refs/fleet/read"),
        limits=limits,
        directory=mirror,
    )
    # The ref may have moved since `head_of` read it.
    return Fetched(mirror, Git(mirror).commit("refs/fleet/read"))


def write_files(fetched: Fetched, into: Path, limits: Limits) -> tuple[str, ...]:
    """Writes the files of the commit; returns the texts in them that look like an id. Raises GitError."""
    sighted = Sighted(limits)
    write_tree(Git(fetched.directory), fetched.commit, into, sighted)
    return sighted.texts


def _git(*arguments: str, limits: Limits, directory: Path | None = None) -> str:
    command = ["git", *(("-C", str(directory)) if directory is not None else ()), *_OPTIONS, *arguments]
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            env={**os.environ, **_environment(os.environ)},
            timeout=limits.seconds,
        )
    except FileNotFoundError:
        raise GitError("git was not found; install it") from None
    except subprocess.TimeoutExpired:
        raise TimedOutError(f"git {arguments[0]} did not end in {limits.seconds} seconds") from None
    if done.returncode != 0:
        told = done.stderr.decode("utf-8", "replace").strip().splitlines()
        reason = next((line for line in told if line.startswith(("fatal:", "ERROR:", "error:"))), "".join(told[-1:]))
        raise GitError(without_credentials(f"git {arguments[0]} failed: {reason or f'exit code {done.returncode}'}"))
    return done.stdout.decode("utf-8", "replace")


def _environment(given: Mapping[str, str]) -> dict[str, str]:
    """Variables that keep git from asking, and send each token only to its host; no token is on the command line."""
    settings = _headers(given)
    numbered: dict[str, str] = {}
    for number, (key, value) in enumerate(settings):
        numbered |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return {
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_SSH_COMMAND": given.get("GIT_SSH_COMMAND", "ssh -o BatchMode=yes"),
        "GIT_LFS_SKIP_SMUDGE": "1",
        "LC_ALL": "C",
        "GIT_CONFIG_COUNT": str(len(settings)),
        **numbered,
    }


def _headers(given: Mapping[str, str]) -> list[tuple[str, str]]:
    found = []
    for variables, server, default, user in (
        (("GITHUB_TOKEN", "GH_TOKEN"), "GITHUB_SERVER_URL", "https://github.com", "x-access-token"),
        (("GITLAB_TOKEN",), "GITLAB_URL", "https://gitlab.com", "oauth2"),
    ):
        token = next((given[name] for name in variables if given.get(name)), None)
        host = urlsplit(given.get(server) or default)
        if token is not None and host.scheme == "https":
            encoded = base64.b64encode(f"{user}:{token}".encode()).decode("ascii")
            found.append((f"http.https://{host.netloc}/.extraHeader", f"Authorization: Basic {encoded}"))
    return found
