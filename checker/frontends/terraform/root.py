"""A Terraform input: a root module, a unit of Terragrunt, or a Stack."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from checker.errors import ReadError
from checker.frontends.protocol import Run, Source
from checker.frontends.terraform.configuration import module_code
from checker.frontends.terraform.configuration.declarations import Declaration
from checker.frontends.terraform.configuration.directory import load_directory
from checker.frontends.terraform.stacks import is_stack, load_stack, modules_of_stack
from checker.frontends.terraform.terragrunt.unit import is_unit, load_unit, module_of_unit
from checker.model.problem import Problem, ProblemKind
from checker.model.resource import Loaded
from checker.source.files import SourceFiles

# The values that Terraform loads automatically, for a root only.
VALUES = ("terraform.tfvars", "terraform.tfvars.json")
_QUERIES = (".tfquery.hcl", ".tfquery.json")
_TESTS = (".tftest.hcl", ".tftest.json", ".tofutest.hcl", ".tofutest.json")


def read(source: Source, run: Run) -> Loaded:
    """The resources that a directory deploys."""
    listed = _listed(source.path, source.files)
    if is_unit(listed):
        return load_unit(source.path, listed, source.options, source.files, run)
    if is_stack(listed):
        return load_stack(source.path, listed, source.options, source.files, run)
    loaded = load_directory(source.path, source.options, source.files, run)
    return loaded._replace(problems=(*loaded.problems, *_not_read(source.path, listed, source.files, run)))


def _not_read(directory: Path, listed: Sequence[Path], files: SourceFiles, run: Run) -> Iterator[Problem]:
    """The files that Terraform loads for other commands than `plan` and `apply`."""
    for path in (*listed, *_listed(directory / "tests", files)):
        if path.name.endswith(_QUERIES):
            message = "queries are not read: they look up what exists, and deploy nothing"
        elif path.name.endswith(_TESTS) and _may_name_a_model(path, files, run):
            message = "tests are not read: what they deploy is destroyed again"
        else:
            continue
        shown = files.display(path)
        advice = "If models in it matter, search it by hand."
        yield Problem(ProblemKind.UNSUPPORTED, shown, message, advice, incomplete=False)


def _may_name_a_model(path: Path, files: SourceFiles, run: Run) -> bool:
    try:
        content = files.read_bytes(path)
    except ReadError:
        return True
    return run.may_name_a_model is None or run.may_name_a_model(content)


def is_deployed(directory: Path, files: SourceFiles, run: Run) -> bool:
    """True if a module has what only a root has: a backend, a provider configuration, or values."""
    if any(path.name in VALUES for path in _listed(directory, files)):
        return True
    declared = run.shared(module_code.ModuleLibrary).code(directory, files, run).declarations
    return declared.has_backend or any(map(_configures, declared.providers.values()))


def _configures(provider: Declaration) -> bool:
    """True if a provider block has more than a name. A block that only passes a provider on does not."""
    body = provider.block.body
    return bool(body.blocks) or any(attribute.name not in ("alias", "version") for attribute in body.attributes)


def called_modules(directories: Sequence[Path], files: SourceFiles, run: Run) -> Mapping[Path, frozenset[Path]]:
    """For each directory that is used as a module: the directories that use it; resolved paths."""
    found = {target: set(callers) for target, callers in module_code.called_modules(directories, files, run).items()}
    for directory in directories:
        listed = _listed(directory, files)
        deployed: list[Path] = []
        if is_unit(listed):
            module = module_of_unit(directory, listed, files)
            deployed = [] if module is None else [module]
        elif is_stack(listed):
            deployed = list(modules_of_stack(directory, listed, files))
        for module in deployed:
            if files.resolved(module) != files.resolved(directory):
                found.setdefault(files.resolved(module), set()).add(files.resolved(directory))
    return {target: frozenset(callers) for target, callers in found.items()}


def _listed(directory: Path, files: SourceFiles) -> Sequence[Path]:
    try:
        return files.list_directory(directory)
    except ReadError:
        # Its reader reports it.
        return ()
