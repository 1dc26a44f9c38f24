"""A cloud assembly in which nothing can name a model, read only so far that what is wrong with it is known."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from checker.errors import ReadError
from checker.frontends.cdk.manifest import has_manifest, read_stacks
from checker.frontends.cloudformation.quiet import imports, is_template_in_json, names_no_model
from checker.model.options import Options
from checker.model.problem import Problem
from checker.model.resource import Input, InputKind, Loaded
from checker.source.files import SourceFiles, decode_text

if TYPE_CHECKING:
    from checker.frontends.cloudformation.exports import Exports


def outline_assembly(
    path: Path,
    options: Options,
    files: SourceFiles,
    may_name_a_model: Callable[[bytes], bool],
    exported: "Exports | None" = None,
) -> Loaded | None:
    """What `load_assembly` gives, without resources; None if something may name a model, or is not as it should be.

    Stacks may take values from each other, so all count as one, and from what other inputs have `exported`.
    """
    directory = path.parent if path.name == "manifest.json" else path
    if options.parameters or not has_manifest(directory, files):
        return None
    problems: list[Problem] = []
    artifacts = read_stacks(directory, files, problems.append)
    passed = "\n".join(value for artifact in artifacts for _, value in artifact.parameters)
    if problems or may_name_a_model(passed.encode("utf-8", "replace")):
        return None
    used = dict.fromkeys([files.display(directory / "manifest.json")])
    for artifact in artifacts:
        shown = files.display(artifact.template)
        try:
            content = files.read_bytes(artifact.template)
            takes = exported is not None and exported.may_name_a_model and imports(content)
            if takes or not names_no_model(content, may_name_a_model):
                return None
            text = decode_text(content, shown)
        except ReadError:
            return None
        if not is_template_in_json(text):
            return None
        used[shown] = None
    return Loaded(Input(files.display(directory), InputKind.CDK, tuple(used)), (), ())
