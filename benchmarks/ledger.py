"""What it costs to account for each id that stands in the code: for what inputs load, and for files that none loads.

The same runs, without the ledger: the ids in files are not looked for, and nothing is held against them. Run it as
`python benchmarks/ledger.py [ROUNDS]`. It prints, of the CPU, by how much the ledger is more than the run without it,
and how many times as much as it takes to read the files.
"""

import random
import sys
import tempfile
from pathlib import Path

from inputs import size_of, write_tree
from measuring import check, measured, rounds_of

WITHOUT = """\
import sys
from checker.frontends.protocol import Run
from checker.ledger import Ledger
Ledger.mentions = lambda self, files, loaded: ((), ())
Run._ids_of = lambda self, path, files, read: ()
sys.argv = ["bedrock-eol", *sys.argv[1:]]
from checker.cli import main
main()
"""
READING = """\
import os, sys
for directory, _, names in os.walk(sys.argv[1]):
    for name in names:
        with open(os.path.join(directory, name), "rb") as file:
            file.read().decode()
"""
NOTHING = "pass"
MODELS = ("amazon.nova-lite-v1:0", "anthropic.claude-3-haiku-20240307-v1:0", "us.anthropic.claude-opus-4-8")


def main() -> None:
    """Prints the costs for both kinds of tree."""
    rounds = rounds_of(sys.argv, 5)
    with tempfile.TemporaryDirectory() as directory:
        loaded = Path(directory, "loaded")
        write_tree(loaded, terraform=1_500, yaml=300, cdk=60, bedrock_share=0.2)
        _cost("loaded by inputs", loaded, rounds)
        others = Path(directory, "others")
        _write_others(others)
        _cost("loaded by none", others, rounds)


def _cost(title: str, root: Path, rounds: int) -> None:
    files, megabytes = size_of(root)
    command = check(root)
    figures = measured(
        {
            "nothing": [sys.executable, "-c", NOTHING],
            "reading": [sys.executable, "-c", READING, str(root)],
            "without": [sys.executable, "-c", WITHOUT, *command[3:]],
            "check": command,
        },
        rounds,
    )
    cpu = {name: each.least_cpu for name, each in figures.items()}
    more, reading = cpu["check"] - cpu["without"], cpu["reading"] - cpu["nothing"]
    print(
        f"{title}: {files} files, {megabytes:.1f} MB; {cpu['without']:.2f} s without the ledger, {cpu['check']:.2f} s"
        f" with it: {more / cpu['without']:+.1%}, {more / reading:.1f} times the reading ({reading:.2f} s)"
    )


def _write_others(root: Path) -> None:
    """Data in YAML and JSON, of which a fiftieth names models, beside one root."""
    rng = random.Random(2)
    words = ("replicas", "value", "request", "handler", "limits", "response", "items", "service", "index", "config")
    root.mkdir()
    (root / "main.tf").write_text('resource "aws_sqs_queue" "q" {}\n', encoding="utf-8")
    for number in range(6_000):
        directory = root / f"service{number % 200:03}"
        directory.mkdir(exist_ok=True)
        lines = [f"{rng.choice(words)}{each}: {' '.join(rng.choices(words, k=8))}" for each in range(60)]
        if number % 50 == 0:
            lines.insert(rng.randrange(60), f"model: {rng.choice(MODELS)}")
        (directory / f"values{number}.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
