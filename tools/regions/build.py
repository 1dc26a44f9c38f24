"""Makes the table of Regions and partitions from the data of the installed botocore.

    python tools/regions/build.py [--check]

`--check` writes nothing, and fails if the table is not what the botocore whose version it names has. With another
version it only fails for a Region that this one has and the table lacks.
"""

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Any

import botocore

TARGET = Path(__file__).parents[2] / "checker" / "model" / "data" / "regions.json"


def table() -> dict[str, Any]:
    """The partitions by id, each with its Regions and the pattern of their names, and where that is from."""
    file = Path(botocore.__file__).parent / "data" / "partitions.json"
    partitions = json.loads(file.read_text(encoding="utf-8"))["partitions"]
    return {
        "source": f"botocore {botocore.__version__}, partitions.json",
        "partitions": {
            each["id"]: {
                "pattern": each["regionRegex"],
                # The others are endpoints of global services, such as `aws-global`.
                "regions": sorted(name for name in each["regions"] if re.match(each["regionRegex"], name)),
            }
            for each in partitions
        },
    }


def text_of(made: dict[str, Any]) -> str:
    """The table as it is written."""
    return json.dumps(made, indent=1) + "\n"


def faults() -> list[str]:
    """What is wrong with the bundled table."""
    text = TARGET.read_text(encoding="utf-8")
    written, made = json.loads(text), table()
    if written["source"] == made["source"]:
        return [] if text == text_of(made) else ["regions.json is not what tools/regions/build.py makes; run it"]
    return [
        f"regions.json lacks {region}, which {made['source']} has; run tools/regions/build.py"
        for partition, each in made["partitions"].items()
        for region in each["regions"]
        if region not in written["partitions"].get(partition, {"regions": ()})["regions"]
    ]


def main() -> int:
    """Writes the table, or checks it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if the table is not right")
    if not parser.parse_args().check:
        TARGET.write_text(text_of(table()), encoding="utf-8")
        return 0
    found = faults()
    for each in found:
        print(each, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
