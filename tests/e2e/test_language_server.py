"""The language server as an editor runs it: a process that speaks over standard input and output."""

import asyncio
import sys
from itertools import count, islice
from pathlib import Path

import pytest
import pytest_lsp
from lsprotocol import types
from pygls.exceptions import JsonRpcRequestCancelled
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

OLD = "anthropic.claude-3-haiku-20240307-v1:0"
COMMAND = [sys.executable, "-m", "checker", "lsp", "--as-of", "2026-11-24", "--stdio"]
ROOT = 'provider "aws" {\n  region = "eu-west-1"\n}\nmodule "chat" {\n  source = "../chat"\n}\n'
_MOST_ATTEMPTS = 50
MODULE = (
    f'variable "m" {{\n  default = "{OLD}"\n}}\n'
    'resource "aws_bedrockagent_agent" "a" {\n  foundation_model = var.m\n}\n'
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    # Of such names, some characters are escaped in addresses.
    tmp_path /= "of #1, 100%25"
    tmp_path.mkdir()
    for name, text in {"prod/main.tf": ROOT, "chat/main.tf": MODULE, "stack.yaml": "Resources: {}\n"}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / ".git").mkdir()
    return tmp_path


def _initialize(folder: Path, editor: str) -> types.InitializeParams:
    return types.InitializeParams(
        capabilities=client_capabilities(editor),
        root_uri=folder.as_uri(),
        workspace_folders=[types.WorkspaceFolder(folder.as_uri(), "work")],
    )


@pytest_lsp.fixture(config=ClientServerConfig(server_command=COMMAND), params=["neovim", "visual-studio-code"])
async def client(lsp_client: LanguageClient, folder: Path, request: pytest.FixtureRequest):
    @lsp_client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def _register(_params: types.RegistrationParams) -> None:
        pass

    result = await lsp_client.initialize_session(_initialize(folder, request.param))
    # The library takes U+2028 for the end of a line where it applies partial changes; editors do not.
    assert result.capabilities.text_document_sync.change is types.TextDocumentSyncKind.Full  # type: ignore[union-attr]
    yield
    await lsp_client.shutdown_session()


def _open(client: LanguageClient, path: Path) -> None:
    item = types.TextDocumentItem(path.as_uri(), "terraform", 1, path.read_text(encoding="utf-8"))
    client.text_document_did_open(types.DidOpenTextDocumentParams(item))


def _type(client: LanguageClient, path: Path, version: int, text: str) -> None:
    document = types.VersionedTextDocumentIdentifier(version, path.as_uri())
    change = types.TextDocumentContentChangeWholeDocument(text)
    client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))


async def _diagnostics(client: LanguageClient, path: Path) -> list[object]:
    """The codes of the diagnostics: asked for, or told, as the editor does it."""
    if client.capabilities.text_document is not None and client.capabilities.text_document.diagnostic is not None:
        document = types.TextDocumentIdentifier(path.as_uri())
        report = await client.text_document_diagnostic_async(types.DocumentDiagnosticParams(document))
        return [each.code for each in report.items]  # type: ignore[union-attr]
    await client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    while path.as_uri() not in client.diagnostics:
        await client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    return [each.code for each in client.diagnostics[path.as_uri()]]


@pytest.mark.asyncio
async def test_an_editing_session(client: LanguageClient, folder: Path):
    """From the first finding over its edit to a file without one."""
    module = folder / "chat/main.tf"
    document = types.TextDocumentIdentifier(module.as_uri())
    _open(client, module)
    assert await _diagnostics(client, module) == ["eol-reached"]
    at = types.Position(1, MODULE.split("\n")[1].index("haiku"))
    hover = await client.text_document_hover_async(types.HoverParams(document, at))
    assert hover is not None
    assert "2026-09-10" in hover.contents.value  # type: ignore[union-attr]
    references = types.ReferenceParams(types.ReferenceContext(include_declaration=False), document, at)
    assert [each.range.start.line for each in await client.text_document_references_async(references) or ()] == [4]
    use = types.Position(4, 4)
    (written,) = await client.text_document_definition_async(types.DefinitionParams(document, use))  # type: ignore[misc]
    assert written.range.start == types.Position(1, 13)  # type: ignore[union-attr]
    asked = types.CodeActionParams(document, types.Range(at, at), types.CodeActionContext([]))
    first, *_ = await client.text_document_code_action_async(asked) or ()
    ((edit,),) = first.edit.changes.values()  # type: ignore[union-attr]
    _type(client, module, 2, MODULE.replace(OLD, edit.new_text))
    assert await _diagnostics(client, module) == []
    completing = types.CompletionParams(document, types.Position(1, 13))
    items = await client.text_document_completion_async(completing)
    assert any(item.label.startswith("eu.anthropic.") for item in items or ())  # type: ignore[union-attr]


@pytest.mark.asyncio
async def test_the_whole_folder_can_be_asked_for(client: LanguageClient, folder: Path):
    report = await client.workspace_diagnostic_async(types.WorkspaceDiagnosticParams(previous_result_ids=[]))
    found = {each.uri: [item.code for item in each.items] for each in report.items}  # type: ignore[union-attr]
    assert found == {(folder / "chat/main.tf").as_uri(): ["eol-reached"]}


@pytest.mark.asyncio
async def test_what_cannot_be_done_is_offered_only_if_it_can_be_shown_as_such(client: LanguageClient, folder: Path):
    kept = (
        f'resource "aws_bedrock_provisioned_model_throughput" "p" {{\n  provisioned_model_name = "p"\n'
        f'  model_units = 1\n  model_arn = "arn:aws:bedrock:us-east-1::foundation-model/{OLD}"\n}}\n'
    )
    (folder / "kept").mkdir()
    (folder / "kept/main.tf").write_text(f'provider "aws" {{ region = "us-east-1" }}\n{kept}', encoding="utf-8")
    _open(client, folder / "kept/main.tf")
    line = types.Position(4, 20)
    document = types.TextDocumentIdentifier((folder / "kept/main.tf").as_uri())
    asked = types.CodeActionParams(document, types.Range(line, line), types.CodeActionContext([]))
    actions = await client.text_document_code_action_async(asked)
    assert actions is not None
    editor = client.capabilities.text_document.code_action  # type: ignore[union-attr]
    assert [bool(action.disabled) for action in actions] == [True] * bool(editor and editor.disabled_support)  # type: ignore[union-attr]


@pytest.mark.asyncio
async def test_changes_hold_before_questions_that_are_cancelled(client: LanguageClient, folder: Path):
    """As an editor cancels its completion while one types."""
    module, root = folder / "chat/main.tf", folder / "prod/main.tf"
    document = types.TextDocumentIdentifier(module.as_uri())
    _open(client, module)
    assert await _diagnostics(client, module) == ["eol-reached"]
    versions = count(2)
    # The server may answer before it reads that the question is cancelled.
    for attempt in range(_MOST_ATTEMPTS):
        region = ("us-east-1", "eu-west-1")[attempt % 2]
        root.write_text(ROOT.replace("eu-west-1", region), encoding="utf-8")
        for version in islice(versions, 6):
            _type(client, module, version, MODULE + "#" * version)
        change = types.FileEvent(root.as_uri(), types.FileChangeType.Changed)
        client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([change]))
        completing = types.CompletionParams(document, types.Position(1, 13))
        asked = client.protocol.send_request(types.TEXT_DOCUMENT_COMPLETION, completing, msg_id=f"asked-{attempt}")
        client.cancel_request(types.CancelParams(f"asked-{attempt}"))
        try:
            await asyncio.wrap_future(asked)
        except JsonRpcRequestCancelled:
            break
    else:
        pytest.fail("no question was cancelled")
    _type(client, module, next(versions), MODULE)
    hover = await client.text_document_hover_async(types.HoverParams(document, types.Position(1, 20)))
    assert hover is not None
    assert f"| → {region}" in hover.contents.value  # type: ignore[union-attr]


def test_without_its_packages_it_says_which_extra_has_them(monkeypatch: pytest.MonkeyPatch, capsys):
    from checker.cli import run

    for name in ("pygls", "pygls.lsp.server", "pygls.uris", "pygls.workspace", "checker.lsp.features"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "pygls", None)
    assert run(["lsp"]) == 2
    assert "install bedrock-eol with the extra 'lsp'" in capsys.readouterr().err
