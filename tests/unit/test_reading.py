"""What is kept of inputs once their references are known."""

from datetime import date
from pathlib import Path

from checker.catalog.lookup import CatalogIndex
from checker.model.reference import Reference
from checker.model.resource import Resource
from checker.model.settings import Settings
from checker.pipeline import load_catalog
from checker.reading import ignore, read_inputs

_AGENT = """\
resource "aws_bedrockagent_agent" "chat" {
  agent_name       = "chat"
  foundation_model = "anthropic.claude-3-haiku-20240307-v1:0"
}
"""


def _read(directory: Path, *, with_properties: bool) -> tuple[tuple[Reference, ...], Resource]:
    (directory / "main.tf").write_text(_AGENT, encoding="utf-8")
    settings = Settings(as_of=date(2026, 11, 24))
    index = CatalogIndex(load_catalog(settings).catalog)
    code = read_inputs(["."], settings, index, bytes, directory, ignore, with_properties=with_properties)
    ((resource,),) = (one.resources for one in code.loaded)
    return code.references, resource


def test_only_the_properties_go(tmp_path: Path) -> None:
    references, bare = _read(tmp_path, with_properties=False)
    again, whole = _read(tmp_path, with_properties=True)
    assert references == again
    assert len(references) == 1
    assert whole.properties
    assert bare == whole._replace(properties=(), region=())
