"""Lines of styled words for a terminal, and the shared styles. Only this module imports `rich`."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple

from checker.model.policy import Severity
from checker.report.escaping import ascii_only, printable

# Colours only repeat what words say.
SEVERITY_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.NOTE: "bold cyan"}
UNKNOWN_STYLE = "bold magenta"
LABEL_STYLE = "cyan"
INDENT = 2


class Span(NamedTuple):
    """Text in one style (of rich, with the terminal's own colours); the text is untrusted.

    `whole`: the text is not broken at spaces, as for names. `link` is a URL without controls or spaces.
    """

    text: str
    style: str = ""
    whole: bool = False
    link: str | None = None


class Page:
    """Collects lines, and returns them as text with or without colours.

    Every text is escaped. Lines are broken only between words, never within an id or a path.
    """

    def __init__(self, *, width: int, color: bool, unicode: bool) -> None:
        self.width = width
        self._color = color
        self._unicode = unicode
        self._lines: list[str] = []

    def text(self) -> str:
        """Everything written so far."""
        return "".join(f"{line}\n" for line in self._lines)

    def gap(self) -> None:
        """An empty line, but never two in a row."""
        if self._lines and self._lines[-1]:
            self._lines.append("")

    def line(self, *spans: Span) -> None:
        """One line of any length."""
        self._print(map(self._cleaned, spans))

    def paragraph(self, *spans: Span, first: Sequence[Span] = (), indent: int = 0, label_width: int = 0) -> None:
        """Words, wrapped at the width. `first` precedes the first line, padded to `label_width`.

        Further lines are indented to the first word.
        """
        line = [Span(" " * indent), *map(self._cleaned, first)]
        used = sum(self.columns(span.text) for span in line)
        start = indent + label_width if label_width else used
        line.append(Span(" " * (start - used)))
        used = max(start, used)
        is_empty = True
        for word, glued in self._words(spans):
            width = self.columns(word.text)
            if glued and not is_empty:
                line.append(word)
                used += width
                continue
            if not is_empty and used + 1 + width > self.width:
                self._print(line)
                line, used, is_empty = [Span(" " * start)], start, True
            if not is_empty:
                line.append(Span(" "))
                used += 1
            line.append(word)
            used += width
            is_empty = False
        self._print(line)

    def table(self, rows: Sequence[Sequence[Span]], *, indent: int = 0, right: Collection[int] = ()) -> None:
        """Rows of cells in aligned columns, two spaces apart, as wide as necessary.

        The columns with the indexes `right` are aligned to the right.
        """
        widths = self._widths(rows)
        for row in rows:
            line = [Span(" " * indent)]
            for column, cell in enumerate(map(self._cleaned, row)):
                padding = Span(" " * (widths[column] - self.columns(cell.text)))
                line += [padding, cell] if column in right else [cell, padding]
                line.append(Span("  "))
            self._print(line)

    def width_of(self, rows: Sequence[Sequence[Span]]) -> int:
        """The number of columns of a table, without indentation."""
        return sum(widths := self._widths(rows)) + 2 * (sum(map(bool, widths)) - 1)

    def _widths(self, rows: Sequence[Sequence[Span]]) -> list[int]:
        cells = zip_longest(*([self.columns(self.clean(cell.text)) for cell in row] for row in rows), fillvalue=0)
        return [max(column) for column in cells]

    def clean(self, text: str) -> str:
        """The escaped text."""
        shown = printable(text)
        return shown if self._unicode else ascii_only(shown)

    def columns(self, text: str) -> int:
        """The number of columns of escaped text."""
        if text.isascii():
            return len(text)
        from rich.cells import cell_len

        return cell_len(text)

    def _cleaned(self, span: Span) -> Span:
        return span._replace(text=self.clean(span.text))

    def _words(self, spans: Iterable[Span]) -> Iterator[tuple[Span, bool]]:
        """Escaped words; whether each belongs to the previous one."""
        ends_in_space = True
        for span in map(self._cleaned, spans):
            shown = span.text
            glued = not ends_in_space and not shown.startswith(" ")
            for word in (shown,) if span.whole else shown.split():
                yield span._replace(text=word), glued
                glued = False
            if shown:
                ends_in_space = shown.endswith(" ")

    def _print(self, line: Iterable[Span]) -> None:
        """A line of escaped texts, without trailing spaces."""
        parts = list(line)
        while parts and not parts[-1].text.rstrip():
            parts.pop()
        if parts:
            parts[-1] = parts[-1]._replace(text=parts[-1].text.rstrip())
        self._lines.append("".join(map(self._painted, parts)))

    def _painted(self, span: Span) -> str:
        painted = span.text
        if self._color and span.style and span.text:
            # Most reports have no colours, and rich is slow to import.
            from rich.color import ColorSystem
            from rich.style import Style

            painted = Style.parse(span.style).render(span.text, color_system=ColorSystem.STANDARD)
        # OSC 8: terminals that support it make a link of the text between.
        return painted if span.link is None else f"\x1b]8;;{span.link}\x1b\\{painted}\x1b]8;;\x1b\\"
