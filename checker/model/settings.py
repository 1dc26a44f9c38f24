"""How a run is to be made."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from checker.model.options import Options


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that decides a scan but the paths.

    `as_of` is the day to judge by, `policy` the names of packs and the paths of policy files, `catalog` a file to use
    in place of the bundled catalog. `judge` is off for a run that only lists references.
    """

    as_of: date
    policy: tuple[str, ...] = ("baseline",)
    catalog: Path | None = None
    options: Options = field(default_factory=Options)
    allow_outside: bool = False
    judge: bool = True
