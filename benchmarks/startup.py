"""How long the command line takes to start, against an empty typer program.

Run it as `python benchmarks/startup.py [ROUNDS]`. The small root has ten Terraform files and a model.
"""

import sys
import tempfile
from pathlib import Path

from inputs import write_tree
from measuring import CHECKER, check, measured, print_table, rounds_of

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
    """Prints a line for each program: what it takes, and how many times the CPU of the empty program that is."""
    with tempfile.TemporaryDirectory() as directory:
        empty, template, root = Path(directory, "empty.py"), Path(directory, "agent.yaml"), Path(directory, "root")
        empty.write_text(_EMPTY, encoding="utf-8")
        template.write_text(_TEMPLATE, encoding="utf-8")
        write_tree(root, terraform=10, per_module=10, shared_modules=0, bedrock_share=1)
        base = "empty typer program"
        programs = {
            base: [sys.executable, str(empty), "one", "--name", "y"],
            "empty typer program --help": [sys.executable, str(empty), "--help"],
            "--version": [*CHECKER, "--version"],
            "--help": [*CHECKER, "--help"],
            "check --help": [*CHECKER, "check", "--help"],
            "check of one template": check(template),
            "check of a small root": check(root),
            "the same, for a terminal": [*CHECKER, "check", str(root)],
        }
        print_table(measured(programs, rounds_of(sys.argv, 11)), base)


if __name__ == "__main__":
    main()
