"""Readers of files that others write bear whatever they are given: every kept input, and mutations of these.

The same targets are searched for longer, and led by coverage, with `scripts/fuzz.py`.
"""

import importlib.util
import itertools
import sys
from collections.abc import Sequence
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

TOP = Path(__file__).resolve().parents[2]
# Longer ones would slow every run of the tests.
LARGEST_SEED = 2048


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


fuzz: Any = _module(Path(__file__).with_name("fuzz_targets.py"))
rewritten: Any = _module(Path(__file__).with_name("fuzz_mutations.py")).rewritten


class Cut(tuple[float, float]):
    """A part of a text, by two fractions of its length."""

    def of(self, length: int) -> slice:
        start, end = sorted(round(each * length) for each in self)
        return slice(start, end)


FRACTIONS = st.floats(0, 1, width=16)
PARTS = st.tuples(FRACTIONS, FRACTIONS).map(Cut)
SHORT = st.tuples(FRACTIONS, st.integers(0, 8))


def mutations(seeds: Sequence[bytes], words: Sequence[str]) -> st.SearchStrategy[bytes]:
    """A kept input with a few changes: parts cut out, doubled or taken from another, words put in, bytes replaced,
    and what keeps its structure.
    """
    inserted = st.sampled_from([word.encode() for word in words]) | st.binary(min_size=1, max_size=3)
    changes = st.one_of(
        st.tuples(st.just("cut"), SHORT, st.just(b"")),
        st.tuples(st.just("put"), SHORT, inserted),
        st.tuples(st.just("replace"), SHORT, inserted),
        st.tuples(st.just("double"), PARTS, st.integers(1, 3)),
        st.tuples(st.just("take"), PARTS, st.sampled_from(seeds)),
        st.tuples(st.just("end"), FRACTIONS, st.just(b"")),
        st.tuples(st.just("rewrite"), st.integers(0, 2**32), st.just(b"")),
        st.tuples(st.just("rewrite"), st.integers(0, 2**32), st.just(b"")),
    )

    def changed(content: bytes, change: tuple[Any, Any, Any]) -> bytes:
        match change:
            case ("cut", (where, length), _):
                start = round(where * len(content))
                return content[:start] + content[start + length + 1 :]
            case ("put", (where, _), word):
                start = round(where * len(content))
                return content[:start] + word + content[start:]
            case ("replace", (where, length), word):
                start = round(where * len(content))
                return content[:start] + word + content[start + length :]
            case ("double", part, times):
                found = part.of(len(content))
                return content[: found.stop] + content[found] * times + content[found.stop :]
            case ("take", part, other):
                found = part.of(len(content))
                return content[: found.start] + other[part.of(len(other))] + content[found.stop :]
            case ("end", where, _):
                return content[: round(where * len(content))]
            case ("rewrite", seed, _):
                return bytes(rewritten(content, Random(seed)))
            case _:
                raise AssertionError(change)

    def mutated(content: bytes, wanted: list[Any]) -> bytes:
        for change in wanted:
            content = changed(content, change)
        return content[: 2 * LARGEST_SEED]

    return st.builds(mutated, st.sampled_from(seeds), st.lists(changes, min_size=1, max_size=4))


@pytest.mark.parametrize("name", fuzz.TARGETS)
def test_kept_inputs_are_read_or_refused(name: str, tmp_path: Path) -> None:
    outcomes = [fuzz.attempt(fuzz.TARGETS[name], content, tmp_path) for content in fuzz.seeds_of(name).values()]
    # What only refuses says nothing of what it reads.
    assert sum(not isinstance(outcome, fuzz.Refused) for outcome in outcomes) >= 2


@pytest.mark.parametrize("name", fuzz.TARGETS)
def test_mutations_are_read_or_refused(name: str, tmp_path: Path) -> None:
    target = fuzz.TARGETS[name]
    tried = itertools.count()

    @settings(
        derandomize=True,
        database=None,
        deadline=None,
        max_examples=target.examples,
        suppress_health_check=list(HealthCheck),
    )
    @given(mutations(list(fuzz.seeds_of(name).values()), target.words))
    def attempt(content: bytes) -> None:
        next(tried)
        fuzz.attempt(target, content, tmp_path)

    attempt()
    assert next(tried) >= target.examples // 2


def test_each_target_has_small_inputs_of_its_own() -> None:
    assert {path.name for path in fuzz.SEEDS.iterdir()} == set(fuzz.TARGETS)
    for name in fuzz.TARGETS:
        seeds = fuzz.seeds_of(name)
        assert len(seeds) >= 4, name
        assert len(set(seeds.values())) == len(seeds), name
        assert max(map(len, seeds.values())) <= LARGEST_SEED, name


def _crash(_content: bytes, _folder: Path) -> None:
    raise KeyError("x")


def _other_each_time(_content: bytes, _folder: Path, count: Any = itertools.count()) -> int:  # noqa: B008
    return next(count)


def _refuse_elsewhere(_content: bytes, _folder: Path) -> None:
    from checker.errors import ParseError

    raise ParseError("t", 3, 1, "there is no such line")


def _refuse(_content: bytes, _folder: Path) -> None:
    raise ValueError("because")


def test_an_attempt_fails_for_what_is_not_documented(tmp_path: Path) -> None:
    def nothing(_content: bytes, _result: Any) -> None:
        pass

    def wrong(_content: bytes, _result: Any) -> None:
        raise AssertionError("as it must not be")

    with pytest.raises(KeyError):
        fuzz.attempt(fuzz.Target(_crash, nothing, (ValueError,)), b"", tmp_path)
    with pytest.raises(AssertionError, match="two outcomes"):
        fuzz.attempt(fuzz.Target(_other_each_time, nothing), b"", tmp_path)
    with pytest.raises(AssertionError, match="is not in the text"):
        fuzz.attempt(fuzz.Target(_refuse_elsewhere, nothing, (Exception,)), b"a\nb", tmp_path)
    with pytest.raises(AssertionError, match="as it must not be"):
        fuzz.attempt(fuzz.Target(lambda _content, _folder: 1, wrong), b"", tmp_path)
    assert fuzz.attempt(fuzz.Target(_refuse, wrong, (ValueError,)), b"", tmp_path).message == "because"


@pytest.fixture
def script() -> Any:
    return _module(TOP / "scripts" / "fuzz.py")


def test_the_script_says_what_it_needs_and_which_targets_there_are(
    script: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found: list[object] = [None]
    monkeypatch.setattr(script.importlib.util, "find_spec", lambda _name: found[0])
    monkeypatch.setattr(sys, "argv", ["fuzz.py", "hcl"])
    assert script.main() == 2
    assert "pip install 'atheris" in capsys.readouterr().err
    found[0] = object()
    monkeypatch.setattr(sys, "argv", ["fuzz.py", "hcl", "nothing"])
    assert script.main() == 2
    said = capsys.readouterr().err
    assert "'nothing'" in said
    assert all(name in said for name in fuzz.TARGETS)


def test_words_are_given_to_the_fuzzer_as_it_reads_them(script: Any, tmp_path: Path) -> None:
    script.write_dictionary(('"\\', "é", "", "é"), tmp_path / "words")
    assert (tmp_path / "words").read_text() == '"\\x22\\x5c"\n"\\xc3\\xa9"\n'
