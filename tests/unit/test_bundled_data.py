"""What ships is what its builders under `tools/` make of what is recorded there."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BUILDERS = sorted(ROOT.glob("tools/*/build.py"))


def test_there_is_a_builder_for_each_kind_of_data() -> None:
    assert {builder.parent.name for builder in BUILDERS} >= {"catalog", "regions", "sites"}


@pytest.mark.parametrize("builder", BUILDERS, ids=lambda builder: builder.parent.name)
def test_bundled_data_is_what_its_builder_makes(builder: Path) -> None:
    done = subprocess.run([sys.executable, builder, "--check"], capture_output=True, text=True, check=False, cwd=ROOT)
    assert (done.returncode, done.stderr) == (0, "")
