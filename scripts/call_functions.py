#!/usr/bin/env python3
"""Calls all functions of Terraform with odd arguments, many times: no call may raise.

    scripts/call_functions.py [--calls N] [--seed N] [--console]

With `--console`, each call is held against `terraform console` too. Prints what raised or differs, and ends with 1 if
anything did. The calls are made by tests/property/function_calls.py, and the tests make some of them.
"""

import argparse
import itertools
import sys
import tempfile
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TOP))

from tests.property.function_calls import calls, may_differ  # noqa: E402
from tests.unit.frontends.terraform.conftest import FAILS, json_of, read_json, run_console  # noqa: E402

# How many calls one console evaluates.
AT_ONCE = 2000


def main() -> int:
    """Makes the calls."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--console", action="store_true")
    options = parser.parse_args()
    faults = 0
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        following = calls(options.seed, options.calls)
        while batch := list(itertools.islice(following, AT_ONCE)):
            ours = {}
            for expression in batch:
                try:
                    ours[expression] = json_of(expression, directory)
                except Exception as error:
                    faults += 1
                    print(f"{expression}\n  raised {type(error).__name__}: {error}")
            if options.console:
                compared = [expression for expression in ours if not may_differ(expression)]
                for expression, made in zip(compared, run_console(compared, directory), strict=True):
                    theirs = FAILS if made == FAILS else read_json(made)
                    if ours[expression] != theirs:
                        faults += 1
                        print(f"{expression}\n  Terraform: {made}\n  here:      {ours[expression]}")
    print(f"{options.calls} calls, {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
