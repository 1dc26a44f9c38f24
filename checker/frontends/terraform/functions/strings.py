"""The string functions."""

import re
from collections.abc import Callable, Mapping, Sequence

from checker.frontends.terraform.configuration.elements import elements, invalid, with_gaps
from checker.frontends.terraform.configuration.types import as_number
from checker.frontends.terraform.functions.calling import (
    Call,
    Function,
    anything,
    by_piece,
    changed,
    derived,
    integer,
    plain,
    refused,
    string,
    strings,
)
from checker.frontends.terraform.functions.formatting import clusters, format_call, format_list, offsets
from checker.frontends.terraform.functions.patterns import regex, regexall
from checker.patterns import InvalidPatternError, UnsupportedPatternError, translate
from checker.values import (
    HOLE,
    MOST_CHARACTERS,
    Alternative,
    Atom,
    Bool,
    Cause,
    Kind,
    List,
    Piece,
    Slices,
    Text,
    TooLargeError,
    Unknown,
    Value,
)
from checker.values.atoms import MOST_NODES
from checker.values.operations import concat, flat_map

# Characters that a text of a known shape never contains.
_NEVER = frozenset(":/., \t\r\n")


def may_hold(hole: Unknown, part: str) -> bool:
    """True if the text of a hole may contain all of a part."""
    return hole.shape is None or not (set(part) & _NEVER)


def crosses(content: Text, wanted: str) -> bool:
    """True if an occurrence of a text may be partly in a hole and partly outside."""
    marked = content.marked()
    holes = iter(content.holes)
    for number, character in enumerate(marked):
        if character != HOLE:
            continue
        hole = next(holes)
        if number + 1 < len(marked) and marked[number + 1] == HOLE:
            return True
        before = marked[:number]
        after_ = marked[number + 1 :]
        for cut in range(1, len(wanted)):
            head, tail = wanted[:cut], wanted[cut:]
            # The head in the hole and the tail after it; or the head before it and the tail in the hole (or beyond it).
            if may_hold(hole, head) and _agree_at_start(after_, tail):
                return True
            if before.endswith(head) and (may_hold(hole, tail) or _beyond(hole, tail, after_)):
                return True
    return False


def _agree_at_start(text_: str, wanted: str) -> bool:
    for one, other in zip(text_, wanted, strict=False):
        if one == HOLE:
            return True
        if one != other:
            return False
    return len(text_) >= len(wanted)


def _beyond(hole: Unknown, tail: str, after_: str) -> bool:
    return any(may_hold(hole, tail[:cut]) and _agree_at_start(after_, tail[cut:]) for cut in range(len(tail)))


def replace_(call: Call) -> Value:
    """`replace(text, wanted, new)`; `wanted` between `/` is a pattern."""

    def apply(atoms: Sequence[Atom]) -> Atom:
        content, wanted, new = atoms
        assert isinstance(content, Text)
        assert isinstance(wanted, Text)
        assert isinstance(new, Text)
        sought = wanted.plain
        if sought is None:
            return derived(wanted.holes[0], "replace", atoms)
        if len(sought) > 1 and sought.startswith("/") and sought.endswith("/"):
            return _replace_pattern(content, sought[1:-1], new, atoms, call)
        if content.holes and (sought == "" or crosses(content, sought)):
            return derived(content.holes[0], "replace", atoms)
        return _replace_text(content, sought, new)

    # The replacement may be unknown: everything around it stays.
    content, wanted, new = call.args
    return flat_map([content, wanted, tuple(map(_as_hole, new))], apply, call.name)


def _as_hole(one: Alternative) -> Alternative:
    if isinstance(one.atom, Unknown) and one.atom.cause is not Cause.INVALID:
        return one._replace(atom=Text((one.atom,)))
    return one


def _replace_text(content: Text, sought: str, new: Text) -> Atom:
    marked = content.marked()
    _check_growth(marked.count(sought), new)
    slices = Slices.of(content)
    if sought == "":
        written = content.plain or ""
        pieces: list[Piece | Unknown] = list(new.pieces)
        for number in range(len(written)):
            pieces += [*slices.pieces(number, number + 1), *new.pieces]
        return Text(tuple(pieces))
    result: list[Piece | Unknown] = []
    position = 0
    while True:
        found = marked.find(sought, position)
        for piece in slices.pieces(position, len(marked) if found < 0 else found):
            if isinstance(piece, Unknown) and may_hold(piece, sought):
                result.append(piece.derived(f"replace({piece.identity}, {sought!r}, {new.identity()!r})"))
            else:
                result.append(piece)
        if found < 0:
            return Text(tuple(result))
        result.extend(new.pieces)
        position = found + len(sought)


def _replace_pattern(content: Text, pattern: str, new: Text, atoms: Sequence[Atom], call: Call) -> Atom:
    missing = (*content.holes, *new.holes)
    if missing:
        return derived(missing[0], "replace", atoms)
    try:
        matches = list(translate(pattern).finditer(content.plain or ""))
    except UnsupportedPatternError as error:
        return Unknown(Cause.UNSUPPORTED_FUNCTION, call.subject, f"{call.subject}: {error}")
    except InvalidPatternError as error:
        return invalid(f'{call.subject}: the pattern in "substr" is not valid: {error}')
    template = new.plain or ""
    written = content.plain or ""
    _check_growth(len(matches), new)
    slices = Slices.of(content)
    result: list[Piece | Unknown] = []
    position = 0
    for match in matches:
        result += slices.pieces(position, match.start())
        expanded = expand(template, match)
        if expanded:
            result.append(Piece(expanded, content.trail_at(match.start(), match.end()) or ()))
        position = match.end()
    result += slices.pieces(position, len(written))
    return Text(tuple(result))


def _check_growth(times: int, new: Text) -> None:
    """Raises TooLargeError if this many insertions make the text too long."""
    length = sum(1 if isinstance(piece, Unknown) else len(piece.text) for piece in new.pieces)
    if times * max(length, len(new.pieces)) > MOST_CHARACTERS:
        raise TooLargeError


_REFERENCE = re.compile(r"\$(?:\$|\{(\w+)\}|(\w+))")


def expand(template: str, match: "re.Match[str]") -> str:
    """A replacement with `$1`, `${1}` and `${name}` expanded, as in Go."""

    def fill(found: "re.Match[str]") -> str:
        name = found[1] or found[2]
        if name is None:
            return "$"
        try:
            return match[int(name) if name.isdecimal() else name] or ""
        except IndexError:
            return ""

    return _REFERENCE.sub(fill, template)


def trimprefix(call: Call) -> Value:
    """`trimprefix(text, prefix)`."""
    return _trim_end(call, from_start=True)


def trimsuffix(call: Call) -> Value:
    """`trimsuffix(text, suffix)`."""
    return _trim_end(call, from_start=False)


def _trim_end(call: Call, *, from_start: bool) -> Value:
    def apply(atoms: Sequence[Atom]) -> Atom:
        content, affix = atoms
        assert isinstance(content, Text)
        assert isinstance(affix, Text)
        sought = affix.plain
        if sought is None:
            return derived(affix.holes[0], call.name, atoms)
        has = starts(content, sought) if from_start else ends(content, sought)
        if has is None:
            return derived(content.holes[0], call.name, atoms)
        length = len(content.marked())
        if not has:
            return content
        return content.slice(len(sought), length) if from_start else content.slice(0, length - len(sought))

    return flat_map(call.args, apply, call.name)


def starts(content: Text, prefix: str) -> bool | None:
    """Whether a text starts with a prefix; None if a hole decides that."""
    marked = content.marked()
    known_part = marked.split(HOLE, 1)[0]
    if len(known_part) >= len(prefix) or not prefix.startswith(known_part):
        return known_part.startswith(prefix)
    if not content.holes:
        return False
    hole = content.holes[0]
    remaining = prefix[len(known_part) :]
    following = marked[len(known_part) + 1 :]
    possible = may_hold(hole, remaining) or _beyond(hole, remaining, following)
    return None if possible else False


def ends(content: Text, suffix: str) -> bool | None:
    """Whether a text ends with a suffix; None if a hole decides that."""
    reverse = Text(
        tuple(piece if isinstance(piece, Unknown) else Piece(piece.text[::-1]) for piece in reversed(content.pieces))
    )
    return starts(reverse, suffix[::-1])


def _test(call: Call, decide: Callable[[Text, str], bool | None]) -> Value:
    def apply(atoms: Sequence[Atom]) -> Atom:
        content, wanted = atoms
        assert isinstance(content, Text)
        assert isinstance(wanted, Text)
        sought = wanted.plain
        answer = decide(content, sought) if sought is not None else None
        if answer is None:
            return derived((*wanted.holes, *content.holes)[0], call.name, atoms)
        return Bool(answer)

    return flat_map(call.args, apply, call.name)


def _contains(content: Text, wanted: str) -> bool | None:
    if any(isinstance(piece, Piece) and wanted in piece.text for piece in content.pieces):
        return True
    if not content.holes:
        return wanted in (content.plain or "")
    if any(may_hold(hole, wanted) for hole in content.holes) or crosses(content, wanted):
        return None
    return wanted in content.marked()


def split(call: Call) -> Value:
    """`split(separator, text)`."""

    def apply(atoms: Sequence[Atom]) -> Atom:
        separator, content = atoms
        assert isinstance(separator, Text)
        assert isinstance(content, Text)
        sought = separator.plain
        if sought is None:
            return derived(separator.holes[0], "split", atoms)
        if content.holes and (
            not sought or any(may_hold(hole, sought) for hole in content.holes) or crosses(content, sought)
        ):
            return derived(content.holes[0], "split", atoms)
        return List(tuple((Alternative(part),) for part in split_text(content, sought)), (), Kind.LIST)

    # The text is the first operand, for its trail; the trail of the separator does not matter.
    separator, content = call.args
    return flat_map([content, separator], lambda atoms: apply((atoms[1], atoms[0])), "split")


def split_text(content: Text, separator: str) -> list[Text]:
    """The parts of a text between separators, which no hole contains."""
    marked = content.marked()
    if marked.count(separator) > MOST_NODES:
        raise TooLargeError
    slices = Slices.of(content)
    if separator == "":
        return [Text(tuple(slices.pieces(number, number + 1))) for number in range(len(marked))]
    parts = []
    position = 0
    while (found := marked.find(separator, position)) >= 0:
        parts.append(Text(tuple(slices.pieces(position, found))))
        position = found + len(separator)
    parts.append(Text(tuple(slices.pieces(position, len(marked)))))
    return parts


def join(call: Call) -> Value:
    """`join(separator, lists...)`."""

    def apply(atoms: Sequence[Atom]) -> Value | Atom:
        separator, *lists = atoms
        parts: list[Value] = []
        rest: list[Alternative] = []
        for atom in lists:
            items = elements(Alternative(atom))
            if not isinstance(atom, List) or items is None:
                return invalid(f'{call.subject}: each of "lists" must be a list of strings')
            for item in items:
                if item.repeated:
                    rest.extend(item.value)
                else:
                    parts.append(item.value)
        if rest:
            return with_gaps(parts, tuple(rest), call.subject, (Alternative(separator),))
        joined: list[Value] = []
        for number, part in enumerate(parts):
            joined += [(Alternative(separator),)] if number else []
            joined.append(part)
        return concat(joined, call.subject)

    if len(call.args) < 2:
        return refused(call, '"lists" is missing')
    first, *lists_ = call.args
    pushed = [_with_trails(value) for value in lists_]
    return flat_map([first, *pushed], apply, "join")


def _with_trails(value: Value) -> Value:
    """Lists whose elements have the trail of their list."""
    result = []
    for one in value:
        if isinstance(one.atom, List) and one.trail:
            items = tuple(item.value for item in elements(one) or () if not item.repeated)
            rest = tuple(a for item in elements(one) or () if item.repeated for a in item.value)
            one = Alternative(List(items, rest, one.atom.kind), one.given)
        result.append(one)
    return tuple(result)


def substr(call: Call) -> Value:
    """`substr(text, offset, length)`, in grapheme clusters; exact if there is no hole before the end."""

    def apply(atoms: Sequence[Atom]) -> Atom:
        content, *bounds = atoms
        assert isinstance(content, Text)
        offset, length = (int(as_number(bound) or 0) for bound in bounds)
        marked = content.marked()
        starts_at = offsets(marked)
        count = len(starts_at) - 1
        if offset < 0:
            if content.holes:
                return derived(content.holes[0], "substr", atoms)
            offset = max(count + offset, 0)
            # Counted from the end, length 0 returns the whole rest in Terraform.
            length = length or -1
        first = starts_at[min(offset, count)]
        end = len(marked) if length < 0 else starts_at[min(offset + length, count)]
        hole_at = marked.find(HOLE)
        if 0 <= hole_at < end and not (length < 0 and hole_at >= first):
            return derived(content.holes[0], "substr", atoms)
        return content.slice(first, end)

    return flat_map(call.args, apply, "substr")


def _upper(content: str) -> str:
    """Character by character, as in Go: `ß` does not change."""
    return content.upper() if content.isascii() else "".join(c.upper() if len(c.upper()) == 1 else c for c in content)


def _lower(content: str) -> str:
    return content.lower() if content.isascii() else "".join(c.lower() if len(c.lower()) == 1 else c for c in content)


def _title(content: str) -> str:
    pairs = zip(" " + content, content, strict=False)
    return "".join(_upper(letter) if _ends_word(before) else letter for before, letter in pairs)


def _ends_word(character: str) -> bool:
    return character.isspace() or (character.isascii() and not character.isalnum() and character != "_")


def indent(call: Call) -> Value:
    """`indent(spaces, text)`: the lines inside holes are unknown."""

    def apply(atoms: Sequence[Atom]) -> Value | Atom:
        spaces, content = int(as_number(atoms[0]) or 0), atoms[1]
        assert isinstance(content, Text)
        if spaces < 0:
            return refused(call, '"spaces" must not be negative')
        if max(content.marked().count("\n"), 1) * spaces > MOST_CHARACTERS:
            raise TooLargeError
        added = "\n" + " " * spaces
        name = f"{call.name} by {spaces}"
        return Text(tuple(changed(piece, lambda part: part.replace("\n", added), name) for piece in content.pieces))

    return flat_map(call.args, apply, call.name)


def chomp(call: Call) -> Value:
    """`chomp(text)`: a hole at the end may contain line breaks."""

    def apply(atoms: Sequence[Atom]) -> Atom:
        content = atoms[0]
        assert isinstance(content, Text)
        kept = content.slice(0, len(content.marked().rstrip("\r\n")))
        last = kept.pieces[-1] if kept.pieces else None
        if not isinstance(last, Unknown) or last.shape is not None:
            return kept
        before = kept.pieces[-2] if len(kept.pieces) > 1 else None
        if isinstance(before, Unknown) or (before is not None and before.text[-1:] in ("\r", "\n")):
            return derived(last, call.name, atoms)
        return Text((*kept.pieces[:-1], last.derived(f"chomp({last.identity})")))

    return flat_map(call.args, apply, call.name)


def _trim(content: str, characters: str) -> str:
    return content.strip(characters) if characters else content


def _reverse(content: str) -> str:
    return "".join(reversed(clusters(content)))


def trimspace(call: Call) -> Value:
    """`trimspace(text)`: a hole at an end may contain space."""

    def apply(atoms: Sequence[Atom]) -> Atom:
        content = atoms[0]
        assert isinstance(content, Text)
        marked = content.marked()
        start = len(marked) - len(marked.lstrip())
        end = len(marked.rstrip())
        kept = content.slice(start, max(start, end))
        pieces = list(kept.pieces)
        for location in {0, len(pieces) - 1} if pieces else set():
            piece = pieces[location]
            if isinstance(piece, Unknown) and piece.shape is None:
                pieces[location] = piece.derived(f"trimspace({piece.identity})")
                if len(pieces) > 1:
                    # The space continues beyond the hole only if more space follows.
                    neighbour = pieces[1] if location == 0 else pieces[location - 1]
                    if isinstance(neighbour, Unknown) or neighbour.text[0 if location == 0 else -1].isspace():
                        return derived(piece, "trimspace", atoms)
        return Text(tuple(pieces))

    return flat_map(call.args, apply, "trimspace")


def _strcontains(call: Call) -> Value:
    return _test(call, _contains)


def _startswith(call: Call) -> Value:
    return _test(call, starts)


def _endswith(call: Call) -> Value:
    return _test(call, ends)


FUNCTIONS: Mapping[str, Function] = {
    "chomp": Function(chomp, (string("str"),)),
    "endswith": Function(_endswith, (string("str"), string("suffix")), forgets=True),
    "format": Function(format_call, (string("format"),), anything("args", nullable=True)),
    "formatlist": Function(format_list, (string("format"),), anything("args", nullable=True)),
    "indent": Function(indent, (integer("spaces"), string("str"))),
    "join": Function(join, (string("separator"),), strings("lists")),
    "lower": by_piece(_lower),
    "regex": Function(regex, (string("pattern"), string("string"))),
    "regexall": Function(regexall, (string("pattern"), string("string"))),
    "replace": Function(replace_, (string("str"), string("substr"), string("replace"))),
    "split": Function(split, (string("separator"), string("str"))),
    "startswith": Function(_startswith, (string("str"), string("prefix")), forgets=True),
    "strcontains": Function(_strcontains, (string("str"), string("substr")), forgets=True),
    "strrev": plain(_reverse, string("str")),
    "substr": Function(substr, (string("str"), integer("offset"), integer("length"))),
    "title": plain(_title, string("str")),
    "trim": plain(_trim, string("str"), string("cutset")),
    "trimprefix": Function(trimprefix, (string("str"), string("prefix"))),
    "trimsuffix": Function(trimsuffix, (string("str"), string("suffix"))),
    "trimspace": Function(trimspace, (string("str"),)),
    "upper": by_piece(_upper),
}
