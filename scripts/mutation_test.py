#!/usr/bin/env python3
"""Changes the code that decides, a little and one location at a time, and tells which changes no test notices.

    scripts/mutation_test.py PACKAGE...|all [--mutants N] [--seed N] [--part K/N]

Of all changes that Cosmic Ray can make to a package, a sample is drawn with the seed, each is made in a copy of the
checkout, and those tests of the package are run that reach the changed line. Changes that have no effect are left out:
of what only type checkers read (`int | None`), of values in annotations, and of how many results are kept. `--part 2/6`
tests each sixth of the sample, from the second on. Ends with 1 if fewer than 85 % are noticed; those that are not are
named.
Needs: pip install cosmic-ray==8.7.0 pytest-cov==7.1.0.
"""

import argparse
import ast
import multiprocessing
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import hypothesis  # noqa: F401 - imported once, for all forks
import jsonschema  # noqa: F401
import pytest
import yaml  # noqa: F401

TOP = Path(__file__).resolve().parent.parent
COPIED = ("checker", "policies", "pyproject.toml", "README.md", "tests", "examples", "tools", "docs")
LEAST = 0.85
# A change that makes the tests hang is noticed, too: by the time of the processor, so that a busy machine changes
# nothing, or else, if they only wait, by the clock.
SECONDS = 60
SECONDS_OF_WAITING = 600
# Otherwise the tests count as distributed, and no line has the name of a test.
PYTEST = ("-n", "0", "--dist", "no", "-q", "-p", "no:cacheprovider")


class Package(NamedTuple):
    """Code, and the tests that have to notice a change of it."""

    code: tuple[str, ...]
    tests: tuple[str, ...]


PACKAGES = {
    "policy": Package(
        ("checker/policy",),
        ("tests/unit/policy", "tests/unit/workspace/test_waivers_in_code.py", "tests/unit/test_supplied_in_vain.py"),
    ),
    "adoption": Package(("checker/adoption.py",), ("tests/unit/workspace",)),
    "workspace": Package(
        ("checker/workspace",),
        (
            "tests/unit/workspace",
            "tests/unit/discover",
            "tests/unit/cli/test_exit_codes.py",
            "tests/unit/test_supplied_in_vain.py",
        ),
    ),
    "exit-codes": Package(
        ("checker/cli/exit_codes.py", "checker/cli/runs.py", "checker/report/view.py"),
        ("tests/unit/cli", "tests/unit/report"),
    ),
}
# In this code, `|` stands between types nearly everywhere; and what is compared by identity (None, members of
# enumerations) equals nothing else.
_NOT_MEANT = (
    "core/ReplaceBinaryOperator_BitOr_",
    "core/ReplaceComparisonOperator_Is_Eq",
    "core/ReplaceComparisonOperator_IsNot_NotEq",
)
# The names of types are imported at run time, too, if at all; and what is not kept is found out again.
_NO_EFFECT = re.compile(r"if TYPE_CHECKING:|@(?:cache|lru_cache\(.*\)|kept_by_identity\(.*\))$")
# The ranks of checks are steps of five, of which only the order counts.
_RANK = re.compile(r"\brank=$")


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
        found = [item for item in database.work_items if _is_meant(item.mutations[0])]
    found.sort(key=lambda item: str(item.mutations))
    return chosen.sample(found, min(wanted, len(found)))


def _is_meant(mutation: Any) -> bool:
    if mutation.operator_name.startswith(_NOT_MEANT):
        return False
    row, column = mutation.start_pos
    line = mutation.module_path.read_text(encoding="utf-8").splitlines()[row - 1]
    if mutation.operator_name == "core/NumberReplacer" and _RANK.search(line, 0, column):
        return False
    # In a signature, the star is no product.
    return not line.startswith("*,", column) and not _NO_EFFECT.match(line)


class Reached:
    """Which tests of a package reach which lines of its code; all of them have to pass."""

    def __init__(self, package: Package) -> None:
        from coverage import CoverageData

        self._package = package
        options = ("--cov=checker", "--cov-context=test", "--cov-report=")
        subprocess.run([sys.executable, "-m", "pytest", *PYTEST, *options, *package.tests], check=True)
        self._data = CoverageData()
        self._data.read()

    def tests(self, module: Path, line: int) -> tuple[str, ...]:
        """The tests that reach a line. All, if it is run when the module is imported, or if nothing tells."""
        contexts = self._data.contexts_by_lineno(str(module.resolve())).get(line)
        if not contexts or line not in _lines_of_functions(module):
            return self._package.tests
        # All cases of a test are one.
        return tuple(dict.fromkeys(context.partition("|")[0].partition("[")[0] for context in contexts))


def _noticed(reached: Reached, mutation: Any) -> bool:
    from cosmic_ray.mutating import use_mutation
    from cosmic_ray.plugins import get_operator

    tests = reached.tests(mutation.module_path, mutation.start_pos[0])
    operator = get_operator(mutation.operator_name)(**mutation.operator_args)
    with use_mutation(mutation.module_path, operator, mutation.occurrence):
        # A fork need not import again what the tests need besides the package.
        child = multiprocessing.get_context("fork").Process(target=_test, args=(tests,))
        child.start()
        child.join(SECONDS_OF_WAITING)
        if child.is_alive():
            child.kill()
            child.join()
    return child.exitcode != 0


@cache
def _lines_of_functions(module: Path) -> frozenset[int]:
    """The lines of the bodies of functions."""
    functions = (each for each in ast.walk(ast.parse(module.read_bytes())) if isinstance(each, ast.FunctionDef))
    return frozenset(line for each in functions for line in range(each.body[0].lineno, (each.end_lineno or 0) + 1))


def _test(tests: tuple[str, ...]) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
    sys.exit(pytest.main([*PYTEST, "-x", *tests]))


def _run(name: str, wanted: int, seed: int, part: tuple[int, int]) -> bool:
    package, started = PACKAGES[name], time.monotonic()
    number, parts = part
    mutants = _mutants(package, wanted, Random(f"{seed} {name}"))[number - 1 :: parts]
    reached = Reached(package)
    # What was compiled is what is not changed.
    sys.dont_write_bytecode = True
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    living = []
    for item in mutants:
        if not _noticed(reached, item.mutations[0]):
            living.append(item.mutations[0])
            row, column = living[-1].start_pos
            print(f"  lives: {living[-1].module_path}:{row}:{column + 1}: {living[-1].operator_name}", flush=True)
    score = 1 - len(living) / max(len(mutants), 1)
    print(f"{name}: {len(mutants)} mutants, {score:.0%} noticed, {time.monotonic() - started:.0f} s", flush=True)
    return score >= LEAST


def _part(written: str) -> tuple[int, int]:
    number, parts = map(int, written.split("/"))
    if not 1 <= number <= parts:
        raise ValueError(written)
    return number, parts


def main() -> int:
    """Test the packages that are named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packages", nargs="+", choices=[*PACKAGES, "all"], metavar="PACKAGE")
    parser.add_argument("--mutants", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--part", type=_part, default=(1, 1), metavar="K/N")
    given = parser.parse_args()
    wanted = list(PACKAGES) if "all" in given.packages else given.packages
    with tempfile.TemporaryDirectory(prefix="mutants-") as copy:
        for each in COPIED:
            source, target = TOP / each, Path(copy) / each
            shutil.copytree(source, target, symlinks=True) if source.is_dir() else shutil.copyfile(source, target)
        os.chdir(copy)
        os.environ["PYTHONPATH"] = copy
        sys.path.insert(0, copy)
        passed = [_run(name, given.mutants, given.seed, given.part) for name in wanted]
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
