"""Readers of infrastructure code: one folder for each language, one row here for each kind of input."""

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, cast

from checker.model.options import Options
from checker.model.problem import Problem, ProblemKind
from checker.model.resource import Input, InputKind, Loaded
from checker.source.files import SourceFiles
from checker.values import TooLargeError

if TYPE_CHECKING:
    from checker.frontends.cloudformation.exports import Exports


class Frontend(NamedTuple):
    """Where the reader of a kind of input is. Its module is imported when it is needed.

    A reader of a `directory` is called with (path, options, files), one of an `assembly` with the quick look besides,
    one of a `file` with (path, options, files, content, quick look, whether the user named it, what the templates of
    the run export), one of a `document` with (content, shown name, options, files, whether the catalog knows an id),
    where `files` reads the code that is the source in the options.
    """

    module: str
    function: str
    reads: Literal["directory", "assembly", "file", "document"]


FRONTENDS: Mapping[InputKind, Frontend] = {
    InputKind.TERRAFORM: Frontend("checker.frontends.terraform.root", "load_root", "directory"),
    InputKind.TERRAFORM_PLAN: Frontend("checker.frontends.terraform.plan.resources", "load_plan", "document"),
    InputKind.TERRAFORM_STATE: Frontend("checker.frontends.terraform.state", "load_state", "document"),
    InputKind.CLOUDFORMATION: Frontend("checker.frontends.cloudformation.template", "load_template", "file"),
    InputKind.CDK: Frontend("checker.frontends.cdk.assembly", "load_assembly", "assembly"),
}


Look = Callable[[bytes], bool]
Knows = Callable[[str], bool]


def load(
    kind: InputKind,
    path: Path,
    content: bytes,
    shown: str,
    options: Options,
    files: SourceFiles,
    look: Look | None,
    *,
    knows: Knows,
    is_named: bool = False,
    exports: "Exports | None" = None,
) -> Loaded:
    """What the reader of `kind` makes of an input: of its path, or of its content under the name `shown`.

    `look` says of a part of a file whether it may name a model; without it, everything is evaluated. `knows` says of
    an id whether the catalog has its model. A file that
    `is_named` by the user is meant to be one of its kind. `exports` are those of the templates of the run.
    """
    try:
        return _load(kind, path, content, shown, options, files, look, knows=knows, is_named=is_named, exports=exports)
    except TooLargeError:
        message = "something in it is too large to be evaluated; nothing in it was checked"
        problem = Problem(ProblemKind.UNSUPPORTED, shown, message, "Make it smaller.", incomplete=True)
        return Loaded(Input(shown, kind, (shown,)), (), (problem,))


def _load(
    kind: InputKind,
    path: Path,
    content: bytes,
    shown: str,
    options: Options,
    files: SourceFiles,
    look: Look | None,
    *,
    knows: Knows,
    is_named: bool = False,
    exports: "Exports | None" = None,
) -> Loaded:
    frontend = FRONTENDS[kind]
    read = getattr(import_module(frontend.module), frontend.function)
    match frontend.reads:
        case "directory":
            return cast(Callable[[Path, Options, SourceFiles], Loaded], read)(path, options, files)
        case "assembly":
            return cast(Callable[[Path, Options, SourceFiles, Look | None], Loaded], read)(path, options, files, look)
        case "file":
            return cast(
                Callable[[Path, Options, SourceFiles, bytes, Look | None, bool, "Exports | None"], Loaded], read
            )(path, options, files, content, look, is_named, exports)
        case "document":
            return cast(Callable[[bytes, str, Options, SourceFiles, Knows], Loaded], read)(
                content, shown, options, files, knows
            )
