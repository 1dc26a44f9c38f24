"""Parses HTML into blocks. Only this module uses `html.parser`."""

import re
from html.parser import HTMLParser

from checker.catalog.refresh.blocks import Block, Heading, Item, Page, PageError, Paragraph, Table

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
