"""The templates of a cloud assembly, for other inputs of a run that may import what they export."""

from collections.abc import Iterator
from dataclasses import replace

from checker.errors import ReadError
from checker.frontends.cdk.assets import Assets
from checker.frontends.cdk.manifest import Assemblies, has_manifest
from checker.frontends.cloudformation.exports import Template
from checker.frontends.protocol import Run, Source
from checker.model.problem import Problem


def templates_of(source: Source, run: Run) -> Iterator[Template]:
    """The templates of the stacks of an assembly. Unreadable ones are reported where the assembly is an input."""
    files = source.files.anew()
    directory = source.path.parent if source.path.name == "manifest.json" else source.path
    if not has_manifest(directory, files):
        return
    for stack in run.shared(Assemblies).stacks(directory, files, _ignore):
        try:
            content = files.read_bytes(stack.template)
        except ReadError:
            continue
        regions = source.options.regions if stack.region is None else (stack.region,)
        yield Template(
            stack.template,
            content,
            replace(source.options, regions=regions),
            files,
            stack.account,
            stack.stack_name,
            stack.parameters,
            source.path,
            Assets(files, _ignore).path,
        )


def _ignore(_problem: Problem) -> None:
    """Reported where the assembly is read as an input."""
