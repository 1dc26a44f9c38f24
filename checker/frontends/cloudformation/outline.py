"""A CloudFormation template in which nothing can name a model, read only so far that what is wrong with it is known."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from checker.errors import ParseError, ReadError
from checker.frontends.cloudformation.documents import fault_of, is_template, parse_document
from checker.frontends.cloudformation.quiet import imports, is_template_in_json, names_no_model
from checker.frontends.cloudformation.shape import faults_of, faults_of_sections
from checker.model.options import Options
from checker.model.resource import Input, InputKind, Loaded
from checker.source import Mapping, Node
from checker.source.files import SourceFiles, decode_text

if TYPE_CHECKING:
    from checker.frontends.cloudformation.exports import Exports


def outline_template(
    path: Path,
    options: Options,
    files: SourceFiles,
    content: bytes,
    may_name_a_model: Callable[[bytes], bool],
    exported: "Exports | None" = None,
) -> Loaded | None:
    """What `load_template` gives, without resources; None if something may name a model, or is not as it should be.

    What is imported of what others have `exported` may name one, too.
    """
    if exported is not None and exported.may_name_a_model and imports(content):
        return None
    if options.parameters or not names_no_model(content, may_name_a_model):
        return None
    shown = files.display(path)
    try:
        text = decode_text(content, shown)
    except ReadError:
        return None
    known = is_template_in_json(text)
    if known is None:
        try:
            document = parse_document(path, shown, text)
        except ParseError:
            return None
        known = any(map(is_template, document.roots))
        if document.duplicate is not None or (known and not all(map(is_template, document.roots))):
            return None
        if any(_has_faults(root) or fault_of(root) for root in document.roots):
            return None
    return Loaded(Input(shown, InputKind.CLOUDFORMATION, (shown,) if known else ()), (), ())


def _has_faults(root: Node) -> bool:
    if not is_template(root):
        return False
    assert isinstance(root, Mapping)
    resources = root.get("Resources")
    if not isinstance(resources, Mapping) or any(True for _ in faults_of_sections(root)):
        return True
    return any(fault for name, body in resources.entries for fault in faults_of(body, name.place))
