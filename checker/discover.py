"""What there is to check under the given paths, by content."""

import errno
import json
import os
import stat
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from checker.errors import ReadError
from checker.immutable import immutable
from checker.model.problem import Problem, ProblemKind
from checker.model.resource import InputKind
from checker.source.files import Boundary, SourceFiles, decode_text, find_boundary, is_directory, is_file, is_work_tree

if TYPE_CHECKING:
    from checker.source.gitignore import Patterns

_TERRAFORM_SUFFIXES = (".tf", ".tf.json", ".tofu", ".tofu.json")
# Terragrunt's units deploy a module that may be elsewhere.
_TERRAGRUNT_UNITS = frozenset({"terragrunt.hcl", "terragrunt.hcl.json"})
_TERRAGRUNT_STACK = "terragrunt.stack.hcl"
_TEMPLATE_SUFFIXES = (".yaml", ".yml", ".json", ".template")
# What other tools write and install: their templates are not this tree's.
_NOT_WALKED = frozenset({".git", ".terraform", ".terragrunt-cache", "node_modules", ".venv", "__pycache__"})
# How standard input is shown.
STANDARD_INPUT = Path("<stdin>")
_ZIP_MAGIC = b"PK\x03\x04"
# What Git LFS leaves in the place of a file that was not fetched.
_LFS_POINTER = b"version https://git-lfs.github.com/spec/"
_BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")


@immutable
class Target:
    """Something to check. `content` is set for a file, which has been read; `files` reads what it refers to.

    `is_named` is a file that the user named, which is not left out for being something else.
    """

    kind: InputKind
    path: Path
    files: SourceFiles
    content: bytes = b""
    is_named: bool = False


@dataclass
class Discovery:
    """What was found so far: targets, each once, and what could not be looked at."""

    targets: list[Target] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    _seen: dict[Path, int] = field(default_factory=dict)
    # How often something was found, also what was there already.
    found: int = 0

    def add(self, target: Target) -> None:
        """Add a target, unless it is there already."""
        self.found += 1
        key = target.files.resolved(target.path)
        if key not in self._seen:
            self._seen[key] = len(self.targets)
            self.targets.append(target)
        elif target.is_named:
            self.targets[self._seen[key]] = target


def discover(
    paths: Sequence[str], cwd: Path, standard_input: Callable[[], bytes], *, allow_outside: bool
) -> tuple[tuple[Target, ...], tuple[Problem, ...]]:
    """The targets under `paths`, in a stable order, and what could not be looked at.

    A directory gives its Terraform modules, its cloud assemblies and the templates outside these; whether a module is
    a root, and whether a file is a template, is for the frontends to say. Plans and states count only if named.
    """
    found = Discovery()
    # In which order the paths are given changes nothing, nor whether one is given twice.
    for path in sorted(dict.fromkeys(map(_plain, paths))):
        before, told = found.found, len(found.problems)
        full = cwd if path == "-" else cwd / path
        files = SourceFiles(Boundary(find_boundary(full), allow_outside), cwd)
        if path == "-":
            _sniff(STANDARD_INPUT, standard_input(), files, found)
        else:
            _path(full, files, found)
        if found.found == before and not any(problem.incomplete for problem in found.problems[told:]):
            found.problems.append(no_input(path if path == "-" else files.display(full)))
    return tuple(found.targets), tuple(found.problems)


def _path(path: Path, files: SourceFiles, found: Discovery) -> None:
    try:
        mode = path.stat().st_mode
    except OSError as error:
        found.problems.append(_unreadable(files.display(path), error))
        return
    outside = files.outside(path)
    if outside is not None:
        found.problems.append(problem_of(outside))
    elif stat.S_ISDIR(mode):
        # Directories are told from those above them by their names.
        _Walk(files, found).directory(Path(os.path.realpath(path)) if ".." in path.parts else path)
    else:
        _named_file(path, files, found)


def _plain(path: str) -> str:
    """A path as it is usually written, unless it goes upwards, past what may be a link."""
    return path if path == "-" or ".." in path else os.path.normpath(path)


def no_input(shown: str) -> Problem:
    """Nothing to check under a path that was given, as data."""
    return Problem(
        ProblemKind.NO_INPUT,
        shown,
        "no infrastructure code was found here",
        "Give a directory with Terraform, CloudFormation or CDK output, a template, or a plan as JSON.",
        incomplete=True,
    )


def _named_file(path: Path, files: SourceFiles, found: Discovery) -> None:
    if path.name.endswith(_TERRAFORM_SUFFIXES) or path.name in _TERRAGRUNT_UNITS:
        # Terraform knows no smaller unit than the module.
        found.add(Target(InputKind.TERRAFORM, path.parent, files))
        return
    try:
        content = files.read_bytes(path)
    except ReadError as error:
        found.problems.append(problem_of(error))
        return
    _sniff(path, content, files, found)


def _sniff(path: Path, content: bytes, files: SourceFiles, found: Discovery) -> None:
    """What a file that was named holds."""
    shown = str(path) if path == STANDARD_INPUT else files.display(path)
    if content.startswith(_ZIP_MAGIC):
        found.problems.append(
            Problem(
                ProblemKind.BINARY_PLAN,
                shown,
                "this is a binary plan, which only Terraform can read",
                f"Run `terraform show -json {path.name}` and check its output.",
                incomplete=True,
            )
        )
        return
    kind = _kind_of_json(content, shown) if content.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00")[:1] == b"{" else None
    if kind is InputKind.CDK:
        found.add(Target(kind, path.parent, files))
    else:
        # What is neither plan nor state nor assembly must be a template, or the frontend says why it is not.
        found.add(Target(kind or InputKind.CLOUDFORMATION, path, files, content, is_named=True))


def _kind_of_json(content: bytes, shown: str) -> InputKind | None:
    """The kind of a JSON document by its first keys; None if it is none of Terraform's and no assembly.

    A truncated document still has its first keys, so that the frontend can say what is wrong with it.
    """
    try:
        head = decode_text(content[:20_000], shown)
    except ReadError:
        head = content[:20_000].decode("utf-8", "replace")
    if '"artifacts"' in head and '"version"' in head and '"Resources"' not in head:
        return InputKind.CDK
    if '"format_version"' in head:
        is_plan = any(f'"{key}"' in head for key in ("planned_values", "resource_changes", "variables", "applyable"))
        return InputKind.TERRAFORM_PLAN if is_plan else InputKind.TERRAFORM_STATE
    if '"lineage"' in head or ('"serial"' in head and '"terraform_version"' in head):
        return InputKind.TERRAFORM_STATE
    if '"@level"' in head and '"@message"' in head:
        return InputKind.TERRAFORM_PLAN
    return None


class _Walk:
    """The search of one directory."""

    def __init__(self, files: SourceFiles, found: Discovery) -> None:
        self._files = files
        self._found = found
        self._visited: set[str] = set()
        self._pruned: list[str] = []
        self._not_fetched: list[str] = []

    def directory(self, root: Path) -> None:
        """Search `root`, and say what .gitignore kept out of the search, and what is not there."""
        self._search(root, _ignores_above(root, self._files))
        self._say_what_was_pruned(root)
        if self._not_fetched:
            incomplete = any(map(_is_likely_template, self._not_fetched))
            self._found.problems.append(
                Problem(
                    ProblemKind.UNREADABLE,
                    self._files.display(root),
                    f"not read, since Git LFS has their content: {_listed(self._not_fetched)}",
                    "Run `git lfs pull`, then check again.",
                    incomplete,
                )
            )

    def _say_what_was_pruned(self, root: Path) -> None:
        if self._pruned:
            self._found.problems.append(
                Problem(
                    ProblemKind.PRUNED,
                    self._files.display(root),
                    f"not searched, since .gitignore names it: {_listed(self._pruned)}",
                    "Give its path to check it all the same.",
                    incomplete=False,
                )
            )

    def _search(self, directory: Path, ignores: "_Ignores") -> None:
        real = os.path.realpath(directory)
        if real in self._visited:
            return
        self._visited.add(real)
        try:
            entries = sorted(os.scandir(directory), key=lambda entry: entry.name)
        except OSError as error:
            self._found.problems.append(_unreadable(self._files.display(directory), error))
            return
        names = {entry.name for entry in entries}
        if self._is_assembly(directory, entries):
            self._found.add(Target(InputKind.CDK, directory, self._files))
            return
        ignores = ignores.below(directory, names, self._files)
        if any(name.endswith(_TERRAFORM_SUFFIXES) for name in names) or not _TERRAGRUNT_UNITS.isdisjoint(names):
            self._found.add(Target(InputKind.TERRAFORM, directory, self._files))
        if _TERRAGRUNT_STACK in names:
            self._found.problems.append(
                Problem(
                    ProblemKind.UNSUPPORTED,
                    self._files.display(directory / _TERRAGRUNT_STACK),
                    "the units of a Terragrunt stack are not read from its file",
                    "Run `terragrunt stack generate`, and check the units that it writes.",
                    incomplete=True,
                )
            )
        output = self._cdk_app(directory) if "cdk.json" in names else None
        for entry in entries:
            self._entry(directory / entry.name, entry, ignores, output)

    def _entry(self, path: Path, entry: os.DirEntry[str], ignores: "_Ignores", output: Path | None) -> None:
        try:
            is_directory = entry.is_dir()
            if not is_directory and entry.is_symlink():
                path.stat()
        except OSError as error:
            # A link to nothing holds nothing, unless it was meant to be code. The reader of a module lists its files.
            dangling = error.errno == errno.ENOENT and not path.name.endswith(_TEMPLATE_SUFFIXES)
            if not dangling and not path.name.endswith(_TERRAFORM_SUFFIXES):
                self._found.problems.append(_unreadable(self._files.display(path), error))
            return
        if is_directory:
            if entry.name in _NOT_WALKED or path == output:
                return
            if ignores.match(path, is_directory=True):
                self._pruned.append(self._files.display(path))
            elif entry.is_symlink() and (outside := self._files.outside(path)) is not None:
                # Not even the names of what it holds are looked at.
                self._found.problems.append(problem_of(outside))
            else:
                self._search(path, ignores)
        elif path.name.endswith(_TEMPLATE_SUFFIXES) and not path.name.endswith(_TERRAFORM_SUFFIXES):
            self._template(path, ignores)

    def _template(self, path: Path, ignores: "_Ignores") -> None:
        if ignores.match(path, is_directory=False):
            self._pruned.append(self._files.display(path))
            return
        try:
            content = self._files.read_bytes(path)
        except ReadError as error:
            self._found.problems.append(problem_of(error))
            return
        # UTF-16 has a zero after each of these letters; without its mark, that is for the frontend to refuse.
        plain = content.replace(b"\x00", b"") if b"\x00" in content else content
        if (b"Resources" in plain and b"::" in plain) or b"AWSTemplateFormatVersion" in plain:
            self._found.add(Target(InputKind.CLOUDFORMATION, path, self._files, content))
        elif content.startswith(_LFS_POINTER):
            self._not_fetched.append(self._files.display(path))
        elif plain is not content and _is_likely_template(path.name) and _is_no_text(content):
            self._found.problems.append(
                Problem(
                    ProblemKind.UNREADABLE,
                    self._files.display(path),
                    "this is no text, so it cannot be told whether it is a template",
                    "Restore the file, or leave it out of the paths.",
                    incomplete=True,
                )
            )

    def _is_assembly(self, directory: Path, entries: Iterable[os.DirEntry[str]]) -> bool:
        kinds = {entry.name: entry for entry in entries if entry.name in ("manifest.json", "cdk.out")}
        if "manifest.json" not in kinds:
            return False
        if "cdk.out" in kinds and not is_directory(directory / "cdk.out"):
            # The mark of an assembly, which may be damaged like its manifest: that is for its reader to say.
            return True
        try:
            head = self._files.read_bytes(directory / "manifest.json")[:4096]
        except ReadError as error:
            self._found.problems.append(problem_of(error))
            return False
        return b'"artifacts"' in head and (b"cdk" in head or b"aws:cloudformation:stack" in head)

    def _cdk_app(self, directory: Path) -> Path | None:
        """The assembly of the CDK app in `directory`, which is found even where .gitignore names it."""
        output = directory / "cdk.out"
        try:
            configured = json.loads(self._files.read_text(directory / "cdk.json")).get("output")
            output = directory / configured if isinstance(configured, str) else output
        except (ReadError, ValueError, AttributeError):
            pass
        if (outside := self._files.outside(output)) is not None:
            self._found.problems.append(problem_of(outside))
            return None
        if is_file(output / "manifest.json"):
            self._found.add(Target(InputKind.CDK, output, self._files))
            return output
        self._found.problems.append(
            Problem(
                ProblemKind.NOT_SYNTHESIZED,
                self._files.display(directory / "cdk.json"),
                "this CDK app has no synth output beside it, so its stacks were not checked",
                "Run `npx cdk synth` there, then check again.",
                incomplete=True,
            )
        )
        return None


class _Ignores:
    """The .gitignore files that hold for a directory."""

    def __init__(self, specs: "tuple[tuple[Path, Patterns], ...]") -> None:
        self._specs = specs

    def below(self, directory: Path, names: Iterable[str], files: SourceFiles) -> "_Ignores":
        """The same with the .gitignore of `directory`, if it has one."""
        if ".gitignore" not in names:
            return self
        return _Ignores((*self._specs, *_read_gitignore(directory, files)))

    def match(self, path: Path, *, is_directory: bool) -> bool:
        """Whether git would ignore `path`, in a directory that it does not. The innermost file that says so decides."""
        for directory, patterns in reversed(self._specs):
            decided = patterns.decision(path.relative_to(directory).as_posix(), is_directory=is_directory)
            if decided is not None:
                return decided
        return False


def _ignores_above(root: Path, files: SourceFiles) -> _Ignores:
    """The .gitignore files from the top of the work tree down to above `root`.

    None outside a work tree, and where git would ignore `root`: what is given by its path is searched all the same.
    """
    above: list[Path] = []
    for directory in (root, *root.parents):
        above.append(directory)
        if is_work_tree(directory):
            break
    else:
        return _Ignores(())
    ignores = _Ignores(())
    for outer, inner in pairwise(reversed(above)):
        ignores = ignores.below(outer, (".gitignore",), files)
        if ignores.match(inner, is_directory=True):
            return _Ignores(())
    return ignores


def _read_gitignore(directory: Path, files: SourceFiles) -> "tuple[tuple[Path, Patterns], ...]":
    from checker.source.gitignore import Patterns  # its library is needed only where there is such a file

    try:
        return ((directory, Patterns(files.read_bytes(directory / ".gitignore"))),)
    except ReadError:
        # More is searched without it, never less.
        return ()


def _is_likely_template(name: str) -> bool:
    """Whether a file of whose content nothing is known is a template rather than data, to which JSON is usual."""
    return "template" in name or not name.endswith(".json")


def _is_no_text(content: bytes) -> bool:
    """Whether content with zeros is not UTF-16 either, with its mark or without."""
    return not content.startswith(_BYTE_ORDER_MARKS) and all(
        content[first::2].strip(b"\x00") or not content[1 - first :: 2].strip(b"\x00") for first in (0, 1)
    )


def _listed(names: list[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")


def problem_of(error: ReadError) -> Problem:
    """A file that cannot be read, as data."""
    outside = error.kind == "outside-boundary"
    return Problem(
        ProblemKind.OUTSIDE_BOUNDARY if outside else ProblemKind.UNREADABLE,
        error.file,
        error.reason,
        "Pass --allow-outside to read it." if outside else "Make it readable, or leave it out of the paths.",
        incomplete=True,
    )


def _unreadable(shown: str, error: OSError) -> Problem:
    missing = isinstance(error, FileNotFoundError)
    reasons = {
        errno.ENOENT: "there is no such file or directory",
        errno.ELOOP: "the symbolic links go round in a loop",
        errno.EACCES: "permission to read it is denied",
    }
    return Problem(
        ProblemKind.NOT_FOUND if missing else ProblemKind.UNREADABLE,
        shown,
        reasons.get(error.errno or 0, error.strerror or "it cannot be read"),
        "Check the path." if missing else "Make it readable, or leave it out of the paths.",
        incomplete=True,
    )
