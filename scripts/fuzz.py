#!/usr/bin/env python3
"""Searches for inputs that a reader of untrusted files cannot bear, led by the code that they reach.

    scripts/fuzz.py TARGET...|all [--minutes N] [--seeds DIR] [--corpus DIR]

The targets and what must hold for each are in tests/property/fuzz_targets.py; inputs start from those that are kept in
tests/fuzz_seeds/TARGET. Each target runs in a process of its own, with limits of time and memory for each input. What
reaches new code is kept in the folder of --corpus, by which a search goes on where it ended; without it, for this run.
Needs atheris: pip install 'bedrock-eol[fuzz]', or -e '.[fuzz]' in a checkout. Ends with 1 if an input was found.
"""

import argparse
import contextlib
import importlib.util
import io
import os
import pkgutil
import random
import shlex
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

TOP = Path(__file__).resolve().parent.parent
BESIDE_THE_TESTS = TOP / "tests" / "property"
SEEDS = TOP / "tests" / "fuzz_seeds"
SECONDS_PER_INPUT = 10
MEGABYTES = 2048
LONGEST_INPUT = 4096
# How many mutations keep the structure; the others are of bytes.
_REWRITTEN = 0.5


def load(name: str) -> Any:
    """A module that the tests use too: `fuzz_targets` has the table, `fuzz_mutations` what keeps structure."""
    spec = importlib.util.spec_from_file_location(name, BESIDE_THE_TESTS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def load_instrumented(atheris: Any) -> Any:
    """The same, with the whole package led by what it covers; what is imported late is imported here."""
    # It says of each module that it instruments it.
    quiet = contextlib.redirect_stderr(io.StringIO())
    with quiet, atheris.instrument_imports(include=["checker"], enable_loader_override=False):
        module = load("fuzz_targets")
        import checker

        for found in pkgutil.walk_packages(checker.__path__, "checker."):
            if not found.name.startswith(("checker.cli", "checker.integrations", "checker.__main__")):
                importlib.import_module(found.name)
    return module


def write_dictionary(words: tuple[str, ...], file: Path) -> None:
    """The words of a target as libFuzzer reads them."""
    quoted = ("".join(f"\\x{byte:02x}" for byte in word.encode()) for word in dict.fromkeys(words) if word)
    file.write_text("".join(f'"{each}"\n' for each in quoted), encoding="ascii")


def search(name: str, minutes: float, corpus: Path, seeds: Path, crashes: Path, scratch: Path) -> None:
    """Searches for inputs of one target. Does not return: the fuzzer ends the process, with 0 if nothing was found."""
    import atheris

    # What a library has to say of an odd pattern is no fault, and would be said for each.
    warnings.simplefilter("ignore")
    module = load_instrumented(atheris)
    target = module.TARGETS[name]
    folder, words = scratch / "input", scratch / "words"
    folder.mkdir()
    write_dictionary(target.words, words)

    def one(content: bytes) -> None:
        module.attempt(target, content, folder)

    rewritten = load("fuzz_mutations").rewritten

    def mutated(content: bytes, largest: int, seed: int) -> bytes:
        chosen = random.Random(seed)
        if chosen.random() < _REWRITTEN:
            return bytes(rewritten(content, chosen)[:largest])
        return bytes(atheris.Mutate(content, largest))

    arguments = [
        sys.argv[0],
        str(corpus),
        str(seeds),
        f"-max_total_time={max(1, round(minutes * 60))}",
        f"-timeout={SECONDS_PER_INPUT}",
        f"-rss_limit_mb={MEGABYTES}",
        f"-max_len={LONGEST_INPUT}",
        f"-dict={words}",
        f"-artifact_prefix={crashes}{os.sep}",
        "-print_final_stats=1",
        "-verbosity=0",
    ]
    atheris.Setup(arguments, one, custom_mutator=mutated)
    atheris.Fuzz()


def run(name: str, minutes: float, corpus: Path, seeds: Path, crashes: Path) -> bool:
    """Searches in a process of its own; whether nothing was found."""
    for each in (corpus, crashes):
        each.mkdir(parents=True, exist_ok=True)
    before = set(crashes.iterdir())
    print(f"{name}: {minutes:g} minutes", flush=True)
    # Some targets write files for each input.
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(prefix="fuzz-", dir=memory if memory.is_dir() else None) as scratch:
        command = [sys.executable, __file__, name, "--minutes", str(minutes), "--scratch", scratch]
        command += ["--corpus", str(corpus), "--seeds", str(seeds), "--crashes", str(crashes)]
        status = subprocess.run(command, check=False).returncode
    found = sorted(set(crashes.iterdir()) - before)
    for path in found:
        print(f"{name}: found {path.name}. To keep it, once it is understood, under a name that says what it is:")
        print(f"  cp {shlex.quote(str(path))} tests/fuzz_seeds/{name}/NAME")
    if status and not found:
        print(f"{name}: the process ended with {status}")
    return not status and not found


def main() -> int:
    described = (__doc__ or "").partition("\n")[0]
    parser = argparse.ArgumentParser(description=described)
    parser.add_argument("targets", nargs="+", metavar="TARGET", help="a target, or all")
    parser.add_argument("--minutes", type=float, default=5, help="how long each target is searched (default 5)")
    parser.add_argument("--seeds", type=Path, help="inputs to start from, in place of those that are kept")
    parser.add_argument("--corpus", type=Path, help="a folder with a folder for each target, for what reaches new code")
    parser.add_argument("--crashes", type=Path, help="where inputs that fail are written (default: below a new folder)")
    # With a folder to write to, this is the process of one target.
    parser.add_argument("--scratch", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if importlib.util.find_spec("atheris") is None:
        print("this needs atheris: pip install 'atheris>=3.0' (or the extra `fuzz`)", file=sys.stderr)
        return 2
    if given.scratch is not None:
        search(given.targets[0], given.minutes, given.corpus, given.seeds, given.crashes, given.scratch)
    known = tuple(load("fuzz_targets").TARGETS)
    names = known if given.targets == ["all"] else tuple(given.targets)
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"there is no target {unknown[0]!r}; the targets are {', '.join(known)}", file=sys.stderr)
        return 2
    crashes = given.crashes or Path(tempfile.mkdtemp(prefix="fuzz-crashes-"))
    failed = []
    with tempfile.TemporaryDirectory(prefix="fuzz-corpus-") as temporary:
        for name in names:
            corpus = (given.corpus or Path(temporary)) / name
            if not run(
                name, given.minutes, corpus.resolve(), (given.seeds or SEEDS / name).resolve(), crashes.resolve()
            ):
                failed.append(name)
    print(f"nothing was found in {len(names)} targets" if not failed else f"found: {', '.join(failed)}, in {crashes}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
