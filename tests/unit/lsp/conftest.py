"""A folder that an editor has open, with a catalog of a few models and a fixed day."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from lsprotocol import types
from pygls.workspace import PositionCodec

from checker.lsp.desk import Changes, Desk
from checker.lsp.diagnostics import diagnostics_of
from checker.lsp.session import Answer, Session
from checker.lsp.texts import Texts
from checker.model.settings import Settings
from checker.source import Location
from tests.unit.fix.conftest import EU, MODELS, US, model, profiles

CURSOR = "‸"
# It would do as well as the model that is named as the replacement of the old one.
OTHER = "anthropic.claude-chat-3-v1:0"
# A Region of another partition, and the only model that it has.
GOV, IN_GOV = "us-gov-west-1", "amazon.vectors-gov-v1:0"


@dataclass
class Editor:
    """An editor: its open files, and what it is told of them."""

    folder: Path
    settings: Settings

    def __post_init__(self) -> None:
        self.desk = Desk(lambda _folder: ((".",), self.settings))
        self.folders = (self.folder,)

    def write(self, files: Mapping[str, str]) -> None:
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def type(self, name: str, text: str) -> list[types.Diagnostic]:
        """Changes an open file, or opens it; returns its diagnostics."""
        self.change({name: text})
        return self.diagnostics(name)

    def change(self, texts: Mapping[str, str | None], on_disk: Iterable[str] = ()) -> None:
        """Changes the texts of open files, and tells of files that were changed on the disk."""
        paths = [self.folder / name for name in on_disk]
        self.desk.take(Changes({self.folder / name: text for name, text in texts.items()}, paths), self.folders)
        self.desk.catch_up()

    def diagnostics(self, name: str) -> list[types.Diagnostic]:
        return diagnostics_of(name, self.answer(name), self.texts())

    def session(self, name: str = "x") -> Session:
        return self.desk.session_of(self.folder / name)

    def answer(self, name: str) -> Answer:
        answer = self.session(name).answer(self.folder / name)
        assert answer is not None
        return answer

    def texts(self) -> Texts:
        return Texts(self.session(), PositionCodec())

    def at_cursor(self, name: str, text: str) -> Location:
        """Types a text and puts the cursor where its mark is."""
        before = text.partition(CURSOR)[0]
        self.type(name, text.replace(CURSOR, ""))
        return Location(name, before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)


@pytest.fixture
def editor(tmp_path: Path) -> Editor:
    other = model(OTHER, regions=[*EU, *US], profiles=profiles(OTHER, "eu", "us"))
    models = [*MODELS, other, model(IN_GOV, regions=[GOV], outputs=["embedding"])]
    catalog = tmp_path / "catalog.json"
    document = {
        "version": 1,
        "as_of": "2026-11-20",
        "source": "invented for tests",
        "models": sorted(models, key=lambda each: each["id"]),
    }
    catalog.write_text(json.dumps(document), encoding="utf-8")
    folder = tmp_path / "tree"
    (folder / ".git").mkdir(parents=True)
    return Editor(folder, Settings(as_of=date(2026, 11, 24), policy=("baseline",), catalog=catalog))
