"""Answers the requests of the protocol, one function for each."""

import os
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from lsprotocol import types

from checker.lsp.actions import FIX_ALL, Lines, chosen_of, code_actions, edit_of
from checker.lsp.completion import completions
from checker.lsp.diagnostics import SOURCE
from checker.lsp.hover import hover_at
from checker.lsp.navigation import definitions, uses
from checker.lsp.policies import explained, is_policy, words_at
from checker.lsp.server import Server
from checker.lsp.session import Configure, Session
from checker.lsp.texts import Texts
from checker.model.reference import Reference
from checker.source import Location

_Result = TypeVar("_Result")
_WATCHED = (
    "**/*.{tf,tofu,tfvars,hcl,json,yaml,yml,template,cfn,toml,env,tpl,tftpl,j2}",
    "**/{CODEOWNERS,.gitignore}",
)
# Characters before and within an id of a model or a word of a policy.
_TRIGGERS = ('"', "'", ".", "/", ":", " ")


def serve(configure: Configure) -> None:
    """Serves an editor over standard input and output until it ends. `configure` gives the settings of a folder."""
    server = Server(configure)
    for name, (function, options) in FEATURES.items():
        server.feature(name, options)(function)
    # The library closes its files, so it gets copies of the descriptors.
    with os.fdopen(os.dup(0), "rb") as read, os.fdopen(os.dup(1), "wb") as written:
        try:
            server.start_io(read, written)
        finally:
            server.end()


async def _initialized(ls: Server, _params: types.InitializedParams) -> None:
    workspace = ls.client_capabilities.workspace
    watching = None if workspace is None else workspace.did_change_watched_files
    if watching is not None and watching.dynamic_registration:
        watchers = [types.FileSystemWatcher(glob) for glob in _WATCHED]
        options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
        registration = types.Registration("files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
        ls.client_register_capability(types.RegistrationParams([registration]))
    await ls.survey()


async def _shut_down(ls: Server, _params: None) -> None:
    ls.end()


async def _opened(ls: Server, params: types.DidOpenTextDocumentParams) -> None:
    await ls.change(params.text_document.uri, params.text_document.text)


async def _changed(ls: Server, params: types.DidChangeTextDocumentParams) -> None:
    await ls.change(params.text_document.uri, ls.workspace.get_text_document(params.text_document.uri).source)


async def _saved(ls: Server, params: types.DidSaveTextDocumentParams) -> None:
    ls.change_on_disk([params.text_document.uri])


async def _closed(ls: Server, params: types.DidCloseTextDocumentParams) -> None:
    await ls.change(params.text_document.uri, None)


async def _files_changed(ls: Server, params: types.DidChangeWatchedFilesParams) -> None:
    ls.change_on_disk(change.uri for change in params.changes)


async def _folders_changed(ls: Server, _params: types.DidChangeWorkspaceFoldersParams) -> None:
    await ls.survey()


async def _diagnostic(ls: Server, params: types.DocumentDiagnosticParams) -> types.RelatedFullDocumentDiagnosticReport:
    found = await ls.ask(params.text_document.uri, ls.diagnostics)
    return types.RelatedFullDocumentDiagnosticReport(found or [])


async def _workspace_diagnostic(
    ls: Server, _params: types.WorkspaceDiagnosticParams
) -> types.WorkspaceDiagnosticReport:
    found = await ls.all_diagnostics()
    reports = (types.WorkspaceFullDocumentDiagnosticReport(uri, diagnostics) for uri, diagnostics in found.items())
    return types.WorkspaceDiagnosticReport(list(reports))


async def _hover(ls: Server, params: types.HoverParams) -> types.Hover | None:
    def hover(session: Session, path: Path) -> types.Hover | None:
        texts = ls.texts(session)
        location = texts.location(session.shown(path), params.position)
        answer = session.answer(path)
        if is_policy(path, session.text(path)):
            found = explained(location, path, session, texts)
            if found is not None or answer is None:
                return found
        if answer is None:
            return None
        return hover_at(location, session.references(answer), answer.survey, texts)

    return await ls.ask(params.text_document.uri, hover)


async def _definition(ls: Server, params: types.DefinitionParams) -> list[types.Location] | None:
    return await _at(ls, params.text_document.uri, params.position, definitions)


async def _references(ls: Server, params: types.ReferenceParams) -> list[types.Location] | None:
    asked = partial(uses, with_definition=params.context.include_declaration)
    return await _at(ls, params.text_document.uri, params.position, asked)


async def _completion(ls: Server, params: types.CompletionParams) -> list[types.CompletionItem] | None:
    def complete(session: Session, path: Path) -> list[types.CompletionItem]:
        texts = ls.texts(session)
        location = texts.location(session.shown(path), params.position)
        if is_policy(path, session.text(path)):
            return words_at(location, path, session, texts)
        answer = session.answer(path)
        if answer is None:
            return []
        configured = session.configured
        regions = configured.settings.options.regions
        return completions(location, answer, configured.index.catalog.models, regions, texts)

    return await ls.ask(params.text_document.uri, complete)


async def _code_action(ls: Server, params: types.CodeActionParams) -> list[types.CodeAction] | None:
    def actions(session: Session, path: Path) -> list[types.CodeAction]:
        answer = session.answer(path)
        if answer is None:
            return []
        lines = Lines(session.shown(path), params.range.start.line + 1, params.range.end.line + 1)
        found = code_actions(session, answer, lines, params.context, ls.texts(session))
        return [action for action in found if action.disabled is None or ls.shows_disabled_actions]

    return await ls.ask(params.text_document.uri, actions)


async def _resolve_action(ls: Server, action: types.CodeAction) -> types.CodeAction:
    chosen = chosen_of(action)

    def edited(session: Session, path: Path) -> types.CodeAction:
        answer = session.answer(path)
        if answer is not None and chosen is not None:
            action.edit = edit_of(chosen, session, answer, ls.texts(session))
        return action

    return action if chosen is None else await ls.ask(chosen.uri, edited) or action


async def _at(
    ls: Server,
    uri: str,
    position: types.Position,
    question: Callable[[tuple[Reference, ...], Location, Texts], _Result],
) -> _Result | None:
    """The answer to a question about a folder's references and a location, in the text as it was at the survey."""

    def asked(session: Session, path: Path) -> _Result | None:
        answer, texts = session.answer(path), ls.texts(session)
        if answer is None:
            return None
        location = texts.location(session.shown(path), position)
        return question(session.references(answer), texts.surveyed(location), texts)

    return await ls.ask(uri, asked)


# The requests and notifications that the server handles, each with its options.
FEATURES: Mapping[str, tuple[Callable[..., Any], Any]] = {
    types.INITIALIZED: (_initialized, None),
    types.SHUTDOWN: (_shut_down, None),
    types.TEXT_DOCUMENT_DID_OPEN: (_opened, None),
    types.TEXT_DOCUMENT_DID_CHANGE: (_changed, None),
    types.TEXT_DOCUMENT_DID_SAVE: (_saved, None),
    types.TEXT_DOCUMENT_DID_CLOSE: (_closed, None),
    types.WORKSPACE_DID_CHANGE_WATCHED_FILES: (_files_changed, None),
    types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS: (_folders_changed, None),
    types.TEXT_DOCUMENT_DIAGNOSTIC: (
        _diagnostic,
        types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=True, identifier=SOURCE),
    ),
    types.WORKSPACE_DIAGNOSTIC: (_workspace_diagnostic, None),
    types.TEXT_DOCUMENT_HOVER: (_hover, None),
    types.TEXT_DOCUMENT_DEFINITION: (_definition, None),
    types.TEXT_DOCUMENT_REFERENCES: (_references, None),
    types.TEXT_DOCUMENT_COMPLETION: (_completion, types.CompletionOptions(trigger_characters=list(_TRIGGERS))),
    types.TEXT_DOCUMENT_CODE_ACTION: (
        _code_action,
        types.CodeActionOptions([types.CodeActionKind.QuickFix, FIX_ALL], resolve_provider=True),
    ),
    types.CODE_ACTION_RESOLVE: (_resolve_action, None),
}
