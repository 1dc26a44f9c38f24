"""How often Python looks for garbage in a process that reads code."""

import gc


def collect_rarely(*, lives_long: bool = False) -> None:
    """Makes collections rare, for the whole process; less so if it lives long, and leaves garbage again and again.

    Trees of code and values are large, and live until their input is read. Garbage collection at the usual rate takes
    up to half of a run; at a fifth of the rate for processes that live long, still a fifth of one.
    """
    gc.set_threshold(1_000_000 if lives_long else 3_000_000, 20, 50)


def leave_garbage() -> None:
    """Ends collections, for a process that ends.

    Python would look once more for garbage in everything that was read, which takes up to a third of a run.
    """
    gc.freeze()
