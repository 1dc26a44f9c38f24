"""Git, run so that it executes nothing which a repository or its configuration could name, and opens no connection."""

import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, NamedTuple

from checker.errors import UsageError
from checker.source.files import is_special

# No hooks, no file system monitor, no pager, no credential helper; nothing is fetched and no index is written.
_INERT = (
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "core.fsmonitor=false"),
    *("-c", "core.pager=cat"),
    *("-c", "credential.helper="),
    *("-c", "protocol.allow=never"),
    "--no-pager",
    "--no-optional-locks",
    "--no-replace-objects",
)
_ENVIRONMENT = {"GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
# Where git has the files that it reads for any command.
_OWN_DIRECTORIES = (".", "info", "objects/info", "objects/pack", "refs/heads", "refs/remotes/origin")
# A hook, such as one that runs this tool, has these set for its own repository.
_NOT_PASSED = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_EXTERNAL_DIFF", "GIT_CONFIG_PARAMETERS")


class GitError(UsageError):
    """Git is not there, or refuses."""


class Blob(NamedTuple):
    """A file of a commit. `path` is relative to the top; `mode` is git's (`120000` is a link)."""

    mode: str
    object_id: str
    path: str


class Git:
    """The repository whose work tree has its top at a directory."""

    def __init__(self, top: Path) -> None:
        self.top = top
        self._is_looked_at = False

    def merge_base(self, revision: str) -> str:
        """The commit that HEAD and `revision` have in common.

        Raises GitError if there is none: it says how to get what a shallow clone lacks.
        """
        if not self._succeeds("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"):
            raise GitError(f"--diff-base: git knows no commit {revision!r}{self._depth_hint(revision)}")
        if not self._succeeds("rev-parse", "--verify", "--quiet", "HEAD^{commit}"):
            raise GitError("--diff-base: there is no commit yet to compare with; use --baseline")
        found = self._run("merge-base", "--end-of-options", "HEAD", revision, check=False)
        if found.returncode != 0:
            hint = self._depth_hint(revision)
            raise GitError(f"--diff-base: HEAD and {revision!r} have no commit in common{hint}")
        return found.stdout.decode("ascii").split()[0]

    def is_ignored(self, path: Path) -> bool:
        """Whether git would not add `path`, which is not tracked."""
        return self._run("check-ignore", "--quiet", "--", str(path), check=False).returncode == 0

    def tracks(self, path: Path) -> bool:
        """Whether `path`, or something in it, is tracked."""
        return bool(self._run("ls-files", "-z", "--", str(path), options=("--literal-pathspecs",)).stdout)

    def blobs(self, commit: str) -> Iterator[Blob]:
        """The files of a commit; what is another repository (a submodule) is left out."""
        listed = self._run("ls-tree", "-r", "-z", "--full-tree", commit).stdout
        for entry in listed.split(b"\0"):
            if entry:
                head, _, path = entry.partition(b"\t")
                mode, kind, object_id = head.decode("ascii").split()
                if kind == "blob":
                    yield Blob(mode, object_id, os.fsdecode(path))

    def contents(self, blobs: Sequence[Blob]) -> Iterator[tuple[Blob, bytes]]:
        """The contents as they are stored, without filters."""
        with tempfile.TemporaryFile() as wanted:
            wanted.write("".join(f"{blob.object_id}\n" for blob in blobs).encode())
            wanted.seek(0)
            command = self._command("cat-file", "--batch", "--buffer")
            with subprocess.Popen(
                command, stdin=wanted, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_environment()
            ) as process:
                assert process.stdout is not None
                for blob in blobs:
                    yield blob, _next_object(process.stdout, blob)

    def last_authors(self, path: Path, lines: Iterable[int], content: bytes) -> dict[int, str]:
        """For each of the lines of a file, who committed it last, as `Name <mail>`; lines not committed are left out.

        `content` is that of the work tree, since its lines are the ones that are asked for.
        """
        wanted = sorted(set(lines))
        ranges = [part for line in wanted for part in ("-L", f"{line},{line}")]
        arguments = ("blame", "--line-porcelain", "--no-textconv", "--contents", "-", *ranges, "--", str(path))
        found = self._run(*arguments, check=False, content=content, options=self._without_filters(path))
        if found.returncode != 0:
            return {}
        return dict(_authors(found.stdout.decode("utf-8", "replace")))

    def _without_filters(self, path: Path) -> tuple[str, ...]:
        """Options that keep git from running the filter that .gitattributes asks for."""
        told = self._run("check-attr", "-z", "filter", "--", str(path), check=False).stdout.split(b"\0")
        name = told[2].decode("utf-8", "replace") if len(told) > 2 else "unspecified"
        if name in {"unspecified", "unset", "set"}:
            return ()
        settings = ("clean=", "smudge=", "process=", "required=false")
        return tuple(part for setting in settings for part in ("-c", f"filter.{name}.{setting}"))

    def _depth_hint(self, revision: str) -> str:
        shallow = self._run("rev-parse", "--is-shallow-repository", check=False).stdout.strip() == b"true"
        if not shallow:
            return "; fetch it first" if "/" in revision else ""
        return (
            ". This clone is shallow: fetch all history (`git fetch --unshallow`, or `fetch-depth: 0` of"
            " actions/checkout, or GIT_DEPTH: 0 of GitLab), or at least as deep as the branch is long"
            " (`git fetch --deepen=100`)"
        )

    def _succeeds(self, *arguments: str) -> bool:
        return self._run(*arguments, check=False).returncode == 0

    def _run(
        self, *arguments: str, check: bool = True, content: bytes | None = None, options: Sequence[str] = ()
    ) -> "subprocess.CompletedProcess[bytes]":
        command = self._command(*arguments, options=options)
        self._refuse_what_git_waits_for()
        try:
            done = subprocess.run(
                command,
                input=b"" if content is None else content,
                capture_output=True,
                check=False,
                env=_environment(),
            )
        except FileNotFoundError:
            raise GitError("git is needed for this and was not found; install it, or use --baseline") from None
        except OSError as error:
            raise GitError(f"git cannot be run: {error.strerror or error}") from None
        if check and done.returncode != 0:
            told = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise GitError(f"git {arguments[0]} failed: {told[-1] if told else f'exit code {done.returncode}'}")
        if done.returncode == 128 and b"dubious ownership" in done.stderr:
            raise GitError(
                f"git does not trust {self.top}, which another user owns; see safe.directory in `git help config`"
            )
        return done

    def _refuse_what_git_waits_for(self) -> None:
        """Raises GitError if one of git's own files is a pipe or a device, which git would open, and wait for ever."""
        if self._is_looked_at:
            return
        self._is_looked_at = True
        for directory in _OWN_DIRECTORIES:
            try:
                entries = list(os.scandir(self.top / ".git" / directory))
            except OSError:
                # It may be a link to the repository of another work tree; what is wrong is for git to say.
                continue
            for entry in entries:
                if is_special(Path(entry.path)):
                    raise GitError(f"git cannot be run: {entry.path} is not a file")

    def _command(self, *arguments: str, options: Sequence[str] = ()) -> list[str]:
        return ["git", "-C", str(self.top), *_INERT, *options, *arguments]


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in _NOT_PASSED}
    return {**kept, **_ENVIRONMENT}


def _next_object(stream: IO[bytes], blob: Blob) -> bytes:
    head = stream.readline().split()
    if len(head) != 3 or head[1] != b"blob":
        raise GitError(
            f"--diff-base: git does not have the content of {blob.path} at that commit. This is a partial clone:"
            " fetch without --filter"
        )
    size = int(head[2])
    content = stream.read(size)
    stream.read(1)
    if len(content) != size:
        raise GitError(f"--diff-base: git stopped while it read {blob.path}")
    return content


def _authors(porcelain: str) -> Iterator[tuple[int, str]]:
    line, name, mail, committed = 0, "", "", False
    for text in porcelain.split("\n"):
        key, _, rest = text.partition(" ")
        if len(key) == 40 and rest[:1].isdigit():
            committed = key.strip("0") != ""
            line = int(rest.split()[1])
        elif key == "author":
            name = rest
        elif key == "author-mail":
            mail = rest
        elif text.startswith("\t") and committed:
            yield line, f"{name} {mail}".strip()
