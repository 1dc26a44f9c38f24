"""What the user supplies for reading inputs."""

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from checker.immutable import immutable


@immutable
class Options:
    """The inputs of a run. Paths are as the user gave them, relative to the working directory.

    `variables` are `--var name=value` in order, the value as text; `environment` holds `TF_VAR_*` without the prefix,
    empty unless asked for; `config_env` is the environment of a samconfig among `parameters`; `regions` bound a Region
    that is not known.
    """

    variables: tuple[tuple[str, str], ...] = ()
    var_files: tuple[Path, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    workspace: str | None = None
    config_env: str | None = None
    parameters: tuple[Path, ...] = ()
    regions: tuple[str, ...] = ()
    source: Path | None = None
