"""Manifests of other tools are not evaluated, which a line for each tool says, with the number of ids in them."""

from datetime import date
from pathlib import Path

import pytest

from checker.model.scan import Scan
from checker.model.settings import Settings
from checker.pipeline import scan

MODEL = "amazon.nova-lite-v1:0"
DEPLOYMENT = f"apiVersion: apps/v1\nkind: Deployment\nspec:\n  # {MODEL}\n  env: [{{name: M, value: {MODEL}}}]\n"


def check(folder: Path, files: dict[str, str]) -> Scan:
    for name, text in {"main.tf": "locals {}\n", **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return scan(["."], Settings(as_of=date(2026, 11, 24)), standard_input=bytes, cwd=folder)


@pytest.mark.parametrize(
    ("files", "line"),
    [
        (
            {"api/serverless.yml": f"service: a\nprovider:\n  environment:\n    MODEL_ID: {MODEL}\n"},
            ("api/serverless.yml", "this manifest of the Serverless Framework is not evaluated; 1 id stands in it"),
        ),
        (
            {"serverless.yaml": "service: a\n"},
            ("serverless.yaml", "this manifest of the Serverless Framework is not evaluated; no id stands in it"),
        ),
        (
            {"x/Pulumi.yaml": "name: a\n", "x/Pulumi.prod.yaml": f"config:\n  a: {MODEL}\n  b: us.{MODEL}\n"},
            ("x", "2 manifests of Pulumi are not evaluated; 2 ids stand in them"),
        ),
        (
            {"k/a.yaml": DEPLOYMENT, "l/b.yml": DEPLOYMENT, "k/c.yaml": "apiVersion: v1\nkind: Service\n"},
            (".", "2 manifests of Kubernetes are not evaluated; 2 ids stand in them"),
        ),
        (
            {"k/a.yaml": f"kind: ConfigMap\ndata:\n  m: {MODEL}\napiVersion: v1\n"},
            ("k/a.yaml", "this manifest of Kubernetes is not evaluated; 1 id stands in it"),
        ),
    ],
)
def test_one_line_for_each_tool(tmp_path: Path, files: dict[str, str], line: tuple[str, str]) -> None:
    found = check(tmp_path, files)
    assert [(one.file, one.message) for one in found.problems] == [line]
    assert not found.incomplete


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        (f"config:\n  a: {MODEL}\n", "Look through the id; --verbose lists it."),
        (f"config:\n  a: {MODEL}\n  b: us.{MODEL}\n", "Look through the ids; --verbose lists them."),
        ("config: {}\n", "Look through its programs, which were not read and may name models."),
    ],
)
def test_the_advice_is_about_the_ids_that_there_are(tmp_path: Path, text: str, advice: str) -> None:
    found = check(tmp_path, {"Pulumi.yaml": "name: a\n", "Pulumi.prod.yaml": text})
    assert [one.advice for one in found.problems] == [advice]


@pytest.mark.parametrize(
    "files",
    [
        {"a.yaml": "apiVersion: v1\nkind: Service\n"},
        {"a.yaml": f"models:\n  kind: {MODEL}\n"},
        {"a.yaml": f"# {MODEL}\napiVersion: v1\nkind: Service\n"},
        {"serverless.md": MODEL, "Pulumi.txt": MODEL},
    ],
)
def test_nothing_is_said_of_other_files(tmp_path: Path, files: dict[str, str]) -> None:
    assert check(tmp_path, files).problems == ()
