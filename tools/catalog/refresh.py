"""Brings the record of the catalog up to date, and makes the bundled catalog of it.

    python tools/catalog/refresh.py --pages DIR --read-on YYYY-MM-DD

Takes the options of `bedrock-eol models refresh`, and has its exit code: 3 if something was not read. In the record,
replacements stay as they are named; the builder follows them to those that are alive.
"""

import subprocess
import sys
from pathlib import Path

from checker.cli import run

HERE = Path(__file__).parent
RECORD = str(HERE / "record.json")


def main() -> int:
    """The exit code of the refresh, or of the builder if that fails."""
    code = int(run(["models", "refresh", "--as-named", "--catalog", RECORD, "--output", RECORD, *sys.argv[1:]]))
    if code not in (0, 3):
        return code
    built = subprocess.run([sys.executable, HERE / "build.py"], check=False).returncode
    return built or code


if __name__ == "__main__":
    sys.exit(main())
