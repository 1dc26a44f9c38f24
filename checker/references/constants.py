"""The constants of CDK's libraries that stand for models, as they are written in code."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple


class WrittenConstant(NamedTuple):
    """A constant in a text: where it stands, its name, and the ids that it stands for, none if it is not known."""

    offset: int
    name: str
    ids: tuple[str, ...]


def written_constants(text: str) -> Iterator[WrittenConstant]:
    """The constants in the text of a program, in their order: `FoundationModelIdentifier.AMAZON_NOVA_LITE_V1_0`.

    In Go they are functions whose names begin with that of the class. One under another name of its class counts where
    the class is named, too.
    """
    classes = _classes()
    named = [name for name in classes if name in text]
    if not named:
        return
    for found in _constant(tuple(classes)).finditer(text):
        kind, name = found["kind"], found["name"]
        of_kinds = [kind] if kind else [each for each in named if name in classes[each]]
        if of_kinds:
            ids = dict.fromkeys(one for each in of_kinds for one in classes[each].get(name, ()))
            yield WrittenConstant(found.start(), f"{of_kinds[0]}.{name}", tuple(ids))


@cache
def _constant(classes: Sequence[str]) -> re.Pattern[str]:
    return re.compile(
        rf"(?<!\w)(?:(?P<kind>{'|'.join(classes)})(?:\s*(?:\.|::)\s*|_))?(?P<name>[A-Z][A-Z0-9]*_[A-Z0-9_]*)(?!\w)"
    )


@cache
def _classes() -> Mapping[str, Mapping[str, Sequence[str]]]:
    table = json.loads(files(__package__).joinpath("data", "constants.json").read_text(encoding="utf-8"))
    constants: dict[str, dict[str, list[str]]] = table["constants"]
    return constants
