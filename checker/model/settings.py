"""The settings of a run."""

from dataclasses import field
from datetime import date
from pathlib import Path
from typing import NamedTuple

from checker.immutable import immutable
from checker.model.options import Options


class OwnOptions(NamedTuple):
    """What is supplied for the inputs that a glob covers; a later one wins over an earlier one.

    Files are paths, relative to the working directory.
    """

    glob: str
    var_files: tuple[Path, ...] = ()
    parameters: tuple[Path, ...] = ()
    workspace: str | None = None
    regions: tuple[str, ...] = ()


@immutable
class Settings:
    """Everything that decides a scan but the paths.

    `as_of` is the day to judge by, `policy` the names of packs and the paths of policy files, `catalog` a file to use
    in place of the bundled or the refreshed catalog, `catalog_overlays` files to lay over it. `judge` is off for a run
    that only lists references.

    What does not count: with `changed`, what a plan does not bring; with `diff_base`, what the commit that HEAD and
    that revision have in common has already; with `baseline`, what that file lists. `write_baseline` is a file to write
    such a list to, and `prune_baseline` takes out of that of `baseline` what is not found any more. `blame` asks git
    who wrote a model last. `excluded` are globs of what is not searched, and `own_options` are those of single inputs,
    both relative to `configured_in`.
    """

    as_of: date
    policy: tuple[str, ...] = ("baseline",)
    catalog: Path | None = None
    catalog_overlays: tuple[Path, ...] = ()
    options: Options = field(default_factory=Options)
    allow_outside: bool = False
    judge: bool = True
    changed: bool = False
    diff_base: str | None = None
    baseline: Path | None = None
    write_baseline: Path | None = None
    prune_baseline: bool = False
    blame: bool = False
    excluded: tuple[str, ...] = ()
    own_options: tuple[OwnOptions, ...] = ()
    configured_in: Path | None = None
