"""How fast our HCL parser is next to others: python benchmarks/hcl_parsers.py [--megabytes 1] [--rounds 3]

It makes its own input (dense Terraform code of many small files, the same on every run) and measures processor time.
The rounds of all parsers are interleaved, so that a busy machine slows all of them; the ratios are sounder than the
absolute figures. python-hcl2 is measured on a part of the input, since it needs tens of seconds for a megabyte.
Others (pygohcl, tree-sitter-hcl) are measured if they can be imported; ours is the only one that is compared as a
finished reader, with places and comments.
"""

import argparse
import importlib
import random
import statistics
import sys
import time
from collections.abc import Callable
from typing import NamedTuple

from checker.frontends.terraform.hcl import parse

Parse = Callable[[str], object]

_MODELS = ("anthropic.claude-3-haiku-20240307-v1:0", "amazon.titan-embed-text-v2:0", "cohere.embed-english-v3")


class Contender(NamedTuple):
    """A parser, and the part of the input (0 to 1) that it is measured on."""

    name: str
    parse: Parse
    share: float


def generate(size: int, seed: int = 1) -> list[str]:
    """About `size` characters of Terraform code in files of 20 to 200 lines."""
    random_ = random.Random(seed)
    files: list[str] = []
    total = 0
    while total < size:
        target = random_.randrange(20, 200)
        lines: list[str] = []
        while len(lines) < target:
            lines.extend(_block(random_, len(files) * 1000 + len(lines)).splitlines())
        files.append("\n".join(lines) + "\n")
        total += len(files[-1])
    return files


def _block(random_: random.Random, number: int) -> str:
    model = random_.choice(_MODELS)
    match random_.randrange(6):
        case 0:
            return (
                f'variable "input_{number}" {{\n'
                f'  description = "What number {number} is called" # shown to people\n'
                "  type        = map(object({ id = string, size = optional(number, 3) }))\n"
                f'  default     = {{ one = {{ id = "{model}" }}, two = {{ id = "x", size = {number} }} }}\n'
                "}\n"
            )
        case 1:
            return (
                f"locals {{\n"
                f'  arn_{number} = "arn:${{data.aws_partition.now.partition}}:bedrock:${{var.region}}::'
                f'foundation-model/{model}"\n'
                f"  all_{number} = {{ for k, v in var.input_{number} : k => v.id... if v.size > 2 && v.id != null }}\n"
                f'  one_{number} = terraform.workspace == "prod" ? var.input_{number}["one"].id : local.fallback\n'
                f"  sum_{number} = (1 + {number}) * 3 - 4\n"
                "}\n"
            )
        case 2:
            return (
                f'resource "aws_bedrockagent_agent" "agent_{number}" {{\n'
                f'  for_each         = toset(["a", "b", "c"])\n'
                f'  agent_name       = "agent-{number}-${{each.key}}"\n'
                f'  foundation_model = "{model}"\n'
                f"  tags             = merge(var.tags, {{ Name = each.key, Number = {number} }})\n"
                '  dynamic "setting" {\n    for_each = var.settings\n'
                "    content {\n      value = setting.value\n    }\n  }\n"
                "  depends_on = [aws_iam_role.role, module.base]\n"
                "}\n"
            )
        case 3:
            return (
                f'data "aws_iam_policy_document" "policy_{number}" {{\n'
                "  statement {\n"
                '    actions   = ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"]\n'
                f"    resources = [local.arn_{number}, aws_bedrockagent_agent.agent[*].arn[0]]\n"
                "  }\n"
                "}\n"
            )
        case 4:
            return (
                f'module "module_{number}" {{\n'
                '  source    = "./modules/agent"\n'
                "  providers = { aws = aws.west }\n"
                f'  models    = ["{model}", "{random_.choice(_MODELS)}"]\n'
                "  # the smaller one is enough here\n"
                f"  enabled   = !var.off && var.count_{number} >= {number % 7}\n"
                "}\n"
            )
        case _:
            return (
                f'resource "aws_bedrockagent_prompt" "prompt_{number}" {{\n'
                "  text = <<-EOT\n"
                f"    You are number {number} of ${{var.company}}.\n"
                "    Answer in at most 100 words, and do not invent anything.\n"
                "  EOT\n"
                "}\n"
            )


def contenders() -> tuple[list[Contender], list[str]]:
    """What can be measured here, ours first, and the names of what cannot be imported."""
    found = [Contender("ours", lambda text: parse(text, "x.tf"), 1.0)]
    missing: list[str] = []
    for name, make in (("python-hcl2", _python_hcl2), ("pygohcl", _pygohcl), ("tree-sitter-hcl", _tree_sitter)):
        try:
            found.append(make())
        except ImportError:
            missing.append(name)
    return found, missing


def _python_hcl2() -> Contender:
    module = importlib.import_module("hcl2")
    return Contender("python-hcl2", module.loads, 0.1)


def _pygohcl() -> Contender:
    module = importlib.import_module("pygohcl")
    return Contender("pygohcl", module.loads, 1.0)


def _tree_sitter() -> Contender:
    library, grammar = importlib.import_module("tree_sitter"), importlib.import_module("tree_sitter_hcl")
    parser = library.Parser(library.Language(grammar.language()))
    return Contender("tree-sitter-hcl (no walk)", lambda text: parser.parse(text.encode()), 1.0)


def measure(files: list[str], candidates: list[Contender], rounds: int) -> dict[str, list[float]]:
    """Megabytes a second of every contender, one figure a round."""
    speeds: dict[str, list[float]] = {contender.name: [] for contender in candidates}
    for contender in candidates:
        contender.parse(files[0])  # python-hcl2 compiles its grammar at the first call
    for _ in range(rounds):
        for contender in candidates:
            part = files[: max(1, round(len(files) * contender.share))]
            start = time.process_time()
            for text in part:
                contender.parse(text)
            speeds[contender.name].append(sum(map(len, part)) / (time.process_time() - start) / 1e6)
    return speeds


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--megabytes", type=float, default=1.0)
    options.add_argument("--rounds", type=int, default=3)
    given = options.parse_args()
    files = generate(round(given.megabytes * 1e6))
    candidates, missing = contenders()
    speeds = measure(files, candidates, given.rounds)
    lines = sum(text.count("\n") for text in files)
    size = sum(map(len, files))
    print(f"{len(files)} files, {lines} lines, {size / 1e6:.2f} MB; {given.rounds} rounds, processor time")
    print(f"{'parser':<28}{'MB/s median':>12}{'min':>8}{'max':>8}{'ms/100 lines':>14}{'ours is x faster':>18}")
    ours = statistics.median(speeds["ours"])
    for name, rounds in speeds.items():
        median = statistics.median(rounds)
        per_lines = size / lines * 100 / median / 1e3
        print(
            f"{name:<28}{median:>12.2f}{min(rounds):>8.2f}{max(rounds):>8.2f}{per_lines:>14.2f}{ours / median:>18.1f}"
        )
    if missing:
        print(f"not installed here: {', '.join(missing)}", file=sys.stderr)


if __name__ == "__main__":
    main()
