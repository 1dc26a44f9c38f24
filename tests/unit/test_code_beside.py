"""Programs beside the infrastructure: ids and constants in them are mentions, where they are asked for."""

from datetime import date
from pathlib import Path

import pytest

from checker.cli import run
from checker.model.reference import Reason
from checker.model.scan import Scan
from checker.model.settings import Settings
from checker.pipeline import scan

HAIKU = "anthropic.claude-3-haiku-20240307-v1:0"
INCOMPLETE = "this CDK app names Bedrock and has no synth output beside it, so its stacks were not checked"


def put(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def check(folder: Path, *paths: str, code: bool = False) -> Scan:
    settings = Settings(as_of=date(2026, 11, 24), mentions_in_code=code)
    return scan(paths or (".",), settings, standard_input=bytes, cwd=folder)


def mentioned(found: Scan) -> list[tuple[str, str, Reason]]:
    return [
        (str(one.location), one.candidates[0].text, one.mention.reason)
        for one in found.mentions
        if one.mention is not None
    ]


PROGRAMS = {
    "main.tf": "locals {}\n",
    "src/a.py": f'"""{HAIKU}"""\nMODEL = "{HAIKU}"  # not {HAIKU}\n',
    "src/B.java": "class B { Object m = FoundationModelIdentifier.AMAZON_NOVA_LITE_V1_0; }\n",
    "node_modules/c.js": f"x = '{HAIKU}'\n",
    "env/pyvenv.cfg": "home = /usr/bin\n",
    "env/lib/python3.12/site-packages/d.py": f"x = '{HAIKU}'\n",
    ".env.local": f"MODEL={HAIKU}\n",
}


def test_programs_are_searched_if_asked(tmp_path: Path) -> None:
    put(tmp_path, PROGRAMS)
    assert mentioned(check(tmp_path)) == [(".env.local:1:7", HAIKU, Reason.NOT_LOADED)]
    assert mentioned(check(tmp_path, code=True)) == [
        (".env.local:1:7", HAIKU, Reason.NOT_LOADED),
        ("src/B.java:1:22", "FoundationModelIdentifier.AMAZON_NOVA_LITE_V1_0", Reason.CODE),
        ("src/a.py:1:4", HAIKU, Reason.DESCRIPTION),
        ("src/a.py:2:10", HAIKU, Reason.CODE),
        ("src/a.py:2:57", HAIKU, Reason.COMMENT),
    ]


def test_infrastructure_in_a_virtual_environment_counts(tmp_path: Path) -> None:
    put(
        tmp_path,
        {"env/pyvenv.cfg": "", "env/main.tf": f'resource "aws_ssm_parameter" "p" {{\n  value = "{HAIKU}"\n}}\n'},
    )
    assert [one.address for one in check(tmp_path, code=True).references] == ["aws_ssm_parameter.p"]


def test_they_are_notes_at_most(tmp_path: Path) -> None:
    put(tmp_path, PROGRAMS)
    found = check(tmp_path, code=True)
    (one,) = [each for each in found.findings if each.reference is not None and each.reference.address == "src/a.py"]
    assert (str(one.severity), one.rule, one.model) == ("note", "eol-reached", HAIKU)


def test_a_constant_has_the_dates_of_its_model(tmp_path: Path) -> None:
    put(tmp_path, {"a.ts": "BedrockFoundationModel.ANTHROPIC_CLAUDE_HAIKU_V1_0"})
    (one,) = check(tmp_path, code=True).mentions
    assert [candidate.model for candidate in one.candidates] == [HAIKU]
    assert one.mention is not None
    assert one.mention.stage is not None
    assert one.mention.stage.eol_date == date(2026, 9, 10)


def test_a_constant_of_an_unknown_library_is_listed(tmp_path: Path) -> None:
    put(tmp_path, {"a.ts": "FoundationModelIdentifier.NEW_MODEL_V9"})
    (one,) = check(tmp_path, code=True).mentions
    assert [(candidate.text, candidate.model) for candidate in one.candidates] == [
        ("FoundationModelIdentifier.NEW_MODEL_V9", None)
    ]


def test_refs_lists_them_unless_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path, PROGRAMS)
    monkeypatch.chdir(tmp_path)
    for arguments, is_listed in (
        (["refs", "."], True),
        (["refs", ".", "--mentions", "infrastructure"], False),
        (["check", "."], False),
        (["check", ".", "--mentions", "code", "--verbose"], True),
    ):
        run([*arguments, "--as-of", "2026-11-24"])
        assert ("src/a.py:2" in capsys.readouterr().out) == is_listed


def test_the_configuration_asks_for_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path, {**PROGRAMS, ".bedrock-eol.yaml": "mentions: code\n"})
    monkeypatch.chdir(tmp_path)
    run(["check", ".", "--verbose", "--as-of", "2026-11-24"])
    assert "src/a.py:2" in capsys.readouterr().out


def test_a_program_that_is_named(tmp_path: Path) -> None:
    put(tmp_path, PROGRAMS)
    found = check(tmp_path, "src/a.py", code=True)
    assert (len(found.mentions), found.problems) == (3, ())


def test_programs_without_models_are_no_infrastructure(tmp_path: Path) -> None:
    put(tmp_path, {"a.py": "x = 1\n"})
    assert [str(one.kind) for one in check(tmp_path, code=True).problems] == ["no-input"]


def problems(found: Scan) -> list[tuple[str, str, bool]]:
    return [(one.file, one.message, one.incomplete) for one in found.problems]


def test_an_app_that_names_bedrock_is_incomplete(tmp_path: Path) -> None:
    put(tmp_path, {"a/cdk.json": '{"app": "python3 app.py"}', "a/app.py": f'MODEL = "{HAIKU}"\n'})
    found = check(tmp_path)
    assert problems(found) == [("a/cdk.json", INCOMPLETE, True)]
    assert mentioned(found) == [("a/app.py:1:10", HAIKU, Reason.CODE)]


def test_apps_that_name_no_model_are_one_line(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        put(tmp_path / "apps" / name, {"cdk.json": '{"app": "node app.js"}', "app.js": "// bedrock, one day\n"})
    assert problems(check(tmp_path)) == [("apps", "3 CDK apps without synth output name no model", False)]
    assert problems(check(tmp_path, "apps/a")) == [
        ("apps/a/cdk.json", "this CDK app has no synth output, and its code names no model", False)
    ]


def test_an_app_without_code_is_incomplete(tmp_path: Path) -> None:
    put(tmp_path, {"a/cdk.json": '{"app": "run it"}'})
    assert problems(check(tmp_path)) == [
        ("a/cdk.json", "this CDK app has no synth output beside it, so its stacks were not checked", True)
    ]


BEDROCK = "import aws_cdk.aws_bedrock"
IMPORTS = {
    "typescript": {
        "app/bin/a.ts": "import { s } from '../../shared/s.js';\n",
        "shared/s.ts": "export * from './deeper';\n",
        "shared/deeper/index.ts": "const m = bedrock.x;\n",
    },
    "workspace": {
        "app/a.ts": 'import { m } from "@acme/models";\n',
        "package.json": '{"workspaces": ["packages/*"]}',
        "packages/models/package.json": '{"name": "@acme/models"}',
        "packages/models/src/m.ts": f"export const m = '{HAIKU}';\n",
    },
    "pnpm": {
        "app/a.ts": 'const m = require("models/src/m");\n',
        "pnpm-workspace.yaml": "packages:\n  - 'packages/*'\n",
        "packages/models/package.json": '{"name": "models"}',
        "packages/models/src/m.ts": f"export const m = '{HAIKU}';\n",
    },
    "tsconfig": {
        "app/a.ts": 'import { m } from "@shared/m";\n',
        "tsconfig.base.json": '{ /* of all */ "compilerOptions": {"baseUrl": ".", "paths": {"@shared/*": ["libs/*"]}}}',
        "libs/m.ts": f"export const m = '{HAIKU}';\n",
    },
    "python": {
        "app/app.py": "from shared.models import (\n    chat,\n)\n",
        "shared/models/__init__.py": "",
        "shared/models/chat.py": f"{BEDROCK}\n",
    },
    "python, relative": {
        "app/app.py": "",
        "app/x/y.py": "from ...common import settings\n",
        "common/settings.py": f"{BEDROCK}\n",
    },
    "java": {
        "app/src/main/java/com/acme/App.java": "package com.acme;\nimport com.acme.shared.Models;\n",
        "shared/src/main/java/com/acme/shared/Models.java": "class Models { Object m = bedrock(); }\n",
    },
    "go": {
        "app/main.go": 'package main\nimport (\n\t"fmt"\n\t"example.com/shared/models"\n)\n',
        "app/go.mod": "module example.com/app\n\nreplace example.com/shared => ../shared\n",
        "shared/models/m.go": f'package models\nconst M = "{HAIKU}"\n',
    },
    "c#": {
        "app/src/App.csproj": '<Project><ProjectReference Include="..\\..\\Shared\\S.csproj" /></Project>',
        "app/src/Program.cs": "class P {}\n",
        "Shared/Models.cs": f'class M {{ string m = "{HAIKU}"; }}\n',
    },
    "command": {"app/cdk.context.json": "{}", "infra/main.py": f"{BEDROCK}\n"},
}


@pytest.mark.parametrize("kind", IMPORTS)
def test_local_imports_count(tmp_path: Path, kind: str) -> None:
    put(tmp_path, {"app/cdk.json": '{"app": "python3 ../infra/main.py"}', **IMPORTS[kind]})
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "HEAD").write_text("ref: refs/heads/main\n", encoding="utf-8")
    assert problems(check(tmp_path, "app")) == [("app/cdk.json", INCOMPLETE, True)]
    last = list(IMPORTS[kind])[-1]
    (tmp_path / last).write_text("", encoding="utf-8")
    assert [incomplete for _, _, incomplete in problems(check(tmp_path, "app"))] == [False]


def test_what_is_outside_the_work_tree_is_not_read(tmp_path: Path) -> None:
    put(tmp_path, {"repo/app/cdk.json": "{}", "repo/app/a.ts": "import '../../out'\n", "out.ts": "bedrock\n"})
    (tmp_path / "repo" / ".git").mkdir()
    (tmp_path / "repo" / ".git" / "HEAD").write_text("ref: refs/heads/main\n", encoding="utf-8")
    assert [incomplete for _, _, incomplete in problems(check(tmp_path, "repo/app"))] == [False]


def test_a_model_in_the_context_of_an_app_counts(tmp_path: Path) -> None:
    put(tmp_path, {"cdk.json": f'{{"app": "node a.js", "context": {{"m": "{HAIKU}"}}}}', "a.js": "f()\n"})
    assert problems(check(tmp_path)) == [("cdk.json", INCOMPLETE, True)]
