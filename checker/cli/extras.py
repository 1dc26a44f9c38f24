"""The packages that only one command needs, which an extra installs."""

from collections.abc import Iterator
from contextlib import contextmanager

from checker.errors import UsageError


@contextmanager
def packages_of(command: str) -> Iterator[None]:
    """Imports of what a command needs. Its extra has the command's name.

    Raises UsageError if a package is missing; a module of bedrock-eol itself that is missing is a fault of ours.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] == "checker":
            raise
        text = f"`{command}` needs more packages ({error.name}): install bedrock-eol with the extra '{command}'"
        raise UsageError(text) from None
