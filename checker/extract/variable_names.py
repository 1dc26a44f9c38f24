"""Names of variables that suggest that their value is a model, or the Region of the model beside them.

Other vendors' workloads also have models. So a name without "Bedrock" counts only beside something that names Bedrock.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import IntEnum
from typing import NamedTuple, TypeAlias

from checker.extract.candidates import Context, default_without_value
from checker.extract.properties import of_paths, walk
from checker.extract.regions import own_regions
from checker.model.regions import REGIONS
from checker.model.resource import Resource
from checker.references import ends_before_an_id
from checker.values import HOLE, Alternative, Assumption, Basis, Cause, Null, Piece, Text, Unknown, join

# Names of variables that suggest that their value is a model: in environments, parameters, settings.

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_MODEL = frozenset({"model", "models", "llm"})
_IDENTIFIER = frozenset({"id", "ids", "arn", "arns", "identifier", "identifiers"})
# Further words in the name of a model: which of several it is.
_WHICH = frozenset({
    "name", "names", "default", "foundation", "embedding", "embeddings", "embed", "chat", "text", "image", "rerank",
    "reranker", "fallback", "primary", "secondary", "main", "small", "large", "fast", "base", "claude", "nova",
    "titan", "inference", "profile", "generation", "agent", "summary", "parsing", "orchestration", "judge", "eval",
    "app", "anthropic", "haiku", "sonnet", "opus", "micro", "lite", "pro", "premier", "llama", "mistral", "cohere",
    "deepseek", "qwen", "generator", "target", "suggest", "suggestion", "ocr", "vision", "multimodal", "summarizer",
    "summarization", "classifier", "classification", "extraction", "translation", "reasoning", "planner", "supervisor",
    "router", "answer", "response", "completion", "query", "rag", "retrieval", "assistant", "evaluator", "evaluation",
})  # fmt: skip
# Words beside "Bedrock" in names of things other than models.
_OTHER = frozenset({
    "region", "endpoint", "url", "uri", "host", "role", "alias", "knowledge", "kb", "guardrail", "timeout", "log",
    "logs", "bucket", "enabled", "enable", "use", "temperature", "token", "tokens", "key", "secret", "version",
    "account", "flow", "prompt", "retries", "max", "top", "stack", "vpc", "subnet", "security", "group", "api",
    "data", "source", "table", "queue", "topic", "lambda", "function", "service", "runtime", "client", "memory",
    "session", "collection", "index",
})  # fmt: skip

# A text with holes that may be an id; LiteLLM's prefix tells nothing about the model.
_LIKE_AN_ID = re.compile(rf"(?:bedrock/(?:[a-z0-9_-]+/)*)?[A-Za-z0-9.:_,{HOLE}-]+")


class Says(IntEnum):
    """What a name tells about its value."""

    NOTHING = 0
    # A model of any vendor.
    MODEL = 1
    # The id or the ARN of a model in AWS.
    MODEL_ID = 2
    # A model of Bedrock.
    BEDROCK_MODEL = 3


@of_paths
def says(name: str) -> Says:
    """What the name of a variable tells, in any case and with any separators."""
    words = words_of(name)
    is_model = bool(words & _MODEL) or {"inference", "profile"} <= words
    if "bedrock" in words:
        return Says.BEDROCK_MODEL if is_model or not words & (_OTHER | {"agent"}) else Says.NOTHING
    if not is_model or any(not word.isdecimal() for word in words - _MODEL - _IDENTIFIER - _WHICH):
        return Says.NOTHING
    return Says.MODEL_ID if words & _IDENTIFIER or "foundation" in words else Says.MODEL


# What stands between the names in the subject of an input, and the last of them that say nothing of its value.
_BETWEEN_NAMES = re.compile(r"[./\s]+")
_INDEX = re.compile(r"\[[^\[\]]*\]")
_PARTS = frozenset({"id", "arn", "name", "value", "result", "secret_string"})


@of_paths
def says_of_input(subject: str) -> Says:
    """What the name of an input tells: a variable, a parameter, the path of an SSM parameter, the name of an export."""
    *around, name = _BETWEEN_NAMES.split(_INDEX.sub("", subject))
    while around and name.lower() in _PARTS:
        name = around.pop()
    words = words_of(name)
    if words & _OTHER or not (words & _MODEL or {"inference", "profile"} <= words):
        return Says.NOTHING
    return Says.BEDROCK_MODEL if "bedrock" in words_of(subject) else says(name)


def words_of(name: str) -> frozenset[str]:
    """The words of a name in lower case: `BedrockModelId` has `bedrock`, `model` and `id`."""
    return frozenset(word.lower() for word in _WORD.findall(name))


# The keys of the value beside the name of a variable; with the others, the value is taken from a store at the start.
_FROM_STORES = frozenset({"valuefrom", "value_from"})
_OF_PAIRS = _FROM_STORES | {"value"}
# What says that CodeBuild takes a value from a store, and the ARN of what is in one.
_STORES = frozenset({"PARAMETER_STORE", "SECRETS_MANAGER"})
_IN_STORE = re.compile(r"arn:[^:]*:(?:ssm:[^:]*:[^:]*:parameter|secretsmanager:[^:]*:[^:]*:secret:)")


def variable_at(path: str, texts: Mapping[str, Iterable[Alternative]]) -> str:
    """The name of the variable whose value is at a path, among the texts of the same resource."""
    around, _, name = path.rpartition(".")
    if name.lower() not in _OF_PAIRS:
        return name
    for sibling in (f"{around}.name", f"{around}.Name") if around else ("name", "Name"):
        for alternative in texts.get(sibling, ()):
            if isinstance(alternative.atom, Text):
                return alternative.atom.marked()
    return name


def is_from_store(path: str, texts: Mapping[str, Iterable[Alternative]]) -> bool:
    """True if the text at a path names the parameter or the secret that has the value of a variable."""
    around, _, key = path.rpartition(".")
    if key.lower() != "value":
        return key.lower() in _FROM_STORES
    types = (one.atom for name in ("type", "Type") for one in texts.get(f"{around}.{name}", ()))
    own = (one.atom for one in texts[path] if isinstance(one.atom, Text))
    return any(isinstance(atom, Text) and atom.plain in _STORES for atom in types) or any(
        _IN_STORE.match(text.marked()) for text in own
    )


_ELEMENT = re.compile(r"\[\d+\]")


def named_path(path: str, texts: Mapping[str, Iterable[Alternative]]) -> str:
    """The path with the names of elements of lists (`containers["web"].image`); empty if none of them has a name."""
    made = ""
    end = 0
    for found in _ELEMENT.finditer(path):
        names = {
            one.atom.plain if isinstance(one.atom, Text) else None
            for key in ("name", "Name")
            for one in texts.get(f"{path[: found.end()]}.{key}", ())
        }
        name = names.pop() if len(names) == 1 else None
        if name:
            made += f"{path[end : found.start()]}[{json.dumps(name, ensure_ascii=False)}]"
            end = found.end()
    return made + path[end:] if made else ""


# The last words of properties and variables for names of resources: `name`, `log_group_name`, `awslogs-group`.
_OF_NAMES = re.compile(r"(?i)(?:name|prefix|group|stream)$")


@of_paths
def holds_a_name(path: str) -> bool:
    """True if the value at a path is the name of a resource, other than of a model."""
    name = path.rpartition(".")[2]
    return _OF_NAMES.search(name) is not None and not words_of(name) & _MODEL


# A text that is an input and nothing else.
_ONLY_AN_INPUT = re.compile(rf"(?:bedrock/(?:[a-z0-9_-]+/)*)?{HOLE}?")


def _input_of(unknown: Unknown) -> str:
    """The name of the input that an unknown value is, or is a part of."""
    is_part = unknown.identity.startswith((f"{unknown.subject}.", f"{unknown.subject}["))
    return unknown.identity if is_part else unknown.subject


# Causes for which an unknown value may be a model's. Names that other resources make at deployment have other types.
_OPEN = frozenset(Cause) - {Cause.DEPLOY_TIME, Cause.RUN_TIME}


def _not_known(alternative: Alternative) -> Unknown | None:
    """Why a value is unknown that may be an id; an empty default counts. None if it is known."""
    match alternative.atom:
        case Unknown(content=content) if content:
            # Marked as sensitive, or encoded; what is known there is no more a model than it would be here.
            reasons = (_not_known(alternative._replace(atom=one.atom)) for one in content)
            return next((reason for reason in reasons if reason is not None), None)
        case Unknown() as unknown:
            return unknown if unknown.cause in _OPEN else None
        case Text() as text if text.plain == "":
            defaults = [one for one in alternative.given if one.basis is Basis.DEFAULT]
            return Unknown(Cause.INPUT_NOT_SET, defaults[0].subject, defaults[0].subject) if defaults else None
        case Text() as text if ends_before_an_id(text):
            default = default_without_value(alternative.given)
            return None if default is None else Unknown(Cause.INPUT_NOT_SET, default, default)
        case Text() as text if text.holes and _LIKE_AN_ID.fullmatch(text.marked()):
            return next((hole for hole in text.holes if hole.cause in _OPEN), None)
        case _:
            return None


def _stored(alternative: Alternative) -> Unknown | None:
    """The parameter or the secret that a text names; None for what another resource makes, which shows its value."""
    text = alternative.atom
    if not isinstance(text, Text) or text.marked() in {"", HOLE}:
        return None
    return Unknown(Cause.EXTERNAL_DATA, text.render(), text.identity())


_CUSTOM = ("Custom::", "AWS::CloudFormation::CustomResource")


class Neighbours:
    """The resources of an input that concern Bedrock."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._by_address: dict[str, tuple[bool, frozenset[str]]] = {}
        self._any: bool | None = None

    def covers(self, said: Says, resource: Resource) -> bool:
        """True if a variable with this name in the resource holds a Bedrock model."""
        match said:
            case Says.BEDROCK_MODEL:
                return True
            case Says.MODEL_ID:
                return self._anywhere()
            case Says.MODEL:
                return self._around(resource)
            case Says.NOTHING:
                return False

    def unset(
        self, alternative: Alternative, name: str, resource: Resource, *, from_store: bool = False
    ) -> Unknown | None:
        """Why the value of a variable is unknown, if it holds a Bedrock model by its name or by that of the input that
        it is; else None. `from_store`: the text names what has the value.
        """
        unknown = _not_known(alternative) or (_stored(alternative) if from_store else self._answered(alternative))
        if unknown is None:
            return None
        is_input = not isinstance(alternative.atom, Text) or _ONLY_AN_INPUT.fullmatch(alternative.atom.marked())
        of_input = says_of_input(_input_of(unknown)) if is_input and not holds_a_name(name) else Says.NOTHING
        return unknown if self.covers(max(says(name), of_input), resource) else None

    def _answered(self, alternative: Alternative) -> Unknown | None:
        """What the function behind a custom resource answers: a model as well as anything else."""
        atom = alternative.atom
        if not isinstance(atom, Unknown) or atom.target is None or atom.target.attribute == "Ref":
            return None
        makers = self._context.makers(atom.target.address)
        return atom if makers and all(one.type.startswith(_CUSTOM) for one in makers) else None

    def _anywhere(self) -> bool:
        if self._any is None:
            self._any = any(self._look(resource)[0] for resource in self._context.resources.values())
        return self._any

    def _around(self, resource: Resource) -> bool:
        """True if the resource names Bedrock, or a policy of its role does."""
        names, mentioned = self._look(resource)
        if names:
            return True
        # Resources that name no model may be missing here.
        roles = {each for each in mentioned if "aws_iam_" in each or _is_of_iam(self._context.makers(each))}
        linked = [one for one in self._context.resources.values() if _is_of_iam((one,))]
        policies = {one.address for one in linked if self._look(one)[1] & roles} | roles
        attached = {address for one in linked if one.address in policies for address in self._look(one)[1]}
        return any(self._look(one)[0] for one in linked if one.address in policies | attached)

    def _look(self, resource: Resource) -> tuple[bool, frozenset[str]]:
        """Whether a resource names Bedrock, and the addresses that it refers to."""
        found = self._by_address.get(resource.address)
        if found is None:
            names = "bedrock" in resource.type.lower()
            mentioned: set[str] = set()
            for piece in _pieces(resource):
                if isinstance(piece, Unknown):
                    mentioned.update([piece.target.address] if piece.target else [])
                elif not names:
                    names = "bedrock" in piece.lower()
            found = self._by_address[resource.address] = (names, frozenset(mentioned))
        return found


def _is_of_iam(resources: Iterable[Resource]) -> bool:
    return any(one.type.startswith("AWS::IAM::") or "aws_iam_" in one.type for one in resources)


def _pieces(resource: Resource) -> Iterator[Unknown | str]:
    for found in walk(resource.properties, lambda _document: False):
        # A variable may tell by its name what its neighbours are: `BEDROCK_REGION`.
        yield found.path
        match found.alternative.atom:
            case Unknown() as unknown:
                yield unknown
            case Text(pieces):
                for piece in pieces:
                    yield piece if isinstance(piece, Unknown) else piece.text


# The Region that a variable beside a model names: an environment, a container or an object of settings has both.

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
