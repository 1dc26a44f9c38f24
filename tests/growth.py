"""Whether a reader takes time by the length of what it reads: held against itself, as no machine promises seconds."""

import gc
import time
from collections.abc import Callable

# Ten times the text takes a linear reader about ten times as long, and a quadratic one a hundred times.
TIMES = 10
_MOST = 40
# Below this, the clock and the machine decide.
_NOISE = 0.1


def takes_linear_time(read: Callable[[int], object], size: int) -> bool:
    """True if a reader of texts of any size takes time in proportion, up to `size`."""
    small = min(_seconds(read, size // TIMES) for _ in range(3))
    return any(_seconds(read, size) < _MOST * small + _NOISE for _ in range(2))


def _seconds(read: Callable[[int], object], size: int) -> float:
    # What other tests have left in memory would be searched for garbage, which takes longer than the reading.
    gc.disable()
    try:
        started = time.process_time()
        read(size)
        return time.process_time() - started
    finally:
        gc.enable()
