"""A template inside another input, as nodes: the text of a heredoc or a file, or a constructed value."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from pathlib import Path

from checker.errors import ParseError
from checker.frontends.cloudformation.documents import Document, parse_document
from checker.immutable import immutable
from checker.source import Location, MappingNode, Node, ScalarNode, SequenceNode
from checker.values import (
    HOLE,
    Alternative,
    Bool,
    Json,
    List,
    Map,
    Null,
    Number,
    Piece,
    Step,
    Text,
    Trail,
    Unknown,
    Value,
)

_WRITTEN = "written here"
_LINE_BREAK = re.compile("\r\n?|\n")


@dataclass(slots=True)
class InlineTemplate:
    """A template as nodes, with the locations of the code around it.

    `held` has the values that are no plain scalars, by the names with which `Ref`s stand for them. `origins` maps
    locations to the trails of texts that are inserted into the template. `path` is that of the file around it.
    """

    path: Path
    location: Location
    held: dict[str, Value] = field(default_factory=dict)
    origins: dict[Location, Trail] = field(default_factory=dict)

    def document(self, root: Node) -> Document:
        """The document whose only root is `root`. No file has its name: its nodes know their locations."""
        return Document(self.path, "", "", (root,), origins=self.origins)

    def node(self, value: Value, around: Location) -> Node:
        """The node of a value. Without a location of its own, it has that of the node around it."""
        one = value[0] if len(value) == 1 and not value[0].given else None
        location = _location_of(one) or around if one is not None else around
        match one.atom if one is not None else None:
            case Map(entries, rest) if not rest:
                return MappingNode(
                    tuple((ScalarNode(key, location), self.node(entry, location)) for key, entry in entries.items()),
                    location,
                )
            case List(items, rest) if not rest:
                return SequenceNode(tuple(self.node(item, location) for item in items), location)
            case Text() as text if one is not None and text.plain is not None:
                pieces = [piece for piece in text.pieces if isinstance(piece, Piece) and piece.text]
                return self._scalar([piece._replace(trail=piece.trail + one.trail) for piece in pieces], location)
            case Bool(known):
                return ScalarNode(known, location)
            case Number(known):
                return ScalarNode(known if isinstance(known, int) else float(known), location)
            case Null():
                return ScalarNode(None, location)
            case Json(inner):
                return self.node(inner, location)
            case _:
                return self._hold(value, location)

    def of_text(self, text: Text) -> Node:
        """The YAML of a text. Raises ParseError, with the location in the code that holds the text."""
        source = _Source.of(text, self.location)
        try:
            document = parse_document(Path(), "", source.plain)
        except ParseError as error:
            where = source.location(Location("", error.line or 1, error.column or 1))
            raise ParseError(where.file, where.line, where.column, source.shown(error.reason)) from None
        if len(document.roots) != 1:
            where = source.location(document.roots[1].location) if document.roots else self.location
            raise ParseError(where.file, where.line, where.column, "a template is one document")
        return self._located(document.roots[0], source)

    def _located(self, node: Node, source: "_Source") -> Node:
        location = source.location(node.location)
        match node:
            case MappingNode(entries):
                made = tuple((source.name(key), self._located(inner, source)) for key, inner in entries)
                return node._replace(entries=made, location=location)
            case SequenceNode(items):
                return node._replace(items=tuple(self._located(inner, source) for inner in items), location=location)
            case ScalarNode(str(), _, tag):
                pieces = source.pieces(node)
                if not any(isinstance(piece, Unknown) for piece in pieces):
                    known = [piece for piece in pieces if isinstance(piece, Piece)]
                    return self._scalar(known, location, tag)
                only = pieces[0] if len(pieces) == 1 else None
                atom = only if isinstance(only, Unknown) else Text(tuple(pieces))
                held = self._hold((Alternative(atom),), location)
                if tag is None:
                    return held
                name = tag[1:] if tag in ("!Ref", "!Condition") else f"Fn::{tag[1:]}"
                return MappingNode(((ScalarNode(name, location), held),), location)
            case _:
                return node._replace(location=location)

    def _scalar(self, pieces: list[Piece], location: Location, tag: str | None = None) -> ScalarNode:
        """A text, with each piece at its own location."""
        around = self.location
        segments: list[tuple[int, Location]] = []
        for offset, piece in zip(accumulate((len(piece.text) for piece in pieces), initial=0), pieces, strict=False):
            where = next((step.location for step in piece.trail if step.location is not None), around)
            if len(piece.trail) > 1:
                self.origins.setdefault(where, piece.trail)
            segments.append((offset, where))
        lines = tuple(segments) if len(segments) > 1 or (segments and segments[0][1] != location) else ()
        return ScalarNode("".join(piece.text for piece in pieces), location, tag, lines)

    def _hold(self, value: Value, location: Location) -> Node:
        name = f"⟨{len(self.held)}⟩"
        self.held[name] = value
        return MappingNode(((ScalarNode("Ref", location), ScalarNode(name, location)),), location)


def _location_of(one: Alternative) -> Location | None:
    pieces = [piece for piece in one.atom.pieces if isinstance(piece, Piece)] if isinstance(one.atom, Text) else []
    trail = (*(pieces[0].trail if pieces else ()), *one.trail)
    return next((step.location for step in trail if step.location is not None), None)


@immutable
class _Source:
    """A text that contains a template, with the locations of its pieces in the code.

    `plain` is the text to parse: each hole is a word. `starts` and `lines` are the offsets of the pieces and of the
    lines in it.
    """

    text: Text
    plain: str
    words: Mapping[str, Unknown]
    starts: tuple[int, ...]
    lines: tuple[int, ...]
    around: Location

    @classmethod
    def of(cls, text: Text, around: Location) -> "_Source":
        """The source of a text; `around` is the location of pieces without one."""
        words: dict[str, Unknown] = {}
        parts: list[str] = []
        for piece in text.pieces:
            if isinstance(piece, Unknown):
                words[f"HOLE{len(words)}HERE"] = piece
                parts.append(f"HOLE{len(words) - 1}HERE")
            else:
                parts.append(piece.text.replace(HOLE, "\ufffd"))
        plain = "".join(parts)
        lines = (0, *(found.end() for found in _LINE_BREAK.finditer(plain)))
        return cls(text, plain, words, tuple(accumulate(map(len, parts), initial=0)), lines, around)

    def shown(self, message: str) -> str:
        """A message about `plain`, with the names of unknown parts."""
        for word, hole in self.words.items():
            message = message.replace(word, f"⟨{hole.subject}⟩")
        return message

    def name(self, key: ScalarNode) -> ScalarNode:
        """A key at its location in the code."""
        value = self.shown(key.value) if isinstance(key.value, str) and self.words else key.value
        return key._replace(value=value, location=self.location(key.location))

    def location(self, inside: Location) -> Location:
        """The location in the code of one in the text; columns count from the piece at the beginning of the line."""
        start = self.lines[min(inside.line, len(self.lines)) - 1]
        location = self._of_piece(start)
        return location._replace(column=location.column + inside.column - 1)

    def _of_piece(self, offset: int) -> Location:
        """The location of an offset, or of the start of its line if that is in the same piece."""
        number = min(bisect_right(self.starts, offset), len(self.text.pieces)) - 1
        piece = self.text.pieces[number] if number >= 0 else None
        location = piece.trail[0].location if isinstance(piece, Piece) and piece.trail else None
        if location is None:
            return self.around
        line = bisect_right(self.lines, offset) - 1
        within = line - (bisect_right(self.lines, self.starts[number]) - 1)
        if within:
            return location._replace(line=location.line + within, column=1 + offset - self.lines[line])
        return location._replace(column=location.column + offset - self.starts[number])

    def pieces(self, scalar: ScalarNode) -> list[Piece | Unknown]:
        """The text of a scalar, with the trails of its pieces."""
        written = str(scalar.value)
        found: list[Piece | Unknown] = []
        segments = scalar.lines or ((0, scalar.location),)
        for (offset, location), (end, _) in pairwise((*segments, (len(written), scalar.location))):
            found += self._segment(written[offset:end], location)
        return found

    def _segment(self, written: str, inside: Location) -> Iterator[Piece | Unknown]:
        """The part of a scalar on one line; the line break or the space after it belongs to it."""
        known = written.rstrip(" \n")
        line = min(inside.line, len(self.lines)) - 1
        start = self.lines[line] + inside.column - 1
        end = self.lines[line + 1] if line + 1 < len(self.lines) else len(self.plain)
        start = self.plain.find(known, start, end) if known else -1
        if start < 0:
            yield from self._unlocated(written, self.location(inside))
            return
        end = start + len(known)
        number = bisect_right(self.starts, start) - 1
        while start < end:
            piece, until = self.text.pieces[number], min(self.starts[number + 1], end)
            number += 1
            if isinstance(piece, Unknown):
                yield piece
            elif start < until:
                after = written[len(known) :] if until == end else ""
                yield Piece(self.plain[start:until] + after, self._trail(piece, start))
            start = until
        if isinstance(piece, Unknown) and written != known:
            yield Piece(written[len(known) :], (Step(self.location(inside), _WRITTEN),))

    def _trail(self, piece: Piece, offset: int) -> Trail:
        here = Step(self._of_piece(offset), piece.trail[0].text if piece.trail else _WRITTEN)
        # The surrounding text is not what the template has there.
        is_body = not piece.trail or piece.trail[1:] == _rest_of_trail(self.text)
        return (here._replace(text=_WRITTEN),) if is_body else (here, *piece.trail[1:])

    def _unlocated(self, written: str, location: Location) -> Iterator[Piece | Unknown]:
        """A text with escapes, whose parts cannot be located."""
        trail = (Step(location, _WRITTEN),)
        for word, hole in self.words.items():
            before, found, behind = written.partition(word)
            if found:
                yield from [Piece(before, trail)] if before else []
                yield hole
                written = behind
        yield from [Piece(written, trail)] if written else []


def _rest_of_trail(text: Text) -> Trail:
    """The trail of the pieces that are the text itself, taken from the first one."""
    return next((piece.trail[1:] for piece in text.pieces if isinstance(piece, Piece)), ())
