"""A sample of the simulated year of nightly refreshes; `tools/catalog/simulate.py` runs the whole of it."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from checker.catalog.refresh import api


def _simulation() -> ModuleType:
    path = Path(__file__).parents[3] / "tools" / "catalog" / "simulate.py"
    spec = importlib.util.spec_from_file_location("simulate_refreshes", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


SIMULATION = _simulation()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_night_makes_a_date_wrong_or_loses_one(seed: int) -> None:
    year = SIMULATION.simulate(40, seed)
    assert year.wrong == []
    assert year.nights == 41
    assert year.with_faults >= 8


def test_the_simulation_sees_what_would_go_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    """A listing that lacks half of its models, taken for the whole, makes models vanish."""
    monkeypatch.setattr(api, "_LOST_AT_MOST", 9)
    assert SIMULATION.simulate(120, 1).wrong
