"""Names of log groups, parameters and other resources that have an id in their path: they call no model."""

import re
from collections.abc import Iterable

from checker.extract.properties import of_paths
from checker.extract.variable_names import words_of
from checker.model.reference import Reference, Site, Usage
from checker.values import Alternative, Text

# The last words of properties and variables that hold such a name: `name`, `log_group_name`, `awslogs-group`.
_OF_NAMES = re.compile(r"(?i)(?:name|prefix|group|stream)$")
_MODELS = frozenset({"model", "models", "llm"})
# The path of a runtime call: `/model/ID/invoke`.
_CALL = re.compile(r"/model/[^/]+/")


def as_name(site: Site, path: str, alternatives: Iterable[Alternative]) -> Site:
    """The site, as a mention if its texts are paths that name a resource (`/aws/bedrock/ID`)."""
    texts = [one.atom.marked() for one in alternatives if isinstance(one.atom, Text) and one.atom.pieces]
    is_name = bool(texts) and _holds_a_name(path) and all(map(_is_path, texts))
    return site._replace(usage=Usage.MENTION) if is_name else site


def is_part_of_a_name(reference: Reference) -> bool:
    """True if the model is only in the name of a resource."""
    return reference.site.usage is Usage.MENTION and reference.mention is None and _holds_a_name(reference.path)


@of_paths
def _holds_a_name(path: str) -> bool:
    name = path.rpartition(".")[2]
    return _OF_NAMES.search(name) is not None and not words_of(name) & _MODELS


def _is_path(text: str) -> bool:
    return text.startswith("/") and _CALL.match(text) is None and not any(letter.isspace() for letter in text)
