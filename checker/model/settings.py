"""The settings of a run, and those for reading inputs."""

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from pathlib import Path
from typing import NamedTuple

from checker.immutable import immutable
from checker.model.answers import Answers
from checker.model.problem import Problem

# The user's options for reading inputs.


@immutable
class Options:
    """The inputs of a run. Paths are as given by the user, relative to the working directory.

    `arguments` are those of Terraform for variables, in the order in which later ones win: `--var name=value`, with
    the value as a string, and the files of `--var-file`. `environment` holds `TF_VAR_*` without the prefix; it is
    empty unless requested. `config_env` is the environment of a samconfig among `parameters`. `regions` bound an
    unknown Region. `answers` are the account's answers for names that the run does not explain.
    """

    arguments: tuple[Path | tuple[str, str], ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    workspace: str | None = None
    config_env: str | None = None
    parameters: tuple[Path, ...] = ()
    regions: tuple[str, ...] = ()
    source: Path | None = None
    answers: Answers = field(default_factory=Answers)

    @property
    def variables(self) -> tuple[tuple[str, str], ...]:
        """The names and values of `--var`, in order."""
        return tuple(each for each in self.arguments if isinstance(each, tuple))

    @property
    def var_files(self) -> tuple[Path, ...]:
        """The files of `--var-file`, in order."""
        return tuple(each for each in self.arguments if isinstance(each, Path))


# The settings of a run.


class OwnOptions(NamedTuple):
    """Options for the inputs that a glob matches; a later entry overrides an earlier one.

    Files are paths, relative to the working directory.
    """

    glob: str
    var_files: tuple[Path, ...] = ()
    parameters: tuple[Path, ...] = ()
    workspace: str | None = None
    regions: tuple[str, ...] = ()


@immutable
class Settings:
    """Everything that decides a scan, apart from the paths.

    `as_of` is the day to judge by. `policy` are names of packs and paths of policy files. `catalog` is a file that
    replaces the bundled or refreshed catalog; `catalog_overlays` are files applied to it. `judge` is off for a run that
    only lists references.

    Findings that do not count: with `changed`, those of resources that the plan leaves alone; with `diff_base`, those
    that the merge base of HEAD and that revision has; with `baseline`, those in that file; with `owners`, those of
    others. `write_baseline` is a file to write such a list to; `prune_baseline` removes entries of `baseline` that are
    no longer found. `blame` asks git for the last author of a model. `excluded` are globs of what is not searched, and
    `own_options` are options of single inputs; both are relative to `configured_in`, a directory whose configuration
    has these `problems`. With `mentions_in_code`, programs are searched for ids, too. `owner_tags` are the tags of a
    resource in an account that name its owners. `jobs` is the most processes to read with; with None, as many as pay.
    The result is the same.
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
    owners: tuple[str, ...] = ()
    blame: bool = False
    excluded: tuple[str, ...] = ()
    own_options: tuple[OwnOptions, ...] = ()
    configured_in: Path | None = None
    problems: tuple[Problem, ...] = ()
    mentions_in_code: bool = False
    owner_tags: tuple[str, ...] = ()
    jobs: int | None = 1
