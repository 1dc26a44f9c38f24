"""One CDK template of 5 MB and one CloudFormation template of 1 MB in YAML, each with and without a model.

Run it as `python benchmarks/templates.py [ROUNDS]`.
"""

import random
import sys
import tempfile
from pathlib import Path

from inputs import cdk_template, yaml_template
from measuring import check, measured, print_table, rounds_of


def main() -> None:
    """Prints the figures of each template, beside those of an empty one."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        made = {
            "empty": ("empty.yaml", yaml_template(random.Random(0), 0, bedrock=True)),
            "JSON, 5 MB": ("cdk.json", cdk_template(random.Random(1), 5_000_000, bedrock=True)),
            "JSON, 5 MB, no model": ("none.json", cdk_template(random.Random(1), 5_000_000)),
            "YAML, 1 MB": ("stack.yaml", yaml_template(random.Random(2), 1_000_000, bedrock=True)),
            "YAML, 1 MB, no model": ("none.yaml", yaml_template(random.Random(2), 1_000_000)),
        }
        for file, text in made.values():
            (directory / file).write_text(text, encoding="utf-8")
        programs = {title: check(directory / file) for title, (file, _) in made.items()}
        print_table(measured(programs, rounds_of(sys.argv, 3)))


if __name__ == "__main__":
    main()
