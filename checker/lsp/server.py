"""Runs the language server: decides the order of its work, and when it surveys the folders.

One thread does all work in the order of the messages; the event loop only receives them. Changes that wait are handled
together. A survey of whole folders stops as soon as other work waits, and starts again later; only the first one goes
on.
"""

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path
from pygls.workspace import PositionCodec

from checker import __version__
from checker.lsp.desk import Changes, Desk
from checker.lsp.diagnostics import diagnostic_of_fault, diagnostics_of
from checker.lsp.policies import faults_of, is_policy
from checker.lsp.session import Configure, Session
from checker.lsp.texts import Texts

_Result = TypeVar("_Result")
# The time between the last change and a new survey of the folders.
_QUIET_SECONDS = 1.0


class SupersededError(Exception):
    """Other work waits, and is more urgent."""


class Server(LanguageServer):
    """Surveys the folders of an editor, answers its questions, and sends it diagnostics."""

    def __init__(self, configure: Configure) -> None:
        super().__init__("bedrock-eol", f"v{__version__}")
        self._desk = Desk(configure)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="survey")
        # The loop counts the tasks that are wanted, the thread those that it has begun.
        self._wanted = self._begun = 0
        self._is_surveyed = self._is_ending = False
        # Keep the editor's own spelling of URIs, which may differ from ours.
        self._uris: dict[Path, str] = {}
        self._texts: dict[Path, str | None] = {}
        self._on_disk: dict[Path, None] = {}
        self._later: asyncio.Task[None] | None = None

    @property
    def pulls(self) -> bool:
        """Whether the editor asks for diagnostics itself."""
        document = self.client_capabilities.text_document
        return document is not None and document.diagnostic is not None

    async def change(self, uri: str, text: str | None) -> None:
        """Takes the new text of an open file; None closes it."""
        path = path_of(uri)
        if path is not None:
            self._uris[path] = uri
            self._texts[path] = text
            await self._work(lambda: None)
            self.survey_later()

    def change_on_disk(self, uris: Iterable[str]) -> None:
        """Notes files that others have changed on the disk."""
        self._on_disk |= dict.fromkeys(path for path in map(path_of, uris) if path is not None)
        self.survey_later()

    async def ask(self, uri: str, question: Callable[[Session, Path], _Result]) -> _Result | None:
        """The answer to a question about a file, after all changes so far; None if there is none."""
        path = path_of(uri)
        if path is None:
            return None
        return await self._work(lambda: self._desk.ask(path, lambda session: question(session, path)))

    async def ask_all(self, question: Callable[[Session], _Result]) -> list[_Result]:
        """The answers to a question about each folder, after all changes so far."""
        return await self._work(lambda: self._desk.ask_all(question))

    def end(self) -> None:
        """Stops a survey that is under way, because the editor ends."""
        self._is_ending = True

    async def survey(self) -> None:
        """Surveys the folders; if other work comes meanwhile, tries again later."""
        loop, token = asyncio.get_running_loop(), str(uuid4())
        # Later surveys are quick and come after each pause, so they are not shown.
        shows = not self._is_surveyed and await self._begin_progress(token)

        def on_input(name: str, number: int, total: int) -> None:
            # All other work needs the first survey, so that one goes on.
            if self._is_ending or (self._is_surveyed and self._wanted != self._begun):
                raise SupersededError
            if shows:
                report = types.WorkDoneProgressReport(message=name, percentage=100 * number // total)
                loop.call_soon_threadsafe(self.work_done_progress.report, token, report)

        try:
            await self._work(lambda: self._desk.survey(on_input), is_wanted=False)
            self._is_surveyed = True
        except SupersededError:
            if not self._is_ending:
                self.survey_later()
        finally:
            if shows:
                self.work_done_progress.end(token, types.WorkDoneProgressEnd())
        self._refresh()

    def survey_later(self) -> None:
        """Surveys the folders after a pause without changes."""
        if self._later is not None:
            self._later.cancel()
        self._later = asyncio.ensure_future(self._survey_when_quiet())

    async def _survey_when_quiet(self) -> None:
        await asyncio.sleep(_QUIET_SECONDS)
        # The next change does not cancel a survey that has begun; the survey stops by itself.
        await asyncio.shield(self.survey())

    async def _begin_progress(self, token: str) -> bool:
        window = self.client_capabilities.window
        if window is None or not window.work_done_progress:
            return False
        try:
            await self.work_done_progress.create_async(token)
        except JsonRpcException:
            return False
        self.work_done_progress.begin(token, types.WorkDoneProgressBegin("Reading models", percentage=0))
        return True

    def texts(self, session: Session) -> Texts:
        """The texts of a session, with positions as the editor counts them."""
        return Texts(session, PositionCodec(self.server_capabilities.position_encoding))

    def diagnostics(self, session: Session, path: Path) -> list[types.Diagnostic]:
        """The diagnostics of a file from its last survey, or of a policy from its text."""
        texts, file = self.texts(session), session.shown(path)
        if is_policy(path, session.text(path)):
            return [diagnostic_of_fault(fault, file, texts) for fault in faults_of(path, session)]
        answer = session.answer(path)
        return [] if answer is None else diagnostics_of(file, answer, texts)

    async def _work(self, work: Callable[[], _Result], *, is_wanted: bool = True) -> _Result:
        """Makes the thread take all changes and do some work; then sends the editor new diagnostics and errors."""
        changes, folders = Changes(self._texts, tuple(self._on_disk)), self._folders()
        self._texts, self._on_disk = {}, {}
        self._wanted += is_wanted

        def begin() -> _Result:
            self._begun += is_wanted
            self._desk.folders = folders
            self._desk.take(changes)
            return work()

        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._thread, begin)
        finally:
            found, errors = await loop.run_in_executor(self._thread, self._new_diagnostics)
            for path, diagnostics in found.items():
                params = types.PublishDiagnosticsParams(self._uris[path], diagnostics)
                self.text_document_publish_diagnostics(params)
            for error in errors:
                self.window_show_message(types.ShowMessageParams(types.MessageType.Error, error))

    def _new_diagnostics(self) -> tuple[dict[Path, list[types.Diagnostic]], tuple[str, ...]]:
        found: dict[Path, list[types.Diagnostic]] = {}
        for path in () if self.pulls else self._desk.affected():
            diagnostics = self._desk.ask(path, lambda session: self.diagnostics(session, path))  # noqa: B023
            if diagnostics is not None:
                found[path] = diagnostics
        return found, self._desk.new_errors()

    def _refresh(self) -> None:
        """Tells an editor that asks for diagnostics itself to ask again."""
        workspace = self.client_capabilities.workspace
        diagnostics = None if workspace is None else workspace.diagnostics
        if self.pulls and diagnostics is not None and diagnostics.refresh_support:
            self.workspace_diagnostic_refresh(None)

    def _folders(self) -> tuple[Path, ...]:
        """The folders that the editor has open, with its root; empty if it has only files open."""
        uris = [*self.workspace.folders, *filter(None, (self.workspace.root_uri,))]
        folders = dict.fromkeys(path for path in map(path_of, uris) if path is not None)
        return tuple(folders)


def path_of(uri: str) -> Path | None:
    """The path of a file; None if the URI is not that of a file."""
    path = to_fs_path(uri) if uri.startswith("file:") else None
    return None if path is None else Path(path)
