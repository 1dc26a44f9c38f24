"""Decides which findings count: only those of a plan, of a change, or since a baseline.

Owners are added here too, since they also depend on the work tree.
"""

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from checker.discover import STANDARD_INPUT
from checker.errors import ReadError, UsageError
from checker.frontends.protocol import Source
from checker.model.answers import Answer, Answers
from checker.model.finding import Finding, Root, Status
from checker.model.problem import Problem, ProblemKind
from checker.model.reference import Reference
from checker.model.resource import Input, InputKind
from checker.model.scan import FileOwners
from checker.model.settings import Options, OwnOptions, Settings
from checker.source import Location
from checker.source.files import Boundary, SourceFiles, find_boundary, is_file, is_there, is_work_tree
from checker.source.validation import did_you_mean
from checker.wording import first_listed

if TYPE_CHECKING:
    from checker.workspace.baseline import Baseline, KnownFinding
    from checker.workspace.git import Git

# The owner, in a request, of what nobody owns.
NOBODY = "none"


class Judged(NamedTuple):
    """Findings with the data for recognizing them: the roots of inputs by their paths.

    `is_whole` is False if a part of the code could not be read, which may hold more findings.
    """

    findings: tuple[Finding, ...]
    roots: Mapping[str, Root]
    targets: tuple[Source, ...]
    inputs: tuple[Input, ...]
    is_whole: bool = True


class Settled(NamedTuple):
    """Findings with their statuses and owners, and the entries of a baseline that are no longer found."""

    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...] = ()


# Judges paths of another tree, with other settings and another working directory.
Rejudge = Callable[[Sequence[str], Settings, Path], Judged]


def settle(judged: Judged, paths: Sequence[str], settings: Settings, cwd: Path, rejudge: Rejudge) -> Settled:
    """The findings with their statuses and owners. Raises UsageError for something that cannot be compared.

    Writes a baseline if the settings request one.
    """
    findings = judged.findings
    if settings.changed:
        from checker.policy.evaluate import mark_unchanged, require_plans

        require_plans(judged.inputs)
        findings = mark_unchanged(findings)
    if settings.diff_base is not None:
        findings = _without_existing(
            judged._replace(findings=findings), paths, settings, settings.diff_base, cwd, rejudge
        )
    problems: tuple[Problem, ...] = ()
    if settings.baseline is not None or settings.write_baseline is not None or settings.prune_baseline:
        findings, problems = _without_baseline(judged._replace(findings=findings), settings, paths, cwd)
    owned = tuple(_owned_by_tag(each, settings.owner_tags) for each in findings)
    owned, names = _with_owners(owned, paths, cwd, blame=settings.blame)
    return Settled(_of_owners(owned, settings.owners, names) if settings.owners else owned, problems)


def directory_of_roots(paths: Sequence[str], settings: Settings, cwd: Path) -> Path:
    """The directory to which the roots in fingerprints are relative.

    It is the top of the work tree that contains all paths. Outside git, and for several work trees, it is the directory
    of the baseline if there is one, else the common parent of all paths.
    """
    named = [path for path in paths if path != "-"] or ["."]
    tops = {find_boundary(cwd / path) for path in named}
    if len(tops) == 1 and all(map(is_work_tree, tops)):
        return tops.pop()
    baseline = settings.baseline or settings.write_baseline
    if baseline is not None:
        return _real(cwd / baseline).parent
    try:
        return Path(os.path.commonpath(tops))
    except ValueError:
        # On another drive of Windows.
        return _real(cwd)


def _without_baseline(judged: Judged, settings: Settings, paths: Sequence[str], cwd: Path) -> Settled:
    from checker.workspace.baseline import (
        Baseline,
        known_by,
        known_by_version_1,
        known_findings,
        read_baseline,
        with_status,
        write_baseline,
    )

    findings = judged.findings
    baseline = Baseline(())
    problems: tuple[Problem, ...] = ()
    if settings.prune_baseline and (settings.baseline is None or settings.write_baseline is not None):
        raise UsageError("--prune-baseline takes out of the file of --baseline, without --write-baseline")
    if settings.baseline is not None and settings.baseline != settings.write_baseline:
        baseline = read_baseline(settings.baseline, cwd)
        known = (known_by if baseline.version > 1 else known_by_version_1)(findings, baseline.entries)
        pairs = tuple(known)
        findings = with_status(findings, (each for each, entry in pairs if entry.covers(each)), Status.BASELINE)
        unused = _unused(baseline, [entry for _, entry in pairs], judged, directory_of_roots(paths, settings, cwd))
        if settings.prune_baseline:
            if baseline.version == 1:
                raise UsageError("this baseline has version 1; write it anew with --write-baseline before it is pruned")
            if not judged.is_whole:
                problems = (_not_pruned(SourceFiles(Boundary(None), cwd).display(settings.baseline)),)
            write_baseline(settings.baseline, [each for each in baseline.entries if each not in unused], cwd)
        elif unused:
            problems = (_gone(SourceFiles(Boundary(None), cwd).display(settings.baseline), unused),)
    if settings.write_baseline is not None:
        accepted = [each for each in findings if each.status in (Status.OPEN, Status.BASELINE)]
        write_baseline(settings.write_baseline, known_findings(accepted, judged.roots), cwd)
        findings = with_status(findings, filter(_is_about_code, findings), Status.BASELINE)
    return Settled(findings, problems)


def _unused(
    baseline: "Baseline", used: Sequence["KnownFinding"], judged: Judged, directory: Path
) -> tuple["KnownFinding", ...]:
    """The entries that are no longer found: their root was judged, or is gone. Other entries are not part of this
    run.
    """
    if baseline.version == 1 or not judged.is_whole:
        # Roots are not distinguished, or the finding may be in what could not be read.
        return ()
    checked = {root.path for root in judged.roots.values()}
    return tuple(
        each
        for each in baseline.entries
        if each not in used and (each.root in checked or not is_there(directory / each.root))
    )


def _is_about_code(finding: Finding) -> bool:
    return finding.reference is not None


def _gone(shown: str, unused: Sequence["KnownFinding"]) -> Problem:
    named = [f"{each.rule} of {each.address} in {each.root}" for each in unused]
    count = f"{len(unused)} findings of the baseline are" if len(unused) > 1 else "a finding of the baseline is"
    return Problem(
        ProblemKind.UNUSED_BASELINE,
        shown,
        f"{count} not found any more: {first_listed(named)}",
        "Take them out with --prune-baseline, which accepts nothing new.",
        incomplete=False,
    )


def _not_pruned(shown: str) -> Problem:
    return Problem(
        ProblemKind.UNUSED_BASELINE,
        shown,
        "nothing is taken out of the baseline, since a part of the code could not be read",
        "Mend what could not be read, then prune again.",
        incomplete=False,
    )


def _without_existing(
    judged: Judged, paths: Sequence[str], settings: Settings, revision: str, cwd: Path, rejudge: Rejudge
) -> tuple[Finding, ...]:
    import shutil
    import tempfile

    from checker.frontends.terraform.configuration.module_code import versions_of_calls
    from checker.workspace.base_tree import lend_fetched_modules, write_tree
    from checker.workspace.baseline import known_by, known_findings, with_status
    from checker.workspace.git import Git, GitError

    top = _top_of_all(paths, cwd)
    git = Git(top)
    _require_versioned(judged.targets, git)
    commit = git.merge_base(revision)
    here = Path(os.path.realpath(cwd))
    common = Path(os.path.commonpath([here, top]))
    with tempfile.TemporaryDirectory(prefix="bedrock-eol-") as temporary:
        # Names are shown relative to the working directory, and scopes match them.
        tree = Path(os.path.realpath(temporary)) / "base" / top.relative_to(common)
        there = Path(os.path.realpath(temporary)) / "base" / here.relative_to(common)
        try:
            write_tree(git, commit, tree, with_fetched=True)
        except GitError as error:
            raise UsageError(f"--diff-base: {error}") from None
        for each in judged.targets:
            root = _real(each.path)
            if each.kind is InputKind.TERRAFORM and root.is_relative_to(top):
                lend_fetched_modules(root, tree / root.relative_to(top), versions_of_calls)
        there.mkdir(parents=True, exist_ok=True)

        def moved(path: Path) -> Path:
            real = _real(cwd / path)
            return tree / real.relative_to(top) if real.is_relative_to(top) else real

        def lent(file: Path) -> Path:
            # Inside the readable tree, but where no search looks.
            copy = Path(tempfile.mkdtemp(dir=tree / ".git")) / file.name
            return Path(shutil.copyfile(file, copy)) if is_file(file) else copy

        before = rejudge(
            [os.path.relpath(moved(Path(path)), there) for path in paths],
            _settings_there(settings, moved, lent, cwd, git),
            there,
        )
    were_open = [each for each in before.findings if each.status is Status.OPEN]
    pairs = tuple(known_by(judged.findings, known_findings(were_open, before.roots)))
    existing = [finding for finding, known in pairs if known.covers(finding)]
    found_again = {known.fingerprint for _, known in pairs}
    gone = [each for each in were_open if each.fingerprint not in found_again]
    recognized = {id(finding) for finding, _ in pairs}
    new = [each for each in judged.findings if id(each) not in recognized]
    renamed = _renamed(
        _located(gone, before.roots, there, tree), _located(new, judged.roots, cwd, top), git.renamed(commit), judged
    )
    run_wide = {each.fingerprint for each in were_open if each.reference is None}
    of_the_run = [each for each in judged.findings if each.reference is None and each.fingerprint in run_wide]
    return with_status(judged.findings, (*existing, *renamed, *of_the_run), Status.EXISTING)


class _Located(NamedTuple):
    """A finding about code, with its root and its file; both are relative to the top of the work tree."""

    finding: Finding
    root: str
    file: str


def _located(findings: Iterable[Finding], roots: Mapping[str, Root], cwd: Path, top: Path) -> tuple[_Located, ...]:
    def file_of(location: Location | None) -> str:
        return "" if location is None else os.path.relpath(_real(cwd / location.file), top).replace(os.sep, "/")

    return tuple(
        _Located(each, roots.get(each.reference.input, Root()).path, file_of(each.location))
        for each in findings
        if each.reference is not None
    )


def _renamed(
    gone: Sequence[_Located], new: Sequence[_Located], renames: Collection[tuple[str, str]], judged: Judged
) -> Iterator[Finding]:
    """The new findings in a root or a file that git reports as renamed; each matches one that is gone.

    A root that is still there was not renamed, whatever files have left it.
    """
    still_there = {root.path for root in judged.roots.values()}
    left: dict[str, list[_Located]] = {}
    for each in gone:
        left.setdefault(each.finding.identity.anywhere, []).append(each)
    for now in new:
        alike = left.get(now.finding.identity.anywhere, [])
        for then in alike:
            is_of_root = then.root not in still_there and (then.root, now.root) in renames
            is_renamed = is_of_root or (then.file, now.file) in renames
            if is_renamed and now.finding.severity <= then.finding.severity:
                alike.remove(then)
                yield now.finding
                break


def _require_versioned(targets: Sequence[Source], git: "Git") -> None:
    """Raises UsageError for an input without a version in another commit."""
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


def _settings_there(
    settings: Settings, moved: Callable[[Path], Path], lent: Callable[[Path], Path], cwd: Path, git: "Git"
) -> Settings:
    """The settings with the commit's files in place of those of the work tree, and nothing else of today's.

    An untracked file is in no commit, so it is the same for each: it is `lent`.
    """
    from checker.policy.load import is_policy_file

    def each_moved(files: Sequence[Path], lent: Callable[[Path], Path] = lent) -> tuple[Path, ...]:
        real = [(file, _real(cwd / file)) for file in files]
        found = (moved(file) if _is_tracked(path, git) else lent(path) for file, path in real)
        return tuple(file for file in found if is_file(file))

    def own_moved(own: OwnOptions) -> OwnOptions:
        return own._replace(var_files=each_moved(own.var_files), parameters=each_moved(own.parameters))

    def policy_there() -> Iterator[str]:
        for name in settings.policy:
            # A policy may be beside the file that it extends.
            yield from map(str, each_moved([Path(name)], lambda file: file)) if is_policy_file(name) else (name,)

    options: Options = replace(
        settings.options,
        arguments=tuple(
            argument
            for each in settings.options.arguments
            for argument in (each_moved([each]) if isinstance(each, Path) else [each])
        ),
        parameters=each_moved(settings.options.parameters),
        answers=_answers_there(settings.options.answers, moved, cwd, git),
    )
    configured_in = None if settings.configured_in is None else moved(settings.configured_in)
    return replace(
        settings,
        options=options,
        policy=tuple(policy_there()) or ("baseline",),
        own_options=tuple(map(own_moved, settings.own_options)),
        configured_in=configured_in,
        allow_outside=False,
        diff_base=None,
    )


def _is_tracked(path: Path, git: "Git") -> bool:
    """True if a path is tracked in the work tree, or in a submodule of it."""
    if not path.is_relative_to(git.top):
        return False
    inner = find_boundary(path)
    return git.tracks(path) if inner == git.top else git.tracks(inner) and type(git)(inner).tracks(path)


def _answers_there(answers: Answers, moved: Callable[[Path], Path], cwd: Path, git: "Git") -> Answers:
    """The answers, with those of tracked files as the commit has them."""
    from checker.workspace.answers import load_answers

    given: list[Answer] = []
    for file, of_file in groupby(answers.given, lambda each: None if each.location is None else each.location.file):
        if file is None or not _is_tracked(_real(cwd / file), git):
            given += of_file
            continue
        with suppress(UsageError):
            # What is not valid in the commit, or not there, says nothing.
            given += load_answers((moved(Path(file)),), SourceFiles(Boundary(git.top, allow_outside=True), cwd)).given
    return Answers(tuple(given), answers.questions)


def _owned_by_tag(finding: Finding, names: Sequence[str]) -> Finding:
    """The finding with the owners in the tags of its resource; the case of tag names does not matter."""
    if finding.reference is None or not names:
        return finding
    wanted = [name.lower() for name in names]
    owners = [value for name in wanted for key, value in finding.reference.tags if key.lower() == name and value]
    return finding._replace(owners=tuple(dict.fromkeys(owners)))


def _with_owners(
    findings: tuple[Finding, ...], paths: Sequence[str], cwd: Path, *, blame: bool
) -> tuple[tuple[Finding, ...], frozenset[str]]:
    """The findings with the owners of their lines, and all known owners."""
    lookup = _OwnerLookup(_boundaries(paths, cwd), cwd, blame=blame)
    if findings and not lookup.has_none:
        # The line to change is where the model is written.
        lookup.prepare([each.written_at for each in findings if each.written_at is not None])
        findings = tuple(
            each if each.written_at is None else each._replace(owners=lookup.of(each.written_at)) for each in findings
        )
    return findings, frozenset((*lookup.names, *(owner for each in findings for owner in each.owners)))


def _of_owners(findings: tuple[Finding, ...], wanted: Sequence[str], known: Collection[str]) -> tuple[Finding, ...]:
    """The findings; open ones about code of other owners, or of nobody, do not count.

    `none` is the owner of what nobody owns. Raises UsageError for an owner of nothing. As on GitHub and GitLab, the
    case of names does not matter.
    """
    if not known:
        raise UsageError("--owner: no CODEOWNERS file says who owns what; add one, or use --blame")
    folded = {owner.casefold() for owner in known}
    for owner in wanted:
        if owner.casefold() not in {*folded, NOBODY}:
            raise UsageError(f"--owner: nothing is owned by {owner!r}{did_you_mean(owner, known)}")
    names = {owner.casefold() for owner in wanted}
    return tuple(
        each._replace(status=Status.OTHER_OWNER)
        if each.status is Status.OPEN
        and _is_about_code(each)
        and names.isdisjoint(map(str.casefold, each.owners or (NOBODY,)))
        else each
        for each in findings
    )


def owners_of_models(references: Iterable[Reference], paths: Sequence[str], cwd: Path) -> tuple[FileOwners, ...]:
    """The owners, by CODEOWNERS, of the files in which models are written or used."""
    lookup = _OwnerLookup(_boundaries(paths, cwd), cwd, blame=False)
    if lookup.has_none:
        return ()
    locations = (
        location
        for each in references
        for location in (each.location, *(candidate.written_at for candidate in each.candidates))
        if location is not None
    )
    found = {location.file: lookup.of(location) for location in locations}
    return tuple(FileOwners(file, owners) for file, owners in sorted(found.items()) if owners)


def _boundaries(paths: Sequence[str], cwd: Path) -> tuple[Path, ...]:
    return tuple(dict.fromkeys(find_boundary(cwd / path) for path in paths if path != "-"))


class _OwnerLookup:
    def __init__(self, tops: Sequence[Path], cwd: Path, *, blame: bool) -> None:
        from checker.workspace.owners import read_owners

        self._cwd = cwd
        self._owners = {top: read_owners(top) for top in tops}
        self._blame = blame
        self._authors: dict[tuple[str, int], str] = {}

    @property
    def has_none(self) -> bool:
        """True if nothing would be found."""
        return not self._blame and not any(self._owners.values())

    @property
    def names(self) -> Iterator[str]:
        """All owners in a file."""
        return (name for owners in self._owners.values() for name in owners.names)

    def prepare(self, locations: Sequence[Location]) -> None:
        """Asks git for the authors of all lines, a file at a time."""
        if not self._blame:
            return
        from checker.workspace.git import Git

        lines: dict[str, list[int]] = {}
        for location in locations:
            lines.setdefault(location.file, []).append(location.line)
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

    def of(self, location: Location) -> tuple[str, ...]:
        """The owners of a line: those of its file, then its author."""
        path, top = self._located(location.file)
        owners = self._owners[top].of(path.relative_to(top).as_posix()) if top is not None else ()
        author = self._authors.get((location.file, location.line))
        return tuple(dict.fromkeys((*owners, author) if author else owners))

    def _located(self, file: str) -> tuple[Path, Path | None]:
        path = _real(self._cwd / file)
        return path, next((top for top in self._owners if path.is_relative_to(top)), None)


def _top_of_all(paths: Sequence[str], cwd: Path) -> Path:
    """The work tree that contains all paths. Raises UsageError if there is none."""
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
