"""A root of 50 files in an editor: the time from an edit to its diagnostics, beside a `check` of the root.

Run it as `python benchmarks/editing.py [EDITS]`. The client is a real one, over standard input and output.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

from lsprotocol import types
from measuring import check, measured, rounds_of
from pygls.lsp.client import LanguageClient
from terraform_root import write_root

_FILES = 50
_MILLISECONDS = 1000


def main() -> None:
    """Prints the time of the first answer, of edits, and of a whole run."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name, "root")
        write_root(root, _FILES)
        first, edits = asyncio.run(_edit(root, rounds_of(sys.argv, 30)))
        whole = measured({"check": check(root)}, 3)["check"].wall * _MILLISECONDS
    middle = statistics.median(edits)
    print(f"{'':22} {'ms':>8} {'of check':>8}")
    for label, value in (
        ("check", whole),
        ("first answer", first),
        ("edit, median", middle),
        ("edit, worst", max(edits)),
    ):
        print(f"{label:22} {value:8.0f} {value / whole:8.2f}")


async def _edit(root: Path, count: int) -> tuple[float, list[float]]:
    """The milliseconds until the diagnostics of the opened file, and of each edit."""
    client = LanguageClient("benchmark", "1")
    told: asyncio.Queue[str] = asyncio.Queue()

    @client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    def _told(params: types.PublishDiagnosticsParams) -> None:
        told.put_nowait(params.uri)

    await client.start_io(sys.executable, "-m", "checker", "lsp")
    folder = types.WorkspaceFolder(root.as_uri(), "root")
    capabilities = types.ClientCapabilities()
    await client.initialize_async(types.InitializeParams(capabilities=capabilities, workspace_folders=[folder]))
    client.initialized(types.InitializedParams())
    file = root / "main.tf"
    text, uri = file.read_text(encoding="utf-8"), file.as_uri()
    times: list[float] = []
    for number in range(count + 1):
        begun = time.perf_counter()
        if number == 0:
            item = types.TextDocumentItem(uri, "terraform", 0, text)
            client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        else:
            document = types.VersionedTextDocumentIdentifier(number, uri)
            change = types.TextDocumentContentChangeWholeDocument(f"{text}# {number}\n")
            client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))
        while await told.get() != uri:
            pass
        times.append((time.perf_counter() - begun) * _MILLISECONDS)
    await client.shutdown_async(None)
    client.exit(None)
    await client.stop()
    return times[0], times[1:]


if __name__ == "__main__":
    main()
