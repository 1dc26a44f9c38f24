"""Names of variables that suggest that their value is a model: in environments, parameters, settings.

Other vendors' workloads also have models. So a name without "Bedrock" counts only beside something that names Bedrock.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from enum import IntEnum

from checker.extract.candidates import Context
from checker.extract.properties import of_paths, walk
from checker.model.resource import Resource
from checker.values import HOLE, Alternative, Basis, Cause, Text, Unknown

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_MODEL = frozenset({"model", "models", "llm"})
_IDENTIFIER = frozenset({"id", "ids", "arn", "arns", "identifier", "identifiers"})
# Further words in the name of a model: which of several it is.
_WHICH = frozenset({
    "name", "names", "default", "foundation", "embedding", "embeddings", "embed", "chat", "text", "image", "rerank",
    "reranker", "fallback", "primary", "secondary", "main", "small", "large", "fast", "base", "claude", "nova",
    "titan", "inference", "profile", "generation", "agent", "summary", "parsing", "orchestration", "judge", "eval",
    "app",
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
    if not is_model or words - _MODEL - _IDENTIFIER - _WHICH:
        return Says.NOTHING
    return Says.MODEL_ID if words & _IDENTIFIER or "foundation" in words else Says.MODEL


def words_of(name: str) -> frozenset[str]:
    """The words of a name in lower case: `BedrockModelId` has `bedrock`, `model` and `id`."""
    return frozenset(word.lower() for word in _WORD.findall(name))


def variable_at(path: str, texts: Mapping[str, Iterable[Alternative]]) -> str:
    """The name of the variable whose value is at a path, among the texts of the same resource."""
    around, _, name = path.rpartition(".")
    if name.lower() != "value":
        return name
    for sibling in (f"{around}.name", f"{around}.Name") if around else ("name", "Name"):
        for alternative in texts.get(sibling, ()):
            if isinstance(alternative.atom, Text):
                return alternative.atom.marked()
    return name


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


# Causes for which an unknown value may be a model's. Names that other resources make at deployment have other types.
_OPEN = frozenset(Cause) - {Cause.DEPLOY_TIME, Cause.RUN_TIME}


def not_known(alternative: Alternative) -> Unknown | None:
    """Why a value under the name of a model is unknown; an empty default counts. None if it is known."""
    match alternative.atom:
        case Unknown() as unknown:
            return unknown if unknown.cause in _OPEN else None
        case Text() as text if text.plain == "":
            defaults = [one for one in alternative.given if one.basis is Basis.DEFAULT]
            return Unknown(Cause.INPUT_NOT_SET, defaults[0].subject, defaults[0].subject) if defaults else None
        case Text() as text if text.holes and _LIKE_AN_ID.fullmatch(text.marked()):
            return next((hole for hole in text.holes if hole.cause in _OPEN), None)
        case _:
            return None


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
        match found.alternative.atom:
            case Unknown() as unknown:
                yield unknown
            case Text(pieces):
                for piece in pieces:
                    yield piece if isinstance(piece, Unknown) else piece.text
