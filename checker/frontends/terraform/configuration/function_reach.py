"""Which parts of its arguments a function of Terraform returns, and where in its result."""

from collections.abc import Sequence

from checker.frontends.terraform.configuration.declarations import CONTENT, CONTENT_WHEN_READ
from checker.frontends.terraform.hcl import syntax as hcl

# A path to a part of a value: names of attributes and keys, `ANY` element, the `KEYS`.
Path = tuple[str, ...]
ANY = "*"
KEYS = "\0keys"

# Their results are no strings, or contain none of the argument strings.
NO_TEXT = frozenset(
    {
        "abs",
        "alltrue",
        "anytrue",
        "can",
        "ceil",
        "contains",
        "endswith",
        "fileexists",
        "floor",
        "index",
        "length",
        "max",
        "md5",
        "min",
        "pow",
        "range",
        "sha1",
        "sha256",
        "sha512",
        "signum",
        "startswith",
        "sum",
        "timestamp",
        "uuid",
    }
    | {"filebase64sha256", "filebase64sha512", "filemd5", "filesha1", "filesha256", "filesha512"}
)
READS = frozenset({"file", "filebase64", "templatefile", CONTENT, CONTENT_WHEN_READ})
# Their results have other letters than the code or the files that they read.
MAKES_LETTERS = frozenset({"base64decode", "base64gunzip", "fileset", "strrev", "templatestring", "textdecodebase64"})
# They return one of their arguments, or the parts of all of them.
_SAME = frozenset(
    {"coalesce", "coalescelist", "merge", "nonsensitive", "sensitive", "tobool", "tolist", "tomap", "tonumber", "toset"}
    | {"tostring", "try"}
)
_ELEMENTS = frozenset(
    {"compact", "concat", "distinct", "reverse", "setintersection", "setsubtract", "setunion", "slice", "sort"}
)


def within(call: hcl.Call, path: Path) -> Sequence[Path | None]:
    """For each argument of a function: the part of it that is a part of the result; None for no part."""
    everything: list[Path | None] = [()] * len(call.args)
    name = call.name.removeprefix("core::")
    if name in _SAME or name in _ELEMENTS:
        part = (ANY, *path[1:]) if path and name in _ELEMENTS else path
        # The elements of an expanded argument are arguments.
        return [(ANY, *part) if call.expand_final and each is call.args[-1] else part for each in call.args]
    if call.expand_final:
        return everything
    match name, call.args:
        case "lookup", (_, key, *otherwise):
            chosen = key.value if isinstance(key, hcl.Literal) and isinstance(key.value, str) else ANY
            return [(chosen, *path), None, *([path] * len(otherwise))]
        case "element", (_, _):
            return [(ANY, *path), None]
        case "one", (_,):
            return [(ANY, *path)]
        case "values", (_,):
            return [(ANY, *path[1:])]
        case "keys", (_,):
            return [(KEYS,)]
        case "zipmap", (_, _) if path:
            return [(ANY,) if path[0] == KEYS else None, None if path[0] == KEYS else (ANY, *path[1:])]
        case _:
            return everything
