"""The Region that a variable beside a model names: an environment, a container or an object of settings has both."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from checker.extract.candidates import own_regions
from checker.extract.properties import of_paths
from checker.extract.variable_names import words_of
from checker.model.regions import REGIONS
from checker.model.resource import Resource
from checker.values import HOLE, Alternative, Assumption, Basis, Cause, Null, Piece, Text, Unknown, join

# Words in the name of a Region that say that it is Bedrock's, and those that say nothing.
_OF_MODELS = frozenset({"bedrock", "model", "models", "llm", "inference", "converse"})
_PLAIN = frozenset({
    "region", "regions", "aws", "name", "id", "code", "default", "runtime", "client", "service", "api", "invoke",
    "invocation", "ai", "profile",
})  # fmt: skip
_JOINED = re.compile(r"(?i)(?:(?<=bedrock)|(?<=model)|(?<=aws))(?=region)")
_SHAPE = re.compile(r"[a-z]{2,3}(?:-[a-z]+)+-\d{1,2}")
_BETWEEN = re.compile(r"[\s,;|]+")
_ENDPOINT = re.compile(
    rf"bedrock(?:-runtime|-mantle)?(?:-fips)?\.(?P<region>[a-z0-9-]+|{HOLE})\.(?:vpce\.)?(?:amazonaws\.|api\.aws)"
)
# The last name of a path: `.name`, or `["a name"]`.
_LAST = re.compile(r'\.?(?P<name>[^.\[\]"]+)$|\["(?P<quoted>(?:[^"\\]|\\.)*)"\]$')
_INDICES = re.compile(r"(?:\[(?:\d+|\*)\])+$")
# Lambda sets these itself, and refuses them.
_RESERVED = frozenset({"AWS_REGION", "AWS_DEFAULT_REGION"})
# Keys of maps; `in` is rather an input, and a profile of `global` takes calls from everywhere.
_GEOGRAPHIES = frozenset({"us", "eu", "apac", "ap", "jp", "au", "ca", "us-gov"})
_OF_AWS = ("aws_", "data.aws_", "awscc_", "data.awscc_", "AWS::")

_Regions: TypeAlias = tuple[Alternative, ...]


class _Named(NamedTuple):
    """A variable with a Region. `meant` are words that the name of its model has, too; a lower `rank` counts more."""

    name: str
    meant: frozenset[str]
    rank: int
    value: _Regions


class _Around:
    """The variables with Regions of one object. Each is kept under its rarest word."""

    def __init__(self, named: Sequence[_Named]) -> None:
        counts = Counter(word for one in named for word in one.meant)
        self._by_word: dict[str, dict[tuple[frozenset[str], int], dict[_Regions, str]]] = {}
        for one in named:
            word = min(one.meant, key=lambda word: (counts[word], word), default="")
            names = self._by_word.setdefault(word, {}).setdefault((one.meant, one.rank), {})
            names.setdefault(one.value, one.name)

    def fitting(self, words: frozenset[str]) -> Mapping[_Regions, str]:
        """The different values for a model with these words, with the names of their variables; any may count."""
        found: dict[tuple[int, int], dict[_Regions, str]] = {}
        for word in ("", *words):
            for (meant, rank), names in self._by_word.get(word, {}).items():
                if meant <= words:
                    found.setdefault((-len(meant), rank), {}).update(names)
        return found[min(found)] if found else {}


class RegionsBeside:
    """The variables of a resource that name Regions, by the path of the object or the environment around them."""

    def __init__(self, resource: Resource, texts: Mapping[str, Sequence[Alternative]]) -> None:
        self._resource = resource
        self._texts = texts
        self._found: dict[str, _Around] | None = None

    def of(self, path: str) -> Resource:
        """The resource in the Region in which the model at a path is called by what stands nearest to it."""
        if self._found is None:
            self._found = self._look()
        around, name = self._split(path)
        words = words_of(name)
        while True:
            key = _of_key(name)
            if key is not None:
                return _in_region(self._resource, (key,))
            fitting = self._found[around].fitting(words) if around in self._found else {}
            if fitting:
                return _in_region(self._resource, _any_of(fitting, f"the variable with the Region of {path}"))
            if not around:
                return self._resource
            around, name = _last(around)
            words |= words_of(name)

    def _look(self) -> dict[str, _Around]:
        found: dict[str, list[_Named]] = {}
        for each, value in self._texts.items():
            around, name = self._split(each)
            named = _named(name, value) if self._may_name_one(around, name) else None
            if named is not None:
                found.setdefault(around, []).append(named)
        return {around: _Around(named) for around, named in found.items()}

    def _split(self, path: str) -> tuple[str, str]:
        """The path around a variable, and its name; one of an element `{name, value}` is around the list."""
        around, name = _last(path)
        if name.lower() != "value":
            return around, name
        for sibling in (f"{around}.name", f"{around}.Name"):
            for alternative in self._texts.get(sibling, ()):
                if isinstance(alternative.atom, Text):
                    return _INDICES.sub("", around), alternative.atom.marked()
        return around, name

    def _may_name_one(self, around: str, name: str) -> bool:
        """False for what AWS defines: the argument `region` of a resource, and what Lambda sets itself."""
        if not around and self._resource.type.startswith(_OF_AWS):
            return bool(words_of(name) & _OF_MODELS)
        is_lambda = "lambda" in self._resource.type.lower() or self._resource.type == "AWS::Serverless::Function"
        return not (is_lambda and name in _RESERVED and around.lower().endswith("variables"))


@of_paths
def _of_key(name: str) -> Alternative | None:
    """What a key of a map says of the Region of its value: a Region itself, or a geography, in which it is open."""
    key = name.lower().replace("_", "-")
    if key in REGIONS:
        return Alternative(Text((Piece(key),)))
    return Alternative(Unknown(Cause.RUN_TIME, f"the key {name!r}", f"key:{name}")) if key in _GEOGRAPHIES else None


def _any_of(values: Mapping[_Regions, str], subject: str) -> Iterator[Alternative]:
    """The alternatives of several values, one of which counts."""
    for value, name in values.items():
        chosen = Assumption(subject, json.dumps(name), True, Basis.OPEN)
        for one in value:
            yield one if len(values) == 1 else one._replace(given=(*one.given, chosen))


@of_paths
def _last(path: str) -> tuple[str, str]:
    """The path around the last name of a path, and that name; indices behind it do not count."""
    path = _INDICES.sub("", path)
    found = _LAST.search(path)
    if found is None:
        return "", path
    return path[: found.start()], found["name"] or found["quoted"] or ""


def _named(name: str, value: Iterable[Alternative]) -> _Named | None:
    """What a variable says of the Region of the models beside it; None if nothing."""
    words = words_of(_JOINED.sub("_", name))
    if words & {"region", "regions"}:
        regions = tuple(each for one in value for each in _regions(one))
        if not any(isinstance(one.atom, Unknown | Text) for one in regions):
            return None
        # The SDKs ask for AWS_REGION first.
        plain = 3 if name == "AWS_DEFAULT_REGION" else 2
        return _Named(name, words - _OF_MODELS - _PLAIN, 0 if words & _OF_MODELS else plain, regions)
    endpoints = tuple(each for one in value for each in _of_endpoint(one))
    return _Named(name, frozenset(), 1, endpoints) if any(not isinstance(one.atom, Null) for one in endpoints) else None


def _regions(alternative: Alternative) -> Iterable[Alternative]:
    """The Regions that a text names, each as an alternative of its own; null if it names none."""
    match alternative.atom:
        case Unknown():
            return (Alternative(alternative.atom, alternative.given),)
        case Text() as text if text.holes:
            return (Alternative(text.holes[0], alternative.given),)
        case Text() as text:
            each = [one for one in _BETWEEN.split(text.plain or "") if one]
            if each and all(one in REGIONS or _SHAPE.fullmatch(one) for one in each):
                return tuple(Alternative(Text((Piece(one),)), alternative.given) for one in each)
    return (Alternative(Null(), alternative.given),)


def _of_endpoint(alternative: Alternative) -> Iterable[Alternative]:
    """The Region in the address of an endpoint of Bedrock; null if the text is none."""
    text = alternative.atom
    found = _ENDPOINT.search(text.marked()) if isinstance(text, Text) else None
    if found is None or not isinstance(text, Text):
        return (Alternative(Null(), alternative.given),)
    region = text.slice(*found.span("region"))
    return (Alternative(region.holes[0] if region.holes else Text((Piece(found["region"]),)), alternative.given),)


def _in_region(resource: Resource, regions: Iterable[Alternative]) -> Resource:
    """The resource in other Regions; in its own where a variable says nothing (`null`, `""`, `auto`)."""
    made: list[Alternative] = []
    for one in regions:
        if not isinstance(one.atom, Null):
            made.append(one)
            continue
        for own in own_regions(resource):
            given = join(own.given, one.given)
            if given is not None:
                made.append(own._replace(given=given))
    own_unknown = {one.atom.identity for one in own_regions(resource) if isinstance(one.atom, Unknown)}
    unknown = {one.atom.identity for one in made if isinstance(one.atom, Unknown)}
    # Its own argument `region` is among the properties.
    return resource._replace(region=tuple(made), properties=(), open_regions=frozenset(unknown - own_unknown))
