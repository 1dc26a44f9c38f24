"""Readers of infrastructure code: one folder for each language, one row here for each kind of input."""

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import NamedTuple, cast

from checker.model.options import Options
from checker.model.resource import InputKind, Loaded
from checker.source.files import SourceFiles


class Frontend(NamedTuple):
    """Where the reader of a kind of input is. Its module is imported when it is needed.

    A reader of a path is called with (path, options, files), one of a document with (content, shown name, options).
    """

    module: str
    function: str
    reads_path: bool


FRONTENDS: Mapping[InputKind, Frontend] = {
    InputKind.TERRAFORM: Frontend("checker.frontends.terraform.directory", "load_directory", reads_path=True),
    InputKind.TERRAFORM_PLAN: Frontend("checker.frontends.terraform.plan", "load_plan", reads_path=False),
    InputKind.TERRAFORM_STATE: Frontend("checker.frontends.terraform.state", "load_state", reads_path=False),
    InputKind.CLOUDFORMATION: Frontend("checker.frontends.cloudformation.template", "load_template", reads_path=True),
    InputKind.CDK: Frontend("checker.frontends.cdk.assembly", "load_assembly", reads_path=True),
}


def load(kind: InputKind, path: Path, content: bytes, shown: str, options: Options, files: SourceFiles) -> Loaded:
    """What the reader of `kind` makes of an input: of its path, or of its content under the name `shown`."""
    frontend = FRONTENDS[kind]
    read = getattr(import_module(frontend.module), frontend.function)
    if frontend.reads_path:
        return cast(Callable[[Path, Options, SourceFiles], Loaded], read)(path, options, files)
    return cast(Callable[[bytes, str, Options], Loaded], read)(content, shown, options)
