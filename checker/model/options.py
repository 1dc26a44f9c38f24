"""The user's options for reading inputs."""

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from checker.immutable import immutable
from checker.model.answers import Answers


@immutable
class Options:
    """The inputs of a run. Paths are as given by the user, relative to the working directory.

    `variables` are `--var name=value` in order, with the value as a string. `environment` holds `TF_VAR_*` without the
    prefix; it is empty unless requested. `config_env` is the environment of a samconfig among `parameters`. `regions`
    bound an unknown Region. `answers` are the account's answers for names that the run does not explain.
    """

    variables: tuple[tuple[str, str], ...] = ()
    var_files: tuple[Path, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    workspace: str | None = None
    config_env: str | None = None
    parameters: tuple[Path, ...] = ()
    regions: tuple[str, ...] = ()
    source: Path | None = None
    answers: Answers = field(default_factory=Answers)
