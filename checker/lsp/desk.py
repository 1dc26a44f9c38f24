"""Keeps the sessions of an editor's folders: finds the session of a file, and notes the files with new answers."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, TypeVar

from checker.errors import UsageError
from checker.lsp.session import Configure, OnInput, Session
from checker.source.files import find_boundary

_Result = TypeVar("_Result")


class Changes(NamedTuple):
    """The new texts of open files (None: the file was closed), and files that others changed on the disk."""

    texts: Mapping[Path, str | None]
    on_disk: Iterable[Path]


class Desk:
    """The sessions of all folders. One thread at a time may use it.

    If a question fails because a configuration or a policy is not valid, it has no answer, and `new_errors` tells why.
    """

    def __init__(self, configure: Configure) -> None:
        self.folders: tuple[Path, ...] = ()
        self._configure = configure
        self._sessions: dict[Path, Session] = {}
        self._affected: dict[Path, Session] = {}
        self._errors: dict[str, None] = {}
        self._told: set[str] = set()

    def take(self, changes: Changes) -> None:
        """Passes changes on to the sessions, and surveys the inputs that read the changed texts."""
        for path in changes.on_disk:
            self.session_of(path).forget(path)
        for path, text in changes.texts.items():
            self.session_of(path).put(path, text)
        for path, text in changes.texts.items():
            session = self._affected[path] = self.session_of(path)
            if text is not None:
                with self._noting_errors():
                    self._affected |= dict.fromkeys(session.survey_of(path), session)

    def survey(self, on_input: OnInput) -> None:
        """Surveys all folders. If `on_input` raises an error, the folders that are left keep their last survey."""
        for folder in self.folders:
            session = self._session(folder)
            with self._noting_errors():
                session.survey_all(on_input)
            self._affected |= dict.fromkeys(session.open_files, session)

    def ask(self, path: Path, question: Callable[[Session], _Result]) -> _Result | None:
        """The answer of a file's session; None if its configuration is not valid."""
        with self._noting_errors():
            return question(self.session_of(path))
        return None

    def ask_all(self, question: Callable[[Session], _Result]) -> list[_Result]:
        """The answers of the sessions whose configuration is valid."""
        found: list[_Result] = []
        for folder in self.folders:
            with self._noting_errors():
                found.append(question(self._session(folder)))
        return found

    def affected(self) -> tuple[Path, ...]:
        """The open files with new answers, and the closed files, since the last call."""
        affected, self._affected = self._affected, {}
        return tuple(affected)

    def new_errors(self) -> tuple[str, ...]:
        """The errors that no earlier call returned."""
        found = tuple(error for error in self._errors if error not in self._told)
        self._told.update(found)
        self._errors.clear()
        return found

    def session_of(self, path: Path) -> Session:
        """The session of the innermost folder that holds a file; of the file's work tree if no folder does."""
        holding = [folder for folder in self.folders if path.is_relative_to(folder)]
        return self._session(max(holding, key=lambda folder: len(folder.parts), default=find_boundary(path)))

    def _session(self, folder: Path) -> Session:
        if folder not in self._sessions:
            self._sessions[folder] = Session(folder, self._configure)
        return self._sessions[folder]

    @contextmanager
    def _noting_errors(self) -> Iterator[None]:
        try:
            yield
        except UsageError as error:
            self._errors[str(error)] = None
