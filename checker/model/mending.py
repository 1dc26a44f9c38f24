"""What mends findings: edits of the locations where models are written, and what is left to people."""

from typing import NamedTuple

from checker.source import Location


class Edit(NamedTuple):
    """A change of one location in a file: `before`, which stands there and has no line break, becomes `after`.

    `offset` is that of the location in the bytes of the file. `model` is the base model that is written there, and
    `replacement` the one that takes its place. `findings` are the fingerprints of what the edit mends. `others` are the
    ids that would do as well. `remarks` are sentences on what has to be known or done besides. An edit that
    `is_grant` adds to an IAM statement; it mends nothing by itself.
    """

    location: Location
    offset: int
    before: str
    after: str
    model: str
    replacement: str
    findings: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    is_grant: bool = False


class Refusal(NamedTuple):
    """A location that is not edited, and why; the location is None where the model is written in no file.

    `reason` is a sentence, and `advice` another, on what can be done. `is_text` is set for an id that stands in a text
    for people, where nothing has to be mended.
    """

    location: Location | None
    model: str
    reason: str
    advice: str
    findings: tuple[str, ...] = ()
    is_text: bool = False


class Mending(NamedTuple):
    """What a run would change, by file and offset, and what it leaves."""

    edits: tuple[Edit, ...] = ()
    refusals: tuple[Refusal, ...] = ()
