"""The values of parameters in the samconfig beside a template, which `sam deploy` reads unasked."""

from collections.abc import Mapping
from pathlib import Path

from checker.errors import ParseError, ReadError
from checker.frontends.cloudformation.parameter_files import read_sam_configuration
from checker.frontends.cloudformation.reading import Reading
from checker.model.options import Options
from checker.model.problem import Problem, ProblemKind
from checker.source.files import SourceFiles
from checker.values import Alternative, Assumption, Basis, Value
from checker.values.operations import assume

# In the order in which SAM looks for them.
_NAMES = ("samconfig.toml", "samconfig.yaml", "samconfig.yml")
_DEFAULT = "default"


def offered_beside(path: Path, options: Options, reading: Reading) -> Mapping[str, Value]:
    """The values by parameter name. Nobody has supplied them: the template may be deployed without them.

    Those of the environment that `sam deploy` takes (`default`, or the one that the options name) are possible, those
    of the others take an override.
    """
    beside = _beside(path, reading.files)
    if beside is None:
        return {}
    shown = reading.files.display(beside)

    def report(error: ReadError | ParseError, what: str) -> None:
        line, column = (error.line, error.column) if isinstance(error, ParseError) else (None, None)
        message = f"{what} are not read: {error.reason}."
        advice = "Correct the file: `sam deploy` reads it."
        reading.report(Problem(ProblemKind.INVALID_SYNTAX, error.file, message, advice, False, line, column))

    try:
        configuration = read_sam_configuration(beside, reading.files)
    except (ReadError, ParseError) as error:
        report(error, "Its values of parameters")
        return {}
    if configuration is None or not configuration.deploys(path):
        return {}
    environments = configuration.environments(lambda name, error: report(error, f"The values of {name!r}"))
    found: dict[str, list[Alternative]] = {}
    names = (options.config_env, options.workspace, _DEFAULT)
    taken = next((name for name in names if name in environments), None)
    for environment, values in environments.items():
        basis = Basis.OPEN if environment == taken else Basis.OVERRIDE
        chosen = Assumption(f"environment of {shown}", f'"{environment}"', True, basis)
        for name, value in values.items():
            found.setdefault(name, []).extend(assume(value, (chosen,)))
    if found:
        reading.files_used[shown] = None
    return {name: tuple(alternatives) for name, alternatives in found.items()}


def _beside(path: Path, files: SourceFiles) -> Path | None:
    try:
        names = {each.name for each in files.list_directory(path.parent)}
    except ReadError:
        return None
    return next((path.parent / name for name in _NAMES if name in names), None)
