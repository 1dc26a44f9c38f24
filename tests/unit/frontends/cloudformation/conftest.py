"""Reading of templates that a test writes."""

from collections.abc import Callable
from pathlib import Path

import pytest

from checker.frontends.cloudformation.template import load_template
from checker.model.resource import Loaded
from checker.model.settings import Options
from checker.source.files import Boundary, SourceFiles

Load = Callable[..., Loaded]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Writes a template (and other files, by name) and reads it; the test's directory is the working directory."""

    def read(template: str, name: str = "template.yaml", options: Options | None = None, **others: str) -> Loaded:
        (tmp_path / name).write_bytes(template.encode())
        for other, content in others.items():
            path = tmp_path / other.replace("__", "/").replace("_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        files = SourceFiles(Boundary(tmp_path), tmp_path)
        return load_template(tmp_path / name, options or Options(), files, (tmp_path / name).read_bytes())

    return read
