"""The functions that Terragrunt adds to Terraform's."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol, cast

from checker.errors import ReadError
from checker.frontends.terraform.configuration.module_sources import read_source
from checker.frontends.terraform.configuration.scope import Scope
from checker.frontends.terraform.functions.calling import Call, Evaluate, refused, to_value, unsupported
from checker.frontends.terraform.functions.filesystem import path_of
from checker.frontends.terraform.functions.paths import in_work_tree
from checker.values import Alternative, Assumption, Basis, Cause, Json, Map, Shape, Step, Text, Value
from checker.values.operations import after, assume, known, literal, one_of, text, unknown

WORKING_DIRECTORY = "get_working_dir()"
_MOST_LEVELS = 100
_LOCKING = ("apply", "destroy", "import", "plan", "refresh", "taint", "untaint")
_TAKING_VARIABLES = ("apply", "console", "destroy", "import", "plan", "push", "refresh")


class _Configuration(Protocol):
    """The configuration that calls a function."""

    @property
    def path(self) -> Path:
        """Its file."""

    @property
    def directory_of_unit(self) -> Path:
        """The directory of the unit for which it is evaluated."""

    @property
    def child(self) -> "_Configuration | None":
        """The configuration that includes it."""

    def included(self, name: str | None = None) -> "_Configuration | None":
        """A configuration that it includes."""

    def names_source(self) -> bool:
        """True if the unit names the source of its module."""

    def read(self, path: str) -> Value | None:
        """The locals and inputs of another file."""


def _config(call: Call) -> _Configuration:
    return cast(_Configuration, call.scope.module)


def _names(call: Call) -> list[str | None]:
    return [value[0].atom.plain if len(value) == 1 and isinstance(value[0].atom, Text) else None for value in call.args]


def _absolute(call: Call, path: Path) -> Value:
    """An absolute path, as Terragrunt gives it."""
    return known(in_work_tree(path, call.scope.module.host.files))


def _relative(path: Path, start: Path) -> Value:
    return text(os.path.relpath(path, start).replace(os.sep, "/"))


def find_in_parent_folders(call: Call) -> Value:
    """`find_in_parent_folders(name, fallback)`: the nearest file of that name above."""
    names = _names(call)
    wanted = names[0] if names else "terragrunt.hcl"
    if wanted is None:
        return unsupported(call.name, call.location)
    host = call.scope.module.host
    directory = Path(os.path.normpath(host.root))
    for _ in range(_MOST_LEVELS):
        above = directory.parent if directory.name not in ("", "..") else directory / ".."
        if above == directory:
            break
        directory = above
        try:
            if any(path.name == wanted.split("/")[0] for path in host.files.list_directory(directory)):
                return _absolute(call, directory / wanted)
        except ReadError:
            break
    if len(call.args) > 1:
        return call.args[1]
    return refused(call, f"there is no {wanted} in the directories above")


def get_env(call: Call) -> Value:
    """`get_env(name, default)`: the environment is not read."""
    names = _names(call)
    name = names[0] if names else None
    if name is None:
        return refused(call, "a name is needed")
    subject = f"environment variable {name}"
    if len(call.args) < 2:
        shape = Shape.REGION if "REGION" in name.upper() else Shape.ACCOUNT if "ACCOUNT" in name.upper() else None
        return unknown(Cause.INPUT_NOT_SET, subject, shape=shape)
    return one_of(
        [
            assume((one,), (Assumption(subject, literal(one.atom) or "its default", True, Basis.DEFAULT),))
            for one in call.args[1]
        ],
        subject,
    )


def _terragrunt_dir(call: Call) -> Value:
    return _absolute(call, call.scope.module.host.root)


def _original_terragrunt_dir(call: Call) -> Value:
    return _absolute(call, _config(call).directory_of_unit)


def _working_dir(call: Call) -> Value:
    """The directory in which Terraform runs: a copy of the module, if the unit names one."""
    if _config(call).names_source():
        return unknown(Cause.EXTERNAL_DATA, WORKING_DIRECTORY)
    return _terragrunt_dir(call)


def _parent(call: Call) -> Path:
    """The directory of the configuration that is included, or that includes; else the unit's own."""
    config = _config(call)
    names = _names(call)
    parent = config if config.child is not None else config.included(names[0] if names else None)
    return call.scope.module.host.root if parent is None else parent.path.parent


def _parent_terragrunt_dir(call: Call) -> Value:
    return _absolute(call, _parent(call))


def _relative_from_include(call: Call) -> Value:
    """The path from the unit to the included configuration."""
    return _relative(_parent(call), call.scope.module.host.root)


def _relative_to_include(call: Call) -> Value:
    """The path from the included configuration to the unit."""
    return _relative(call.scope.module.host.root, _parent(call))


def _top(call: Call) -> Path | None:
    """The top of the work tree."""
    host = call.scope.module.host
    directory = Path(os.path.normpath(host.root))
    last = directory
    for _ in range(_MOST_LEVELS):
        try:
            listed = host.files.list_directory(directory)
        except ReadError:
            break
        last = directory
        if any(path.name == ".git" for path in listed):
            return directory
        directory = directory.parent if directory.name not in ("", "..") else directory / ".."
    return last


def _repo_root(call: Call) -> Value:
    top = _top(call)
    return unsupported(call.name, call.location) if top is None else _absolute(call, top)


def _to_repo_root(call: Call) -> Value:
    top = _top(call)
    return unsupported(call.name, call.location) if top is None else _relative(top, call.scope.module.host.root)


def _from_repo_root(call: Call) -> Value:
    top = _top(call)
    return unsupported(call.name, call.location) if top is None else _relative(call.scope.module.host.root, top)


def read_terragrunt_config(call: Call) -> Value:
    """`read_terragrunt_config(path, default)`: an object with the locals and inputs of another file."""
    results: list[Value] = []
    for one in call.args[0] if call.args else ():
        path = path_of(one.atom, call.scope.module.host)
        found = _config(call).read(path) if path is not None else None
        if found is None and len(call.args) > 1:
            found = call.args[1]
        results.append(assume(found or unknown(Cause.PARSE_FAILED, path or call.subject), one.given))
    return one_of(results, call.subject) if results else refused(call, "a path is needed")


def read_tfvars_file(call: Call) -> Value:
    """`read_tfvars_file(path)`: the object itself, where Terragrunt returns its JSON."""
    host = call.scope.module.host
    names = [path_of(value[0].atom, host) if len(value) == 1 else None for value in call.args]
    source = read_source(host.root / names[0], host) if names and names[0] is not None else None
    if source is None:
        return unknown(Cause.PARSE_FAILED, call.subject)
    from checker.frontends.terraform.configuration.evaluate import evaluate

    scope = Scope(call.scope.module)
    entries = {
        one.name: after(evaluate(one.expression, scope), Step(one.location, f"{one.name} in {names[0]}"))
        for one in source.parsed.body.attributes
    }
    return (Alternative(Json(known(Map(entries)))),)


def _account(call: Call) -> Value:
    return unknown(Cause.EXTERNAL_DATA, "AWS account", identity="account of Terragrunt", shape=Shape.ACCOUNT)


def _unsupported(call: Call) -> Value:
    return unsupported(call.name, call.location)


def _secret(call: Call) -> Value:
    return unknown(Cause.SENSITIVE, call.subject)


def _commands(*names: str) -> Evaluate:
    return lambda _call: to_value(names)


FUNCTIONS: Mapping[str, Evaluate] = {
    "find_in_parent_folders": find_in_parent_folders,
    "get_aws_account_alias": _unsupported,
    "get_aws_account_id": _account,
    "get_env": get_env,
    "get_original_terragrunt_dir": _original_terragrunt_dir,
    "get_parent_terragrunt_dir": _parent_terragrunt_dir,
    "get_path_from_repo_root": _from_repo_root,
    "get_path_to_repo_root": _to_repo_root,
    "get_repo_root": _repo_root,
    "get_terraform_commands_that_need_input": _commands("apply", "import", "init", "plan", "refresh"),
    "get_terraform_commands_that_need_locking": _commands(*_LOCKING),
    "get_terraform_commands_that_need_parallelism": _commands("apply", "plan", "destroy"),
    "get_terraform_commands_that_need_vars": _commands(*_TAKING_VARIABLES),
    "get_terragrunt_dir": _terragrunt_dir,
    "get_working_dir": _working_dir,
    "path_relative_from_include": _relative_from_include,
    "path_relative_to_include": _relative_to_include,
    "read_terragrunt_config": read_terragrunt_config,
    "read_tfvars_file": read_tfvars_file,
    "sops_decrypt_file": _secret,
}
