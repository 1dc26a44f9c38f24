"""A Terraform input: a root module, or a unit of Terragrunt."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from checker.errors import ReadError
from checker.frontends.terraform.configuration.directory import Known, load_directory
from checker.frontends.terraform.configuration.directory import called_modules as called_by_modules
from checker.frontends.terraform.terragrunt.unit import is_unit, load_unit, module_of_unit
from checker.model.options import Options
from checker.model.resource import Loaded
from checker.source.files import SourceFiles


def load_root(directory: Path, options: Options, files: SourceFiles) -> Loaded:
    """The resources that a directory deploys."""
    listed = _listed(directory, files)
    if is_unit(listed):
        return load_unit(directory, listed, options, files)
    return load_directory(directory, options, files)


def called_modules(directories: Sequence[Path], files: SourceFiles, known: Known) -> Mapping[Path, frozenset[Path]]:
    """For each directory that others use as a module, those that use it; resolved paths. `known` as there."""
    found = {target: set(callers) for target, callers in called_by_modules(directories, files, known).items()}
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
