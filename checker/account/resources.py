"""Makes a resource from an item of an answer: keeps what may name a model, and drops the rest."""

import re
import string
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from checker.account.asking import AnswerError
from checker.account.calls import Answer, Made, at_path
from checker.model.resource import Framework, Resource
from checker.references import find_ids, find_partial
from checker.values import Piece, Text
from checker.values.operations import from_python, text

# A member with such a name that is missing in the table is newer than the table.
_NAMED_LIKE_A_MODEL = re.compile(r"(?:^|[a-z])[Mm]odel(?:Id|Arn|Identifier)$")


class Where(NamedTuple):
    """The account, the partition and the Region in which calls are made."""

    account: str
    partition: str
    region: str

    @property
    def input(self) -> str:
        """The name of the account in the Region as an input of a run."""
        return f"aws:{self.account}:{self.region}"


def resource_of(made: Made, items: Sequence[Answer], where: Where) -> Resource:
    """The resource of the first item. The other items are those that the calls before it found.

    Raises AnswerError if a member that names a model is not a text.
    """
    properties = _Pruning(made, where).of(items[0])
    return Resource(
        framework=Framework.AWS,
        input=where.input,
        address=_filled(made.arn, items, where),
        type=made.type,
        properties=from_python(properties),
        location=None,
        region=text(where.region),
        name=_filled(made.name, items, where),
    )


def found_at(path: str, items: Iterable[Answer]) -> list[Any]:
    """The values at a path in the first item that has them; empty if none has."""
    for item in items:
        found = list(at_path(item, path))
        if found:
            return found
    return []


def _filled(template: str, items: Sequence[Answer], where: Where) -> str:
    parts = []
    for literal, path, _, _ in string.Formatter().parse(template):
        parts.append(literal)
        if path in Where._fields:
            parts.append(str(getattr(where, path)))
        elif path:
            found = found_at(path.removeprefix("^"), items[1:] if path.startswith("^") else items)
            parts.append(str(found[0]) if found else "?")
    return "".join(parts)


class _Pruning:
    """Prunes an item. Lists keep their length, so that each element keeps its index."""

    def __init__(self, made: Made, where: Where) -> None:
        self._fields = {_names(field.path): field for field in made.fields}
        self._own = {_names(path) for path in made.own}
        self._where = where
        self._seen: set[str] = set()

    def of(self, node: object, path: tuple[str, ...] = ()) -> Any:
        """The node without the parts that name no model; None if nothing is left."""
        match node:
            case Mapping() if path not in self._fields:
                kept = {str(key): self.of(value, (*path, str(key))) for key, value in node.items()}
                return {key: value for key, value in kept.items() if value is not None}
            case list():
                elements = [self.of(element, path) for element in node]
                return elements if any(element is not None and element != {} for element in elements) else None
            case str():
                return self._text(node, path)
            case None:
                return None
            case _ if path in self._fields:
                raise AnswerError(f"{'.'.join(path)} of the answer is no text")
            case _:
                return None

    def _text(self, written: str, path: tuple[str, ...]) -> str | None:
        field = self._fields.get(path) or self._fields.get((*path[:-1], "{}"))
        if field is None:
            is_new = path not in self._own and _NAMED_LIKE_A_MODEL.search(path[-1]) is not None
            return written if is_new or path[-1] in _SHOWN else None
        if field.is_text:
            return " ".join(dict.fromkeys(_ids(written))) or None
        if field.routes_to:
            return self._at_source(written)
        return written

    def _at_source(self, arn: str) -> str | None:
        """The ARN with the Region of the resource; None if another routed Region gave the same ARN before."""
        parts = arn.split(":", 5)
        if len(parts) == 6:
            parts[3] = self._where.region
            arn = ":".join(parts)
        if arn in self._seen:
            return None
        self._seen.add(arn)
        return arn


# Members that name no model, but are shown with one.
_SHOWN = frozenset({"commitmentDuration"})


def _names(path: str) -> tuple[str, ...]:
    return tuple(path.replace("[]", "").replace("{}", ".{}").split("."))


def _ids(written: str) -> Iterator[str]:
    """The ids and ARNs of models in a text; the rest of the text is dropped."""
    plain = Text((Piece(written),))
    for reference in (*find_ids(plain), *find_partial(plain)):
        yield reference.text.render()
