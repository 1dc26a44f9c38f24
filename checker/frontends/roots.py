"""Finds the inputs to read directly: all except modules and templates that others use, which are judged there.

A module that is also deployed on its own is read twice: where others call it, and as a root.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from checker.frontends.protocol import Run, Source
from checker.model.resource import InputKind
from checker.source.files import Boundary


def roots(sources: Sequence[Source], run: Run) -> tuple[Source, ...]:
    """The inputs that no other one uses. From here on the run also knows what its templates and assemblies export."""
    modules = [source for source in sources if source.kind is InputKind.TERRAFORM]
    templates = [source for source in sources if source.kind is InputKind.CLOUDFORMATION]
    calls, nested = _module_calls(modules, run), _nested_templates(templates, run)
    kept = _not_used(modules, calls) | _not_used(templates, nested)
    kept |= {source.path for source in modules if source.path not in kept and _is_deployed(source, run)}
    found = tuple(
        source
        for source in sources
        if source.kind not in {InputKind.TERRAFORM, InputKind.CLOUDFORMATION} or source.path in kept
    )
    _note_exports(found, run)
    run.last_uses = _last_uses(found, {**calls, **nested}, run)
    return found


def _last_uses(
    sources: Sequence[Source], uses: Mapping[Path, frozenset[Path]], run: Run
) -> Mapping[Path, Sequence[Path]]:
    """The modules, templates and assemblies that no later input uses, by the paths of inputs."""
    last: dict[Path, Path] = {}
    for source in sources:
        # What a template or an assembly exports may be asked for by any other.
        if source.kind is InputKind.TERRAFORM or run.imports is None:
            last.update(dict.fromkeys(_reached(source.files.resolved(source.path), uses), source.path))
    found: dict[Path, list[Path]] = {}
    for module, user in last.items():
        found.setdefault(user, []).append(module)
    return found


def _reached(path: Path, uses: Mapping[Path, frozenset[Path]]) -> set[Path]:
    """What a path uses, itself included."""
    found = {path}
    pending = [path]
    while pending:
        new = uses.get(pending.pop(), frozenset()) - found
        found |= new
        pending += new
    return found


def _not_used(sources: Sequence[Source], uses: Mapping[Path, frozenset[Path]]) -> frozenset[Path]:
    """The paths that no other one uses; of an isolated cycle, one."""
    used = frozenset(path for user, paths in uses.items() for path in paths if path != user)
    kept: set[Path] = set()
    covered: set[Path] = set()
    resolved = {source.path: source.files.resolved(source.path) for source in sources}
    for path in sorted(resolved, key=lambda path: resolved[path] in used):
        if resolved[path] in covered:
            continue
        kept.add(path)
        covered |= _reached(resolved[path], uses)
    return frozenset(kept)


def _is_deployed(source: Source, run: Run) -> bool:
    if source.is_named:
        return True
    from checker.frontends.terraform.root import is_deployed

    return is_deployed(source.path, source.files.anew(), run)


def _module_calls(modules: Sequence[Source], run: Run) -> Mapping[Path, frozenset[Path]]:
    if len(modules) < 2:
        return {}
    from checker.frontends.terraform.root import called_modules

    uses: dict[Path, set[Path]] = {}
    groups: dict[Boundary, list[Source]] = {}
    for module in modules:
        groups.setdefault(module.files.boundary, []).append(module)
    for group in groups.values():
        files = group[0].files.anew()
        for called, callers in called_modules([module.path for module in group], files, run).items():
            # A module that its caller may not read is not judged through the caller.
            for caller in callers if files.outside(called) is None else ():
                uses.setdefault(caller, set()).add(called)
    return {caller: frozenset(called) for caller, called in uses.items()}


def _nested_templates(templates: Sequence[Source], run: Run) -> Mapping[Path, frozenset[Path]]:
    if len(templates) < 2:
        return {}
    from checker.frontends.cloudformation.template import child_templates

    return {
        template.files.resolved(template.path): frozenset(map(template.files.resolved, child_templates(template, run)))
        for template in templates
    }


def _note_exports(sources: Sequence[Source], run: Run) -> None:
    """Records the exports of the templates and assemblies of the run, if another input may import them."""
    run.imports = None
    kinds = [source.kind for source in sources]
    if InputKind.CLOUDFORMATION not in kinds and InputKind.CDK not in kinds:
        return
    from checker.frontends.cloudformation.exports import ExportsOfRun, Template, exports_of
    from checker.frontends.cloudformation.json_templates import imports

    templates = [
        Template(one.path, one.content, one.options, one.files)
        for one in sources
        if one.kind is InputKind.CLOUDFORMATION
    ]
    if InputKind.CDK in kinds and len(sources) > 1:
        from checker.frontends.cdk.assembly import templates_of

        templates += [each for one in sources if one.kind is InputKind.CDK for each in templates_of(one, run)]
    exports = run.shared(ExportsOfRun)
    exports.known = None
    if InputKind.TERRAFORM in kinds or any(imports(template.content) for template in templates):
        exports.known = exports_of(templates, run)
    run.imports = None if exports.known is None else exports.known.of_input
