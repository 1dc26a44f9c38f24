"""Lines of styled words for a terminal, and the styles that all share. The only module that knows `rich`."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from checker.model.policy import Severity
from checker.report.printable import ascii_only, printable

# Colours only repeat what words say.
SEVERITY_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.NOTE: "bold cyan"}
UNKNOWN_STYLE = "bold magenta"
LABEL_STYLE = "cyan"
INDENT = 2


class Span(NamedTuple):
    """Text in one style (of rich, with the terminal's own colours); the text is untrusted.

    `whole` keeps it from being broken at its spaces, for names.
    """

    text: str
    style: str = ""
    whole: bool = False


class Page:
    """Collects lines, and gives them as text with or without colours.

    Every text that it is given is made harmless. Lines are broken only between words, never within an id or a path.
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
        """One line, as long as it is."""
        self._print([(self.clean(span.text), span.style) for span in spans])

    def paragraph(self, *spans: Span, first: Sequence[Span] = (), indent: int = 0, label_width: int = 0) -> None:
        """Words, broken at the width. `first` stands before the first line, padded to `label_width`.

        Further lines are indented to where the first word stands.
        """
        line = [(" " * indent, ""), *((self.clean(span.text), span.style) for span in first)]
        used = sum(self.columns(text) for text, _ in line)
        start = indent + label_width if label_width else used
        line.append((" " * (start - used), ""))
        used = max(start, used)
        is_empty = True
        for word, style, glued in self._words(spans):
            width = self.columns(word)
            if glued and not is_empty:
                line.append((word, style))
                used += width
                continue
            if not is_empty and used + 1 + width > self.width:
                self._print(line)
                line, used, is_empty = [(" " * start, "")], start, True
            if not is_empty:
                line.append((" ", ""))
                used += 1
            line.append((word, style))
            used += width
            is_empty = False
        self._print(line)

    def table(self, rows: Sequence[Sequence[Span]], *, indent: int = 0) -> None:
        """Rows of cells in aligned columns, two spaces between them; as wide as they are."""
        columns = max((len(row) for row in rows), default=0)
        widths = [
            max((self.columns(self.clean(row[column].text)) for row in rows if column < len(row)), default=0)
            for column in range(columns)
        ]
        for row in rows:
            line = [(" " * indent, "")]
            for column, cell in enumerate(row):
                shown = self.clean(cell.text)
                line.append((shown, cell.style))
                if any(later.text for later in row[column + 1 :]):
                    line.append((" " * (widths[column] - self.columns(shown) + 2), ""))
            self._print(line)

    def clean(self, text: str) -> str:
        """The text as it will be shown."""
        shown = printable(text)
        return shown if self._unicode else ascii_only(shown)

    def columns(self, text: str) -> int:
        """How many columns clean text takes."""
        if text.isascii():
            return len(text)
        from rich.cells import cell_len

        return cell_len(text)

    def _words(self, spans: Iterable[Span]) -> Iterable[tuple[str, str, bool]]:
        """Words with their style, and whether they belong to the word before."""
        ends_in_space = True
        for span in spans:
            shown = self.clean(span.text)
            glued = not ends_in_space and not shown.startswith(" ")
            for word in (shown,) if span.whole else shown.split():
                yield word, span.style, glued
                glued = False
            if shown:
                ends_in_space = shown.endswith(" ")

    def _print(self, line: Iterable[tuple[str, str]]) -> None:
        """A line of texts, each with its style, without the spaces at its end."""
        parts = list(line)
        while parts and not parts[-1][0].rstrip():
            parts.pop()
        if parts:
            text, style = parts[-1]
            parts[-1] = text.rstrip(), style
        self._lines.append("".join(self._painted(text, style) for text, style in parts))

    def _painted(self, text: str, style: str) -> str:
        if not (self._color and style and text):
            return text
        # Most reports have no colours, and rich takes a while to load.
        from rich.color import ColorSystem
        from rich.style import Style

        return Style.parse(style).render(text, color_system=ColorSystem.STANDARD)
