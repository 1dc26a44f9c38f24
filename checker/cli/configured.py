"""The configuration that holds for the paths of a command line."""

from collections.abc import Sequence
from pathlib import Path

from checker.errors import UsageError
from checker.workspace.configuration import Configuration, find_configuration, load_configuration


def configuration_for(paths: Sequence[str], file: Path | None, *, ignored: bool) -> Configuration:
    """What `file` says, else what the one file says that is found upward from the paths; nothing if there is none.

    Raises UsageError if it is not valid, or if several hold.
    """
    cwd = Path.cwd()
    if ignored:
        if file is not None:
            raise UsageError("--config and --no-config contradict each other; choose one")
        return Configuration("", cwd)
    if file is not None:
        return load_configuration(file, cwd)
    starts = [cwd if path == "-" else cwd / path for path in paths] or [cwd]
    found = list(dict.fromkeys(find_configuration(start) for start in starts))
    if len(found) > 1:
        names = " and ".join("none" if each is None else str(each) for each in found[:2])
        raise UsageError(
            f"different configurations hold for these paths ({names}): check them one by one, or choose with --config"
            " FILE or --no-config"
        )
    return Configuration("", cwd) if found[0] is None else load_configuration(found[0], cwd)


def paths_of(given: Sequence[str], configuration: Configuration) -> tuple[str, ...]:
    """The paths to check: those of the command line, else those of the configuration. Raises UsageError for none."""
    if given:
        return tuple(given)
    if configuration.paths:
        cwd = Path.cwd()
        return tuple(_relative(Path(path), cwd) for path in configuration.paths)
    raise UsageError("what is to be checked? Give a path, such as `.`, or set `paths` in a configuration")


def _relative(path: Path, cwd: Path) -> str:
    return str(path.relative_to(cwd)) if path.is_relative_to(cwd) else str(path)
