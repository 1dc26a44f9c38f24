"""The command line: one file per command. `main` is the console script `bedrock-eol`."""

import contextlib
import errno
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from checker.cli.exit_codes import ExitCode, TerminatedError, end_on_termination
from checker.errors import BedrockEolError, UsageError
from checker.processes import collect_rarely, leave_garbage

TRACEBACK_VARIABLE = "BEDROCK_EOL_TRACEBACK"
_NO_ROOM = (errno.ENOSPC, errno.EFBIG, errno.EIO)


def main() -> NoReturn:
    """Runs the command line of the process and exits."""
    collect_rarely()
    end_on_termination()
    code = run(sys.argv[1:])
    leave_garbage()
    sys.exit(code)


def run(arguments: Sequence[str]) -> int:
    """Runs a command line; returns the exit code. Errors go to standard error."""
    code: int = ExitCode.OK
    try:
        code = _invoke(arguments)
        _flush()
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except TerminatedError:
        return ExitCode.TERMINATED
    except BedrockEolError as error:
        _say(str(error))
        return ExitCode.USAGE
    except BrokenPipeError:
        # A reader that stops has seen enough; the result does not change.
        _discard()
        return code
    except OSError as error:
        # typer writes help and the like by itself.
        if error.errno not in _NO_ROOM:
            return _say_internal_error(error, with_traceback="--verbose" in arguments)
        _discard()
        _say(f"cannot write to standard output: {error.strerror}")
        return ExitCode.USAGE
    # The only broad `except`: a crash must never look like a finding, which exits with 1.
    except Exception as error:
        return _say_internal_error(error, with_traceback="--verbose" in arguments)
    return code


def _invoke(arguments: Sequence[str]) -> int:
    import typer

    from checker.cli.application import command

    # The root of typer's errors; click is inside typer or beside it, depending on the version.
    mistake = typer.BadParameter.__mro__[2]
    try:
        program = command(arguments[0] if arguments else None)
        returned = program.main(list(arguments), prog_name="bedrock-eol", standalone_mode=False)
    except SystemExit as error:
        # typer leaves so, with code 1, when the reader of its help is gone.
        _discard()
        return ExitCode.OK if error.code == 1 else int(error.code or 0)
    except Exception as error:
        if not isinstance(error, mistake):
            raise
        from checker.cli.terminal import tell
        from checker.cli.words import told

        tell(told(error))
        return ExitCode.USAGE
    return returned if isinstance(returned, int) else ExitCode.OK


def _flush() -> None:
    """Writes buffered output now, while a failure can still be reported."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        _discard()
        raise UsageError(f"cannot write to standard output: {error.strerror or error}") from error


def _discard() -> None:
    from checker.cli.terminal import discard

    discard(sys.stdout)


def _say(message: str) -> None:
    from checker.cli.terminal import tell

    tell(f"Error: {message}")


def _say_internal_error(error: Exception, *, with_traceback: bool) -> ExitCode:
    from checker import __version__

    if with_traceback or os.environ.get(TRACEBACK_VARIABLE):
        import traceback

        with contextlib.suppress(OSError, ValueError):
            traceback.print_exception(error)
    _say(
        f"internal error: {type(error).__name__}: {error}\n"
        f"This is a fault of bedrock-eol {__version__}, not of your code. Please report it, with the command and what"
        f" it prints when {TRACEBACK_VARIABLE}=1 is set."
    )
    return ExitCode.INTERNAL
