#!/usr/bin/env python3
"""Looks for texts that a reader takes more time for than in proportion to their length.

    scripts/repeat_texts.py TARGET...|all [--seed N] [--places N]

The targets are those of `scripts/fuzz.py`. Into each of their kept inputs, at a few places, a short text is written
many times, and then four times as often: as it is, and as a string of JSON has it. What takes more than eight times as
long then is printed, with its places. Ends with 1 if there is any.
"""

import argparse
import contextlib
import json
import random
import signal
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.property.fuzz_targets import TARGETS, Target, seeds_of

UNITS = (
    *" \t\n\r!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~a0Aé",
    *("${", "%{", "$${", "{{", "}}", "{}", '\\"', '\\\\\\"', "\\\\", "\\n", "\\u0041", "/*", "*/", "//", "# ", "- "),
    *("..", "a.", "a-", "a:", "a=", "a b", "a\n", " \n", "\n\n", '"a"', '" ', "'a' & ", "[a", "](", "</", "<a", "&a"),
    *("| ", "x, ", "0x", "a0", "A1", "%s", "[!", "**/", '"""', '{"a":', '{\\"model\\": \\"x\\"}, ', "model_id="),
    *("!Sub ", "http://", "arn:", "arn:aws:bedrock:", "bedrock/", "/model/", "us.", "anthropic.", "us.amazon."),
    *("anthropic.claude-", "{{resolve:ssm:"),
)  # fmt: skip
# Four times the length takes four times the time; what takes twice as long as that is not in proportion.
_LENGTHS = (4_000, 16_000)
_MOST_GROWTH = 8
# Below it, a measurement tells nothing.
_LEAST_SECONDS = 0.5
_MOST_SECONDS = 30


class Found(NamedTuple):
    """An input that takes too long: where the text is repeated, and the seconds for both lengths."""

    seed: str
    offset: int
    unit: str
    seconds: tuple[float, float]


class _TooLongError(BaseException):
    """Ends a reading. No reader catches it."""


def repeated(content: bytes, offset: int, unit: str, length: int) -> bytes:
    """The input with the unit repeated to so many characters at an offset."""
    return content[:offset] + (unit * (length // len(unit))).encode() + content[offset:]


def seconds_of(target: Target, content: bytes) -> float:
    """The processor time of one reading; infinite beyond the limit."""

    def give_up(_signal: int, _frame: FrameType | None) -> None:
        raise _TooLongError

    with tempfile.TemporaryDirectory() as folder:
        before = signal.signal(signal.SIGVTALRM, give_up)
        signal.setitimer(signal.ITIMER_VIRTUAL, _MOST_SECONDS)
        started = time.process_time()
        try:
            # What must hold of the result is the business of `scripts/fuzz.py`.
            with contextlib.suppress(*target.refusals, AssertionError):
                target.read(content, Path(folder))
        except _TooLongError:
            return float("inf")
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            signal.signal(signal.SIGVTALRM, before)
        return time.process_time() - started


def search(target: Target, seeds: dict[str, bytes], chosen: random.Random, places: int) -> Iterator[Found]:
    """The inputs of a target that take too long."""
    for seed, content in seeds.items():
        for unit in dict.fromkeys(each for one in UNITS for each in (one, json.dumps(one)[1:-1])):
            for offset in sorted(chosen.randint(0, len(content)) for _ in range(places)):
                short, long = (repeated(content, offset, unit, length) for length in _LENGTHS)
                if seconds_of(target, long) < _LEAST_SECONDS:
                    continue
                # The first reading may have imported what the others use.
                before, after = (min(seconds_of(target, each) for _ in range(2)) for each in (short, long))
                if after > max(_LEAST_SECONDS, _MOST_GROWTH * before):
                    yield Found(seed, offset, unit, (before, after))


def main() -> int:
    """Prints what is found."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("targets", nargs="+", metavar="TARGET", choices=["all", *TARGETS], help="a target, or all")
    parser.add_argument("--seed", type=int, default=1, help="what the places are chosen by (default 1)")
    parser.add_argument("--places", type=int, default=2, help="places for each text and input (default 2)")
    given = parser.parse_args()
    # What a library has to say of an odd pattern is no fault, and would be said for each.
    warnings.simplefilter("ignore")
    names: list[Any] = list(TARGETS) if "all" in given.targets else given.targets
    count = 0
    for name in names:
        print(f"{name}: {len(seeds_of(name))} inputs", flush=True)
        for found in search(TARGETS[name], seeds_of(name), random.Random(given.seed), given.places):
            count += 1
            before, after = found.seconds
            print(f"  {found.seed}, {found.unit!r} at {found.offset}: {before:.2f} s, then {after:.2f} s", flush=True)
    print(f"{count} texts take more than in proportion")
    return int(count > 0)


if __name__ == "__main__":
    sys.exit(main())
