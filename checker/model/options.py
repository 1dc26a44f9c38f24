"""The user's options for reading inputs."""

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from checker.immutable import immutable
from checker.model.answers import Answers


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
