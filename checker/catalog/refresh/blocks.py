"""What a page is made of, whichever language it is written in."""

from checker.immutable import immutable


@immutable
class Heading:
    """A heading, of whatever level."""

    text: str


@immutable
class Paragraph:
    """Text outside tables and lists."""

    text: str


@immutable
class Item:
    """An item of a list; `depth` is 0 for the outermost list. Emphasis is gone from the text."""

    depth: int
    text: str


@immutable
class Table:
    """Cells as text, lines within a cell separated by line breaks. A row may be shorter or longer than the header."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Heading | Paragraph | Item | Table


@immutable
class Page:
    """The blocks in order, where they lead, and what the page says of itself (empty if nothing)."""

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
        """The headings, paragraphs and items, a line each."""
        return "\n".join(block.text for block in self.blocks if not isinstance(block, Table))


class PageError(Exception):
    """A page that is refused as a whole; the message is the reason, without the page's name."""
