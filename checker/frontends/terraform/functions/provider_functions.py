"""Pure functions of providers: those of the AWS provider, and Terraform's own."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from checker.errors import ParseError
from checker.frontends.terraform.configuration.scope import NoNames, Scope
from checker.frontends.terraform.functions.calling import (
    Call,
    Function,
    InvalidCallError,
    SetOf,
    anything,
    derived,
    plain,
    refused,
    string,
)
from checker.frontends.terraform.functions.strings import may_hold, split_text
from checker.frontends.terraform.hcl import parse
from checker.values import Alternative, Atom, Map, Piece, Text, Value
from checker.values.operations import concat, flat_map, format_number, known, text

_ARN_PARTS = ("partition", "service", "region", "account_id", "resource")
_NOT_AN_ARN = '"arn" must have six parts, of which the first is `arn`'


def _arn_build(call: Call) -> Value:
    parts: list[Value] = [text("arn")]
    for argument in call.args:
        parts += [text(":"), argument]
    return concat(parts, call.subject)


def _arn_parse(call: Call) -> Value:
    def apply(atoms: Sequence[Atom]) -> Value | Atom:
        content = atoms[0]
        assert isinstance(content, Text)
        first, *parts = split_text(content, ":")
        if first.plain != "arn" or len(parts) < len(_ARN_PARTS):
            open_ = next((hole for hole in content.holes if may_hold(hole, ":")), None)
            return refused(call, _NOT_AN_ARN) if open_ is None else derived(open_, call.name, atoms)
        resource: list[Piece | Any] = []
        for part in parts[4:]:
            resource += [Piece(":"), *part.pieces] if resource else part.pieces
        made = [*parts[:4], Text(tuple(resource))]
        return Map({name: (Alternative(part),) for name, part in zip(_ARN_PARTS, made, strict=True)})

    return flat_map(call.args, apply, call.name)


def _trim_iam_role_path(arn: str) -> str:
    parts = arn.split(":", 5)
    if len(parts) < 6 or parts[0] != "arn":
        raise InvalidCallError(_NOT_AN_ARN)
    if parts[2] != "iam" or parts[3] or not parts[5].startswith("role/"):
        raise InvalidCallError('"arn" must be that of a role of IAM')
    return ":".join([*parts[:5], f"role/{parts[5].rpartition('/')[2]}"])


def _encode_tfvars(values: object) -> str:
    if not isinstance(values, dict):
        raise InvalidCallError('"value" must be an object')
    for name in values:
        if not _NAME.fullmatch(name):
            raise InvalidCallError(f'"value" has the attribute {name!r}, which is no name of a variable')
    return "".join(f"{line}\n" for line in _assignments(values, 0))


def _encode_expr(value: object) -> str:
    return _expression(value, 0)


_NAME = re.compile(r"[^\W\d][\w-]*")


def _assignments(values: Mapping[str, Any], depth: int) -> list[str]:
    """The attributes, with the `=` of consecutive one-line attributes aligned."""
    names = {key: key if _NAME.fullmatch(key) else _string(key) for key in sorted(values)}
    written = [(name, _expression(values[key], depth)) for key, name in names.items()]
    lines = []
    for number, (key, value) in enumerate(written):
        start = end = number
        while start and "\n" not in written[start - 1][1]:
            start -= 1
        while end < len(written) and "\n" not in written[end][1]:
            end += 1
        width = 0 if "\n" in value else max(len(each) for each, _ in written[start:end])
        lines.append(f"{'  ' * depth}{key.ljust(width)} = {value}")
    return lines


def _expression(value: Any, depth: int) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | Decimal():
            return format_number(value)
        case str():
            return _string(value)
        case SetOf(items):
            return _expression(list(items), depth)
        case list():
            return f"[{', '.join(_expression(item, depth) for item in value)}]"
        case dict() if value:
            lines = "\n".join(_assignments(value, depth + 1))
            return f"{{\n{lines}\n{'  ' * depth}}}"
        case _:
            return "{}"


def _string(content: str) -> str:
    escaped = "".join(map(_escaped, content)).replace("${", "$${").replace("%{", "%%{")
    return f'"{escaped}"'


_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _decode_tfvars(call: Call) -> Value:
    from checker.frontends.terraform.configuration.evaluate import evaluate

    def apply(atoms: Sequence[Atom]) -> Value | Atom:
        content = atoms[0]
        assert isinstance(content, Text)
        if content.plain is None:
            return derived(content.holes[0], call.name, atoms)
        trail = content.trail_at(0, len(content.plain))
        location = trail[0].location if trail and trail[0].location else call.location
        try:
            body = parse(content.plain, location.file).body
        except ParseError as error:
            return refused(call, f'"src" is not valid: line {error.line}: {error.reason}')
        if body.blocks:
            return refused(call, '"src" must hold no blocks')
        scope = Scope(NoNames(call.scope.module.host))
        return known(Map({one.name: evaluate(one.expression, scope) for one in body.attributes}))

    return flat_map(call.args, apply, call.name)


FUNCTIONS: Mapping[str, Function] = {
    "provider::aws::arn_build": Function(_arn_build, tuple(map(string, _ARN_PARTS))),
    "provider::aws::arn_parse": Function(_arn_parse, (string("arn"),)),
    "provider::aws::trim_iam_role_path": plain(_trim_iam_role_path, string("arn")),
    "provider::terraform::decode_tfvars": Function(_decode_tfvars, (string("src"),)),
    "provider::terraform::encode_expr": plain(_encode_expr, anything("value")),
    "provider::terraform::encode_tfvars": plain(_encode_tfvars, anything("value")),
}
