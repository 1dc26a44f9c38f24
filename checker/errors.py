"""The hierarchy of errors. A message says what is wrong, where, why, and what to do next.

Something recoverable is not an error but a `checker.model.Problem`: data that travels with the result.
"""


class BedrockEolError(Exception):
    """The base of every error that this package raises on purpose."""


class UsageError(BedrockEolError):
    """The command line, a policy, a catalog or a configuration is wrong; the run stops with exit code 2."""


class ReadError(BedrockEolError):
    """A file cannot be read: missing, unreadable, not a regular file, or outside the boundary.

    `reason` is a sentence without the file's name, `kind` one of `missing`, `unreadable`, `not-a-file`,
    `outside-boundary`, `encoding`, `too-large`. As a text, the error also has what to do about the boundary; a problem
    has it in its advice.
    """

    def __init__(self, file: str, kind: str, reason: str) -> None:
        hint = "; use --allow-outside to read it" if kind == "outside-boundary" else ""
        super().__init__(f"{file}: {reason}{hint}")
        self.file = file
        self.kind = kind
        self.reason = reason


class ParseError(BedrockEolError):
    """A document is not valid in its language, or is larger or deeper than the reader's limits.

    `line` and `column` are one-based.
    """

    def __init__(self, file: str, line: int, column: int, reason: str) -> None:
        super().__init__(f"{file}:{line}:{column}: {reason}")
        self.file = file
        self.line = line
        self.column = column
        self.reason = reason
