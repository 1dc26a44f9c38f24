#!/usr/bin/env python3
"""Damages the files of every example and case, one at a time, and tells which runs lose a model without a word.

    scripts/inject_faults.py [--runs N] [--seed N] [--by-command] [--only NUMBER]

The faults and what must hold are in tests/property/fault_injection.py. A run has a number, and with the same seed and
the same corpus it is the same run: `--only` makes one again. With `--by-command` the command is run, by a user without
rights if this is started by root. Ends with 1 if a run ended with another code than 0 to 3, or lost something silently.
"""

import argparse
import importlib.util
import os
import sys
import tempfile
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

BESIDE_THE_TESTS = Path(__file__).resolve().parent.parent / "tests" / "property"


def _faults() -> Any:
    spec = importlib.util.spec_from_file_location("fault_injection", BESIDE_THE_TESTS / "fault_injection.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def main() -> int:
    """Make the runs, and tell what they came to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--by-command", action="store_true")
    parser.add_argument("--only", type=int)
    given = parser.parse_args()
    faults = _faults()
    folders = faults.inputs()
    told, silent, crashed, codes = 0, 0, 0, Counter[int]()
    by_fault = Counter[str]()
    with tempfile.TemporaryDirectory(prefix="faults-") as scratch:
        for number in range(given.runs) if given.only is None else (given.only,):
            chosen = Random(f"{given.seed} {number}")
            folder = chosen.choice(folders)
            try:
                one = faults.run_one(folder, Path(scratch), chosen, by_command=given.by_command)
            except Exception as error:
                crashed += 1
                print(f"{number}: {folder.name}: {type(error).__name__}: {error}", flush=True)
                continue
            if one is None:
                continue
            codes[one.exit_code] += 1
            by_fault[one.fault] += 1
            told += one.is_told
            if one.lost or one.exit_code not in range(4):
                silent += bool(one.lost)
                lost = ", ".join(one.lost)
                print(
                    f"{number}: {one.name}: {one.fault} in {one.file}: exit {one.exit_code}; lost: {lost}", flush=True
                )
    runs = sum(codes.values())
    listed = ", ".join(f"{code}: {count}" for code, count in sorted(codes.items()))
    print(f"{runs} runs, {len(by_fault)} faults, {len(folders)} inputs; exit codes {listed}")
    print(f"{told} told the damage, {silent} lost a model silently, {crashed} raised")
    return int(bool(silent or crashed or any(code not in range(4) for code in codes)))


if __name__ == "__main__":
    os.environ.setdefault("BEDROCK_EOL_CACHE_DIR", "/nonexistent")
    sys.exit(main())
