"""Searches a directory: lists all names, asks git which are ignored, then reads files."""

import errno
import json
import os
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from enum import Enum
from pathlib import Path

from checker.discover.ignored import (
    AskGit,
    Ignores,
    LeftOut,
    ignores_above,
    left_out,
    problems_of_unwritten,
    without_links,
)
from checker.discover.targets import (
    TERRAFORM_SUFFIXES,
    Discovery,
    Target,
    is_of_terraform,
    kind_of_json,
    problem_of,
    pruned_by,
    unreadable,
)
from checker.errors import ReadError
from checker.immutable import immutable
from checker.model.problem import Problem, ProblemKind
from checker.model.resource import InputKind
from checker.references.prefilter import may_hold_a_name
from checker.source.files import SourceFiles, is_directory, is_file, is_link
from checker.source.languages import is_code
from checker.source.templates import ENGINES, awaits_a_model, has_to_be_rendered, is_template_name, may_be_template

MANIFEST = "manifest.json"
_TERRAGRUNT_STACK = "terragrunt.stack.hcl"
_OF_ASSEMBLIES = (".yaml", ".yml", ".json", ".template")
# Files that may name a model though no input loads them, and files that inputs may load.
_TEXT_SUFFIXES = (*TERRAFORM_SUFFIXES, *_OF_ASSEMBLIES, *ENGINES, ".hcl", ".tfvars", ".toml", ".env", ".tftpl")
# Directories that other tools fill; never searched.
NOT_WALKED = frozenset({".git", ".terraform", ".terragrunt-cache", "node_modules", ".venv", "__pycache__"})
# The parts of a Helm chart look like templates of others where they define stacks for a controller.
_CHART, _OF_HELM = "Chart.yaml", ".tpl"
# What Python writes into a virtual environment, whatever that is called.
_VIRTUAL_ENVIRONMENT = "pyvenv.cfg"
# Marks the output directory of `cdk synth`.
_MARK = "cdk.out"
_OF_THE_CDK = "cdk.json"
# CDK for Terraform, which writes a module for each stack.
_OF_CDKTF = "cdktf.json"
_STACK_OF_CDKTF = "*/cdk.tf.json"
_OF_OTHER_APPS = frozenset({_OF_CDKTF, "sst.config.ts", "sst.config.mts", "sst.config.js", "sst.config.mjs"})
_ASSETS = ".assets.json"
_PARTS_OF_ASSEMBLIES = ("asset.", "assembly-")
# Git LFS leaves this in place of a file that was not fetched.
_LFS_POINTER = b"version https://git-lfs.github.com/spec/"
# What keeps an ignored path out of a search.
_GITIGNORE = ".gitignore names"
_BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")
# A deployed template cannot be larger (CloudFormation quotas, "template body size in an S3 object").
_LARGEST_TEMPLATE = 1 << 20


class _Beside(Enum):
    """A file that is no input: a text that may name a model, a program, a CDK app without output."""

    TEXT = "text"
    PROGRAM = "program"
    APP = "app"


@immutable
class _Location:
    """A directory to search, and its path without links.

    `is_output`: a CDK app writes there. `with_programs`: programs are included.
    """

    path: Path
    real: Path
    ignores: Ignores
    with_programs: bool
    is_output: bool = False


@immutable
class _Sighting:
    """An input, a problem, or a file beside them; it counts unless git ignores all of `files`, which are without links.

    `named` is the part of the first file's path that .gitignore matches: the file, or a directory above it.
    """

    what: InputKind | Problem | _Beside
    path: Path
    files: tuple[Path, ...] = ()
    work_tree: Path | None = None
    named: Path | None = None


class Search:
    """The search of one directory."""

    def __init__(self, files: SourceFiles, found: Discovery, ask_git: AskGit, *, with_programs: bool) -> None:
        self._files = files
        self._found = found
        self._ask_git = ask_git
        self._with_programs = with_programs
        self._not_fetched: list[str] = []
        # The empty directories of each work tree.
        self._empty: dict[Path, list[Path]] = {}

    def directory(self, root: Path) -> None:
        """Adds what is below `root`; reports what .gitignore excludes, and what is missing."""
        real = without_links(root)
        sightings = self._sightings(_Location(root, real, ignores_above(real, self._files), self._with_programs))
        out = self._left_out(sightings, real)
        kept_out: Counter[tuple[Path, Path | None]] = Counter()
        for each in sightings:
            if each.named is not None and out.files.issuperset(each.files):
                kept_out[each.named, each.work_tree] += self._count(each)
            else:
                self._add(each, root)
        for (named, work_tree), count in kept_out.items():
            if count:
                self._found.problems.append(pruned_by(_GITIGNORE, self._shown(named), count, out.doubts.get(work_tree)))
        for top, empty in self._empty.items():
            missing = self._ask_git.unwritten(top, empty)
            self._found.problems += problems_of_unwritten(*missing, real, self._files)
        if self._not_fetched:
            self._found.problems.append(_not_fetched(self._shown(root), self._not_fetched))

    def _left_out(self, sightings: list[_Sighting], root: Path) -> LeftOut:
        named: dict[Path | None, list[Path]] = {}
        for each in sightings:
            if each.named is not None:
                named.setdefault(each.work_tree, []).extend(each.files)
        out = left_out(named, self._ask_git)
        inputs = [each for each in sightings if each.what not in {_Beside.TEXT, _Beside.PROGRAM}]
        if all(each.work_tree != root and out.files.issuperset(each.files) for each in inputs):
            # Everything that was named is ignored: it is searched nevertheless.
            return LeftOut(frozenset(), {})
        return out

    def _sightings(self, start: _Location) -> list[_Sighting]:
        """What is below a directory, in the order of names; each directory once, however it is reached."""
        found: list[_Sighting] = []
        visited: set[Path] = set()
        # No recursion: directories may be nested as deeply as a path is long.
        left: list[_Location | _Sighting] = [start]
        while left:
            each = left.pop()
            if isinstance(each, _Sighting):
                found.append(each)
            elif each.real not in visited:
                visited.add(each.real)
                left.extend(reversed(list(self._within(each))))
        return found

    def _within(self, location: _Location) -> Iterator[_Location | _Sighting]:
        """The kind of a directory, and its content in the order of names."""
        try:
            entries = sorted(os.scandir(location.path), key=lambda entry: entry.name)
        except OSError as error:
            yield _Sighting(unreadable(self._shown(location.path), error), location.path)
            return
        names = {entry.name for entry in entries}
        location = replace(location, ignores=location.ignores.below(location.real, names, self._files))
        if (top := location.ignores.work_tree) is not None:
            self._empty.setdefault(top, []).extend([] if entries else [location.real])
        if _VIRTUAL_ENVIRONMENT in names:
            # Its programs are not this tree's. Infrastructure code counts wherever it is.
            location = replace(location, with_programs=False)
        output = self._output(location) if _OF_THE_CDK in names else None
        if isinstance(output, _Location) and output.real == location.real:
            location, output = replace(location, is_output=True), None
        elif output is _Beside.APP:
            location = replace(location, with_programs=True)
        claims = self._assembly(location, names)
        if claims is not None:
            # The output of a CDK app is usually ignored, and yet it is the only form of the app to check.
            yield _sighting(location, InputKind.CDK, location.path, () if location.is_output else (MANIFEST,))
        code = [name for name in sorted(names) if is_of_terraform(name)]
        if code:
            yield _sighting(location, InputKind.TERRAFORM, location.path, code)
        if _TERRAGRUNT_STACK in names:
            stack = location.path / _TERRAGRUNT_STACK
            yield _sighting(location, _stack_of_units(self._shown(stack)), stack, (_TERRAGRUNT_STACK,))
        if isinstance(output, _Location):
            yield output
        elif output is not None:
            path = location.path / _OF_THE_CDK if output is _Beside.APP else location.path
            yield _sighting(location, output, path, (_OF_THE_CDK,))
        for name in sorted(_OF_OTHER_APPS & names):
            yield self._other_app(location, name)
        for entry in entries:
            if claims is None or not claims(entry.name):
                yield from self._entry(location, entry)

    def _entry(self, location: _Location, entry: "os.DirEntry[str]") -> Iterator[_Location | _Sighting]:
        path = location.path / entry.name
        try:
            is_directory = entry.is_dir()
            if not is_directory and entry.is_symlink():
                path.stat()
        except OSError as error:
            # A dangling link has no content, unless it was meant to be code. The reader of a module reports it.
            dangling = error.errno == errno.ENOENT and not path.name.endswith(_OF_ASSEMBLIES)
            if not dangling and not path.name.endswith(TERRAFORM_SUFFIXES):
                yield _sighting(location, unreadable(self._shown(path), error), path, (entry.name,))
            return
        if not is_directory:
            if path.name.endswith(_TEXT_SUFFIXES) or path.name.startswith(".env."):
                yield _sighting(location, _Beside.TEXT, path, (entry.name,))
            elif location.with_programs and is_code(path.name):
                yield _sighting(location, _Beside.PROGRAM, path, (entry.name,))
            if is_template_name(path.name) and not is_of_terraform(path.name):
                yield _sighting(location, InputKind.CLOUDFORMATION, path, (entry.name,))
        elif entry.name in NOT_WALKED:
            return
        elif not is_link(path):
            yield _Location(path, location.real / entry.name, location.ignores, location.with_programs)
        elif (outside := self._files.outside(path)) is not None:
            # Not even the names of its entries are read.
            yield _sighting(location, problem_of(outside), path, (entry.name,))
        else:
            yield self._elsewhere(path)

    def _elsewhere(self, path: Path, *, is_output: bool = False) -> _Location:
        """The directory to which a link or a configuration leads."""
        real = without_links(path)
        return _Location(path, real, ignores_above(real, self._files), self._with_programs, is_output)

    def _assembly(self, location: _Location, names: Collection[str]) -> Callable[[str], bool] | None:
        """The entries of a directory that its assembly uses as templates and assets; None if there is no assembly.

        Code may be beside an assembly, and beside any file with the name of its manifest.
        """
        if MANIFEST not in names:
            return None
        if _MARK in names and not is_directory(location.path / _MARK):
            # It may be damaged like its manifest; its reader reports that. Output of an earlier CDK run is not
            # deployed.
            return lambda name: name.endswith(_OF_ASSEMBLIES) or name.startswith(_PARTS_OF_ASSEMBLIES)
        try:
            manifest = self._files.read_bytes(location.path / MANIFEST)
        except ReadError as error:
            self._found.problems.append(problem_of(error))
            return None
        is_of_the_cdk = b"cdk" in manifest or b"aws:cloudformation:stack" in manifest
        if not location.is_output and not (is_of_the_cdk and kind_of_json(manifest) is InputKind.CDK):
            return None
        lists = [manifest]
        for name in sorted(names):
            if name.endswith(_ASSETS):
                with suppress(ReadError):
                    lists.append(self._files.read_bytes(location.path / name))
        return lambda name: (
            name in {MANIFEST, "tree.json"}
            or name.endswith(_ASSETS)
            or any(os.fsencode(f'"{name}"') in listed for listed in lists)
        )

    def _output(self, location: _Location) -> _Location | Problem | _Beside:
        """The assembly of the CDK app in a directory, even if .gitignore matches it; otherwise the app."""
        output = self._configured_output(location.path / _OF_THE_CDK, _MARK)
        if (outside := self._files.outside(output)) is not None:
            return problem_of(outside)
        if is_file(output / MANIFEST):
            self._found.synthesized[location.path / _OF_THE_CDK] = output
            return self._elsewhere(output, is_output=True)
        return _Beside.APP

    def _configured_output(self, manifest: Path, usual: str) -> Path:
        """The directory for the output of an app, which need not be there."""
        with suppress(ReadError, ValueError, AttributeError, RecursionError):
            configured = json.loads(self._files.read_text(manifest)).get("output")
            # Not every text can be encoded as a path.
            is_path = isinstance(configured, str) and b"\0" not in os.fsencode(configured)
            return manifest.parent / (configured if is_path else usual)
        return manifest.parent / usual

    def _other_app(self, location: _Location, name: str) -> _Location | _Sighting:
        """The Terraform code that CDK for Terraform wrote, even if .gitignore matches it; otherwise the app."""
        manifest = location.path / name
        if name == _OF_CDKTF:
            stacks = self._configured_output(manifest, "cdktf.out") / "stacks"
            # A glob in a path that no directory can have raises an error.
            is_output = self._files.outside(stacks) is None and is_directory(stacks)
            if is_output and any(stacks.glob(_STACK_OF_CDKTF)):
                return replace(self._elsewhere(stacks), ignores=Ignores(location.ignores.work_tree))
        return _sighting(location, _Beside.APP, manifest, (name,))

    def _add(self, sighting: _Sighting, root: Path) -> None:
        match sighting.what:
            case Problem() as problem:
                self._found.problems.append(problem)
            case _Beside.TEXT:
                self._found.files[sighting.path] = self._files
            case _Beside.PROGRAM:
                self._found.programs[sighting.path] = self._files
                self._found.found += self._with_programs
            case _Beside.APP:
                self._found.apps[sighting.path] = self._files
                self._found.found += 1
            case InputKind.CLOUDFORMATION:
                self._template(sighting.path)
            case kind:
                is_named = kind is InputKind.TERRAFORM and sighting.path == root
                self._found.add(Target(kind, sighting.path, self._files, is_named=is_named))

    def _template(self, path: Path) -> None:
        try:
            content = self._files.read_bytes(path)
        except ReadError as error:
            self._found.problems.append(problem_of(error))
            return
        if not may_hold_a_name(content):
            self._found.nameless.add(path)
        if path.name.endswith(_OF_HELM) and any(is_file(above / _CHART) for above in path.parents):
            return
        if has_to_be_rendered(content, path.name):
            self._found.unrendered[path] = awaits_a_model(content)
            self._found.found += 1
        elif may_be_template(content, path.name):
            self._found.add(Target(InputKind.CLOUDFORMATION, path, self._files, content))
        elif content.startswith(_LFS_POINTER):
            self._not_fetched.append(self._shown(path))
        elif b"\x00" in content and _is_likely_template(path.name) and _is_no_text(content):
            self._found.problems.append(
                Problem(
                    ProblemKind.UNREADABLE,
                    self._shown(path),
                    "this file is binary; cannot tell whether it is a template",
                    "Restore the file, or leave it out of the paths.",
                    incomplete=True,
                )
            )

    def _count(self, sighting: _Sighting) -> int:
        """The number of infrastructure code files in something that git ignores."""
        if sighting.what is not InputKind.CLOUDFORMATION:
            return len(sighting.files) if isinstance(sighting.what, InputKind) else 0
        try:
            is_small = sighting.path.stat().st_size <= _LARGEST_TEMPLATE
            return int(is_small and may_be_template(self._files.read_bytes(sighting.path), sighting.path.name))
        except (OSError, ReadError):
            return 0

    def _shown(self, path: Path) -> str:
        return self._files.display(path)


def _sighting(location: _Location, what: InputKind | Problem | _Beside, path: Path, names: Sequence[str]) -> _Sighting:
    files = tuple(location.real / name for name in names)
    named = [location.ignores.naming(file, is_directory=False) for file in files]
    return _Sighting(what, path, files, location.ignores.work_tree, named[0] if named and None not in named else None)


def _is_likely_template(name: str) -> bool:
    """True if a file of unknown content is probably a template, not data, which is usually JSON."""
    return "template" in name or not name.lower().endswith((".json", ".txt"))


def _is_no_text(content: bytes) -> bool:
    """True if content with zero bytes is not UTF-16 either, with or without its mark."""
    return not content.startswith(_BYTE_ORDER_MARKS) and all(
        content[first::2].strip(b"\x00") or not content[1 - first :: 2].strip(b"\x00") for first in (0, 1)
    )


def _not_fetched(shown: str, names: Sequence[str]) -> Problem:
    listed = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
    return Problem(
        ProblemKind.UNREADABLE,
        shown,
        f"not read, since Git LFS has their content: {listed}",
        "Run `git lfs pull`, then check again.",
        incomplete=any(map(_is_likely_template, names)),
    )


def _stack_of_units(shown: str) -> Problem:
    return Problem(
        ProblemKind.UNSUPPORTED,
        shown,
        "the units of a Terragrunt stack are not read from its file",
        "Run `terragrunt stack generate`, and check the units that it writes.",
        incomplete=True,
    )
