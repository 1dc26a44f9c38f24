"""HCL text as tokens with their places.

Insignificant newlines (inside parentheses, brackets, interpolations and `for` objects) are dropped here, since the
stack of open brackets is known. Dotted names (`var.a.b`) are one token, and so are strings without interpolation. That
gives far fewer tokens than HCL's own scanner, and parsing time is proportional to tokens.

A fault ends the list with an `ERROR` token, so that the parser reports the first error in the file.
"""

import re
import unicodedata
from sys import intern
from typing import Final, NamedTuple

from checker.errors import ParseError
from checker.frontends.terraform.hcl.syntax import Comment
from checker.source.locations import Location

# Kinds of tokens. Operators and brackets are their own kinds.
NAME: Final = "name"
TRAVERSAL: Final = "traversal"  # name.name.name
ATTRIBUTES: Final = "attributes"  # .name.name after something that is no name
NUMBER: Final = "number"
STRING: Final = "string"  # a quoted string without interpolation, decoded
NEWLINE: Final = "newline"
END: Final = "end"
ERROR: Final = "error"
OPEN_TEMPLATE: Final = "open template"  # text is `"`, `<<` or `<<-`
TEXT: Final = "text"  # literal text in a template, decoded; in a heredoc at most one line
INTERPOLATION: Final = "${"  # text is `${` or `${~`
DIRECTIVE: Final = "%{"
CLOSE_SEQUENCE: Final = "close sequence"  # end of an interpolation or directive; text is `}` or `~}`
CLOSE_TEMPLATE: Final = "close template"

_NAME = r"[^\W\d][\w-]*"
_TOKEN = re.compile(
    rf"""[ \t]*+(?:
      ({_NAME}(?:\.{_NAME})*)                          # 1 name or traversal
    | (\r?\n)                                          # 2 newline
    | "([^"\\$%\r\n]*)"                                # 3 plain string
    | (=(?![=>])|,|:(?!:))                             # 4 the commonest operators
    | ([\[({{])                                        # 5 opening bracket
    | ([\])}}])                                        # 6 closing bracket
    | ("|<<-?{_NAME}\r?\n)                             # 7 start of a template
    | ([0-9]+(?:(?:\.|[eE][+-]?)[0-9]+)*)              # 8 number, or what HCL takes for one (`1.2.3`)
    | (\#[^\n]*|//[^\n]*)                              # 9 line comment
    | ((?:\.{_NAME})+)                                 # 10 attributes
    | (\.\.\.|=>|==|!=|<=|>=|&&|\|\||::|/(?!\*)|[.+\-*%<>!?])  # 11 other operators
    | (/\*|.)                                         # 12 block comment, or nothing that HCL knows
    | \Z                                             # only white space is left
    )""",
    re.VERBOSE | re.DOTALL,
)
_NAME_GROUP, _NEWLINE_GROUP, _STRING_GROUP, _COMMON_GROUP, _OPEN_GROUP, _CLOSE_GROUP = 1, 2, 3, 4, 5, 6
_TEMPLATE_GROUP, _NUMBER_GROUP, _COMMENT_GROUP, _ATTRIBUTES_GROUP, _OPERATOR_GROUP, _OTHER_GROUP = 7, 8, 9, 10, 11, 12

# `(?!)` never matches. Before Python 3.11.5, a possessive group goes on where its last alternative gave up.
_FOR_FOLLOWS = re.compile(r"(?:[ \t\r\n]|#[^\n]*\n|//[^\n]*\n|/\*(?:[^*]|\*(?!/)|(?!))*+\*/|(?!))*+for(?![\w-])")
_QUOTED_TEXT = re.compile(r'(?:[^"\\$%\r\n]+|\\[^\r\n]|\$\$\{|%%\{|[$%](?!\{)|(?!))*+')
_LINE_TEXT = re.compile(r"(?:[^$%\r\n]+|\$\$\{|%%\{|[$%](?!\{)|(?!))*+(?:\r?\n)?")
_DETACHED_NEWLINE = re.compile(r"(?<=[$%][\x00-\x09\x0b\x0c\x0e-\x7a\x7c-\x7f])\r?\n\Z")
_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)|\$\$\{|%%\{")
_PLAIN_INTERPOLATION = re.compile(rf"\$\{{[ \t]*({_NAME}(?:\.{_NAME})*)[ \t]*\}}")
_SIMPLE_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_BEFORE_BLOCK = frozenset((NAME, STRING))
_SEQUENCES = frozenset((INTERPOLATION, DIRECTIVE))
_CLOSERS = {"(": ")", "[": "]", "{": "}"}
_CODE_POINTS = 0x110000
_SURROGATES = range(0xD800, 0xE000)

_ADVICE = {
    "'": "a string is written with double quotes",
    "\N{LEFT DOUBLE QUOTATION MARK}": "a string is written with straight double quotes",
    "\N{RIGHT DOUBLE QUOTATION MARK}": "a string is written with straight double quotes",
    "`": 'a long string is written as a heredoc (`<<EOT`), a short one with `"`',
    ";": "arguments are separated by new lines",
    "&": "the logical operator is `&&`",
    "|": "the logical operator is `||`",
    "\r": "a line ends with a line feed, alone or after a carriage return",
    "~": "`~` stands only at the start or the end of `${ }` and `%{ }`",
}


class Tokens(NamedTuple):
    """The kind and the text of each token; `places` has its line and its column, since most locations are not needed.

    The last kind is `END` or `ERROR` (then `error` is set). All tokens are `at` one location if that is given.
    """

    file: str
    kinds: list[str]
    texts: list[str]
    places: list[int]
    comments: tuple[Comment, ...]
    error: ParseError | None
    at: Location | None = None


def tokenize(text: str, file: str, *, line: int = 1, column: int = 1, newlines: bool = True) -> Tokens:
    """The tokens of a body, or of an expression if `newlines` (which end an argument) is False."""
    return _Tokenizer(text, file, line, column, newlines).run()


def tokenize_template(text: str, file: str, *, line: int = 1, column: int = 1) -> Tokens:
    """The tokens of a bare template: the content of a file for `templatefile`."""
    tokenizer = _Tokenizer(text, file, line, column, False)
    tokenizer.templates.append(_OpenTemplate("", tokenizer.location(tokenizer.start)))
    tokenizer.in_template = True
    return tokenizer.run()


class _Open(NamedTuple):
    """An open bracket or sequence: how it is closed, whether newlines count in it, and its location."""

    closer: str
    newlines: bool
    opener: str
    location: Location


class _OpenTemplate(NamedTuple):
    """An open template: `marker` is None for a quoted one, empty for a bare one, else that of the heredoc."""

    marker: str | None
    location: Location


class _Tokenizer:
    """Reads the text once, alternating between code and template; neither calls the other, so nothing recurses."""

    __slots__ = (
        "ascii",
        "base",
        "comments",
        "file",
        "in_template",
        "kinds",
        "line",
        "line_start",
        "newlines",
        "open",
        "places",
        "start",
        "templates",
        "text",
        "texts",
    )

    def __init__(self, text: str, file: str, line: int, column: int, newlines: bool) -> None:
        # HCL normalizes all strings like this, and counts columns by grapheme clusters.
        self.text = text if text.isascii() else unicodedata.normalize("NFC", text)
        self.file = file
        self.line = line
        self.start = 1 if text.startswith("\ufeff") else 0
        self.base = self.start - column  # the column of an offset is `offset - base`
        self.newlines = newlines
        self.ascii = text.isascii()
        self.kinds: list[str] = []
        self.texts: list[str] = []
        self.places: list[int] = []
        self.comments: list[Comment] = []
        self.open: list[_Open] = []
        self.templates: list[_OpenTemplate] = []
        self.in_template = False
        self.line_start = True  # the only place for a heredoc's closing marker

    def run(self) -> Tokens:
        error = None
        position = self.start
        try:
            while position >= 0:
                position = self.template(position) if self.in_template else self.code(position)
        except ParseError as fault:
            error = fault
            self.kinds.append(ERROR)
            self.texts.append("")
            self.places += (fault.line, fault.column)
        return Tokens(self.file, self.kinds, self.texts, self.places, tuple(self.comments), error)

    def add(self, kind: str, text: str, position: int) -> None:
        self.kinds.append(kind)
        self.texts.append(text)
        self.places += (self.line, position - self.base)

    def location(self, position: int) -> Location:
        return Location(self.file, self.line, position - self.base)

    def fail(self, position: int, reason: str) -> ParseError:
        return ParseError(self.file, self.line, position - self.base, reason)

    def code(self, position: int) -> int:  # noqa: C901, PLR0915 (one loop, for speed)
        """Reads up to the start of a template, the end of a sequence or the end of the text (then -1)."""
        text, file, line, base = self.text, self.file, self.line, self.base
        add_kind, add_text, places = self.kinds.append, self.texts.append, self.places
        newlines = self.open[-1].newlines if self.open else self.newlines
        ascii_only = self.ascii
        resume = position
        while resume >= 0:
            matches, resume = _TOKEN.finditer(text, resume), -1
            for match in matches:
                group = match.lastindex
                if group == _NAME_GROUP:
                    # Few names are used again and again.
                    found = intern(match[1])
                    if not ascii_only and not found.isascii():
                        self.line, self.base = line, base
                        self.check_name(found, match.start(1))
                    add_kind(TRAVERSAL if "." in found else NAME)
                    add_text(found)
                    places += (line, match.start(1) - base)
                elif group == _NEWLINE_GROUP:
                    if newlines:
                        add_kind(NEWLINE)
                        add_text("\n")
                        places += (line, match.start(2) - base)
                    line += 1
                    base = match.end() - 1
                elif group == _COMMON_GROUP:
                    found = match[4]
                    add_kind(found)
                    add_text(found)
                    places += (line, match.start(4) - base)
                elif group == _STRING_GROUP:
                    add_kind(STRING)
                    add_text(match[3])
                    places += (line, match.start(3) - 1 - base)
                elif group == _OPEN_GROUP:
                    found = match[5]
                    start = match.start(5)
                    if found == "{":
                        # After a name or a string this is a block, where `for` would be the name of an argument.
                        is_block = self.kinds and self.kinds[-1] in _BEFORE_BLOCK
                        newlines = bool(is_block) or _FOR_FOLLOWS.match(text, match.end()) is None
                    else:
                        newlines = False
                    self.open.append(_Open(_CLOSERS[found], newlines, found, Location(file, line, start - base)))
                    add_kind(found)
                    add_text(found)
                    places += (line, start - base)
                elif group == _CLOSE_GROUP:
                    found = match[6]
                    start = match.start(6)
                    opened = self.open.pop() if self.open else None
                    if opened is None or opened.closer != found:
                        raise _mismatch(found, Location(file, line, start - base), opened)
                    if opened.opener in _SEQUENCES:
                        self.line, self.base, self.in_template = line, base, True
                        self.add(CLOSE_SEQUENCE, found, start)
                        return match.end()
                    newlines = self.open[-1].newlines if self.open else self.newlines
                    if (
                        newlines
                        and found == "]"
                        and self.kinds[-1] == "*"
                        and self.is_broken_splat(opened.location, line)
                    ):
                        raise ParseError(file, line, start - base, "a splat `[*]` cannot be broken over lines here")
                    add_kind(found)
                    add_text(found)
                    places += (line, start - base)
                elif group == _OPERATOR_GROUP:
                    found = match[11]
                    add_kind(found)
                    add_text(found)
                    places += (line, match.start(11) - base)
                elif group == _NUMBER_GROUP:
                    add_kind(NUMBER)
                    add_text(match[8])
                    places += (line, match.start(8) - base)
                elif group == _ATTRIBUTES_GROUP:
                    found = match[10]
                    if not ascii_only and not found.isascii():
                        self.line, self.base = line, base
                        self.check_name(found[1:], match.start(10) + 1)
                    add_kind(ATTRIBUTES)
                    add_text(found)
                    places += (line, match.start(10) - base)
                elif group == _COMMENT_GROUP:
                    location = Location(file, line, match.start(9) - base)
                    self.comments.append(Comment(match[9].removesuffix("\r"), location))
                elif group == _TEMPLATE_GROUP:
                    self.line, self.base = line, base
                    return self.open_template(match[7], match.start(7), match.end())
                elif group is not None:
                    self.line, self.base = line, base
                    start = match.start(_OTHER_GROUP)
                    if match[_OTHER_GROUP] == "~" and self.closes_sequence(start):
                        return start + 2
                    # A block comment is the only insignificant token that spans lines.
                    resume = self.block_comment(start, match[_OTHER_GROUP])
                    line, base = self.line, self.base
                    break
        self.line, self.base = line, base
        if self.open:
            raise _unclosed(self.open[-1], self.location(len(text)))
        self.add(END, "", len(text))
        return -1

    def check_name(self, name: str, position: int) -> None:
        for part in name.split("."):
            if not part.replace("-", "_").isidentifier():
                raise self.fail(position, f"{part!r} is not a name: it has a character that names cannot have")

    def is_broken_splat(self, opened: Location, line: int) -> bool:
        """A comment that may contain the end of the line is accepted."""
        has_comment = bool(self.comments) and self.comments[-1].location >= opened
        return self.kinds[-2] == "[" and opened.line != line and not has_comment

    def closes_sequence(self, start: int) -> bool:
        if not (self.text.startswith("~}", start) and self.open and self.open[-1].opener in _SEQUENCES):
            return False
        self.open.pop()
        self.add(CLOSE_SEQUENCE, "~}", start)
        self.in_template = True
        return True

    def block_comment(self, start: int, found: str) -> int:
        if found != "/*":
            raise self.fail(start, f"unexpected character {_show(found)}" + _advice(found))
        end = self.text.find("*/", start + 2)
        if end < 0:
            raise self.fail(start, "the comment `/*` is never closed")
        comment = self.text[start : end + 2]
        self.comments.append(Comment(comment, self.location(start)))
        if breaks := comment.count("\n"):
            self.line += breaks
            self.base = start + comment.rindex("\n")
        return end + 2

    def open_template(self, opener: str, start: int, end: int) -> int:
        location = self.location(start)
        if opener == '"':
            marker = None
            self.add(OPEN_TEMPLATE, opener, start)
        else:
            name = opener.rstrip("\r\n")
            marker = name.lstrip("<").removeprefix("-")
            self.check_name(marker, start)
            self.add(OPEN_TEMPLATE, "<<-" if name.startswith("<<-") else "<<", start)
            self.line += 1
            self.base = end - 1
            self.line_start = True
        self.templates.append(_OpenTemplate(marker, location))
        self.in_template = True
        return end

    def template(self, position: int) -> int:
        """Reads up to an interpolation or directive, or to the end of the template."""
        marker, opened = self.templates[-1]
        text = self.text
        while True:
            position = self.quoted(position, opened) if marker is None else self.lines(position, marker)
            if not self.in_template or position < 0:
                return position
            if self.ascii and (match := _PLAIN_INTERPOLATION.match(text, position)) is not None:
                found = match[1]
                self.add(INTERPOLATION, "${", position)
                self.add(TRAVERSAL if "." in found else NAME, found, match.start(1))
                position = match.end()
                self.add(CLOSE_SEQUENCE, "}", position - 1)
                continue
            kind = text[position : position + 2]
            opener = f"{kind}~" if text.startswith("~", position + 2) else kind
            self.add(kind, opener, position)
            self.open.append(_Open("}", False, kind, self.location(position)))
            self.in_template = False
            return position + len(opener)

    def quoted(self, position: int, opened: Location) -> int:
        """Reads literal text up to `${`, `%{` or the closing quote."""
        text = self.text
        match = _QUOTED_TEXT.match(text, position)
        end = match.end() if match is not None else position
        character = text[end : end + 1]
        if character not in ('"', "$", "%") or not character:
            raise ParseError(
                self.file,
                opened.line,
                opened.column,
                "this string is not closed before the end of its line; text of several lines is written as a heredoc "
                "(`<<EOT`) or with `\\n`",
            )
        literal = text[position:end]
        if "\\" in literal or "{" in literal:
            literal = self.decode(literal, position)
        if character != '"':
            if end > position:
                self.add(TEXT, literal, position)
            return end
        self.templates.pop()
        self.in_template = False
        if self.kinds[-1] == OPEN_TEMPLATE:  # escapes only: an ordinary string
            self.kinds[-1], self.texts[-1] = STRING, literal
            return end + 1
        if end > position:
            self.add(TEXT, literal, position)
        self.add(CLOSE_TEMPLATE, '"', end)
        return end + 1

    def decode(self, literal: str, position: int) -> str:
        def meaning(match: re.Match[str]) -> str:
            escape = match[0]
            if escape[0] != "\\":
                return escape[1:]
            if (simple := _SIMPLE_ESCAPES.get(escape[1:])) is not None:
                return simple
            if len(escape) > 2:
                code = int(escape[2:], 16)
                if code < _CODE_POINTS and code not in _SURROGATES:
                    return chr(code)
                raise self.fail(position + match.start(), f"`{escape}` is not a Unicode character")
            raise self.fail(
                position + match.start(),
                f'`{escape}` is not an escape; there are `\\n`, `\\r`, `\\t`, `\\"`, `\\\\`, `\\uXXXX` and '
                "`\\UXXXXXXXX`" + ("" if escape[1] not in "uU" else " with hexadecimal digits"),
            )

        return unicodedata.normalize("NFC", _ESCAPE.sub(meaning, literal))

    def lines(self, position: int, marker: str) -> int:
        """Reads literal text of a heredoc or a bare template up to `${`, `%{` or its end."""
        text, size = self.text, len(self.text)
        while position < size:
            match = _LINE_TEXT.match(text, position)
            end = match.end() if match is not None else position
            literal = text[position:end]
            ends_line = literal.endswith("\n")
            if marker and ends_line and self.line_start and literal.strip() == marker:
                # The newline after the marker is left: it ends the argument.
                end -= 2 if literal.endswith("\r\n") else 1
                self.add(CLOSE_TEMPLATE, marker, position)
                self.templates.pop()
                self.in_template = False
                return end
            if end > position:
                if ends_line and (detached := _DETACHED_NEWLINE.search(literal, len(literal) - 4)) is not None:
                    # HCL's scanner goes back behind an ASCII character after `$` or `%`, and makes the newline a token
                    # of its own; `${~` at the start of the next line strips only that token.
                    self.add(TEXT, _unescape(literal[: detached.start()]), position)
                    position += detached.start()
                    literal = detached[0]
                self.add(TEXT, _unescape(literal), position)
            self.line_start = ends_line
            position = end
            if not ends_line:
                if position >= size:
                    break
                if text[position] == "\r":
                    raise self.fail(position, "unexpected character U+000D" + _advice("\r"))
                return position
            self.line += 1
            self.base = position - 1
        if marker:
            raise ParseError(
                self.file,
                self.templates[-1].location.line,
                self.templates[-1].location.column,
                f"the heredoc is never closed: no later line consists of `{marker}` alone (and ends)",
            )
        self.add(CLOSE_TEMPLATE, "", position)
        self.add(END, "", position)
        return -1


def _unescape(text: str) -> str:
    return text.replace("$${", "${").replace("%%{", "%{") if "{" in text else text


def _mismatch(found: str, location: Location, opened: _Open | None) -> ParseError:
    if opened is None:
        return ParseError(location.file, location.line, location.column, f"`{found}` closes nothing that is open")
    return ParseError(
        location.file,
        location.line,
        location.column,
        f"found `{found}` where `{opened.closer}` must close the `{opened.opener}` of line {opened.location.line}",
    )


def _unclosed(opened: _Open, end: Location) -> ParseError:
    return ParseError(
        end.file,
        end.line,
        end.column,
        f"the file ends before the `{opened.opener}` of line {opened.location.line}, column {opened.location.column}, "
        f"is closed with `{opened.closer}`",
    )


def _show(character: str) -> str:
    return f"`{character}`" if character.isprintable() else f"U+{ord(character):04X}"


def _advice(character: str) -> str:
    return f": {_ADVICE[character]}" if character in _ADVICE else ""
