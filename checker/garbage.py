"""How often Python looks for garbage in a process that reads code."""

import gc


def collect_rarely() -> None:
    """Makes collections rare, for the whole process.

    Trees of code and values are large, and live until their input is read. Garbage collection at the usual rate takes
    up to half of a run; at a fifth of this rate, still a fifth of one.
    """
    gc.set_threshold(1_000_000, 20, 50)


def leave_garbage() -> None:
    """Ends collections, for a process that ends.

    Python would look once more for garbage in everything that was read, which takes up to a third of a run.
    """
    gc.freeze()
