"""What counts where there are findings already: only what a plan brings, or a change, or the time since a baseline.

Owners are added here too, since they are the work tree's as what is known of findings is.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from checker.discover import STANDARD_INPUT
from checker.errors import ReadError, UsageError
from checker.frontends.protocol import Source
from checker.model.finding import Finding, Status
from checker.model.options import Options
from checker.model.resource import Input, InputKind
from checker.model.settings import OwnOptions, Settings
from checker.source import Place
from checker.source.files import Boundary, SourceFiles, find_boundary, is_there

if TYPE_CHECKING:
    from checker.workspace.git import Git


class Judged(NamedTuple):
    """Findings with what is needed to know them again: the roots of inputs, by their paths."""

    findings: tuple[Finding, ...]
    roots: Mapping[str, str]
    targets: tuple[Source, ...]
    inputs: tuple[Input, ...]


# Judges paths of another tree: with what settings, from which working directory.
Rejudge = Callable[[Sequence[str], Settings, Path], Judged]


def settle(
    judged: Judged, paths: Sequence[str], settings: Settings, cwd: Path, rejudge: Rejudge
) -> tuple[Finding, ...]:
    """The findings with their statuses and owners. Raises UsageError for what cannot be compared.

    A baseline is written if the settings ask for one.
    """
    findings = judged.findings
    if settings.changed:
        from checker.policy.changed import mark_unchanged, require_plans

        require_plans(judged.inputs)
        findings = mark_unchanged(findings)
    if settings.diff_base is not None:
        findings = _without_existing(
            judged._replace(findings=findings), paths, settings, settings.diff_base, cwd, rejudge
        )
    if settings.baseline is not None or settings.write_baseline is not None:
        findings = _without_baseline(judged._replace(findings=findings), settings, paths, cwd)
    return _with_owners(findings, paths, cwd, blame=settings.blame)


def _without_baseline(judged: Judged, settings: Settings, paths: Sequence[str], cwd: Path) -> tuple[Finding, ...]:
    from checker.workspace.baseline import read_baseline, write_baseline
    from checker.workspace.known import KnownFinding, known_findings, mark_known

    findings = judged.findings
    top = _top(paths, cwd)

    def exists(root: str) -> bool:
        return is_there(top / root)

    known: tuple[KnownFinding, ...] = ()
    if settings.baseline is not None and settings.baseline != settings.write_baseline:
        known = read_baseline(settings.baseline, cwd)
        findings = mark_known(findings, known, Status.BASELINE, exists)
    if settings.write_baseline is not None:
        accepted = [each for each in findings if each.status in (Status.OPEN, Status.BASELINE)]
        known = known_findings(accepted, judged.roots)
        write_baseline(settings.write_baseline, known, cwd)
        findings = mark_known(findings, known, Status.BASELINE, exists)
    return findings


def _without_existing(
    judged: Judged, paths: Sequence[str], settings: Settings, revision: str, cwd: Path, rejudge: Rejudge
) -> tuple[Finding, ...]:
    import tempfile

    from checker.workspace.base_tree import add_fetched_modules, write_tree
    from checker.workspace.git import Git
    from checker.workspace.known import known_findings, mark_known

    top = _top_of_all(paths, cwd)
    git = Git(top)
    _require_versioned(judged.targets, git)
    commit = git.merge_base(revision)
    here = Path(os.path.realpath(cwd))
    common = Path(os.path.commonpath([here, top]))
    with tempfile.TemporaryDirectory(prefix="bedrock-eol-") as temporary:
        # Names are shown relative to the working directory, and scopes are matched with them.
        tree = Path(os.path.realpath(temporary)) / "base" / top.relative_to(common)
        there = Path(os.path.realpath(temporary)) / "base" / here.relative_to(common)
        write_tree(git, commit, tree)
        directories = [_real(each.path) for each in judged.targets if each.kind is InputKind.TERRAFORM]
        add_fetched_modules(top, tree, [each for each in directories if each.is_relative_to(top)])
        there.mkdir(parents=True, exist_ok=True)

        def moved(path: Path) -> Path:
            real = _real(cwd / path)
            return tree / real.relative_to(top) if real.is_relative_to(top) else real

        before = rejudge(
            [os.path.relpath(moved(Path(path)), there) for path in paths], _settings_there(settings, moved, cwd), there
        )
        known = known_findings((each for each in before.findings if each.status is Status.OPEN), before.roots)
    run_wide = {each.fingerprint for each in before.findings if each.reference is None and each.status is Status.OPEN}
    marked = mark_known(judged.findings, known, Status.EXISTING, lambda root: is_there(top / root))
    return tuple(
        each._replace(status=Status.EXISTING)
        if each.status is Status.OPEN and each.reference is None and each.fingerprint in run_wide
        else each
        for each in marked
    )


def _require_versioned(targets: Sequence[Source], git: "Git") -> None:
    """Raises UsageError for what has no version of another commit."""
    for target in targets:
        if target.path == STANDARD_INPUT:
            raise UsageError("--diff-base cannot compare standard input with a commit; use --baseline FILE")
        shown = target.files.display(target.path)
        if target.kind in {InputKind.TERRAFORM_PLAN, InputKind.TERRAFORM_STATE}:
            raise UsageError(
                f"--diff-base compares code, and {shown} is a plan or a state; use --changed or --baseline FILE"
            )
        is_output = target.kind is InputKind.CDK
        if not git.tracks(_real(target.path)) and (is_output or git.ignored([_real(target.path)])):
            raise UsageError(
                f"--diff-base compares commits, and git does not track {shown}; use --baseline FILE for what is built"
            )


def _settings_there(settings: Settings, moved: Callable[[Path], Path], cwd: Path) -> Settings:
    """The settings with the files that the commit has in place of those of the work tree."""

    def each_moved(files: Sequence[Path]) -> tuple[Path, ...]:
        # A file that is not in the commit says what it says now: else every root that it is for would differ.
        return tuple(found if (found := moved(file)).exists() else _real(cwd / file) for file in files)

    def own_moved(own: OwnOptions) -> OwnOptions:
        return own._replace(var_files=each_moved(own.var_files), parameters=each_moved(own.parameters))

    options: Options = replace(
        settings.options,
        var_files=each_moved(settings.options.var_files),
        parameters=each_moved(settings.options.parameters),
    )
    configured_in = None if settings.configured_in is None else moved(settings.configured_in)
    return replace(
        settings,
        options=options,
        own_options=tuple(map(own_moved, settings.own_options)),
        configured_in=configured_in,
        diff_base=None,
    )


def _with_owners(findings: tuple[Finding, ...], paths: Sequence[str], cwd: Path, *, blame: bool) -> tuple[Finding, ...]:
    tops = tuple(dict.fromkeys(find_boundary(cwd / path) for path in paths if path != "-"))
    lookup = _OwnerLookup(tops, cwd, blame=blame)
    if not findings or lookup.has_none:
        return findings
    # What has to be changed is where the model is written.
    lookup.prepare([each.written_at for each in findings if each.written_at is not None])
    return tuple(
        each if each.written_at is None else each._replace(owners=lookup.of(each.written_at)) for each in findings
    )


class _OwnerLookup:
    def __init__(self, tops: Sequence[Path], cwd: Path, *, blame: bool) -> None:
        from checker.workspace.owners import read_owners

        self._cwd = cwd
        self._owners = {top: read_owners(top) for top in tops}
        self._blame = blame
        self._authors: dict[tuple[str, int], str] = {}

    @property
    def has_none(self) -> bool:
        """Whether nothing would be found."""
        return not self._blame and not any(self._owners.values())

    def prepare(self, places: Sequence[Place]) -> None:
        """Asks git for the authors of all lines, a file at a time."""
        if not self._blame:
            return
        from checker.workspace.git import Git

        lines: dict[str, list[int]] = {}
        for place in places:
            lines.setdefault(place.file, []).append(place.line)
        for file, wanted in sorted(lines.items()):
            path, top = self._located(file)
            if top is None or not (top / ".git").exists():
                continue
            try:
                content = SourceFiles(Boundary(top), self._cwd).read_bytes(path)
            except ReadError:
                continue
            found = Git(top).last_authors(path, wanted, content)
            self._authors.update({(file, line): author for line, author in found.items()})

    def of(self, place: Place) -> tuple[str, ...]:
        """The owners of a line: those of its file, then its author."""
        path, top = self._located(place.file)
        owners = self._owners[top].of(path.relative_to(top).as_posix()) if top is not None else ()
        author = self._authors.get((place.file, place.line))
        return tuple(dict.fromkeys((*owners, author) if author else owners))

    def _located(self, file: str) -> tuple[Path, Path | None]:
        path = _real(self._cwd / file)
        return path, next((top for top in self._owners if path.is_relative_to(top)), None)


def _top(paths: Sequence[str], cwd: Path) -> Path:
    named = [path for path in paths if path != "-"]
    return find_boundary(cwd / named[0]) if named else find_boundary(cwd)


def _top_of_all(paths: Sequence[str], cwd: Path) -> Path:
    """The one work tree that all paths are in. Raises UsageError if there is none."""
    if "-" in paths:
        raise UsageError("--diff-base cannot compare standard input with a commit; use --baseline FILE")
    tops = {find_boundary(cwd / path) for path in paths}
    if len(tops) != 1:
        raise UsageError("--diff-base needs all paths in one git work tree")
    (top,) = tops
    if not (top / ".git").exists():
        raise UsageError(f"--diff-base needs a git work tree, and {top} is in none; use --baseline FILE")
    return top


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))
