"""A monorepo of 20,000 files and 200 MB, of which a part is infrastructure code, with the peak of memory.

Half of the files are sources in other languages, which are not read: 3,500 Terraform files, 1,500 CloudFormation
templates in YAML, 250 stacks of CDK, 4,750 JSON and YAML files of other kinds, 10,000 other sources. Run it as
`python benchmarks/monorepo.py [ROUNDS]`.
"""

import json
import random
import sys
import tempfile
from pathlib import Path

from inputs import size_of, write_tree
from measuring import check, measured, print_table, rounds_of
from tree import PLAIN_LOOP


def main() -> None:
    """Prints the figures of the loop and of the checker."""
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory, "monorepo")
        write_tree(root, terraform=3_500, yaml=1_500, cdk=250, bedrock_share=0.01, yaml_size=4_000, cdk_size=200_000)
        _write_others(root)
        files, megabytes = size_of(root)
        print(f"{files} files, {megabytes:.1f} MB")
        programs = {
            "plain loop": [sys.executable, "-c", PLAIN_LOOP, str(root)],
            "check": check(root),
            "check --jobs 1": check(root, options=("--jobs", "1")),
        }
        print_table(measured(programs, rounds_of(sys.argv, 3)), "plain loop")


def _write_others(root: Path) -> None:
    rng = random.Random(1)
    words = ("return", "value", "request", "handler", "await", "response", "items", "self", "index", "config")
    for number in range(14_750):
        directory = root / "packages" / f"package{number % 500:03}" / "src"
        directory.mkdir(parents=True, exist_ok=True)
        if number % 3 == 2:
            content = {f"key{each}": " ".join(rng.choices(words, k=8)) for each in range(60)}
            (directory / f"data{number}.json").write_text(json.dumps(content, indent=2), encoding="utf-8")
        else:
            lines = "\n".join(" ".join(rng.choices(words, k=10)) for _ in range(150))
            (directory / f"module{number}.ts").write_text(lines, encoding="utf-8")


if __name__ == "__main__":
    main()
