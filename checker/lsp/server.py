"""Runs the language server: decides the order of its work, and when it surveys the folders.

One thread does all work in the order of the messages; the event loop only receives them. Changes that wait are surveyed
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
        # The editor sends whole texts: for partial changes, the library breaks lines at U+2028, which no editor does.
        sync = types.TextDocumentSyncKind.Full
        super().__init__("bedrock-eol", f"v{__version__}", text_document_sync_kind=sync)
        self._desk = Desk(configure)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="survey")
        # The number of tasks so far, without surveys of whole folders.
        self._wanted = 0
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

    @property
    def shows_disabled_actions(self) -> bool:
        """Whether the editor shows that an action cannot be done; other editors would offer it and do nothing."""
        document = self.client_capabilities.text_document
        actions = None if document is None else document.code_action
        return actions is not None and bool(actions.disabled_support)

    async def change(self, uri: str, text: str | None) -> None:
        """Takes the new text of an open file; None closes it."""
        path = path_of(uri)
        if path is not None:
            self._uris[path] = uri
            self._texts[path] = text
            self._wanted += 1
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
        self._wanted += 1
        return await self._work(lambda: self._desk.ask(path, lambda session: question(session, path)))

    async def all_diagnostics(self) -> dict[str, list[types.Diagnostic]]:
        """The diagnostics of all files of the folders by their addresses, after all changes so far."""

        def of_session(session: Session) -> dict[str, list[types.Diagnostic]]:
            # The same session answers when the editor asks for one file.
            own = (path for path in session.files_with_answers() if self._desk.session_of(path) is session)
            return {self._uris.get(path, path.as_uri()): self.diagnostics(session, path) for path in own}

        self._wanted += 1
        found = await self._work(lambda: self._desk.ask_all(of_session))
        return {uri: diagnostics for each in found for uri, diagnostics in each.items()}

    def end(self) -> None:
        """Stops a survey that is under way, because the editor ends."""
        self._is_ending = True

    async def survey(self) -> None:
        """Surveys the folders; if other work comes meanwhile, tries again later."""
        loop, token, wanted = asyncio.get_running_loop(), str(uuid4()), self._wanted
        # Later surveys are quick and come after each pause, so they are not shown.
        shows = not self._is_surveyed and await self._begin_progress(token)

        def on_input(name: str, number: int, total: int) -> None:
            # All other work needs the first survey, so that one goes on.
            if self._is_ending or (self._is_surveyed and self._wanted != wanted):
                raise SupersededError
            if shows:
                report = types.WorkDoneProgressReport(message=name, percentage=100 * number // total)
                loop.call_soon_threadsafe(self.work_done_progress.report, token, report)

        try:
            await self._work(lambda: self._desk.survey(on_input))
            self._is_surveyed = True
        except SupersededError:
            if not self._is_ending:
                self.survey_later()
            return
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

    async def _work(self, work: Callable[[], _Result]) -> _Result:
        """Makes the thread take all changes and do some work; then sends the editor new diagnostics and errors."""
        changes, folders, wanted = Changes(self._texts, tuple(self._on_disk)), self._folders(), self._wanted
        self._texts, self._on_disk = {}, {}

        def take() -> None:
            self._desk.take(changes, folders)
            # If other work waits, its survey covers these changes too.
            if self._wanted == wanted:
                self._desk.catch_up()

        loop = asyncio.get_running_loop()
        # The editor may cancel a question before its turn. Its changes are a task of their own, so they are not lost.
        taken = loop.run_in_executor(self._thread, take)
        try:
            found = await loop.run_in_executor(self._thread, work)
            await taken
            return found
        finally:
            await self._tell_news()

    async def _tell_news(self) -> None:
        loop = asyncio.get_running_loop()
        found, errors = await loop.run_in_executor(self._thread, self._new_diagnostics)
        for path, diagnostics in found.items():
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(self._uris[path], diagnostics))
        for error in errors:
            self.window_show_message(types.ShowMessageParams(types.MessageType.Error, error))

    def _new_diagnostics(self) -> tuple[dict[Path, list[types.Diagnostic]], tuple[str, ...]]:
        found: dict[Path, list[types.Diagnostic]] = {}
        for path in () if self.pulls else self._desk.affected():
            if not self._desk.is_open(path):
                # Its diagnostics would become stale: the editor tells no more of its changes.
                found[path] = []
                continue
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
        """The folders that the editor has open, or its root; empty if it has only files open."""
        # The keys of the library's mapping have lost their escapes, so they are no addresses.
        uris = [folder.uri for folder in self.workspace.folders.values()] or [self.workspace.root_uri or ""]
        folders = dict.fromkeys(path for path in map(path_of, uris) if path is not None)
        return tuple(folders)


def path_of(uri: str) -> Path | None:
    """The path of a file; None if the URI is not that of a file."""
    path = to_fs_path(uri) if uri.startswith("file:") else None
    return None if path is None else Path(path)
