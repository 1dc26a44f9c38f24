"""`bedrock-eol init`."""

from pathlib import Path
from typing import Annotated

import typer


def init(
    path: Annotated[
        Path, typer.Argument(help="Directory to configure.", exists=True, file_okay=False, metavar="DIR")
    ] = Path(),
    force: Annotated[bool, typer.Option("--force", help="Replace a configuration that is there.")] = False,
) -> None:
    """Write a commented .bedrock-eol.yaml for what is in the tree, and show how to run the check in its CI."""
    from checker.cli.output import write_to_file, write_to_standard_output
    from checker.cli.starter import starter_configuration
    from checker.errors import UsageError
    from checker.reading import find_inputs
    from checker.report.escaping import printable
    from checker.source.files import find_boundary
    from checker.workspace.ci_hosts import host_of, snippet_for
    from checker.workspace.configuration import NAMES, find_configuration

    there = find_configuration(path)
    if there is not None and there.parent == path.resolve() and not force:
        raise UsageError(f"{there.name} is there already; use --force to replace it")
    file = path / NAMES[0]
    if file.is_symlink() or (file.exists() and not file.is_file()):
        raise UsageError(f"{file} is no file that can be replaced; remove it first")
    directory = path.resolve()
    inputs = find_inputs(str(path), Path.cwd())
    write_to_file(file, starter_configuration(inputs, directory))
    host = host_of(find_boundary(directory))
    kinds = {str(each.kind): sum(other.kind is each.kind for other in inputs) for each in inputs}
    found = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())) or "nothing to check yet"
    top = find_boundary(directory)
    where = directory.relative_to(top).as_posix()
    lines = [
        f"{file} is written (found: {found}).",
        f"For {host.name}{f', in {host.file}' if host.file else ''}:",
        "",
        snippet_for(host, where),
    ]
    write_to_standard_output("".join(f"{printable(line)}\n" for text in lines for line in text.split("\n")))
