"""Parses the Markdown of AWS's pages into blocks: headings, pipe tables, bullet lists, paragraphs."""

import re

from checker.catalog.refresh.blocks import Block, Heading, Item, Page, PageError, Paragraph, Table

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
