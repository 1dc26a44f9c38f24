"""The data of a plan or a state as values, converted on demand.

A plan of a large system has megabytes that no rule needs, so an object is converted one entry at a time. Of sensitive
values, only ids of models that the catalog knows become text, since these are public, and the words of ARNs of models
that are the same for everyone; the rest is an unknown with that cause.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from checker.frontends.terraform.plan.configuration import any_true
from checker.immutable import immutable
from checker.model.reference import Form
from checker.model.regions import PARTITIONS, REGIONS
from checker.references import ModelReference, find_ids, find_partial
from checker.source import Location
from checker.values import (
    Alternative,
    Bool,
    Cause,
    List,
    Map,
    Null,
    Number,
    Piece,
    Step,
    Text,
    Unknown,
    Value,
)
from checker.values.operations import unknown

# No provider's schema is nested more deeply.
MOST_LEVELS = 100

Path = tuple[str | int, ...]
# Whether the catalog knows a model by an id.
Knows = Callable[[str], bool]


def nothing_known(_identifier: str) -> bool:
    """Used where there is no catalog."""
    return False


@immutable
class Origin:
    """The resource whose values are converted, and the explanations.

    `explain` returns the value of a property that is unknown until deployment, or None if the code does not set it.
    """

    address: str
    location: Location | None
    kind: str
    explain: Callable[[Path], Value | None] | None = None
    knows: Knows = nothing_known


class Entries(Mapping[str, Value]):
    """The entries of an object, converted on access."""

    __slots__ = ("_converted", "_names", "_origin", "_path", "_sensitive", "_unknown", "_values")

    def __init__(
        self, origin: Origin, values: Mapping[str, object], unknowns: object, sensitive: object, path: Path
    ) -> None:
        self._origin = origin
        self._values = values
        self._unknown: Mapping[str, object] = unknowns if isinstance(unknowns, dict) else {}
        self._sensitive = sensitive
        self._path = path
        self._converted: dict[str, Value | None] = {}
        self._names: tuple[str, ...] | None = None

    def __getitem__(self, name: str) -> Value:
        value = self._look_up(name)
        if value is None:
            raise KeyError(name)
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(self._all_names())

    def __len__(self) -> int:
        return len(self._all_names())

    def __repr__(self) -> str:
        return f"Entries({', '.join(self._all_names())})"

    def __reduce__(self) -> tuple[type[dict[str, Value]], tuple[dict[str, Value]]]:
        return dict, (dict(self.items()),)

    def _all_names(self) -> tuple[str, ...]:
        if self._names is None:
            further = [name for name in self._unknown if name not in self._values]
            self._names = tuple(
                name for name in (*self._values, *further) if not self._may_be_unset(name) or self._look_up(name)
            )
        return self._names

    def _may_be_unset(self, name: str) -> bool:
        return name not in self._values or self._unknown.get(name) is True

    def _look_up(self, name: str) -> Value | None:
        if name not in self._converted:
            self._converted[name] = self._convert(name)
        return self._converted[name]

    def _convert(self, name: str) -> Value | None:
        unknowns = self._unknown.get(name)
        path = (*self._path, name)
        if unknowns is True:
            return _explained(self._origin, path)
        if name not in self._values and not any_true(unknowns):
            return None
        return convert(self._origin, self._values.get(name), unknowns, mark_at(self._sensitive, name), path)


def convert(origin: Origin, data: object, unknowns: object, sensitive: object, path: Path = ()) -> Value:
    """The value of JSON data, with trees of the same shape that mark unknown and sensitive parts."""
    if unknowns is True:
        return _explained(origin, path) or unknown(Cause.DEPLOY_TIME, property_name(origin.address, path))
    if data is not None and _hides(data, sensitive):
        return public_part(origin, data, path)
    if len(path) > MOST_LEVELS:
        return unknown(Cause.TOO_MANY, property_name(origin.address, path[:4]))
    if data is None and any_true(unknowns):
        data = [] if isinstance(unknowns, list) else {}
    step = Step(origin.location, f"{origin.kind} of {property_name(origin.address, path)}")
    match data:
        case dict():
            return (Alternative(Map(Entries(origin, data, unknowns, sensitive, path)), (), (step,)),)
        case list():
            return (Alternative(List(tuple(_items(origin, data, unknowns, sensitive, path))), (), (step,)),)
        case str():
            return (Alternative(Text((Piece(without_surrogates(data)),) if data else ()), (), (step,)),)
        case bool():
            return (Alternative(Bool(data), (), (step,)),)
        case int():
            return (Alternative(Number(data), (), (step,)),)
        case float() if math.isfinite(data):
            return (Alternative(Number(Decimal(repr(data))), (), (step,)),)
        case None:
            return (Alternative(Null(), (), (step,)),)
        case _:
            return unknown(Cause.INVALID, property_name(origin.address, path))


def public_part(origin: Origin, data: object, path: Path) -> Value:
    """The public part of a sensitive value: the ids of known models in it, without their positions."""
    if not isinstance(data, dict | list | str):
        return unknown(Cause.SENSITIVE, property_name(origin.address, path))
    step = Step(origin.location, f"{origin.kind} of {property_name(origin.address, path)}")
    texts = dict.fromkeys(_public_text(text, origin, path) for text in _texts_in(data))
    told = tuple(Alternative(text, (), (step,)) for text in texts)
    match data:
        case dict():
            return (Alternative(Map({}, told), (), (step,)),)
        case list():
            return (Alternative(List((), told), (), (step,)),)
        case _:
            return told


def texts_with_known_ids(origin: Origin, data: object, sensitive: object) -> Iterator[Text]:
    """Strings anywhere in JSON data that contain the id of a known model; of sensitive data, only the ids."""
    for written in _texts_in(data):
        text = Text((Piece(without_surrogates(written)),))
        found = find_ids(text, any_geography=True)
        if any(reference.base is not None and origin.knows(reference.base) for reference in found):
            yield _public_text(written, origin, ()) if any_true(sensitive) else text


def _texts_in(data: object) -> Iterator[str]:
    pending = [data]
    while pending:
        match pending.pop():
            case str() as text:
                yield text
            case dict() as entries:
                pending.extend(reversed(entries.values()))
            case list() as items:
                pending.extend(reversed(items))


def _public_text(written: str, origin: Origin, path: Path) -> Text:
    """The known ids in a text, each between holes that hide the rest; else what shows that it names other models."""
    hole = Unknown(Cause.SENSITIVE, property_name(origin.address, path), property_name(origin.address, path))
    pieces: list[Piece | Unknown] = [hole]
    text = Text((Piece(written),))
    for reference in find_ids(text, any_geography=True):
        if reference.base is not None and origin.knows(reference.base):
            public = _public_name(reference)
            if public == written:
                return Text((Piece(public),))
            pieces += [Piece(f" {public} "), hole]
    if len(pieces) == 1:
        for reference in find_partial(text):
            pieces += _public_shape(reference, origin, hole)
    return Text(tuple(pieces))


def _public_shape(reference: ModelReference, origin: Origin, hole: Unknown) -> tuple[Piece | Unknown, ...]:
    """Of an ARN that names a model of one's own, the words that are the same for everyone, and a known base model."""
    base = reference.base if reference.base is not None and origin.knows(reference.base) else None
    if reference.resource_type is not None and reference.partition in PARTITIONS and reference.region in REGIONS:
        own = f":{reference.resource_type}/" + (f"{base}/" if base else "")
        return (Piece(f" arn:{reference.partition}:bedrock:{reference.region}:"), hole, Piece(own), hole)
    return ()


def _public_name(reference: ModelReference) -> str:
    """The id of a model or of its profile; the ARN of a foundation model, which names no account."""
    geography = f"{reference.geography}." if reference.geography else ""
    is_public = reference.region in REGIONS and reference.partition in PARTITIONS
    if is_public and reference.form is Form.FOUNDATION_MODEL_ARN:
        return f"arn:{reference.partition}:bedrock:{reference.region}::foundation-model/{reference.base}"
    # How LiteLLM writes the Region of an id.
    route = f"bedrock/{reference.region}/" if reference.region in REGIONS and reference.partition is None else ""
    return f"{route}{geography}{reference.base}"


def tags_of(data: object, sensitive: object) -> tuple[tuple[str, str], ...]:
    """The tags in the properties of a resource, sorted; sensitive ones are left out."""
    tags: dict[str, str] = {}
    if not isinstance(data, dict):
        return ()
    for attribute in ("tags", "tags_all"):
        written = data.get(attribute)
        marks = mark_at(sensitive, attribute)
        if isinstance(written, list):
            # As in the Cloud Control provider.
            for number, item in enumerate(written):
                if isinstance(item, dict) and not any_true(mark_at(marks, number)):
                    name, value = item.get("key"), item.get("value")
                    if isinstance(name, str) and isinstance(value, str):
                        tags[name] = value
        elif isinstance(written, dict) and not any_true(marks):
            if written != tags:
                tags |= {name: value for name, value in written.items() if isinstance(value, str)}
        elif isinstance(written, dict):
            tags |= {
                name: value
                for name, value in written.items()
                if isinstance(value, str) and not any_true(mark_at(marks, name))
            }
    if all(map(str.isascii, tags)) and all(map(str.isascii, tags.values())):
        return tuple(sorted(tags.items()))
    return tuple(sorted((without_surrogates(name), without_surrogates(value)) for name, value in tags.items()))


def property_name(address: str, path: Path) -> str:
    """The property as people write it: `aws_x.y.variant[0].model_id`."""
    written = address
    for step in path:
        written += f"[{step}]" if isinstance(step, int) else f".{step}"
    return without_surrogates(written)


def _items(origin: Origin, data: list[object], unknowns: object, sensitive: object, path: Path) -> Iterator[Value]:
    marks = unknowns if isinstance(unknowns, list) else []
    for number in range(max(len(data), len(marks))):
        item = data[number] if number < len(data) else None
        mark = marks[number] if number < len(marks) else None
        yield convert(origin, item, mark, mark_at(sensitive, number), (*path, number))


def _explained(origin: Origin, path: Path) -> Value | None:
    if origin.explain is None:
        return unknown(Cause.DEPLOY_TIME, property_name(origin.address, path))
    return origin.explain(path)


def mark_at(marks: object, step: str | int) -> object:
    """The marks below a step. A mark on the whole hides the step too; marks of another shape hide it to be safe."""
    if isinstance(marks, dict):
        return marks.get(step)
    if isinstance(marks, list):
        if isinstance(step, int):
            return marks[step] if step < len(marks) else None
        return any_true(marks)
    return marks


def _hides(data: object, marks: object) -> bool:
    """True if marks hide data as a whole: directly, or since they mark something and have another shape."""
    match marks:
        case None | False:
            return False
        case dict():
            if isinstance(data, dict):
                return False
            return any_true(marks) and not (isinstance(data, list) and all(isinstance(key, int) for key in marks))
        case list():
            return not isinstance(data, list) and any_true(marks)
        case _:
            return True


def without_surrogates(text: str) -> str:
    """The text with U+FFFD for each surrogate without a partner, since no report could be written with it."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
