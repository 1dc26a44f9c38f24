"""A run, from paths to a scan: discover, read, extract, match with the catalog, judge."""

import os
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

from checker.adoption import Judged, directory_of_roots, owners_of_models, settle
from checker.catalog.lookup import CatalogIndex
from checker.catalog.store import Selected, select_catalog
from checker.errors import UsageError
from checker.frontends.protocol import Run
from checker.immutable import immutable
from checker.inputs import supplied_in_vain
from checker.matching import match, models_in_use
from checker.model.finding import Assessment, Finding
from checker.model.policy import Policy
from checker.model.problem import Problem, in_order
from checker.model.reference import Reference
from checker.model.resource import Input, Loaded, Resource
from checker.model.scan import Break, CatalogInfo, Compared, Gathered, InputFacts, ModelInUse, Outlook, Scan
from checker.model.settings import Settings
from checker.policy.evaluate import evaluate, forecast
from checker.policy.judge import horizon_days
from checker.policy.load import InvalidPolicyError, load_policy
from checker.policy.page import describe
from checker.policy.paths import paths_to_nothing
from checker.policy.waivers import InCode, merged, misnamed_models, waivers_in_code
from checker.reading import Code, ignore, read_inputs, run_with
from checker.shared_lines import once_per_line
from checker.source.files import Boundary, SourceFiles, find_boundary, is_work_tree
from checker.source.lines import SourceText


@immutable
class Survey:
    """A scan and its basis.

    `assessments` are all judged candidates, including those of mentions. `judge` returns the findings that references
    of the same inputs would have without waivers. `run` keeps what was read, for the next survey.
    """

    scan: Scan
    index: CatalogIndex
    assessments: tuple[Assessment, ...]
    judge: Callable[[Sequence[Reference]], tuple[Finding, ...]]
    run: Run | None = None


def scan(
    paths: Sequence[str],
    settings: Settings,
    *,
    standard_input: Callable[[], bytes],
    cwd: Path,
    on_input: Callable[[str, int, int], None] = ignore,
    run: Run | None = None,
) -> Scan:
    """Everything that a report shows of `paths`. Arguments and errors are those of `survey`."""
    return survey(paths, settings, standard_input=standard_input, cwd=cwd, on_input=on_input, run=run).scan


def survey(
    paths: Sequence[str],
    settings: Settings,
    *,
    standard_input: Callable[[], bytes],
    cwd: Path,
    on_input: Callable[[str, int, int], None] = ignore,
    run: Run | None = None,
) -> Survey:
    """The scan of `paths`, and its basis.

    `on_input` is called before each input is read, with its name, its number, and the number of inputs. `run` keeps
    what was read for the next scan with the same catalog (`run_with`). Raises UsageError if the policy or the catalog
    is not valid; faults of the code are in the scan.
    """
    policy_files = SourceFiles(Boundary(None, allow_outside=True), cwd, None if run is None else run.overlays)

    def read_paths(paths: Sequence[str], settings: Settings, index: CatalogIndex, directory: Path) -> Code:
        if directory != cwd:
            # The tree of another commit, whose files are deleted after the run.
            return read_inputs(paths, settings, index, standard_input, directory, ignore)
        nonlocal run
        is_kept = run is not None
        run = run_with(index) if run is None else run
        return read_inputs(paths, settings, index, standard_input, cwd, on_input, run, is_kept=is_kept)

    return replace(_survey(paths, settings, cwd, policy_files, read_paths), run=run)


class Listed(NamedTuple):
    """References that do not come from code: their inputs, problems, and the comparison with code."""

    inputs: tuple[Input, ...]
    references: tuple[Reference, ...]
    problems: tuple[Problem, ...]
    comparison: tuple[Compared, ...] | None = None


ReadListed = Callable[[CatalogIndex], Listed]


def scan_listed(settings: Settings, read: ReadListed, cwd: Path) -> Scan:
    """Everything that a report shows of the result of `read`, which is called once policy and catalog are valid.

    Raises UsageError if they are not.
    """

    def read_listed(_paths: Sequence[str], _settings: Settings, index: CatalogIndex, _directory: Path) -> Code:
        listed = read(index)
        loaded = tuple(Loaded(each, ()) for each in listed.inputs)
        return Code((), loaded, listed.references, (), listed.problems, {}, {}, listed.comparison)

    return _survey((), settings, cwd, SourceFiles(Boundary(None, allow_outside=True), cwd), read_listed).scan


def read_code(
    paths: Sequence[str], settings: Settings, index: CatalogIndex, *, standard_input: Callable[[], bytes], cwd: Path
) -> tuple[tuple[Reference, ...], tuple[Resource, ...], tuple[Problem, ...]]:
    """The references and resources of the code under `paths`, without judgement, and what could not be read."""
    code = read_inputs(paths, settings, index, standard_input, cwd, ignore, with_properties=True)
    return code.references, tuple(resource for one in code.loaded for resource in one.resources), code.problems


_ReadCode = Callable[[Sequence[str], Settings, CatalogIndex, Path], Code]


def _survey(paths: Sequence[str], settings: Settings, cwd: Path, policy_files: SourceFiles, read: _ReadCode) -> Survey:
    base = _base(paths, settings, cwd)

    def load(settings: Settings) -> Policy:
        return load_policy(settings.policy, policy_files, allow_outside=settings.allow_outside).at(base)

    policy = load(settings) if settings.judge else None
    selected = load_catalog(settings)
    index, info = CatalogIndex(selected.catalog), catalog_info(selected)
    named = misnamed_models(policy, tuple(index.ids()), index.suggest, index.knows) if policy is not None else None
    if named is not None and named.errors:
        raise InvalidPolicyError(named.errors)
    code = read(paths, settings, index, cwd)
    in_vain = supplied_in_vain(settings, code.loaded, code.problems)
    findings: tuple[Finding, ...] = ()
    models: tuple[ModelInUse, ...] = ()
    more_problems: tuple[Problem, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    mentioned: tuple[Assessment, ...] = ()
    if policy is not None and named is not None:
        effective = policy

        def rejudge(paths: Sequence[str], settings: Settings, cwd: Path) -> Judged:
            """By today's rules, and the waivers of that commit."""
            try:
                then = load(settings)
            except UsageError:
                # Its waivers are unknown, so nothing counts as known.
                return Judged((), {}, (), ())
            there = read(paths, settings, index, cwd)
            return _judge(there, effective._replace(waivers=then.waivers), settings, info, index, cwd)[0]

        judged, assessments, mentioned, more_problems = _judge(code, policy, settings, info, index, cwd)
        settled = settle(judged, paths, settings, cwd, rejudge)
        findings = once_per_line(settled.findings)
        more_problems += (*settled.problems, *named.problems, *_paths_to_nothing(policy, base, cwd))
        models = models_in_use(assessments, settings.as_of)

    def judge(references: Sequence[Reference]) -> tuple[Finding, ...]:
        if policy is None:
            return ()
        regions = {path: options.regions for path, options in code.options.items()}
        supposed = tuple(match(references, index, regions))
        return evaluate(supposed, references, policy, settings.as_of, info, code.roots, index.lookup)

    made = Scan(
        as_of=settings.as_of,
        catalog=info,
        inputs=tuple(one.input for one in code.loaded),
        references=code.references,
        mentions=code.mentions,
        findings=findings,
        problems=in_order((*code.problems, *in_vain, *more_problems)),
        policy=policy.sources if policy is not None else (),
        rules=describe(policy) if policy is not None else (),
        models=models,
        horizon_days=None if policy is None else horizon_days(policy),
        comparison=code.comparison,
    )
    return Survey(made, index, (*assessments, *mentioned), judge)


def foresee(
    paths: Sequence[str],
    settings: Settings,
    *,
    standard_input: Callable[[], bytes],
    cwd: Path,
    on_input: Callable[[str, int, int], None] = ignore,
) -> Outlook:
    """The first day on which each reference of `paths` breaks each rule. Raises UsageError like `scan`."""
    policy_files = SourceFiles(Boundary(None, allow_outside=True), cwd)
    policy = load_policy(settings.policy, policy_files, allow_outside=settings.allow_outside)
    policy = policy.at(_base(paths, settings, cwd))
    selected = load_catalog(settings)
    index = CatalogIndex(selected.catalog)
    code = read_inputs(paths, settings, index, standard_input, cwd, on_input)
    in_vain = supplied_in_vain(settings, code.loaded, code.problems)
    in_code = _waivers_in_code(code, policy.known_rules, cwd)
    policy = policy._replace(waivers=(*policy.waivers, *in_code.waivers))
    regions = {path: options.regions for path, options in code.options.items()}
    found = forecast(match(code.references, index, regions), policy, settings.as_of, index.lookup)
    return Outlook(
        as_of=settings.as_of,
        catalog=catalog_info(selected),
        inputs=tuple(one.input for one in code.loaded),
        references=code.references,
        breaks=tuple(
            Break(
                first_day=each.first_day,
                rule=each.rule.id,
                check=each.rule.check,
                severity=each.severity,
                reference=each.assessment.reference,
                candidate=each.assessment.index,
                stage=each.stage,
                waived_until=each.waived_until,
            )
            for each in found
        ),
        problems=in_order((*code.problems, *in_vain, *in_code.problems)),
        policy=policy.sources,
    )


def _base(paths: Sequence[str], settings: Settings, cwd: Path) -> tuple[str, ...]:
    """The working directory, and the top of the work tree if that is another one: what paths of a policy begin at."""
    top, here = str(directory_of_roots(paths, settings, cwd)), os.path.realpath(cwd)
    return (here, top) if top != here and is_work_tree(Path(top)) else ()


def _paths_to_nothing(policy: Policy, base: tuple[str, ...], cwd: Path) -> list[Problem]:
    tops = [Path(each) for each in base or (os.path.realpath(cwd),)]
    return paths_to_nothing(
        policy,
        lambda location: Path(os.path.realpath(cwd / location.file)).is_relative_to(tops[-1]),
        lambda path: any(os.path.lexists(top / path) for top in tops),
    )


def _judge(
    code: Code, policy: Policy, settings: Settings, info: CatalogInfo, index: CatalogIndex, cwd: Path
) -> tuple[Judged, tuple[Assessment, ...], tuple[Assessment, ...], tuple[Problem, ...]]:
    """The policy's findings on the code, the assessments of references and of mentions, and invalid waivers."""
    in_code = _waivers_in_code(code, policy.known_rules, cwd)
    policy = policy._replace(waivers=(*policy.waivers, *in_code.waivers))
    regions = {path: options.regions for path, options in code.options.items()}
    assessments = tuple(match(code.references, index, regions))
    mentioned = tuple(match(code.mentions, index, regions))
    findings = evaluate(
        (*assessments, *mentioned), code.references, policy, settings.as_of, info, code.roots, index.lookup
    )
    judged = Judged(
        findings,
        code.roots,
        code.inputs,
        tuple(one.input for one in code.loaded),
        not any(problem.incomplete for problem in code.problems),
    )
    return judged, assessments, mentioned, in_code.problems


def _waivers_in_code(code: Code, rules: Collection[str] | None, cwd: Path) -> InCode:
    if not any(one.comments or one.annotations for one in code.loaded):
        return InCode()
    # The code of a plan need not be in the work tree of the plan.
    sources = dict.fromkeys(options.source for options in code.options.values() if options.source is not None)
    readers = tuple(source.files for source in code.inputs)
    of_plans = (readers[0].within(Boundary(find_boundary(cwd / source))) for source in sources)
    lines = SourceText(cwd, (*readers, *of_plans))
    return merged(waivers_in_code(one, rules, lines.line) for one in code.loaded if one.comments or one.annotations)


def gather(paths: Sequence[str], settings: Settings, index: CatalogIndex, *, cwd: Path) -> Gathered:
    """What must be kept of code so that `judge_gathered` can judge it, also with another catalog or policy."""
    code = read_inputs(paths, settings, index, bytes, cwd, ignore)
    in_code = _waivers_in_code(code, None, cwd)
    return Gathered(
        tuple(InputFacts(path, root, code.options[path].regions) for path, root in code.roots.items()),
        code.references,
        code.mentions,
        in_order((*code.problems, *in_code.problems)),
        in_code.waivers,
        owners_of_models((*code.references, *code.mentions), paths, cwd),
        sum(len(one.input.files) for one in code.loaded),
    )


def assess(gathered: Gathered, index: CatalogIndex) -> tuple[Assessment, ...]:
    """Each candidate of the references and of the mentions that count, with the catalog's data on its model."""
    regions = {each.path: each.regions for each in gathered.inputs}
    return tuple(match((*gathered.references, *gathered.mentions), index, regions))


def judge_gathered(
    gathered: Gathered,
    assessments: Sequence[Assessment],
    policy: Policy,
    as_of: date,
    info: CatalogInfo,
    index: CatalogIndex,
) -> tuple[Finding, ...]:
    """The findings that `scan` has for the same code without a baseline.

    `assessments` are those of `gathered`. Waivers in code of rules that the policy does not have cover nothing.
    """
    in_code = tuple(waiver for waiver in gathered.waivers if waiver.rule in policy.known_rules)
    policy = policy._replace(waivers=(*policy.waivers, *in_code))
    roots = {each.path: each.root for each in gathered.inputs}
    findings = evaluate(assessments, gathered.references, policy, as_of, info, roots, index.lookup)
    owners = {each.file: each.owners for each in gathered.owners}
    return once_per_line(
        finding if finding.written_at is None else finding._replace(owners=owners.get(finding.written_at.file, ()))
        for finding in findings
    )


def judge_references(
    references: Sequence[Reference], policy: Policy, settings: Settings, selected: Selected
) -> tuple[Finding, ...]:
    """The findings of references that do not come from code."""
    index = CatalogIndex(selected.catalog)
    regions = {reference.input: settings.options.regions for reference in references}
    assessments = tuple(match(references, index, regions))
    return evaluate(assessments, references, policy, settings.as_of, catalog_info(selected), {}, index.lookup)


def load_catalog(settings: Settings) -> Selected:
    """The catalog for the settings. Raises UsageError if it is not valid."""
    return select_catalog(settings.catalog, settings.catalog_overlays)


def catalog_info(selected: Selected) -> CatalogInfo:
    """The catalog as reports show it."""
    return CatalogInfo(selected.catalog.as_of, selected.description, len(selected.catalog.models))
