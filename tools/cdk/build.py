"""Makes the table of CDK's constants for models from what is recorded beside this script.

    python tools/cdk/build.py [--check]

`record.json` has, for each of CDK's libraries, the version that was looked at and the constants in it; `record.py`
writes it anew. `--check` writes nothing, and fails if the table is not what is recorded.
"""

import argparse
import json
import sys
from pathlib import Path

RECORD = Path(__file__).with_name("record.json")
TARGET = Path(__file__).parents[2] / "checker" / "references" / "data" / "constants.json"


def text_of_table() -> str:
    """The table as it is written: by class and name, the ids of the models that a constant stands for.

    Two libraries may have a class of one name: a constant stands for what it does in either.
    """
    constants: dict[str, dict[str, list[str]]] = {}
    sources = []
    for each in json.loads(RECORD.read_text(encoding="utf-8")):
        sources.append(f"{each['package']} {each['version']}")
        for kind, made in each["constants"].items():
            for name, ids in made.items():
                known = constants.setdefault(kind, {}).setdefault(name, [])
                known += [one for one in ids if one not in known]
    ordered = {kind: dict(sorted(made.items())) for kind, made in sorted(constants.items())}
    return json.dumps({"sources": sources, "constants": ordered}, indent=1) + "\n"


def main() -> int:
    """Writes the table, or checks it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if the table would change")
    if not parser.parse_args().check:
        TARGET.write_text(text_of_table(), encoding="utf-8")
        return 0
    if TARGET.read_text(encoding="utf-8") == text_of_table():
        return 0
    print(f"{TARGET.name} is not what tools/cdk/build.py makes of what is recorded; run it", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
