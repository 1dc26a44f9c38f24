"""Lines of styled words for a terminal. The only module that knows `rich`."""

import io
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from checker.report.printable import ascii_only, printable


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
        self._unicode = unicode
        self._buffer = io.StringIO()
        self._console = Console(
            file=self._buffer,
            force_terminal=color,
            color_system="standard" if color else None,
            # rich takes the environment for more than its caller; here everything is decided already.
            no_color=not color,
            _environ={},
            width=width,
            legacy_windows=False,
            markup=False,
            emoji=False,
            highlight=False,
        )
        self._is_after_gap = True

    def text(self) -> str:
        """Everything written so far."""
        return self._buffer.getvalue()

    def gap(self) -> None:
        """An empty line, but never two in a row."""
        if not self._is_after_gap:
            self._buffer.write("\n")
            self._is_after_gap = True

    def line(self, *spans: Span) -> None:
        """One line, as long as it is."""
        text = Text(end="")
        for span in spans:
            text.append(self.clean(span.text), style=span.style)
        self._print(text)

    def paragraph(self, *spans: Span, first: Sequence[Span] = (), indent: int = 0, label_width: int = 0) -> None:
        """Words, broken at the width. `first` stands before the first line, padded to `label_width`.

        Further lines are indented to where the first word stands.
        """
        head = Text(" " * indent, end="")
        for span in first:
            head.append(self.clean(span.text), style=span.style)
        start = indent + label_width if label_width else cell_len(head.plain)
        head.append(" " * max(start - cell_len(head.plain), 0))
        line, used = head, cell_len(head.plain)
        is_empty = True
        for word, style, glued in self._words(spans):
            width = cell_len(word)
            if glued and not is_empty:
                line.append(word, style=style)
                used += width
                continue
            if not is_empty and used + 1 + width > self.width:
                self._print(line)
                line, used, is_empty = Text(" " * start, end=""), start, True
            if not is_empty:
                line.append(" ")
                used += 1
            line.append(word, style=style)
            used += width
            is_empty = False
        self._print(line)

    def table(self, rows: Sequence[Sequence[Span]], *, indent: int = 0) -> None:
        """Rows of cells in aligned columns, two spaces between them; as wide as they are."""
        columns = max((len(row) for row in rows), default=0)
        widths = [
            max((cell_len(self.clean(row[column].text)) for row in rows if column < len(row)), default=0)
            for column in range(columns)
        ]
        for row in rows:
            line = Text(" " * indent, end="")
            for column, cell in enumerate(row):
                shown = self.clean(cell.text)
                line.append(shown, style=cell.style)
                if any(later.text for later in row[column + 1 :]):
                    line.append(" " * (widths[column] - cell_len(shown) + 2))
            self._print(line)

    def clean(self, text: str) -> str:
        """The text as it will be shown."""
        shown = printable(text)
        return shown if self._unicode else ascii_only(shown)

    def columns(self, text: str) -> int:
        """How many columns clean text takes."""
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

    def _print(self, text: Text) -> None:
        text.rstrip()
        text.end = "\n"
        self._console.print(text, soft_wrap=True)
        self._is_after_gap = not text.plain.strip()
