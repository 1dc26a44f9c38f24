"""Whole processes, measured: the programs take turns, so that a busy machine slows all alike."""

import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

CHECKER = (sys.executable, "-m", "checker")


class Run(NamedTuple):
    """What one process took: CPU (user and system) and wall clock in seconds, and its peak memory in MB."""

    cpu: float
    wall: float
    peak_mb: float
    code: int


class Figures(NamedTuple):
    """The medians of several runs, and the least CPU."""

    cpu: float
    wall: float
    peak_mb: float
    least_cpu: float


def measured(programs: Mapping[str, Sequence[str]], rounds: int) -> dict[str, Figures]:
    """The figures of each program, after one run that is not counted. An internal error of the checker ends it.

    The first run compiles the modules, as the installation of a package does.
    """
    runs: dict[str, list[Run]] = {name: [] for name in programs}
    bytecode = tempfile.mkdtemp()
    try:
        for number in range(rounds + 1):
            for name, arguments in programs.items():
                run = _run(arguments, bytecode)
                if run.code == _INTERNAL_ERROR or run.code < 0:
                    raise SystemExit(f"{name} ended with {run.code}: {' '.join(arguments)}")
                if number:
                    runs[name].append(run)
    finally:
        shutil.rmtree(bytecode)
    return {name: _figures(each) for name, each in runs.items()}


def check(*paths: str | Path, options: Sequence[str] = ()) -> list[str]:
    """The command that checks paths, with a JSON report."""
    return [*CHECKER, "check", *map(str, paths), "--as-of", "2026-11-24", "--format", "json", "--quiet", *options]


def print_table(figures: Mapping[str, Figures], base: str | None = None) -> None:
    """Prints a line for each program; with `base`, how many times the CPU of that one it takes."""
    width = max(map(len, figures))
    print(f"{'':{width}}  {'CPU s':>8} {'least':>8} {'wall s':>8} {'peak MB':>8}" + (f" {'ratio':>7}" if base else ""))
    for name, each in figures.items():
        ratio = f" {each.cpu / figures[base].cpu:6.2f}x" if base else ""
        print(f"{name:{width}}  {each.cpu:8.3f} {each.least_cpu:8.3f} {each.wall:8.3f} {each.peak_mb:8.0f}{ratio}")


def rounds_of(arguments: Sequence[str], otherwise: int) -> int:
    """The number of rounds: the first argument of a script, if it has one."""
    return int(arguments[1]) if len(arguments) > 1 else otherwise


_INTERNAL_ERROR = 4
# A program that is started by this one begins with what this one occupies; so it starts small.
_STARTER = "import os,sys; os.execv(sys.argv[1], sys.argv[1:])"


def _run(arguments: Sequence[str], bytecode: str) -> Run:
    started = os.times().elapsed
    process = os.fork()
    if process == 0:
        nothing = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(nothing, descriptor)
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = bytecode
        os.environ["PYTHONPATH"] = os.pathsep.join([str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
        os.execv(sys.executable, [sys.executable, "-S", "-c", _STARTER, *arguments])
    _, status, usage = os.wait4(process, 0)
    return Run(
        usage.ru_utime + usage.ru_stime,
        os.times().elapsed - started,
        usage.ru_maxrss / 1024,
        os.waitstatus_to_exitcode(status),
    )


def _figures(runs: Sequence[Run]) -> Figures:
    return Figures(
        statistics.median(run.cpu for run in runs),
        statistics.median(run.wall for run in runs),
        statistics.median(run.peak_mb for run in runs),
        min(run.cpu for run in runs),
    )
