"""The first half of a run, from paths to references: discover, read, extract."""

import gc
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from checker.adoption import directory_of_roots
from checker.catalog.lookup import CatalogIndex
from checker.discover import STANDARD_INPUT, AskGit, Target, discover, no_input
from checker.discover.targets import is_of_terraform
from checker.errors import UsageError
from checker.extract import problems_of
from checker.frontends import read
from checker.frontends.protocol import Run, Source
from checker.frontends.roots import roots
from checker.immutable import immutable
from checker.inputs import InputOptions
from checker.ledger import Ledger
from checker.manifests import unevaluated
from checker.matching import references_of
from checker.model.finding import Root
from checker.model.problem import Problem
from checker.model.reference import Reference
from checker.model.resource import InputKind, Loaded
from checker.model.scan import Compared
from checker.model.settings import Options, Settings
from checker.processes import jobs_for, results_of
from checker.references.prefilter import SourceWords
from checker.source.files import Boundary, SourceFiles, find_boundary
from checker.unsynthesized import apps_of, newer_than_output, search
from checker.workspace.git import ignored_by_git, unwritten_by_git

_ASK_GIT = AskGit(ignored_by_git, unwritten_by_git)


def ignore(_name: str, _number: int, _total: int) -> None:
    """For those who do not follow the progress."""


@immutable
class Code:
    """What was read. `options` and `roots` are by the paths of inputs."""

    inputs: tuple[Source, ...]
    loaded: tuple[Loaded, ...]
    references: tuple[Reference, ...]
    mentions: tuple[Reference, ...]
    problems: tuple[Problem, ...]
    roots: Mapping[str, Root]
    options: Mapping[str, Options]
    comparison: tuple[Compared, ...] | None = None


def read_inputs(
    paths: Sequence[str],
    settings: Settings,
    index: CatalogIndex,
    standard_input: Callable[[], bytes],
    cwd: Path,
    on_input: Callable[[str, int, int], None],
    run: Run | None = None,
    *,
    is_kept: bool = False,
    with_properties: bool = False,
) -> Code:
    """The inputs under `paths`, with their references and mentions.

    `on_input` is called before each input is read, with its name, its number, and the number of inputs. What was parsed
    is dropped once no further input needs it, unless the `run` `is_kept`. Resources have no properties, unless
    `with_properties`. Raises UsageError for options that do not apply.
    """
    run = run_with(index) if run is None else run
    scoped = InputOptions(settings, paths, cwd)

    def unwritten(top: Path, empty: Collection[Path]) -> tuple[frozenset[Path], frozenset[Path]]:
        submodules, omitted = unwritten_by_git(top, empty)
        # Of Terraform, whole modules are excluded.
        parts = {path: path.parent if is_of_terraform(path.name) else path for path in omitted}
        return submodules, frozenset(path for path, part in parts.items() if not scoped.is_excluded(part))

    seen = discover(
        paths,
        cwd,
        standard_input,
        AskGit(ignored_by_git, unwritten),
        allow_outside=settings.allow_outside,
        overlays=run.overlays,
        with_programs=settings.mentions_in_code,
    )
    targets, problems = scoped.without_excluded(seen.targets, seen.problems)

    inputs = roots([_source(target, scoped.of(target)) for target in _with_source(targets, settings, cwd)], run)
    loaded: list[Loaded] = []
    found_in: list[tuple[Reference, ...]] = []
    evaluated = 0

    def read_one(number: int) -> tuple[Loaded, tuple[Reference, ...]]:
        nonlocal evaluated
        source = inputs[number]
        one = _read_input(source, run, is_kept=is_kept)
        evaluated += sum(not each.names_no_model for each in one.resources)
        if evaluated > _MANY_RESOURCES:
            # The modules and stacks of the evaluation refer to themselves, and would stay beside what comes after them.
            gc.collect(_YOUNG)
            evaluated = 0
        references_in = tuple(references_of(source, one, index))
        return one if with_properties else _without_properties(one), references_in

    # What stays for another scan, or is to be looked into, must be in this process.
    jobs = 1 if is_kept or with_properties else jobs_for(len(inputs), settings.jobs)
    results = results_of(read_one, len(inputs), jobs)
    for number, source in enumerate(inputs, start=1):
        on_input(source.shown, number, len(inputs))
        one, references_in = next(results)
        loaded.append(one)
        found_in.append(references_in)
    data = scoped.included(seen.files).keys() - {target.path for target in targets}
    apps = apps_of(scoped.included(seen.apps), scoped.included(seen.programs), data)
    hidden, code_of_apps = search(apps, run)
    found = [*settings.problems, *problems, *hidden, *_outdated(scoped.included(seen.synthesized), inputs, run)]
    found += (problem for one in loaded for problem in one.problems)
    held = frozenset(name for one in loaded for name in _templates_held(one))
    used = [
        (source, one, references_in)
        for source, one, references_in in zip(inputs, loaded, found_in, strict=True)
        if (one.input.files or one.resources)
        and not (one.input.kind is InputKind.CLOUDFORMATION and one.input.path in held)
    ]
    references = tuple(reference for _, _, references_in in used for reference in references_in)
    read_by_inputs = tuple(one for _, one, _ in used)
    beside = scoped.included(seen.files | code_of_apps | seen.programs)
    texts = _texts(beside, settings, cwd, [(source, one) for source, one, _ in used])
    named = {file: text for file, text in texts.items() if text[0] not in seen.nameless}
    mentions, unreadable = Ledger(run, index.lookup, references, settings.as_of).mentions(named, read_by_inputs)
    loaded_files = frozenset(file for one in read_by_inputs for file in one.input.files)
    found += (*unreadable, *unevaluated(texts, mentions, seen.unrendered, loaded_files))
    is_code_told = settings.mentions_in_code and bool(mentions)
    if not (used or apps or is_code_told or any(problem.incomplete for problem in found)):
        found.append(no_input(", ".join(sorted(paths))))
    directory = directory_of_roots(paths, settings, cwd)
    return Code(
        inputs,
        read_by_inputs,
        references,
        mentions,
        tuple(found),
        {one.input.path: _root(source, cwd, directory) for source, one, _ in used},
        {one.input.path: source.options for source, one in zip(inputs, loaded, strict=True)},
    )


# Below this number of evaluated resources, what inputs leave behind is small: some tens of megabytes.
_MANY_RESOURCES = 5_000
# The generation of objects that the garbage collection has not looked at since earlier inputs.
_YOUNG = 1


def _outdated(outputs: Mapping[Path, Path], inputs: Sequence[Source], run: Run) -> Iterator[Problem]:
    """What the code of CDK apps says, by the manifests of which these are the outputs, and the output does not."""
    assemblies = {os.path.realpath(source.path): source for source in inputs if source.kind is InputKind.CDK}
    for manifest, output in outputs.items():
        assembly = assemblies.get(os.path.realpath(output))
        if assembly is not None:
            yield from newer_than_output(manifest, output, assembly.files, run)


def _read_input(source: Source, run: Run, *, is_kept: bool) -> Loaded:
    """An input, and its problems."""
    made = read(source, run)
    if not is_kept:
        run.release(source)
    problems = [*made.problems, *problems_of(made.resources)]
    is_nothing = not (made.input.files or made.resources or any(problem.incomplete for problem in made.problems))
    if is_nothing and source.is_named and source.kind is not InputKind.TERRAFORM:
        problems.append(no_input(source.shown))
    return made._replace(problems=tuple(problems))


def _without_properties(loaded: Loaded) -> Loaded:
    """The input as reports and waivers need it, once its references are known: values take most of the memory."""
    bare = tuple(each._replace(properties=(), before=(), region=()) for each in loaded.resources)
    return loaded._replace(resources=bare, elsewhere=())


def run_with(index: CatalogIndex) -> Run:
    """The shared state for inputs that are searched for the models of a catalog."""
    return Run(SourceWords(index.ids()), index.knows)


def find_inputs(path: str, cwd: Path) -> tuple[Source, ...]:
    """The inputs under a path, without judgement. What cannot be read, or only looks like a template, is left out."""
    targets = discover((path,), cwd, bytes, _ASK_GIT, allow_outside=False).targets
    run = Run()
    inputs = roots([_source(target, Options()) for target in targets], run)
    return tuple(each for each in inputs if each.kind is not InputKind.CLOUDFORMATION or read(each, run).input.files)


def _source(target: Target, options: Options) -> Source:
    shown = str(target.path) if target.path == STANDARD_INPUT else target.files.display(target.path)
    return Source(target.kind, target.path, target.files.anew(), options, shown, target.content, target.is_named)


def _with_source(targets: Sequence[Target], settings: Settings, cwd: Path) -> Iterator[Target]:
    """The targets; a plan reads its source code. Raises UsageError if there is not exactly one plan."""
    source = settings.options.source
    plans = [target for target in targets if target.kind is InputKind.TERRAFORM_PLAN]
    if source is not None and len(plans) != 1:
        raise UsageError(f"--source is the code of one plan, and {len(plans)} are given; check each plan by itself")
    for target in targets:
        if source is not None and target.kind is InputKind.TERRAFORM_PLAN:
            reader = target.files.within(Boundary(find_boundary(cwd / source), settings.allow_outside))
            yield replace(target, files=reader)
        else:
            yield target


# This program's own files also contain ids, and use none.
_OWN_FILES = ".bedrock-eol"


def _texts(
    beside: Mapping[Path, SourceFiles],
    settings: Settings,
    cwd: Path,
    used: Sequence[tuple[Source, Loaded]],
) -> dict[str, tuple[Path, SourceFiles]]:
    """The files that may name a model, by shown name: those that were found, and those that were loaded."""
    answers = (one.location.file for one in settings.options.answers.given if one.location is not None)
    own = {os.path.realpath(cwd / file) for file in (*settings.policy, settings.baseline or "", _OWN_FILES, *answers)}
    found: dict[str, tuple[Path, SourceFiles]] = {}
    for source, one in used:
        if source.kind not in {InputKind.TERRAFORM_PLAN, InputKind.TERRAFORM_STATE} and source.path != STANDARD_INPUT:
            found |= {file: (cwd / file, source.files) for file in one.input.files}
    # A file with several names is read once.
    taken = own | {os.fspath(files.resolved(path)) for path, files in found.values()}
    for path, files in beside.items():
        real = os.fspath(files.resolved(path))
        if real not in taken and not path.name.startswith(_OWN_FILES):
            taken.add(real)
            found[files.display(path)] = path, files
    return found


def _templates_held(loaded: Loaded) -> Iterator[str]:
    """Template files inside its resources: they are judged there, with their parameters."""
    for resource in loaded.resources:
        location = resource.location
        if location is not None and location.file != loaded.input.path and resource.address in loaded.holders:
            yield location.file


def _root(source: Source, cwd: Path, directory: Path) -> Root:
    """The root of an input relative to `directory`. A plan has that of its code, else of its directory."""
    path = cwd if source.path == STANDARD_INPUT else source.path
    if source.kind is InputKind.TERRAFORM_PLAN and source.options.source is not None:
        path = cwd / source.options.source
    elif source.kind in {InputKind.TERRAFORM_PLAN, InputKind.TERRAFORM_STATE} and path != cwd:
        path = path.parent
    real = source.files.resolved(path)
    return Root(*(os.path.relpath(real, top).replace(os.sep, "/") for top in (directory, find_boundary(path))))
