"""A file that an argument names is read as if its content were written there."""

from datetime import date
from pathlib import Path

import pytest

from checker.model.scan import Scan
from checker.model.settings import Settings
from checker.pipeline import scan

HAIKU = "anthropic.claude-3-haiku-20240307-v1:0"
LITE = "amazon.nova-lite-v1:0"
FILES = {
    "conf/dev.json": f'{{"model": "{HAIKU}"}}',
    "conf/prod.json": f'{{"model": "{LITE}"}}',
    "app.env": f"# {LITE}\nMODEL={HAIKU}\n",
    "x.zip": f"PK\x03\x04\0{HAIKU}",
}


def check(directory: Path, text: str) -> Scan:
    for name, content in {**FILES, "main.tf": 'variable "env" {}\n' + text}.items():
        (directory / name).parent.mkdir(exist_ok=True)
        (directory / name).write_bytes(content.encode("utf-8"))
    return scan(["main.tf"], Settings(date(2026, 11, 24), judge=False), standard_input=bytes, cwd=directory)


def models(found: Scan) -> list[tuple[str, str | None, str, str]]:
    return [
        (
            f"{reference.address} {reference.path}",
            each.model,
            str(each.certainty),
            str(each.written_at).rpartition(":")[0],
        )
        for reference in found.references
        for each in reference.candidates
    ]


@pytest.mark.parametrize(
    "kind", ["aws_s3_object", "aws_s3_bucket_object", "google_storage_bucket_object", "local_file"]
)
def test_the_source_of_an_object(tmp_path: Path, kind: str) -> None:
    path = "${path.module}/conf/dev.json"
    found = check(tmp_path, f'resource "{kind}" "o" {{\n  key = "k"\n  source = "{path}"\n}}\n')
    assert models(found) == [(f"{kind}.o content.model", HAIKU, "certain", "conf/dev.json:1")]
    (one,) = found.references
    assert str(one.location).startswith("main.tf:4:")


def test_each_file_of_a_set(tmp_path: Path) -> None:
    text = 'resource "aws_s3_object" "o" {\n  for_each = fileset("conf", "*")\n  source = "conf/${each.value}"\n}\n'
    assert models(check(tmp_path, text)) == [
        ('aws_s3_object.o["dev.json"] content.model', HAIKU, "certain", "conf/dev.json:1"),
        ('aws_s3_object.o["prod.json"] content.model', LITE, "certain", "conf/prod.json:1"),
    ]


def test_each_file_that_fits(tmp_path: Path) -> None:
    text = 'resource "aws_s3_object" "o" {\n  source = "conf/${var.env}.json"\n}\n'
    assert models(check(tmp_path, text)) == [
        ("aws_s3_object.o content.model", HAIKU, "possible", "conf/dev.json:1"),
        ("aws_s3_object.o content.model", LITE, "possible", "conf/prod.json:1"),
    ]


def test_the_source_of_a_provisioner(tmp_path: Path) -> None:
    text = 'resource "aws_instance" "i" {\n  provisioner "file" {\n    source = "app.env"\n  }\n}\n'
    assert models(check(tmp_path, text)) == [("aws_instance.i provisioner[0].content", HAIKU, "certain", "app.env:2")]


@pytest.mark.parametrize("source", ['"x.zip"', '"later.zip"', '"conf"', "var.env", '"../main.tf"', "[1]"])
def test_what_is_no_text_is_left(tmp_path: Path, source: str) -> None:
    found = check(tmp_path, f'resource "aws_s3_object" "o" {{\n  source = {source}\n}}\n')
    assert found.references == ()
    assert not found.incomplete


def test_content_that_is_written_counts(tmp_path: Path) -> None:
    text = f'resource "aws_s3_object" "o" {{\n  source = "conf/dev.json"\n  content = "{LITE}"\n}}\n'
    assert [model for _, model, _, _ in models(check(tmp_path, text))] == [LITE]


@pytest.mark.parametrize("kind", ["local_file", "local_sensitive_file"])
def test_a_data_source_that_reads_a_file(tmp_path: Path, kind: str) -> None:
    text = (
        f'data "{kind}" "f" {{\n  filename = "${{path.module}}/conf/dev.json"\n}}\n'
        f'resource "aws_ssm_parameter" "p" {{\n  value = jsondecode(data.{kind}.f.content).model\n}}\n'
    )
    assert models(check(tmp_path, text)) == [
        (f"data.{kind}.f content.model", HAIKU, "certain", "conf/dev.json:1"),
        ("aws_ssm_parameter.p value", HAIKU, "certain", "conf/dev.json:1"),
    ]


def test_a_file_that_is_made_before_it_is_read(tmp_path: Path) -> None:
    text = (
        'data "local_file" "f" {\n  filename = "later.json"\n}\n'
        'resource "aws_lambda_function" "f" {\n  environment {\n'
        "    variables = { BEDROCK_MODEL_ID = data.local_file.f.content }\n  }\n}\n"
    )
    found = check(tmp_path, text)
    assert [str(each.unresolved and each.unresolved.cause) for each in found.references] == ["external-data"]
    assert not found.incomplete
