"""Small inputs that stand for enormous ones: a run ends within bounds of time and memory, and says what it left out."""

# ruff: noqa: E501

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest

MODEL = "anthropic.claude-3-haiku-20240307-v1:0"
# Generous, for machines that are busy: what is not bounded takes hours, and all the memory there is.
SECONDS = 120
BYTES = 2 << 30


def agent(model: str) -> str:
    return f'resource "aws_bedrockagent_agent" "a" {{\n  foundation_model = {model}\n}}\n'


def doubling(first: str, step: str) -> str:
    """Sixty locals, each twice as large as the one before; the model is known, so that nothing is skipped."""
    lines = [f"  x{number} = {step.replace('@', f'local.x{number - 1}')}" for number in range(1, 60)]
    return "locals {\n  x0 = " + first + "\n" + "\n".join(lines) + "\n}\n" + agent("local.x59")


def template(model: str, before: str = "") -> str:
    return f"{before}Resources:\n  A:\n    Type: AWS::Bedrock::Agent\n    Properties: {{FoundationModel: {model}}}\n"


LEAVES = {f"m{depth}/main.tf": "".join(f'module "c{n}" {{\n  source = "../m{depth + 1}"\n}}\n' for n in range(2))
          for depth in range(30)}  # fmt: skip
ALIASES = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))

BOMBS: dict[str, dict[str, str]] = {
    "text": {"main.tf": doubling('"aaaaaaaaaa"', '"${@}${@}"')},
    "join": {"main.tf": doubling('"aaaaaaaaaa"', 'join("-", [@, @])')},
    "lists": {"main.tf": doubling('"a"', "[@, @]")},
    "objects": {"main.tf": doubling('"a"', "{ a = @, b = @ }")},
    "concat": {"main.tf": doubling('["a"]', "concat(@, @)")},
    "jsonencode": {"main.tf": doubling('"a"', "jsonencode([@, @])")},
    "replace": {"main.tf": doubling('"a"', 'replace(@, "a", "aa")')},
    "nested for": {"main.tf": "locals {\n  r = range(1000)\n  x = [for a in local.r : [for b in local.r : [for c in local.r"
                   ' : a]]]\n}\n' + agent('"${length(local.x)}"')},
    "dynamic blocks": {"main.tf": 'resource "aws_bedrockagent_agent" "a" {\n  dynamic "x" {\n    for_each = range(1000)\n'
                       '    content {\n      dynamic "y" {\n        for_each = range(1000)\n        content {\n          a = 1\n'
                       "        }\n      }\n    }\n  }\n}\n"},
    "templatefile": {"main.tf": agent('templatefile("a.tftpl", {})'),
                     "a.tftpl": "%{ for a in range(1000) }%{ for b in range(1000) }xxxxxxxxxx"
                                "xxxxxxxxxx%{ endfor }%{ endfor }"},
    "flatten": {"main.tf": doubling("[1]", "flatten([@, @])")},
    "csvdecode": {"main.tf": agent('jsonencode(csvdecode(file("a.csv")))'), "a.csv": "a,b\n" + "1,2\n" * 300_000},
    "indent": {"main.tf": agent('indent(999999999, "a\\nb")')},
    "parseint": {"main.tf": agent('parseint("' + "z" * 200_000 + '", 36)')},
    "modules": {"main.tf": 'module "m" {\n  source = "./m0"\n}\n', **LEAVES, "m30/main.tf": agent(f'"{MODEL}"')},
    "counted modules": {"main.tf": 'module "m" {\n  source = "./m0"\n  count = 1000\n}\n',
                        **{f"m{d}/main.tf": f'module "m" {{\n  source = "../m{d + 1}"\n  count = 999\n}}\n' for d in range(4)},
                        "m4/main.tf": agent(f'"{MODEL}"')},
    "deep HCL": {"main.tf": agent(f'"{MODEL}"') + "locals {\n  x = " + "[" * 20_000 + "]" * 20_000 + "\n}\n"},
    "aliases": {"template.yaml": template(MODEL, ALIASES)},
    "deep YAML": {"template.yaml": template(MODEL) + "Metadata: " + "[" * 50_000 + "]" * 50_000 + "\n"},
    "deep JSON": {"template.json": '{"Resources": {"A": {"Type": "AWS::Bedrock::Agent"}}, "Metadata": ' + "[" * 90_000 + "]" * 90_000 + "}"},
    "Fn::Sub": {"template.yaml": template("!Sub " + "['${A}${A}', {A: !Sub " * 40 + MODEL + "}]" * 40)},
    "a long list": {"template.yaml": template("!Join ['-', !Ref P]", "Parameters:\n  P: {Type: CommaDelimitedList, Default: '"
                                              + ",".join("x" * 500_000) + "'}\n")},
    "Fn::Split": {"template.yaml": template("!Select [0, !Split ['x', '" + "x" * 1_000_000 + "']]")},
    "Fn::ForEach": {"template.yaml": "Transform: AWS::LanguageExtensions\nParameters:\n  P: {Type: CommaDelimitedList, Default: '"
                    + ",".join(f"x{n}" for n in range(20_000)) + "'}\nResources:\n  Fn::ForEach::L:\n    - V\n    - !Ref P\n"
                    "    - 'X${V}':\n        Type: AWS::Bedrock::Agent\n        Properties: {FoundationModel: " + MODEL + "}\n"},
}  # fmt: skip
# What is bounded because a value is not known, or never written out: no problem is due.
HARMLESS: dict[str, dict[str, str]] = {
    "count": {"main.tf": agent(f'"{MODEL}"').replace("{\n", "{\n  count = 1e999999\n", 1)},
    "numbers": {"main.tf": agent('"${floor(1e646456992)}${1e646456992 % 7}"')},
    "products": {"main.tf": doubling("99999999999999", "@ * @")},
    "a format's width": {"main.tf": agent('format("%999999999s", "a")')},
    "setproduct": {"main.tf": "locals {\n  r = range(100)\n}\n"
                   + agent('"${length(setproduct(' + ", ".join(["local.r"] * 8) + '))}"')},
    "a pattern": {"main.tf": agent('join("", regexall("(x+x+)+y", "' + "x" * 60 + '"))')},
    "a pattern of choices": {"main.tf": agent('join("", regexall("(?:a?){50}a{50}", "' + "a" * 50 + '"))')},
    "alternatives that overlap": {"main.tf": agent('replace("' + "a" * 60 + '", "/(a|aa)+$/", "")')},
    "a text of models": {"template.yaml": "Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties:\n"
                         "      Code:\n        ZipFile: |\n" + f"          x = '{MODEL}'\n" * 100_000},
    "a comment of stars": {"main.tf": "/" + "*" * 200_000 + "/\n" + agent(f'"{MODEL}"')},
    "a long line": {"main.tf": agent(f'"{MODEL}"') + '# ' + "x" * 5_000_000 + "\n"},
}  # fmt: skip


def run(files: dict[str, str], folder: Path) -> tuple[int, dict[str, object], str]:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    (folder / ".git").mkdir()
    ran = subprocess.run(
        [sys.executable, "-m", "checker", "check", ".", "--no-config", "--as-of", "2026-11-24", "--format", "json"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES)),
    )
    return ran.returncode, json.loads(ran.stdout) if ran.stdout else {}, ran.stderr


@pytest.mark.parametrize("bomb", BOMBS)
def test_what_is_too_large_is_left_out_and_said(bomb: str, tmp_path: Path) -> None:
    code, report, said = run(BOMBS[bomb], tmp_path)
    assert code in {1, 3}, said
    assert any(problem["incomplete"] for problem in report["problems"]), report  # type: ignore[attr-defined]


@pytest.mark.parametrize("bomb", HARMLESS)
def test_what_only_looks_large_is_read(bomb: str, tmp_path: Path) -> None:
    code, report, said = run(HARMLESS[bomb], tmp_path)
    assert code in {0, 1}, said
    assert report["references"]
