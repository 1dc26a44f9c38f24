"""The same input gives the same bytes, whatever the hash seed, time zone, locale and order of directories."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from checker.report import format_names
from tests.e2e.here import run_here

REPOSITORY = Path(__file__).resolve().parents[2]
FORMATS = format_names(judged=True)
INPUTS = ["terraform/failing", "terraform-plan/failing/plan.json", "cloudformation/failing", "cdk/failing"]
SHUFFLED = """
import os, random, sys

real_scandir, real_listdir = os.scandir, os.listdir
chosen = random.Random(int(sys.argv.pop(1)))

class Shuffled:
    def __init__(self, path):
        with real_scandir(path) as found:
            self.found = list(found)
        chosen.shuffle(self.found)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def __iter__(self):
        return iter(self.found)

def listdir(path="."):
    names = real_listdir(path)
    chosen.shuffle(names)
    return names

os.scandir, os.listdir = Shuffled, listdir
from checker.cli import run

folder, formats = sys.argv.pop(1), sys.argv.pop(1).split(",")
codes = []
for number, example in enumerate(sys.argv[1:]):
    written = [part for name in formats for part in ("--format", f"{name}={folder}/{number}-{name}")]
    codes.append(run(["check", f"examples/{example}", "--as-of", "2026-11-24", "--no-config", "--quiet", *written]))
sys.exit(codes != [1] * len(codes))
"""


def outputs(examples: list[str], folder: Path, *, seed: int, **environment: str) -> dict[str, bytes]:
    """The reports on the examples, all from one process: it takes longer to start one than to check an example."""
    folder.mkdir()
    ran = subprocess.run(
        [sys.executable, "-c", SHUFFLED, str(seed), str(folder), ",".join(FORMATS), *examples],
        cwd=REPOSITORY,
        capture_output=True,
        timeout=120,
        env={**os.environ, **environment},
    )
    assert ran.returncode == 0, ran.stderr
    written = {file.name: file.read_bytes().replace(f"/{folder.name}/".encode(), b"/") for file in folder.iterdir()}
    assert len(written) == len(examples) * len(FORMATS)
    return written


def assert_same(one: dict[str, bytes], other: dict[str, bytes]) -> None:
    for name in one:
        assert one[name] == other[name], name


def test_the_bytes_are_the_same(tmp_path: Path) -> None:
    first = outputs(INPUTS, tmp_path / "a", seed=1, PYTHONHASHSEED="0", TZ="UTC", LC_ALL="C.UTF-8")
    second = outputs(INPUTS, tmp_path / "b", seed=2, PYTHONHASHSEED="4242", TZ="Pacific/Kiritimati", LC_ALL="C")
    assert_same(first, second)


@pytest.mark.parametrize("example", INPUTS)
def test_the_bytes_do_not_depend_on_where_the_tree_is(example: str, tmp_path: Path) -> None:
    whole = []
    for location in ("one", "another/and deeper"):
        top = tmp_path / location / "top"
        shutil.copytree(REPOSITORY / "examples" / example.removesuffix("/plan.json"), top / "code")
        (top / ".git").mkdir()
        checked = "code/plan.json" if example.endswith(".json") else "code"
        formats = [part for name in FORMATS for part in ("--format", f"{name}=out-{name}")]
        for command in (["check", *formats], ["refs", "--format", "json"], ["forecast", "--format", "json"], ["fix"]):
            ran = run_here([*command, checked, "--as-of", "2026-11-24", "--no-config"], top)
            assert ran.returncode == (1 if command[0] in ("check", "fix") else 0), ran.stderr
            whole.append((location, ran.stdout, ran.stderr))
        whole.append((location, *[(top / f"out-{name}").read_bytes() for name in FORMATS]))
    half = len(whole) // 2
    for one, other in zip(whole[:half], whole[half:], strict=True):
        assert one[1:] == other[1:]


def test_the_bytes_do_not_depend_on_how_python_compiles(tmp_path: Path) -> None:
    """PYTHONOPTIMIZE leaves out assertions, as its level 1 does, and docstrings, from which pages on rules are made."""
    plain = outputs(["terraform/failing"], tmp_path / "a", seed=1)
    # Modules that are compiled so are of no use to anyone.
    optimized = outputs(["terraform/failing"], tmp_path / "b", seed=1, PYTHONOPTIMIZE="2", PYTHONDONTWRITEBYTECODE="1")
    assert_same(plain, optimized)


def test_the_bytes_do_not_depend_on_the_order_of_the_paths(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    for name in ("terraform", "cloudformation", "cdk"):
        shutil.copytree(REPOSITORY / "examples" / name / "failing", tmp_path / name)
    for name in ("broken", "empty", "other"):
        (tmp_path / name).mkdir()
    (tmp_path / "broken" / "main.tf").write_text("resource {")
    (tmp_path / "other" / "t.yaml").write_text("Resources:\n  A: {Type: A::B\n")
    paths = sorted(path.name for path in tmp_path.iterdir() if path.name != ".git")
    whole = []
    for given in (paths, paths[::-1], [*paths[2:], *paths[:3], f"./{paths[0]}/"]):
        formats = [part for name in FORMATS for part in ("--format", f"{name}=out-{name}")]
        ran = run_here(["check", *given, "--as-of", "2026-11-24", "--no-config", *formats], tmp_path)
        assert ran.returncode == 1, ran.stderr
        whole.append([ran.stderr, *[(tmp_path / f"out-{name}").read_bytes() for name in FORMATS]])
    assert whole[0] == whole[1] == whole[2]
