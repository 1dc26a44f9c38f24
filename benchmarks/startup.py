"""How long the command line takes to start, against an empty typer program.

Run it as `python benchmarks/startup.py [ROUNDS]`. The programs take turns, so that a busy machine slows all alike; the
numbers are medians of CPU time (user and system) in milliseconds.
"""

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

_EMPTY = """\
import typer

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def one(name: str = "x") -> None:
    pass


@app.command()
def other() -> None:
    pass


app()
"""
_TEMPLATE = """\
Resources:
  Chat:
    Type: AWS::Bedrock::Agent
    Properties:
      AgentName: chat
      FoundationModel: anthropic.claude-3-haiku-20240307-v1:0
"""


def main() -> None:
    """Prints a line for each program: its median and how many times that of the empty program it is."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 11
    with tempfile.TemporaryDirectory() as directory:
        empty, template = Path(directory, "empty.py"), Path(directory, "agent.yaml")
        empty.write_text(_EMPTY, encoding="utf-8")
        template.write_text(_TEMPLATE, encoding="utf-8")
        programs = {
            "empty typer program": [str(empty), "one", "--name", "y"],
            "empty typer program --help": [str(empty), "--help"],
            "--version": ["-m", "checker", "--version"],
            "--help": ["-m", "checker", "--help"],
            "check --help": ["-m", "checker", "check", "--help"],
            "check --format json": ["-m", "checker", "check", str(template), "--format", "json"],
            "check": ["-m", "checker", "check", str(template)],
        }
        times: dict[str, list[float]] = {name: [] for name in programs}
        for _ in range(rounds):
            for name, arguments in programs.items():
                times[name].append(_cpu_ms(arguments))
    medians = {name: statistics.median(each) for name, each in times.items()}
    base = medians["empty typer program"]
    for name, median in medians.items():
        print(f"{name:28} {median:7.0f} ms {median / base:6.2f}x  (least {min(times[name]):.0f} ms)")


def _cpu_ms(arguments: list[str]) -> float:
    before = os.times()
    subprocess.run(
        [sys.executable, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, timeout=120
    )
    after = os.times()
    spent = after.children_user - before.children_user + after.children_system - before.children_system
    return spent * 1000


if __name__ == "__main__":
    main()
