"""Reads the JSON of plans and states of Terraform and OpenTofu, its addresses, and locations in it."""

import codecs
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TypeVar

from checker.errors import ParseError
from checker.immutable import immutable
from checker.model.problem import Problem, ProblemKind
from checker.source import Location
from checker.source.json import parse_json

# Addresses and references in plans: modules, instance keys, parts.

_KEY = r'\[(?:[0-9]+|"(?:[^"\\]|\\.)*+"|\*)\]'
_MODULE = re.compile(rf"module\.([^.\[\]\"]+)((?:{_KEY})?)(?:\.|$)")
_SEGMENT = re.compile(rf"([^.\[\]\"]+)((?:{_KEY})*)(?:\.|$)")
FIRST_KEY = re.compile(_KEY)


def split_module(address: str) -> tuple[str, str]:
    """The module part of an address (empty for the root) and the rest."""
    if not address.startswith("module."):
        return "", address
    position = 0
    while (match := _MODULE.match(address, position)) is not None and match.end() < len(address):
        position = match.end()
    return address[: max(position - 1, 0)], address[position:]


def split_module_call(module: str) -> tuple[str, str, str]:
    """The parent's address, the name of the call, and the instance key, of a module's address."""
    parent, position = "", 0
    while (match := _MODULE.match(module, position)) is not None:
        if match.end() >= len(module):
            return parent, match[1], match[2]
        parent = module[: match.end() - 1]
        position = match.end()
    return parent, module.removeprefix("module."), ""


def module_path(module: str) -> tuple[str, ...]:
    """The names of the calls to a module, without instance keys."""
    return tuple(match[1] for match in _MODULE.finditer(module)) if module else ()


def split_reference(reference: str) -> list[tuple[str, str]]:
    """The parts of a reference as (name, keys): `a.b["k"].c` is `[("a", ""), ("b", '["k"]'), ("c", "")]`."""
    return [(match[1], match[2]) for match in _SEGMENT.finditer(reference)]


def split_key(address: str) -> tuple[str, str]:
    """`type.name` and the instance key of an address within its module."""
    if address.endswith("]") and "[" in address:
        base, bracket, key = address.partition("[")
        return base, bracket + key
    return address, ""


# Reads the JSON of plans and states of Terraform and OpenTofu, and finds locations in it.

STDIN = "<stdin>"

_Key = TypeVar("_Key")

_SHOW = "terraform show -json PLANFILE > plan.json"
_MAKE_PLAN = "terraform plan -out=PLANFILE && " + _SHOW
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_PLAN_KEYS = ("planned_values", "resource_changes", "prior_state", "configuration")
_STATE_KEYS = frozenset({"format_version", "terraform_version", "values", "checks"})
_KNOWN_MAJORS = ("0", "1")
_STRING = rb'"((?:[^"\\]|\\.)*+)"'
_ADDRESS = re.compile(rb'"address"\s*+:\s*+' + _STRING)
_STATE_RESOURCE = re.compile(
    rb'"mode"\s*+:\s*+"(managed|data)"\s*+,\s*+"type"\s*+:\s*+' + _STRING + rb'\s*+,\s*+"name"\s*+:\s*+' + _STRING
)


@immutable
class Document:
    """A JSON object, the UTF-8 text of it, and its problems."""

    data: Mapping[str, object]
    text: bytes
    file: str
    problems: tuple[Problem, ...] = ()


def is_plan(document: object) -> bool:
    """True if a JSON document is the output of `terraform show -json PLANFILE`."""
    return isinstance(document, dict) and "format_version" in document and any(key in document for key in _PLAN_KEYS)


def is_state(document: object) -> bool:
    """True if a JSON document is a state: the output of `terraform show -json`, or a state file itself."""
    if not isinstance(document, dict):
        return False
    if "format_version" in document:
        return document.keys() <= _STATE_KEYS
    return is_state_file(document) or _is_encrypted(document)


def is_state_file(document: Mapping[str, object]) -> bool:
    """True if a JSON document is a state file as Terraform stores it."""
    return type(document.get("version")) is int and "terraform_version" in document and "serial" in document


def shown(file: str) -> str:
    """The file as it is shown to the user."""
    return STDIN if file == "-" else file


def read_document(content: bytes, file: str) -> Document | Problem:
    """The JSON object in `content`, in any Unicode encoding, or why there is none.

    Messages never quote the content, which may be secret.
    """
    if content.startswith(b"PK\x03\x04"):
        plan_file = "PLANFILE" if file == STDIN else file
        return Problem(
            ProblemKind.BINARY_PLAN,
            file,
            "this is a plan file as `terraform plan -out` writes it, which only Terraform can read",
            f"Run `terraform show -json {plan_file} > plan.json` in the directory of the plan, and check plan.json.",
            incomplete=True,
        )
    decoded = _decode(content)
    if decoded is None:
        return _invalid(file, 1, 1, "the file is not text in UTF-8 or UTF-16")
    if not decoded.strip():
        return _invalid(file, 1, 1, "the file is empty")
    repeated = False

    def object_of(members: list[tuple[str, object]]) -> dict[str, object]:
        nonlocal repeated
        made = dict(members)
        repeated = repeated or len(made) < len(members)
        return made

    try:
        data = json.loads(decoded, object_pairs_hook=object_of)
    except json.JSONDecodeError as error:
        return _syntax_problem(error, file)
    except RecursionError:
        return _invalid(file, 1, 1, "arrays and objects are nested too deep to be read")
    except ValueError:
        return _invalid(file, 1, 1, "a number has more digits than can be read")
    if not isinstance(data, dict):
        return _invalid(file, 1, 1, "the JSON is not an object, as that of a plan or a state is")
    if "@level" in data and "@message" in data:
        return _log_problem(file)
    if _is_encrypted(data):
        return Problem(
            ProblemKind.UNSUPPORTED,
            file,
            "the file is encrypted by OpenTofu",
            "Run `tofu show -json` where the key is at hand, and check what it writes.",
            incomplete=True,
        )
    # The text is kept as the caller's bytes, unless these are in another encoding.
    text = content if content.isascii() else decoded.encode("utf-8", "replace")
    return Document(data, text, file, (_repeated_name(decoded, file),) if repeated else ())


def version_problem(data: Mapping[str, object], file: str, what: str) -> Problem | None:
    """A problem if the format has an unknown major version."""
    version = data.get("format_version")
    if isinstance(version, str) and version.split(".")[0] in _KNOWN_MAJORS:
        return None
    named = (
        f"version {version}" if isinstance(version, str) and re.fullmatch(r"[\w.+-]{1,20}", version) else "no version"
    )
    return Problem(
        ProblemKind.UNSUPPORTED,
        file,
        f"the {what} has {named} of the format, versions 0 and 1 are known; what is familiar in it was read",
        "Use a release of bedrock-eol that knows the format, or an older Terraform to write it.",
        incomplete=True,
    )


def address_locations(document: Document, sections: Iterable[str], addresses: Collection[str]) -> dict[str, Location]:
    """For each address: the location where it is first named after the start of one of the sections, in their order."""
    offsets: dict[str, int] = {}
    missing = set(addresses)
    if not missing:
        return {}
    for section in sections:
        start = _section_start(document.text, section)
        if start is None:
            continue
        for match in _ADDRESS.finditer(document.text, start):
            address = _decoded(match[1])
            if address in missing:
                offsets[address] = match.start()
                missing.remove(address)
                if not missing:
                    return _locations(document, offsets)
    return _locations(document, offsets)


def state_resource_locations(document: Document) -> dict[tuple[str, str, str], Location]:
    """The locations of the resources of a state file, by mode, type and name; the first one, if modules share them."""
    offsets: dict[tuple[str, str, str], int] = {}
    for match in _STATE_RESOURCE.finditer(document.text):
        key = (match[1].decode(), _decoded(match[2]), _decoded(match[3]))
        offsets.setdefault(key, match.start())
    return _locations(document, offsets)


def key_location(document: Document, section: str, key: str) -> Location:
    """The location of a key after the start of a section."""
    start = _section_start(document.text, section) or 0
    found = document.text.find(json.dumps(key, ensure_ascii=False).encode("utf-8", "replace"), start)
    return _locations(document, {key: max(found, 0)})[key]


def _section_start(text: bytes, section: str) -> int | None:
    # Inside a string the closing quote would be escaped, so that only a key can match.
    found = text.find(f'"{section}"'.encode())
    return None if found < 0 else found


def _locations(document: Document, offsets: Mapping[_Key, int]) -> dict[_Key, Location]:
    text = document.text
    ascii_only = text.isascii()
    locations: dict[_Key, Location] = {}
    line, line_start, counted = 1, 0, 0
    for key, offset in sorted(offsets.items(), key=lambda item: item[1]):
        # A plan is usually one long line. Finding that there is no line break is faster than counting them.
        if text.find(b"\n", counted, offset) >= 0:
            line += text.count(b"\n", counted, offset)
            line_start = text.rfind(b"\n", counted, offset) + 1
        counted = offset
        column = offset - line_start if ascii_only else len(text[line_start:offset].decode("utf-8", "replace"))
        locations[key] = Location(document.file, line, column + 1)
    return locations


def _decoded(raw: bytes) -> str:
    if b"\\" in raw:
        # Quotes, as in instance keys, are nearly all that is ever escaped.
        raw_quotes = raw.replace(b'\\"', b'"')
        if b"\\" not in raw_quotes:
            raw = raw_quotes
    if b"\\" not in raw:
        return raw.decode("utf-8", "replace")
    try:
        return str(json.loads(b'"' + raw + b'"', strict=False))
    except ValueError:
        return raw.decode("utf-8", "replace")


def _decode(content: bytes) -> str | None:
    mark, encoding = next(
        ((mark, encoding) for mark, encoding in _BYTE_ORDER_MARKS if content.startswith(mark)),
        (b"", json.detect_encoding(content)),
    )
    try:
        return content.decode(encoding) if not mark else content[len(mark) :].decode(encoding)
    except UnicodeDecodeError:
        return None


def _is_encrypted(document: Mapping[str, object]) -> bool:
    return "encrypted_data" in document and "encryption_version" in document


def _invalid(file: str, line: int, column: int, message: str) -> Problem:
    return Problem(
        ProblemKind.INVALID_SYNTAX,
        file,
        message,
        f"Write the plan anew with `{_SHOW}`.",
        incomplete=True,
        line=line,
        column=column,
    )


def _repeated_name(text: str, file: str) -> Problem:
    line = column = 1
    try:
        parse_json(text, file)
    except ParseError as error:
        line, column = error.line, error.column
    message = "a name occurs twice in one object, which no tool writes; the second was read, and the first was not"
    return _invalid(file, line, column, message)


def _log_problem(file: str) -> Problem:
    return Problem(
        ProblemKind.INVALID_SYNTAX,
        file,
        "this is the log that `terraform plan -json` writes, not a plan",
        f"Run `{_MAKE_PLAN}`, and check plan.json.",
        incomplete=True,
        line=1,
        column=1,
    )


def _syntax_problem(error: json.JSONDecodeError, file: str) -> Problem:
    text = error.doc
    if error.msg == "Extra data":
        if re.match(r'\s*\{\s*"(@level|@message|@module|@timestamp)"', text):
            return _log_problem(file)
        message = "another JSON document starts here; a plan or a state is a single one"
    elif error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string"):
        message = "the JSON is cut off: the document ends before what starts here does"
    else:
        # The messages of the standard library do not quote the document.
        message = f"this is not JSON: {error.msg[:1].lower()}{error.msg[1:]}"
    return _invalid(file, error.lineno, error.colno, message)


def only_refreshes(file: str) -> Problem:
    """The problem of a plan that changes nothing."""
    return Problem(
        ProblemKind.UNSUPPORTED,
        file,
        "the plan changes nothing, as one of `terraform plan -refresh-only`; what exists was checked, not the code",
        "Check an ordinary plan, or the code, too.",
        incomplete=False,
    )


def plan_problems(document: Document) -> Iterator[Problem]:
    """The problems of a plan as a whole."""
    data, file = document.data, document.file
    yield from document.problems
    version = version_problem(data, file, "plan")
    if version is not None:
        yield version
    if data.get("errored") is True:
        yield Problem(
            ProblemKind.UNSUPPORTED,
            file,
            "the plan is that of a run that failed, and ends where it failed",
            "Correct what `terraform plan` reports, and check the new plan.",
            incomplete=True,
        )
    elif data.get("complete") is False:
        yield Problem(
            ProblemKind.UNSUPPORTED,
            file,
            "the plan does not cover the whole configuration: some changes are deferred, or targets were given",
            "Check the plan that follows it, too.",
            incomplete=False,
        )
    if "planned_values" not in data and "resource_changes" not in data:
        yield Problem(
            ProblemKind.INVALID_SYNTAX,
            file,
            "the plan has neither resource_changes nor planned_values",
            "Write the plan anew with `terraform show -json PLANFILE > plan.json`, and check it unabridged.",
            incomplete=True,
        )
