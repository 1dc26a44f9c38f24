"""Inputs of doubled size: what costs in proportion to its size has doubled figures at most.

Run it as `python benchmarks/growth.py [ROUNDS]`. Each line is one kind of input; the ratios are those of the CPU of
each size to the size before, start-up left out.
"""

import itertools
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from measuring import check, measured, rounds_of

_MODEL = "anthropic.claude-3-haiku-20240307-v1:0"


def _alternatives(count: int) -> tuple[str, str]:
    """Choices by variables that nothing sets: each is one of two models."""
    parts = []
    for number in range(count):
        parts.append(f'variable "big{number}" {{\n  type    = bool\n  default = false\n}}\n')
        parts.append(f'resource "aws_bedrockagent_agent" "a{number}" {{\n  agent_name = "a{number}"\n')
        parts.append(f'  foundation_model = var.big{number} ? "amazon.titan-text-express-v1" : "{_MODEL}"\n}}\n')
    return "main.tf", "".join(parts)


def _entries(count: int) -> tuple[str, str]:
    """One resource for each key of a map."""
    entries = "".join(f'    key{number} = "{_MODEL}"\n' for number in range(count))
    return "main.tf", (
        f"locals {{\n  models = {{\n{entries}  }}\n}}\n"
        'resource "aws_bedrockagent_agent" "a" {\n  for_each = local.models\n  agent_name = each.key\n'
        "  foundation_model = each.value\n}\n"
    )


def _locals(count: int) -> tuple[str, str]:
    """A chain of locals, each of which adds nothing to the one before."""
    chain = "".join(f"  l{number} = local.l{number - 1}\n" for number in range(1, count))
    agent = (
        f'resource "aws_bedrockagent_agent" "a" {{\n  agent_name = "a"\n  foundation_model = local.l{count - 1}\n}}\n'
    )
    return "main.tf", f'locals {{\n  l0 = "{_MODEL}"\n{chain}}}\n{agent}'


def _conditions(count: int) -> tuple[str, str]:
    """Conditions of a template, each with the one before."""
    parts = ["Parameters:\n  Env: {Type: String, AllowedValues: [dev, prod]}\nConditions:\n"]
    parts.append("  C0: !Equals [!Ref Env, prod]\n")
    parts += [f"  C{number}: !And [!Condition C{number - 1}, !Condition C0]\n" for number in range(1, count)]
    parts.append("Resources:\n")
    for number in range(count):
        parts.append(f"  A{number}:\n    Type: AWS::Bedrock::Agent\n    Condition: C{number}\n    Properties:\n")
        parts.append(f"      AgentName: a\n      FoundationModel: !If [C{number}, {_MODEL}, amazon.nova-lite-v1:0]\n")
    return "stack.yaml", "".join(parts)


def _findings(count: int) -> tuple[str, str]:
    """Agents, each with a model that is at its end of life."""
    body = f"    Type: AWS::Bedrock::Agent\n    Properties: {{AgentName: a, FoundationModel: '{_MODEL}'}}\n"
    return "stack.yaml", "Resources:\n" + "".join(f"  Agent{number}:\n{body}" for number in range(count))


def _policies(count: int) -> tuple[str, str]:
    """IAM policies whose statements grant two models each."""
    return "main.tf", "".join(
        f'data "aws_iam_policy_document" "p{number}" {{\n  statement {{\n    actions = ["bedrock:InvokeModel"]\n'
        f'    resources = ["arn:aws:bedrock:eu-west-1::foundation-model/{_MODEL}", '
        '"arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-lite-v1:0"]\n  }\n}\n'
        for number in range(count)
    )


_SERIES: Mapping[str, tuple[int, Callable[[int], tuple[str, str]]]] = {
    "alternatives": (500, _alternatives),
    "keys of for_each": (250, _entries),
    "chain of locals": (1_000, _locals),
    "conditions": (250, _conditions),
    "findings": (1_000, _findings),
    "policies": (500, _policies),
}
_DOUBLINGS = 3


def main() -> None:
    """Prints a line for each kind of input."""
    rounds = rounds_of(sys.argv, 3)
    with tempfile.TemporaryDirectory() as name:
        empty = Path(name, "empty")
        _write(empty, _findings(1))
        start = measured({"": check(empty)}, rounds)[""].cpu
        for title, (first, make) in _SERIES.items():
            sizes = [first * 2**power for power in range(_DOUBLINGS + 1)]
            for size in sizes:
                _write(Path(name, title, str(size)), make(size))
            figures = measured({str(size): check(Path(name, title, str(size))) for size in sizes}, rounds)
            net = [figures[str(size)].cpu - start for size in sizes]
            shown = "  ".join(f"{size}: {cpu:.2f} s" for size, cpu in zip(sizes, net, strict=True))
            ratios = " ".join(f"{after / before:.2f}x" for before, after in itertools.pairwise(net))
            print(f"{title:18} {shown}   {ratios}", flush=True)


def _write(directory: Path, file: tuple[str, str]) -> None:
    directory.mkdir(parents=True)
    name, text = file
    (directory / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
