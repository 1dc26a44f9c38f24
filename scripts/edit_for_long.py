"""Edits two files many times as an editor with the language server does, and prints what stays in memory.

Run it as `python scripts/edit_for_long.py [EDITS]`; 10,000 without a number. Exits with 1 if memory grows.
"""

import resource
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.property.many_edits import objects_after_edits

_MOST_GROWTH = 1.05


def main() -> int:
    """Prints the objects after each tenth of the edits, and the peak of memory."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    counts = [count * tenth // 10 for tenth in range(1, 11)]
    with tempfile.TemporaryDirectory() as folder:
        found = objects_after_edits(Path(folder), *counts)
    for number, objects in zip(counts, found, strict=True):
        print(f"{number:>8,} edits: {objects:>9,} objects")
    print(f"peak: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")
    return int(found[-1] > _MOST_GROWTH * found[0])


if __name__ == "__main__":
    sys.exit(main())
