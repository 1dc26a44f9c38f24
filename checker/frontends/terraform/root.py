"""A Terraform input: a root module, or a unit of Terragrunt."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from checker.errors import ReadError
from checker.frontends.protocol import Run, Source
from checker.frontends.terraform.configuration import module_code
from checker.frontends.terraform.configuration.declarations import Declaration
from checker.frontends.terraform.configuration.directory import load_directory
from checker.frontends.terraform.terragrunt.unit import is_unit, load_unit, module_of_unit
from checker.model.resource import Loaded
from checker.source.files import SourceFiles

# The values that Terraform loads by themselves for a root alone.
VALUES = ("terraform.tfvars", "terraform.tfvars.json")


def read(source: Source, run: Run) -> Loaded:
    """The resources that a directory deploys."""
    listed = _listed(source.path, source.files)
    if is_unit(listed):
        return load_unit(source.path, listed, source.options, source.files, run)
    return load_directory(source.path, source.options, source.files, run)


def is_deployed(directory: Path, files: SourceFiles, run: Run) -> bool:
    """Whether a module has what only a root has: a place for its state, a provider configuration, or values."""
    if any(path.name in VALUES for path in _listed(directory, files)):
        return True
    declared = run.shared(module_code.ModuleLibrary).code(directory, files, run).declarations
    return declared.has_backend or any(map(_configures, declared.providers.values()))


def _configures(provider: Declaration) -> bool:
    """Whether a provider block says more than its name, as one does that only hands a provider on."""
    body = provider.block.body
    return bool(body.blocks) or any(attribute.name not in ("alias", "version") for attribute in body.attributes)


def called_modules(directories: Sequence[Path], files: SourceFiles, run: Run) -> Mapping[Path, frozenset[Path]]:
    """For each directory that others use as a module, those that use it; resolved paths."""
    found = {target: set(callers) for target, callers in module_code.called_modules(directories, files, run).items()}
    for directory in directories:
        listed = _listed(directory, files)
        module = module_of_unit(directory, listed, files) if is_unit(listed) else None
        if module is not None and files.resolved(module) != files.resolved(directory):
            found.setdefault(files.resolved(module), set()).add(files.resolved(directory))
    return {target: frozenset(callers) for target, callers in found.items()}


def _listed(directory: Path, files: SourceFiles) -> Sequence[Path]:
    try:
        return files.list_directory(directory)
    except ReadError:
        # Its reader says so.
        return ()
