"""The committed cloud assemblies are what the CDK makes of the apps beside them today."""

from pathlib import Path
from types import ModuleType

import pytest


def contents(folder: Path) -> dict[str, str]:
    files = (file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix(): file.read_text(encoding="utf-8") for file in files}


@pytest.mark.parametrize("variant", ["failing", "clean"])
def test_committed_assembly_is_not_stale(
    variant: str, examples: Path, regenerate: ModuleType, cdk_node_modules: Path, tmp_path: Path
) -> None:
    app = examples / "cdk" / variant
    fresh = contents(regenerate.make_assembly(app, tmp_path / "work", cdk_node_modules))
    committed = contents(app / "cdk.out")

    assert len([name for name in committed if name.endswith(".template.json")]) == 4
    assert sorted(fresh) == sorted(committed)
    assert {name: text for name, text in fresh.items() if committed[name] != text} == {}
    assert str(tmp_path) not in "".join(fresh.values())
