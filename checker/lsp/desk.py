"""Keeps the sessions of an editor's folders: finds the session of a file, and notes the files with new answers."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, TypeVar

from checker.errors import UsageError
from checker.lsp.session import Configure, OnInput, Session
from checker.policy.load import InvalidPolicyError
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
        self._configure = configure
        self._folders: tuple[Path, ...] = ()
        self._sessions: dict[Path, Session] = {}
        self._texts: dict[Path, str] = {}
        self._unsurveyed: dict[Path, None] = {}
        self._affected: dict[Path, None] = {}
        self._errors: dict[str, None] = {}
        self._told: set[str] = set()

    def take(self, changes: Changes, folders: tuple[Path, ...]) -> None:
        """Passes changes on to the sessions; `catch_up` surveys what reads them. `folders` are those of the editor."""
        if folders != self._folders:
            self._folders = folders
            self._sessions = {folder: session for folder, session in self._sessions.items() if folder in folders}
            self._unsurveyed |= dict.fromkeys(self._texts)
        for path, text in changes.texts.items():
            self._affected[path] = None
            if text is None:
                self._texts.pop(path, None)
                self._unsurveyed.pop(path, None)
            else:
                self._texts[path] = text
                self._unsurveyed[path] = None
        # The code of one folder may read files of another.
        for session in self._sessions.values():
            for path in changes.on_disk:
                session.forget(path)
            for path, text in changes.texts.items():
                session.put(path, text)

    def catch_up(self) -> None:
        """Surveys the inputs that read the texts that have changed since it was called before."""
        unsurveyed, self._unsurveyed = self._unsurveyed, {}
        of_sessions: dict[Path, list[Path]] = {}
        for path in unsurveyed:
            own = self.session_of(path)
            for session in tuple(self._sessions.values()):
                if session is own or session.reads(path):
                    of_sessions.setdefault(session.folder, []).append(path)
        for folder, paths in of_sessions.items():
            session = self._session(folder)
            with self._noting_errors(session):
                self._affected |= dict.fromkeys(session.survey_of(paths))

    def survey(self, on_input: OnInput) -> None:
        """Surveys all folders. If `on_input` raises an error, the folders that are left keep their last survey."""
        for folder in dict.fromkeys((*self._folders, *self._sessions)):
            session = self._session(folder)
            with self._noting_errors(session):
                session.survey_all(on_input)
            self._affected |= dict.fromkeys(session.open_files)
        # An error that was mended is told again if it comes back.
        self._told &= self._errors.keys()

    def ask(self, path: Path, question: Callable[[Session], _Result]) -> _Result | None:
        """The answer of a file's session; None if its configuration is not valid."""
        self.catch_up()
        session = self.session_of(path)
        with self._noting_errors(session):
            return question(session)
        return None

    def ask_all(self, question: Callable[[Session], _Result]) -> list[_Result]:
        """The answers of the sessions whose configuration is valid."""
        self.catch_up()
        found: list[_Result] = []
        for folder in self._folders:
            session = self._session(folder)
            with self._noting_errors(session):
                found.append(question(session))
        return found

    def affected(self) -> tuple[Path, ...]:
        """The open files with new answers, and the closed files, since the last call."""
        affected, self._affected = self._affected, {}
        return tuple(affected)

    def is_open(self, path: Path) -> bool:
        """Whether the editor has a file open."""
        return path in self._texts

    def new_errors(self) -> tuple[str, ...]:
        """The errors that no earlier call returned."""
        found = tuple(error for error in self._errors if error not in self._told)
        self._told |= set(found)
        self._errors.clear()
        return found

    def session_of(self, path: Path) -> Session:
        """The session of the innermost folder that holds a file.

        If no folder does, it is that of a folder whose code reads the file, else that of the file's work tree.
        """
        holding = [folder for folder in self._folders if path.is_relative_to(folder)]
        if holding:
            return self._session(max(holding, key=lambda folder: len(folder.parts)))
        reading = (session for folder in self._folders if (session := self._session(folder)).reads(path))
        return next(reading, None) or self._session(find_boundary(path))

    def _session(self, folder: Path) -> Session:
        if folder not in self._sessions:
            session = self._sessions[folder] = Session(folder, self._configure)
            for path, text in self._texts.items():
                session.put(path, text)
        return self._sessions[folder]

    @contextmanager
    def _noting_errors(self, session: Session) -> Iterator[None]:
        try:
            yield
        except InvalidPolicyError as error:
            locations = [fault.location for fault in error.faults]
            # The diagnostics of an open policy tell them.
            if not all(location is not None and self.is_open(session.path(location.file)) for location in locations):
                self._errors[str(error)] = None
        except UsageError as error:
            self._errors[str(error)] = None
