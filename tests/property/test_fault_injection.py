"""Whatever happens to a file, no model that still stands in one is lost without a word. `scripts/inject_faults.py`
makes more runs, of other seeds, and as a user without rights.
"""

import importlib.util
from pathlib import Path
from random import Random
from typing import Any

import pytest


def _faults() -> Any:
    file = Path(__file__).with_name("fault_injection.py")
    spec = importlib.util.spec_from_file_location("fault_injection", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


FAULTS = _faults()
RUNS = 300
SHARDS = 6
INPUTS = FAULTS.inputs()


def test_the_faults_are_those_that_the_documentation_counts() -> None:
    assert (len(FAULTS.CONTENT), len(FAULTS.FILES)) == (24, 10)
    assert len(INPUTS) > 80


@pytest.mark.parametrize("shard", range(SHARDS))
def test_no_fault_loses_a_model_silently(tmp_path: Path, shard: int) -> None:
    made = 0
    for number in range(shard, RUNS, SHARDS):
        chosen = Random(f"1 {number}")
        one = FAULTS.run_one(chosen.choice(INPUTS), tmp_path, chosen, by_command=False)
        if one is not None:
            made += 1
            assert one.exit_code in range(4), (number, one)
            assert one.lost == (), (number, one)
    assert made > RUNS // SHARDS // 2


@pytest.mark.parametrize("number", range(4))
def test_the_command_of_a_user_without_rights_ends_as_it_says(tmp_path: Path, number: int) -> None:
    chosen = Random(f"command {number}")
    one = FAULTS.run_one(chosen.choice(INPUTS), tmp_path, chosen, by_command=True)
    assert one is None or (one.exit_code in range(4) and one.lost == ()), one
