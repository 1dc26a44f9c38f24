"""`yamlencode`: a value as YAML in Terraform's format."""

import re
from dataclasses import replace

from checker.frontends.terraform.configuration.elements import unknowns_in
from checker.frontends.terraform.functions.calling import Call, derived
from checker.values import Alternative, Bool, Cause, Json, List, Map, Null, Number, Piece, Text, Unknown, Value, join
from checker.values.operations import capped, concat, literal, shapes, text, to_json_text


def yamlencode(call: Call) -> Value:
    """`yamlencode(value)` as text; unknown parts become holes."""
    result: list[Alternative] = []
    for one in call.args[0]:
        # A document that is one plain scalar ends with a marker, so that a parser knows where it ends.
        end = "\n...\n" if isinstance(one.atom, Number | Bool | Null) else "\n"
        block = isinstance(one.atom, Text) and "\n" in (one.atom.plain or "")
        result.extend(concat([_yaml((one,), 2 if block else 0, "yamlencode"), text(end)], "yamlencode"))
    return capped(result, "yamlencode")


def _yaml(value: Value, indent: int, subject: str) -> Value:
    """The block form of a value; a collection starts on the current line."""
    written: list[Alternative] = []
    for one in shapes(value, subject):
        atom = one.atom
        match atom:
            case List(items, ()) if items:
                parts: list[Value] = []
                for number, item in enumerate(items):
                    parts.append(text(("\n" + " " * indent if number else "") + "- "))
                    parts.append(_yaml(item, indent + 2, subject))
                made = concat(parts, subject)
            case Map(entries, ()) if entries:
                parts = []
                for number, key in enumerate(sorted(entries)):
                    parts.append(text(("\n" + " " * indent if number else "") + _yaml_quoted(key) + ":"))
                    parts.append(_yaml_entry(entries[key], indent, subject))
                made = concat(parts, subject)
            case List(rest=()):
                made = text("[]")
            case Map(rest=()):
                made = text("{}")
            case Text() | Json():
                made = _yaml_scalar(one, indent, subject)
            case Number() | Bool() | Null():
                made = text(literal(atom) or "null")
            case Unknown():
                # It still stands for what it names; as text it is not the value itself.
                made = (Alternative(replace(atom, identity=f"yamlencode({atom.identity})")),)
            case _:
                found = next(iter(unknowns_in(atom)), Unknown(Cause.DEPLOY_TIME, subject, subject))
                made = (Alternative(derived(found, "yamlencode", (atom,))),)
        for alternative in made:
            joined = _join(one, alternative)
            if joined is not None:
                written.append(joined)
    return capped(written, subject)


def _join(outer: Alternative, inner: Alternative) -> Alternative | None:
    given = join(outer.given, inner.given)
    return None if given is None else Alternative(inner.atom, given, inner.trail + outer.trail)


def _yaml_entry(value: Value, indent: int, subject: str) -> Value:
    result: list[Alternative] = []
    for one in value:
        nested = isinstance(one.atom, List | Map) and bool(
            one.atom.items if isinstance(one.atom, List) else one.atom.entries
        )
        inner = indent if isinstance(one.atom, List) else indent + 2
        lead = text(("\n" + " " * inner) if nested else " ")
        result.extend(concat([lead, _yaml((one,), inner, subject)], subject))
    return tuple(result)


def _yaml_scalar(one: Alternative, indent: int, subject: str) -> Value:
    written = one.atom.plain if isinstance(one.atom, Text) else None
    if written is not None and _is_on_one_line(written):
        return (one._replace(atom=Text((Piece(_yaml_quoted(written)),)), given=()),)
    if written is not None and isinstance(one.atom, Text):
        # Several lines become a block, each with its own trail.
        indented = "2" if written[0] in " \n" else ""
        at_end = "+" if written.endswith("\n\n") or written == "\n" else "" if written.endswith("\n") else "-"
        pieces: list[Piece | Unknown] = [Piece(f"|{indented}{at_end}")]
        for start, line in _lines(written.removesuffix("\n")):
            pieces.append(Piece("\n" + " " * indent if line else "\n"))
            pieces += one.atom.slice(start, start + len(line)).pieces
        return (one._replace(atom=Text(tuple(pieces)), given=()),)
    return to_json_text((one._replace(given=()),))


def _is_on_one_line(content: str) -> bool:
    """True if a string is written in quotes: it has one line, or characters that a block cannot show."""
    return "\n" not in content or " \n" in content or bool(set(_YAML_ESCAPED.findall(content)) - set('\n"\\'))


def _yaml_quoted(content: str) -> str:
    return f'"{_YAML_ESCAPED.sub(_yaml_escape, content)}"'


# Everything except YAML's printable characters without line breaks, plus what has a meaning in quotes.
_YAML_ESCAPED = re.compile('[^ -~\xa0-\u2027\u202a-\ufefe\uff00-\ufffd]|["\\\\]')
_YAML_ESCAPES = dict(zip('\0\a\b\t\n\v\f\r\x1b"\\\x85\u2028\u2029', '0abtnvfre"\\NLP', strict=True))


def _yaml_escape(found: re.Match[str]) -> str:
    name = _YAML_ESCAPES.get(found[0])
    code = ord(found[0])
    if name is not None:
        return f"\\{name}"
    return f"\\x{code:02X}" if code < 0x100 else f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"


def _lines(content: str) -> list[tuple[int, str]]:
    """The lines, each with its offset."""
    found = []
    start = 0
    for line in content.split("\n"):
        found.append((start, line))
        start += len(line) + 1
    return found
