"""Runs git so that it executes nothing that a repository or its configuration names, and opens no connection."""

import hashlib
import os
import posixpath
import re
import subprocess
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Timer
from typing import IO, NamedTuple

from checker.errors import UsageError
from checker.source.files import is_file, is_special

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
# No command takes git this long. If one of its own files is a pipe, git would wait forever.
_LONGEST_SECONDS = 120
# Directories with files that git reads for any command.
_OWN_DIRECTORIES = (".", "info", "objects/info", "objects/pack", "refs/heads", "refs/remotes/origin")
# Of an id in hexadecimal: SHA-1 and SHA-256.
_ID_LENGTHS = (40, 64)
# A hook that runs this tool has these set for its own repository.
_NOT_PASSED = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_EXTERNAL_DIFF", "GIT_CONFIG_PARAMETERS")


_SUBMODULE = "160000"
_PATH_OF_SUBMODULE = re.compile(r"^[ \t]*path[ \t]*=[ \t]*(\S.*?)[ \t]*$", re.M)
_GIT_DIRECTORY = re.compile(r"gitdir: *(.+?)\s*")


class GitError(UsageError):
    """Git is missing, or refuses."""


class Blob(NamedTuple):
    """A file of a commit. `path` is relative to the top; `mode` is git's (`120000` is a link)."""

    mode: str
    object_id: str
    path: str


def ignored_by_git(top: Path, paths: Sequence[Path]) -> frozenset[Path]:
    """Those of `paths`, below the top of a work tree, that git ignores. Raises GitError if it cannot tell."""
    return Git(top).ignored(paths)


def unwritten_by_git(top: Path, empty: Collection[Path]) -> tuple[frozenset[Path], frozenset[Path]]:
    """What git tracks in a work tree and has not written there: submodules, and the files that a sparse checkout omits.

    `empty` are the empty directories; only these can be submodules. Git is asked only if there may be something. If it
    cannot tell, .gitmodules says what a submodule is.
    """
    has_sparse = is_file(_git_directory(top) / "info" / "sparse-checkout")
    if not (empty or has_sparse):
        return frozenset(), frozenset()
    try:
        found = Git(top).unwritten()
    except GitError:
        return frozenset(_submodules(top)).intersection(empty), frozenset()
    submodules = frozenset(top / each.path for each in found if each.mode == _SUBMODULE)
    omitted = (top / each.path for each in found if each.mode != _SUBMODULE)
    return submodules.intersection(empty), frozenset(path for path in omitted if not os.path.lexists(path))


def _git_directory(top: Path) -> Path:
    """The directory with git's own files; `.git` is a file in submodules and further work trees."""
    own = top / ".git"
    named = _GIT_DIRECTORY.fullmatch(_text(own)) if is_file(own) else None
    return own if named is None else top / named[1]


def _submodules(top: Path) -> Iterator[Path]:
    """The directories that .gitmodules names."""
    listed = top / ".gitmodules"
    # A link may lead out of the work tree.
    text = _text(listed) if is_file(listed) and not listed.is_symlink() else ""
    return (top / path.strip('"') for path in _PATH_OF_SUBMODULE.findall(text))


def _text(file: Path) -> str:
    with suppress(OSError):
        return file.read_text(encoding="utf-8", errors="replace")
    return ""


class Git:
    """A repository: bare, or with the top of its work tree, at a directory."""

    def __init__(self, top: Path) -> None:
        self.top = top
        self._is_looked_at = False

    def merge_base(self, revision: str) -> str:
        """The common ancestor of HEAD and `revision`.

        Raises GitError if there is none, and says how to fetch what a shallow clone lacks.
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

    def commit(self, revision: str) -> str:
        """The id of the commit that a revision names. Raises GitError if there is none."""
        found = self._run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}", check=False)
        if found.returncode != 0:
            raise GitError(f"git knows no commit {revision!r}")
        return found.stdout.decode("ascii").strip()

    def ignored(self, paths: Sequence[Path]) -> frozenset[Path]:
        """Those of `paths` that git ignores: .gitignore names them or a parent, and they are not tracked.

        The paths are below the top; links are followed, except at the end. Raises GitError if git cannot tell.
        """
        for directory in {parent for path in paths for parent in path.relative_to(self.top).parents}:
            if is_special(self.top / directory / ".gitignore"):
                raise GitError(f"git cannot be asked: {self.top / directory / '.gitignore'} is not a file")
        asked = b"".join(os.fsencode(path.relative_to(self.top).as_posix()) + b"\0" for path in paths)
        own_files_only = ("-c", f"core.excludesFile={os.devnull}")
        # With the patterns, since git up to 2.25 also names paths that a pattern with `!` takes back.
        told = self._run(
            "check-ignore", "-z", "--stdin", "--verbose", check=False, content=asked, options=own_files_only
        )
        if told.returncode not in (0, 1):
            raise GitError(f"git cannot tell what it ignores: {_last_line(told)}")
        fields = told.stdout.split(b"\0")
        named = zip(fields[2::4], fields[3::4], strict=False)
        return frozenset(self.top / os.fsdecode(path) for pattern, path in named if not pattern.startswith(b"!"))

    def tracks(self, path: Path) -> bool:
        """True if `path`, or something in it, is tracked."""
        return bool(self._run("ls-files", "-z", "--", str(path), options=("--literal-pathspecs",)).stdout)

    def unwritten(self) -> tuple[Blob, ...]:
        """The submodules in the index, and the files that need not be in the work tree (`skip-worktree`)."""
        found = []
        for entry in self._run("ls-files", "-t", "--stage", "-z").stdout.split(b"\0"):
            head, _, path = entry.partition(b"\t")
            if head.startswith(b"S ") or head[2:8] == _SUBMODULE.encode():
                _, mode, object_id, _ = head.decode("ascii").split()
                found.append(Blob(mode, object_id, os.fsdecode(path)))
        return tuple(found)

    def uncommitted(self, contents: Mapping[Path, bytes]) -> frozenset[Path]:
        """The files, by their paths below the top, whose content differs from HEAD, apart from line breaks."""
        names = {path.relative_to(self.top).as_posix(): path for path in contents}
        listed = self._run(
            *("ls-tree", "-z", "--full-tree", "HEAD", "--"), *names, check=False, options=("--literal-pathspecs",)
        ).stdout
        committed = {}
        for entry in filter(None, listed.split(b"\0")):
            head, _, name = entry.partition(b"\t")
            committed[os.fsdecode(name)] = head.split()[2].decode("ascii")
        return frozenset(
            path for name, path in names.items() if not _is_object(committed.get(name, ""), contents[path])
        )

    def renamed(self, commit: str) -> frozenset[tuple[str, str]]:
        """Files renamed between a commit and the index, and their directories: the old and the new names."""
        found = self._run(
            *("diff", "--cached", "--find-renames", "--diff-filter=R", "--name-status", "-z"),
            *("--no-ext-diff", "--no-textconv", "--end-of-options", commit),
        ).stdout
        names = [os.fsdecode(name) for name in found.split(b"\0")]
        pairs = list(zip(names[1::3], names[2::3], strict=False))
        return frozenset(
            (*pairs, *((posixpath.dirname(old) or ".", posixpath.dirname(new) or ".") for old, new in pairs))
        )

    def blobs(self, commit: str) -> Iterator[Blob]:
        """The files of a commit. A submodule is one, too: its mode is `160000`, and the object is its commit."""
        listed = self._run("ls-tree", "-r", "-z", "--full-tree", commit).stdout
        for entry in listed.split(b"\0"):
            if entry:
                head, _, path = entry.partition(b"\t")
                mode, _, object_id = head.decode("ascii").split()
                yield Blob(mode, object_id, os.fsdecode(path))

    def is_empty(self) -> bool:
        """True if nothing was ever committed: HEAD names a branch that is not there, and there is no other one."""
        return self._succeeds("symbolic-ref", "--quiet", "HEAD") and not self._run("for-each-ref", "--count=1").stdout

    def contents(
        self, blobs: Sequence[Blob], on_size: Callable[[int], None] = lambda _size: None
    ) -> Iterator[tuple[Blob, bytes]]:
        """The contents as stored, without filters. `on_size` gets the size of each before it is read, and may raise."""
        with tempfile.TemporaryFile() as wanted:
            wanted.write("".join(f"{blob.object_id}\n" for blob in blobs).encode())
            wanted.seek(0)
            command = self._command("cat-file", "--batch", "--buffer")
            with (
                subprocess.Popen(
                    command, stdin=wanted, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=self._environment()
                ) as process,
                _ended_in_time(process),
            ):
                assert process.stdout is not None
                for blob in blobs:
                    yield blob, _next_object(process.stdout, blob, on_size)

    def last_authors(self, path: Path, lines: Iterable[int], content: bytes) -> dict[int, str]:
        """The last author of each of the lines of a file, as `Name <mail>`; uncommitted lines are left out.

        `content` is that of the work tree, since the line numbers refer to it.
        """
        wanted = sorted(set(lines))
        ranges = [part for line in wanted for part in ("-L", f"{line},{line}")]
        name = path.relative_to(self.top).as_posix()
        names = self.top / ".mailmap"
        with tempfile.TemporaryDirectory(prefix="bedrock-eol-") as nothing:
            # In an empty work tree, git does not wait for an attributes file that is a pipe.
            options: tuple[str, ...] = (f"--git-dir={self.top / '.git'}", f"--work-tree={nothing}")
            if is_file(names):
                options += ("-c", f"mailmap.file={names}")
            options += self._without_filters(name, options, Path(nothing))
            arguments = ("blame", "--line-porcelain", "--no-textconv", "--contents", "-", *ranges, "--", name)
            found = self._run(*arguments, check=False, content=content, options=options, directory=Path(nothing))
        return {} if found.returncode != 0 else dict(_authors(found.stdout.decode("utf-8", "replace")))

    def _without_filters(self, name: str, options: Sequence[str], directory: Path) -> tuple[str, ...]:
        """Options that keep git from running the filter that attributes name."""
        asked = ("check-attr", "-z", "filter", "--", name)
        told = self._run(*asked, check=False, options=options, directory=directory).stdout.split(b"\0")
        filtered = told[2].decode("utf-8", "replace") if len(told) > 2 else "unspecified"
        if filtered in {"unspecified", "unset", "set"}:
            return ()
        settings = ("clean=", "smudge=", "process=", "required=false")
        return tuple(part for setting in settings for part in ("-c", f"filter.{filtered}.{setting}"))

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
        self,
        *arguments: str,
        check: bool = True,
        content: bytes = b"",
        options: Sequence[str] = (),
        directory: Path | None = None,
    ) -> "subprocess.CompletedProcess[bytes]":
        command = self._command(*arguments, options=options, directory=directory)
        self._refuse_what_git_waits_for()
        try:
            done = subprocess.run(
                command,
                input=content,
                capture_output=True,
                check=False,
                env=self._environment(),
                timeout=_LONGEST_SECONDS,
            )
        except FileNotFoundError:
            raise GitError("git is needed for this and was not found; install it, or use --baseline") from None
        except OSError as error:
            raise GitError(f"git cannot be run: {error.strerror or error}") from None
        except subprocess.TimeoutExpired:
            raise GitError(f"git {arguments[0]} did not end in {_LONGEST_SECONDS} seconds") from None
        if done.returncode == 128 and b"dubious ownership" in done.stderr:
            raise GitError(
                f"git does not trust {self.top}, which another user owns; see safe.directory in `git help config`"
            )
        if check and done.returncode != 0:
            raise GitError(f"git {arguments[0]} failed: {_last_line(done)}")
        return done

    def _refuse_what_git_waits_for(self) -> None:
        """Raises GitError if one of git's own files is a pipe or a device, which git would open and wait for."""
        if self._is_looked_at:
            return
        self._is_looked_at = True
        own = self.top / ".git"
        for directory in _OWN_DIRECTORIES:
            try:
                entries = list(os.scandir((own if own.exists() else self.top) / directory))
            except OSError:
                # It may be a link to the repository of another work tree; git reports what is wrong.
                continue
            for entry in entries:
                if is_special(Path(entry.path)):
                    raise GitError(f"git cannot be run: {entry.path} is not a file")

    def _command(self, *arguments: str, options: Sequence[str] = (), directory: Path | None = None) -> list[str]:
        return ["git", "-C", str(directory or self.top), *_INERT, *options, *arguments]

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in _NOT_PASSED}
        # With an invalid `.git`, git must not use the repository of a directory above.
        return {**kept, **_ENVIRONMENT, "GIT_CEILING_DIRECTORIES": str(self.top.parent)}


def _is_object(object_id: str, content: bytes) -> bool:
    """True if a blob has the content, as it is or with the line breaks that git stores instead of CRLF."""
    algorithm = "sha1" if len(object_id) == 40 else "sha256"
    for stored in (content, content.replace(b"\r\n", b"\n")):
        if hashlib.new(algorithm, b"blob %d\0" % len(stored) + stored).hexdigest() == object_id:
            return True
    return False


@contextmanager
def _ended_in_time(process: "subprocess.Popen[bytes]") -> Iterator[None]:
    timer = Timer(_LONGEST_SECONDS, process.kill)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _last_line(done: "subprocess.CompletedProcess[bytes]") -> str:
    told = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return told[-1] if told else f"exit code {done.returncode}"


def _next_object(stream: IO[bytes], blob: Blob, on_size: Callable[[int], None]) -> bytes:
    head = stream.readline().split()
    if len(head) != 3 or head[1] != b"blob":
        raise GitError(
            f"git does not have the content of {blob.path} at that commit. This is a partial clone:"
            " fetch without --filter"
        )
    size = int(head[2])
    on_size(size)
    content = stream.read(size)
    stream.read(1)
    if len(content) != size:
        raise GitError(f"git stopped while it read {blob.path}")
    return content


def _authors(porcelain: str) -> Iterator[tuple[int, str]]:
    line, name, mail, committed = 0, "", "", False
    for text in porcelain.split("\n"):
        key, _, rest = text.partition(" ")
        # A line of the file stands behind a tab; it may look like the others.
        if text.startswith("\t"):
            if committed:
                yield line, f"{name} {mail}".strip()
        elif len(key) in _ID_LENGTHS and rest[:1].isdigit():
            committed = bool(key.strip("0"))
            line = int(rest.split()[1])
        elif key == "author":
            name = rest
        elif key == "author-mail":
            mail = rest
