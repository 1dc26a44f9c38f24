"""A language server that somebody edits with all day does not grow."""

from pathlib import Path

from tests.property.many_edits import memory_after_edits

_BYTES_PER_EDIT = 500


def test_memory_stays_flat_while_somebody_types(tmp_path: Path):
    early, late = memory_after_edits(tmp_path, 100, 300)
    assert (late - early) / 200 < _BYTES_PER_EDIT
