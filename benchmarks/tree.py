"""A tree of Terraform, CloudFormation and CDK output of which 1 % is Bedrock's, against reading every file of it.

Run it as `python benchmarks/tree.py [ROUNDS]`.
"""

import sys
import tempfile
from pathlib import Path

from inputs import size_of, write_tree
from measuring import check, measured, print_table, rounds_of

# What one would write to find the files that may have to do with Bedrock.
PLAIN_LOOP = """\
import os, sys
words = [
    b"bedrock", b"ai21.", b"amazon.", b"anthropic.", b"cohere.", b"deepseek.", b"google.", b"luma.", b"meta.",
    b"minimax.", b"mistral.", b"moonshot", b"nvidia.", b"openai.", b"qwen.", b"stability.", b"twelvelabs.", b"writer.",
    b"xai.", b"zai.",
]
found = 0
for directory, _, names in os.walk(sys.argv[1]):
    for name in names:
        if name.endswith((".tf", ".yaml", ".yml", ".json", ".template", ".tfvars")):
            with open(os.path.join(directory, name), "rb") as file:
                content = file.read().lower()
            found += any(word in content for word in words)
print(found)
"""


def main() -> None:
    """Prints the figures of the loop and of the checker."""
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory, "tree")
        write_tree(root, terraform=2_000, yaml=300, cdk=100)
        files, megabytes = size_of(root)
        print(f"{files} files, {megabytes:.1f} MB")
        programs = {
            "plain loop": [sys.executable, "-c", PLAIN_LOOP, str(root)],
            "check": check(root),
        }
        print_table(measured(programs, rounds_of(sys.argv, 5)), "plain loop")


if __name__ == "__main__":
    main()
