#!/usr/bin/env python3
"""Fails unless the wheel and the source distribution in a folder hold everything that they must.

    check_distributions.py DIST

The wheel: every file of `checker/`, and `policies/` as `checker/policies/`; the licence; the command. The source
distribution: what the build and the tests need. Run from the top of the checkout.
"""

import sys
import tarfile
import zipfile
from pathlib import Path

NEVER_SHIPPED = {"__pycache__", ".mypy_cache", ".ruff_cache", ".import_linter_cache"}


def files_below(folder: str) -> set[str]:
    """The files of the checkout below `folder`, as paths from the top."""
    found = (path for path in Path(folder).rglob("*") if path.is_file() and not NEVER_SHIPPED & set(path.parts))
    return {path.as_posix() for path in found}


def missing_from_wheel(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        metadata = next(name for name in names if name.endswith(".dist-info/METADATA"))
        entry_points = metadata.replace("METADATA", "entry_points.txt")
        commands = archive.read(entry_points).decode() if entry_points in names else ""
    wanted = files_below("checker") | {f"checker/{name}" for name in files_below("policies")}
    wanted.add(metadata.replace("METADATA", "licenses/LICENSE"))
    lacking = wanted - names
    if "bedrock-eol" not in commands:
        lacking.add("entry point bedrock-eol")
    return lacking


def missing_from_sdist(sdist: Path) -> set[str]:
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    wanted = files_below("checker") | files_below("policies") | {"README.md", "LICENSE", "pyproject.toml"}
    return wanted - names


def main(dist: str) -> int:
    wheels, sdists = list(Path(dist).glob("*.whl")), list(Path(dist).glob("*.tar.gz"))
    if (len(wheels), len(sdists)) != (1, 1):
        print(f"{dist}: {len(wheels)} wheels and {len(sdists)} source distributions; one of each is wanted")
        return 1
    if not files_below("policies"):
        print("policies/ is empty: there is nothing to judge by")
        return 1
    lacking = {wheels[0]: missing_from_wheel(wheels[0]), sdists[0]: missing_from_sdist(sdists[0])}
    for archive, names in lacking.items():
        for name in sorted(names):
            print(f"{archive.name} lacks {name}")
    return 1 if any(lacking.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
