"""The blocks of a page, in HTML or Markdown."""

from checker.immutable import immutable


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
