#!/usr/bin/env python3
"""Changes the code that decides, a little and one place at a time, and tells which changes no test notices.

    scripts/mutation_test.py PACKAGE...|all [--mutants N] [--seed N]

Of all changes that Cosmic Ray can make to a package, a sample is drawn with the seed, each is made in a copy of the
checkout, and the tests of the package are run. Changes of what only type checkers read (`int | None`) are left out.
Ends with 1 if fewer than 85 % of those that matter are noticed; those that are not are named.
Needs cosmic-ray: pip install cosmic-ray==8.7.0.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

TOP = Path(__file__).resolve().parent.parent
COPIED = ("checker", "policies", "pyproject.toml", "README.md", "tests", "examples", "tools", "docs")
LEAST = 0.85
SECONDS = 300


class Package(NamedTuple):
    """Code, and the tests that have to notice a change of it."""

    code: tuple[str, ...]
    tests: tuple[str, ...]


PACKAGES = {
    "policy": Package(("checker/policy",), ("tests/unit/policy", "tests/unit/workspace/test_waivers_in_code.py")),
    "adoption": Package(("checker/adoption.py",), ("tests/unit/workspace",)),
    "workspace": Package(("checker/workspace",), ("tests/unit/workspace",)),
    "exit-codes": Package(
        ("checker/cli/exit_codes.py", "checker/cli/runs.py", "checker/report/view.py"),
        ("tests/unit/cli/test_exit_codes.py", "tests/unit/cli/test_output.py", "tests/unit/report"),
    ),
}
# In this code, `|` stands between types nearly everywhere.
_NOT_MEANT = "core/ReplaceBinaryOperator_BitOr_"


def _modules(package: Package) -> list[Path]:
    return sorted(
        module
        for path in map(Path, package.code)
        for module in (path.rglob("*.py") if path.is_dir() else (path,))
        if module.name != "__init__.py"
    )


def _mutants(package: Package, wanted: int, chosen: Random) -> list[Any]:
    from cosmic_ray.commands import init
    from cosmic_ray.work_db import WorkDB, use_db

    with use_db("mutants.sqlite", WorkDB.Mode.create) as database:
        init(_modules(package), database, {})
        found = [item for item in database.work_items if not item.mutations[0].operator_name.startswith(_NOT_MEANT)]
    found.sort(key=lambda item: str(item.mutations))
    return chosen.sample(found, min(wanted, len(found)))


def _noticed(package: Package, item: Any) -> bool:
    from cosmic_ray.mutating import mutate_and_test
    from cosmic_ray.work_item import TestOutcome

    command = f"{sys.executable} -m pytest -n 0 -x -q -p no:cacheprovider {' '.join(package.tests)}"
    # A change that makes the tests hang is noticed, too.
    return bool(mutate_and_test(item.mutations, command, SECONDS).test_outcome is not TestOutcome.SURVIVED)


def _run(name: str, wanted: int, seed: int) -> bool:
    package, started = PACKAGES[name], time.monotonic()
    mutants = _mutants(package, wanted, Random(f"{seed} {name}"))
    living = []
    for item in mutants:
        if not _noticed(package, item):
            living.append(item.mutations[0])
            row, column = living[-1].start_pos
            print(f"  lives: {living[-1].module_path}:{row}:{column + 1}: {living[-1].operator_name}", flush=True)
    score = 1 - len(living) / max(len(mutants), 1)
    print(f"{name}: {len(mutants)} mutants, {score:.0%} noticed, {time.monotonic() - started:.0f} s", flush=True)
    return score >= LEAST


def main() -> int:
    """Test the packages that are named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packages", nargs="+", choices=[*PACKAGES, "all"], metavar="PACKAGE")
    parser.add_argument("--mutants", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    wanted = list(PACKAGES) if "all" in given.packages else given.packages
    with tempfile.TemporaryDirectory(prefix="mutants-") as copy:
        for each in COPIED:
            source, target = TOP / each, Path(copy) / each
            shutil.copytree(source, target, symlinks=True) if source.is_dir() else shutil.copyfile(source, target)
        os.chdir(copy)
        os.environ |= {"PYTHONPATH": copy, "PYTHONDONTWRITEBYTECODE": "1"}
        passed = [_run(name, given.mutants, given.seed) for name in wanted]
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
