"""A language server that somebody edits with all day does not grow."""

from pathlib import Path

from tests.property.many_edits import objects_after_edits


def test_nothing_stays_of_an_edit(tmp_path: Path):
    """Some caches fill until they are full, so that an object now and then may stay."""
    early, late = objects_after_edits(tmp_path, 100, 300)
    assert late - early < 200
