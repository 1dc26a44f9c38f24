"""How often Python looks for garbage in a process that reads code."""

import gc


def collect_rarely() -> None:
    """Makes collections rare, for the whole process.

    Trees of code and values are large, and live until their input is read. Garbage collection at the usual rate takes
    up to half of a run.
    """
    gc.set_threshold(200_000, 20, 50)
