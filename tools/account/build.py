"""Makes the policies of least rights in `docs/account/` from the table of operations.

    python tools/account/build.py [--check]

`--check` writes nothing, and fails if a file is not what the table makes.
"""

import sys
from pathlib import Path

from checker.account.rights import as_cloudformation, as_json, as_terraform

TARGET = Path(__file__).parents[2] / "docs" / "account"
FILES = {"policy.json": as_json, "policy.tf": as_terraform, "policy.yaml": as_cloudformation}


def main() -> int:
    """The exit code."""
    stale = []
    for name, made in FILES.items():
        file = TARGET / name
        text = made()
        if "--check" not in sys.argv[1:]:
            file.write_text(text, encoding="utf-8")
        elif not file.exists() or file.read_text(encoding="utf-8") != text:
            stale.append(str(file))
    if stale:
        print(f"not what the table makes: {', '.join(stale)}; run python tools/account/build.py", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
