"""AWS's pages, in HTML or Markdown, as blocks, and the days, Regions and ids in their cells."""

import re
from datetime import date
from html.parser import HTMLParser
from typing import NamedTuple

from checker.immutable import immutable
from checker.model.lifecycle import GEOGRAPHIES, Notice
from checker.model.regions import REGIONS

# The blocks of a page, in HTML or Markdown.


@immutable
class Heading:
    """A heading of any level."""

    text: str


@immutable
class Paragraph:
    """Text outside tables and lists."""

    text: str


@immutable
class Item:
    """An item of a list. `depth` is 0 for the outermost list. The text has no emphasis."""

    depth: int
    text: str


@immutable
class Table:
    """Cells as text, with line breaks between lines of a cell. A row may be shorter or longer than the header."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Heading | Paragraph | Item | Table


@immutable
class Page:
    """The blocks in order, their links, and the metadata of the page (empty if there is none)."""

    blocks: tuple[Block, ...]
    links: tuple[str, ...]
    address: str = ""
    language: str = ""

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables, in order."""
        return tuple(block for block in self.blocks if isinstance(block, Table))

    @property
    def headings(self) -> tuple[str, ...]:
        """The texts of the headings, in order."""
        return tuple(block.text for block in self.blocks if isinstance(block, Heading))

    @property
    def text(self) -> str:
        """The headings, paragraphs and items, one per line."""
        return "\n".join(block.text for block in self.blocks if not isinstance(block, Table))


class PageError(Exception):
    """A page that is refused as a whole. The message is the reason, without the page's name."""


# Parses HTML into blocks. Only this module uses `html.parser`.

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_SILENT = frozenset({"script", "style", "template", "noscript"})
_BREAKING = frozenset({"br", "p", "li", "div", "ul", "ol"})
# A cell that spans more rows than any real table has: the page is broken.
_MOST_SPANNED = 500
_SPACE = re.compile(r"\s+")


def read_html(text: str) -> Page:
    """The blocks of the page. Raises PageError for a nested table and for a declaration that HTML does not have."""
    reader = _Reader()
    try:
        reader.feed(text)
        reader.close()
    except AssertionError:
        # Some versions of the library reject what follows a `<![` with this.
        raise PageError(f"line {reader.getpos()[0]} has a declaration `<!` that is none of HTML") from None
    reader.end_text()
    return Page(tuple(reader.blocks), tuple(dict.fromkeys(reader.links)), reader.address, reader.language)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self.links: list[str] = []
        self.address = ""
        self.language = ""
        self._silent = 0
        self._text: list[str] = []
        self._heading = False
        self._depth = 0
        self._table: _Grid | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag in _SILENT:
            self._silent += 1
        elif tag == "html":
            self.language = values.get("lang", "")
        elif tag == "link" and values.get("rel", "").lower() == "canonical":
            self.address = values.get("href", "")
        elif tag == "a" and values.get("href"):
            self.links.append(values["href"])
        elif tag == "table":
            if self._table is not None:
                raise PageError("a table stands within another table")
            self.end_text()
            self._table = _Grid()
        elif self._table is not None:
            self._start_in_table(tag, values)
        elif tag in _HEADINGS:
            self.end_text()
            self._heading = True
        elif tag in ("ul", "ol"):
            self.end_text()
            self._depth += 1
        elif tag == "li":
            self.end_text()
        elif tag == "br":
            self._text.append("\n")
        elif tag in _BREAKING and self._depth == 0:
            self.end_text()

    def _start_in_table(self, tag: str, values: dict[str, str]) -> None:
        assert self._table is not None
        if tag == "tr":
            self._end_cell()
            self._table.start_row()
        elif tag in ("td", "th"):
            self._end_cell()
            self._table.start_cell(_span(values.get("rowspan")), _span(values.get("colspan")), is_header=tag == "th")
            self._text = []
        elif tag in _BREAKING:
            self._text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(self._silent - 1, 0)
        elif tag == "table" and self._table is not None:
            self._end_cell()
            self.blocks.append(self._table.finished())
            self._table = None
        elif self._table is not None:
            if tag in ("td", "th", "tr"):
                self._end_cell()
            elif tag in _BREAKING:
                self._text.append("\n")
        elif tag in _HEADINGS:
            self.end_text()
            self._heading = False
        elif tag in ("ul", "ol"):
            self.end_text()
            self._depth = max(self._depth - 1, 0)
        elif tag == "li" or (tag in _BREAKING and self._depth == 0):
            self.end_text()

    def handle_data(self, data: str) -> None:
        if not self._silent:
            # A line break in the source is a space; tags add the real line breaks.
            self._text.append(_SPACE.sub(" ", data))

    def end_text(self) -> None:
        """Makes a block of the text so far."""
        text = " ".join("".join(self._text).split())
        self._text = []
        if not text:
            return
        if self._heading:
            self.blocks.append(Heading(text))
        elif self._depth:
            self.blocks.append(Item(self._depth - 1, text))
        else:
            self.blocks.append(Paragraph(text))

    def _end_cell(self) -> None:
        if self._table is not None:
            lines = (" ".join(line.split()) for line in "".join(self._text).split("\n"))
            self._table.end_cell("\n".join(line for line in lines if line))
        self._text = []


class _Grid:
    """A table under construction. A cell that spans rows or columns is repeated in each of them."""

    def __init__(self) -> None:
        self._rows: list[list[tuple[str, bool]]] = []
        self._open: tuple[int, int, bool] | None = None
        # By column: the number of rows that a cell from above still covers, and its text.
        self._spanning: dict[int, tuple[int, tuple[str, bool]]] = {}

    def start_row(self) -> None:
        self._fill()
        self._rows.append([])

    def start_cell(self, rows: int, columns: int, *, is_header: bool) -> None:
        if not self._rows:
            self._rows.append([])
        self._open = (rows, columns, is_header)

    def end_cell(self, text: str) -> None:
        if self._open is None:
            return
        rows, columns, is_header = self._open
        self._open = None
        self._fill()
        row = self._rows[-1]
        for _ in range(columns):
            if rows > 1:
                self._spanning[len(row)] = (rows - 1, (text, is_header))
            row.append((text, is_header))

    def _fill(self) -> None:
        """Repeats cells from above that reach into the row."""
        row = self._rows[-1] if self._rows else []
        while self._rows and len(row) in self._spanning:
            left, cell = self._spanning.pop(len(row))
            if left > 1:
                self._spanning[len(row)] = (left - 1, cell)
            row.append(cell)

    def finished(self) -> Table:
        self._fill()
        rows = [row for row in self._rows if row]
        header: tuple[str, ...] = ()
        if rows and all(is_header for _, is_header in rows[0]):
            header = tuple(text for text, _ in rows.pop(0))
        return Table(header, tuple(tuple(text for text, _ in row) for row in rows))


def _span(text: str | None) -> int:
    try:
        span = int(text or "1")
    except ValueError:
        return 1
    return min(max(span, 1), _MOST_SPANNED)


# Parses the Markdown of AWS's pages into blocks: headings, pipe tables, bullet lists, paragraphs.

_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
_SOURCE = re.compile(r"^source_url:\s*(\S+)\s*$", re.MULTILINE)
_HEADING = re.compile(r"#{1,6}\s+(.*?)\s*#*$")
_ITEM = re.compile(r"(\s*)[-*+•]\s+(.*)$")
_RULE = re.compile(r"\|?\s*:?-{3,}:?\s*(\|\s*:?-{3,}:?\s*)*\|?$")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)[^)]*\)")
_ANCHOR = re.compile(r"<a\s[^>]*>(.*?)</a>|<a\s[^>]*/>", re.DOTALL)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_EMPHASIS = re.compile(r"\*\*|__|`")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|<>])")
_PIPE = re.compile(r"(?<!\\)\|")
_INDENT = 2


def read_markdown(text: str) -> Page:
    """The blocks of the page. Raises PageError for tables that have been fused into one."""
    text = text.replace("\r\n", "\n")
    front = _FRONT_MATTER.match(text)
    address = ""
    if front is not None:
        found = _SOURCE.search(front[1])
        address = found[1] if found else ""
        text = text[front.end() :]
    blocks: list[Block] = []
    table: list[list[str]] = []
    for line in text.split("\n"):
        if line.lstrip().startswith("|"):
            table.append(_cells(line))
            continue
        if table:
            blocks.append(_table(table))
            table = []
        block = _block(line)
        if block is not None:
            blocks.append(block)
    if table:
        blocks.append(_table(table))
    return Page(tuple(blocks), tuple(dict.fromkeys(_LINK.findall(text))), address)


def _block(line: str) -> Block | None:
    stripped = line.strip()
    if not stripped:
        return None
    heading = _HEADING.match(stripped)
    if heading is not None:
        return Heading(plain(heading[1]))
    item = _ITEM.match(line)
    if item is not None:
        return Item(len(item[1].expandtabs(4)) // _INDENT, plain(item[2]))
    text = plain(stripped)
    return Paragraph(text) if text else None


def plain(text: str) -> str:
    """The text without emphasis, links, anchors and escapes; `<br>` becomes a line break."""
    text = _ANCHOR.sub(lambda match: match[1] or "", text)
    text = _LINK.sub(lambda match: match[0][1 : match[0].index("]")], text)
    text = _BREAK.sub("\n", text)
    text = _EMPHASIS.sub("", text)
    text = _ESCAPE.sub(r"\1", text)
    return "\n".join(part for line in text.split("\n") if (part := " ".join(line.split())))


def _cells(line: str) -> list[str]:
    inner = line.strip().removeprefix("|")
    parts = _PIPE.split(inner)
    if parts and not parts[-1].strip():
        parts.pop()
    return parts


def _table(lines: list[list[str]]) -> Table:
    if any(re.search(r"(^|\s)#{1,6}\s+\S", cell) for cells in lines for cell in cells):
        raise PageError("headings stand within the cells of a table: several tables have been fused into one")
    header: tuple[str, ...] = ()
    rows: list[tuple[str, ...]] = []
    for number, cells in enumerate(lines):
        if _RULE.match("|".join(cell.strip() for cell in cells)):
            if number != 1:
                raise PageError("a line that ends a table's header stands within a table: tables have been fused")
            header = rows.pop()
            continue
        if any(re.fullmatch(r"\s*:?-{3,}:?\s*", cell) for cell in cells):
            raise PageError("a row of a table goes on behind the line that ends its header: rows have been fused")
        rows.append(tuple(plain(cell) for cell in cells))
    # A table without the line under its header still begins with its header.
    if not header and rows:
        header = rows.pop(0)
    return Table(header, tuple(rows))


# Parses cells of AWS's pages: days, Regions, ids. Text of an unknown shape is refused.

_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_NAMES = {name[:length]: number for number, name in enumerate(_MONTHS, 1) for length in (3, len(name))} | {"sept": 9}

_WRITTEN = re.compile(r"([A-Za-z]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
_NUMBERS = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_NOTHING = frozenset({"", "-", "\u2013", "\u2014", "na", "n/a", "none", "tbd", "_"})
_FLOOR = re.compile(r"(?:eol\s+)?(?:no|not)\s+sooner\s+than:?\s+(.*)", re.IGNORECASE | re.DOTALL)
_WITH_REGIONS = re.compile(r"(.*?)\s*\(([^()]*)\)\s*", re.DOTALL)
_ID = re.compile(r"[a-z][a-z0-9-]*\.[a-z0-9][a-z0-9.-]*(?::\d+)?")
_NOTICE = re.compile(r"(?:at least\s+)?(\d{1,4})[\s-]+(month|day)s?", re.IGNORECASE)
_FIRST_DAY, _LAST_DAY = date(2023, 1, 1), date(2045, 1, 1)

# Words between and around Regions in running text.
_FILLERS = frozenset({"and", "only", "in", "region", "regions", "the"})


class CellError(Exception):
    """A cell that does not fit its column. The message is the reason."""


class Dated(NamedTuple):
    """A day and its Regions: None if none are given, empty for all."""

    day: date | None
    regions: tuple[str, ...] | None


def parse_day(text: str) -> date | None:
    """The day; None for a text that says that there is none. Raises CellError for a promise and for anything else."""
    cleaned = " ".join(text.split())
    if cleaned.lower() in _NOTHING:
        return None
    if (found := _WRITTEN.fullmatch(cleaned)) and found[1].lower() in _NAMES:
        year, month, day = int(found[3]), _NAMES[found[1].lower()], int(found[2])
    elif found := _NUMBERS.fullmatch(cleaned):
        year, month, day = int(found[3]), int(found[1]), int(found[2])
    elif found := _ISO.fullmatch(cleaned):
        year, month, day = int(found[1]), int(found[2]), int(found[3])
    else:
        raise CellError(f"{cleaned!r} is not a day")
    try:
        parsed = date(year, month, day)
    except ValueError:
        raise CellError(f"{cleaned!r} is a day that no calendar has") from None
    if not _FIRST_DAY <= parsed < _LAST_DAY:
        raise CellError(f"{cleaned!r} is too far from Bedrock's time to be right")
    return parsed


def parse_dated(text: str) -> Dated:
    """A day, with or without Regions in parentheses."""
    found = _WITH_REGIONS.fullmatch(text)
    if found is None:
        return Dated(parse_day(text), None)
    return Dated(parse_day(found[1]), parse_regions(found[2]))


def parse_floor(text: str) -> date | None:
    """The day of `No sooner than …`; None if nothing is promised. Raises CellError for a plain day."""
    found = _FLOOR.fullmatch(" ".join(text.split()))
    if found is not None:
        return parse_day(found[1])
    if " ".join(text.split()).lower() in _NOTHING:
        return None
    raise CellError(f"{text!r} is not of the form 'No sooner than' and a day")


def is_floor(text: str) -> bool:
    """True if the text is a promise, not a date."""
    return _FLOOR.fullmatch(" ".join(text.split())) is not None


def parse_regions(text: str) -> tuple[str, ...]:
    """The Region codes, sorted; empty for all Regions. Raises CellError if the text names none, or anything else."""
    tokens = [token.strip("*•_") for token in re.split(r"[\s,;]+", text.replace("(Gated)", " "))]
    named = [token for token in tokens if token and token.lower() not in _FILLERS]
    if [token.lower() for token in named] == ["all"]:
        return ()
    if not named:
        raise CellError(f"{text!r} names no Region")
    for token in named:
        if token not in REGIONS:
            raise CellError(f"{token!r} is not a Region")
    return tuple(sorted(set(named)))


def own_regions(text: str) -> tuple[str, ...]:
    """The Regions without a star; a star means that only an inference profile reaches the model there."""
    kept = re.sub(r"[a-z0-9-]+(?:\s*\(Gated\))?\s*\*", " ", text)
    return parse_regions(kept) if kept.replace("•", "").strip(" ,\n") else ()


def are_regions(text: str) -> bool:
    """True if the text is a list of Regions and nothing else."""
    try:
        return bool(text.strip()) and bool(parse_regions(text))
    except CellError:
        return False


def is_id(text: str) -> bool:
    """True if the text is a base model id."""
    return bool(_ID.fullmatch(text)) and not text.startswith(tuple(f"{geography}." for geography in GEOGRAPHIES))


def parse_id(text: str) -> str:
    """A base model id. Raises CellError for anything else."""
    cleaned = text.strip()
    if not is_id(cleaned):
        raise CellError(f"{cleaned!r} is not a model id")
    return cleaned


def ids_in(text: str) -> tuple[str, ...]:
    """Every base model id in running text, in order."""
    found = re.findall(r"(?<![\w.])[a-z][a-z0-9]*\.[a-z0-9][a-z0-9.-]*[a-z0-9](?::\d+)?", text)
    return tuple(dict.fromkeys(each for each in found if re.search(r"\d|-", each.partition(".")[2])))


def parse_notice(text: str) -> Notice | None:
    """The promised least time; None if nothing is promised. Raises CellError for anything else."""
    cleaned = " ".join(text.split())
    if cleaned.lower() in _NOTHING:
        return None
    found = _NOTICE.fullmatch(cleaned)
    if found is None or not int(found[1]):
        raise CellError(f"{cleaned!r} is not a number of months or days")
    return Notice(int(found[1]), "months" if found[2].lower() == "month" else "days")


def plain_name(text: str) -> str:
    """The name of a model without what differs between pages: case, dashes, bullets in place of dashes, spaces."""
    return " ".join(re.sub("[-\u2013\u2014\u2022\\s]+", " ", text).casefold().split())
