"""Terraform roots of which every file matters: 125, 250 and 500 files in modules that are 30 deep and 30 wide.

Run it as `python benchmarks/terraform_root.py [ROUNDS]`. The last column is the CPU for 1,000 lines more than
the root of one file has, which has the modules, too.
"""

import random
import sys
import tempfile
from pathlib import Path

from inputs import VARIABLES, terraform_file
from measuring import check, measured, rounds_of

_DEEP, _WIDE = 30, 30


def main() -> None:
    """Prints a line for each size."""
    with tempfile.TemporaryDirectory() as name:
        lines = {"1": write_root(Path(name, "1"), 1)}
        for files in (125, 250, 500):
            lines[str(files)] = write_root(Path(name, str(files)), files)
        figures = measured({files: check(Path(name, files)) for files in lines}, rounds_of(sys.argv, 3))
    start = figures["1"].cpu
    print(f"{'files':>6} {'lines':>8} {'CPU s':>8} {'peak MB':>8} {'per 1,000 lines':>16}")
    for files, each in figures.items():
        more = lines[files] - lines["1"]
        per_thousand = f"{(each.cpu - start) / more * 1e6:13.1f} ms" if more else ""
        print(f"{files:>6} {lines[files]:8} {each.cpu:8.2f} {each.peak_mb:8.0f} {per_thousand}")


def write_root(root: Path, files: int) -> int:
    """Writes a root of so many files: a chain of modules and a row of modules. Returns the number of its lines."""
    rng = random.Random(files)
    modules = [root / "chain" / f"link{number}" for number in range(_DEEP)]
    modules += [root / "row" / f"part{number}" for number in range(_WIDE)]
    texts = {module: [VARIABLES] for module in [root, *modules]}
    texts[root].append('variable "model" {\n  default = "anthropic.claude-3-haiku-20240307-v1:0"\n}\n')
    for number, module in enumerate(modules):
        texts[module].append('variable "model" {\n  type = string\n}\n')
        if number < _DEEP - 1:
            texts[module].append(_call("next", f"../link{number + 1}"))
    texts[root].append(_call("chain", "./chain/link0"))
    texts[root] += [_call(f"part{number}", f"./row/part{number}") for number in range(_WIDE)]
    directories = [root, *modules]
    lines = 0
    for directory in directories:
        directory.mkdir(parents=True)
        lines += _put(directory / "main.tf", "\n".join(texts[directory]))
    for number in range(max(0, files - len(directories))):
        text = terraform_file(rng, 3_000) + _agent(number)
        lines += _put(directories[number % len(directories)] / f"file{number}.tf", text)
    return lines


def _call(name: str, source: str) -> str:
    return f'module "{name}" {{\n  source = "{source}"\n  model  = var.model\n}}\n'


def _agent(number: int) -> str:
    return f"""\
resource "aws_bedrockagent_agent" "agent{number}" {{
  agent_name       = "agent-${{local.environment}}-{number}"
  foundation_model = var.model
}}
"""


def _put(path: Path, text: str) -> int:
    path.write_text(text, encoding="utf-8")
    return text.count("\n")


if __name__ == "__main__":
    main()
