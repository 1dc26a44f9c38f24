"""Trees to mend, with a catalog of a few models and a fixed day."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from checker.cli import run

DAY = "2026-11-24"
US = ["us-east-1", "us-east-2", "us-west-2"]
EU = ["eu-central-1", "eu-west-1"]

OLD, NEW = "anthropic.claude-chat-1-v1:0", "anthropic.claude-chat-2-v1:0"
# Only an inference profile can call its replacement.
OLD_TITLES, NEW_TITLES = "mistral.titles-text-1-v1:0", "mistral.titles-text-2-v1:0"
# The same holds for this one, and only two geographies have such a profile.
OLD_NEAR, NEW_NEAR = "cohere.near-text-1-v1:0", "cohere.near-text-2-v1:0"
# No source names a replacement for it, and no other model is of its family.
OLD_LONELY = "anthropic.claude-lonely-1-v1:0"
# Its end is that of every Region, and none is known to offer it.
OLD_EVERYWHERE = "meta.everywhere-text-1-v1:0"
EMBEDDING, NEW_EMBEDDING = "amazon.vectors-embed-text-v1", "amazon.vectors-embed-text-v2:0"


def model(identifier: str, *, going: bool = False, to: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    """A model as the catalog has it. If it is `going`, it ends everywhere in three weeks."""
    row = {"regions": [*US, *EU], "legacy_date": "2026-06-15", "eol_date": "2026-12-15", "source": "x"}
    return {
        "id": identifier,
        "name": identifier,
        "provider": identifier.partition(".")[0].title(),
        "launch_date": "2025-06-01",
        "legacy_notice": "6 months",
        **({"rows": [{**row, "read_on": "2026-11-01"}]} if going else {}),
        "inputs": ["text"],
        "outputs": ["text"],
        **({"replacements": [{"id": each, "source": "invented"} for each in to]} if to else {}),
        **more,
    }


def profile(prefix: str, identifier: str, regions: list[str]) -> dict[str, Any]:
    """A system inference profile that routes among its own Regions; a global one names no destinations."""
    routes = {} if prefix == "global" else {"destination_regions": regions}
    return {"prefix": prefix, "id": f"{prefix}.{identifier}", "source_regions": regions, **routes}


def profiles(identifier: str, *prefixes: str) -> list[dict[str, Any]]:
    """The profiles of a model."""
    regions = {"us": US, "eu": EU, "global": sorted([*US, *EU])}
    return [profile(prefix, identifier, regions[prefix]) for prefix in sorted(prefixes)]


ENDED = {"legacy_date": "2026-05-20", "eol_date": "2026-11-20", "source": "x", "read_on": "2026-11-01"}
MODELS = [
    model(EMBEDDING, going=True, to=(NEW_EMBEDDING,), regions=[*EU, *US], outputs=["embedding"]),
    model(NEW_EMBEDDING, regions=[*EU, *US], outputs=["embedding"]),
    model(OLD, going=True, to=(NEW,), regions=[*EU, *US], profiles=profiles(OLD, "eu", "us")),
    model(NEW, regions=[*EU, *US], profiles=profiles(NEW, "eu", "us")),
    model(OLD_LONELY, going=True, regions=[*EU, *US]),
    model(OLD_EVERYWHERE, rows=[ENDED], to=(NEW_NEAR,)),
    model(OLD_EVERYWHERE.replace("-1-v1", "-2-v1"), rows=[ENDED]),
    model(OLD_NEAR, going=True, to=(NEW_NEAR,), regions=[*EU, *US]),
    model(NEW_NEAR, profiles=profiles(NEW_NEAR, "eu", "us")),
    model(OLD_TITLES, going=True, to=(NEW_TITLES,), regions=[*EU, *US], profiles=profiles(OLD_TITLES, "us")),
    model(NEW_TITLES, profiles=profiles(NEW_TITLES, "eu", "global", "us")),
]


class Result(NamedTuple):
    """The result of a run of a command: its exit code, and what it wrote to standard output and standard error."""

    code: int
    out: str
    err: str


class Tree:
    """A directory of files, in which `fix` and `check` run."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str], catalog: Path) -> None:
        self.root = root
        self._capsys = capsys
        self.catalog = catalog

    def write(self, files: Mapping[str, str | bytes]) -> None:
        """Writes files; line breaks in texts stay as they are."""
        for name, content in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def read(self, name: str) -> str:
        """The text of a file; line breaks stay as they are."""
        return (self.root / name).read_bytes().decode()

    def call(self, command: str, *arguments: str) -> Result:
        """Runs a command with the catalog and the day of the tests."""
        code = run([command, *(arguments or (".",)), "--catalog", str(self.catalog), "--as-of", DAY])
        said = self._capsys.readouterr()
        return Result(code, said.out, said.err)

    def fix(self, *arguments: str) -> Result:
        """Runs `fix`, on the whole tree if the first argument is not a path."""
        return self.call("fix", *(arguments if arguments and not arguments[0].startswith("-") else (".", *arguments)))

    def findings(self) -> list[dict[str, Any]]:
        """The open findings of a `check` of the tree."""
        report = json.loads(self.call("check", ".", "--format", "json").out)
        return [each for each in report["findings"] if each["status"] == "open"]


@pytest.fixture
def tree(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> Tree:
    """An empty work tree as the working directory."""
    catalog = tmp_path_factory.mktemp("catalog") / "catalog.json"
    models = sorted(MODELS, key=lambda each: each["id"])
    document = {"version": 1, "as_of": "2026-11-20", "source": "invented for tests", "models": models}
    catalog.write_text(json.dumps(document), encoding="utf-8")
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return Tree(tmp_path, capsys, catalog)


@pytest.fixture
def mend(tree: Tree) -> Callable[[str, str], str]:
    """A function that writes a file, runs `fix --write`, and returns the text of the file."""

    def mended(name: str, content: str) -> str:
        tree.write({name: content})
        tree.fix("--write")
        return tree.read(name)

    return mended
