"""The files that Terragrunt generates beside the code of the module."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from checker.errors import ParseError
from checker.frontends.terraform.configuration.declarations import SourceFile, blocks_of
from checker.frontends.terraform.configuration.evaluate import evaluate
from checker.frontends.terraform.configuration.module_sources import MODULE_SUFFIXES, is_module_file, read_problem
from checker.frontends.terraform.configuration.scope import Host
from checker.frontends.terraform.configuration.supplied import AUTOMATIC_SUFFIXES, is_automatic
from checker.frontends.terraform.functions.filesystem import path_of
from checker.frontends.terraform.functions.paths import relative
from checker.frontends.terraform.hcl import json_syntax
from checker.frontends.terraform.hcl.parser import parse
from checker.frontends.terraform.hcl.syntax import Literal, ParsedFile
from checker.frontends.terraform.terragrunt.config import Config
from checker.frontends.terraform.terragrunt.functions import WORKING_DIRECTORY
from checker.immutable import immutable
from checker.model.problem import Problem, ProblemKind
from checker.source import Location
from checker.values import Atom, Basis, Bool, Given, Map, Piece, Text, Unknown, Value, join_all
from checker.values.operations import flat_map

_PARTS = ("path", "contents", "if_exists", "disable")
# An expression that is not known.
_UNKNOWN = "terraform.generated"
_QUOTES = re.compile(r'\\.|"')


@immutable
class _Wanted:
    """A file to generate, as a configuration has it, under `given`."""

    config: Config
    label: str
    parts: Mapping[str, Value]
    location: Location
    given: Given

    def is_plainly(self, name: str, wanted: object) -> bool:
        """True if a part is certainly this value."""
        value = self.parts.get(name, ())
        return [_plain(one.atom) for one in value] == [wanted]

    def report(self, message: str, subject: Atom | None = None) -> None:
        """Reports that the run does not know what is generated."""
        shown = f": {subject.subject}" if isinstance(subject, Unknown) else ""
        self.config.host.report(
            Problem.at(
                self.location,
                ProblemKind.UNSUPPORTED,
                f"{message}{shown}",
                "Write it so that it can be known, or check a plan of the unit.",
                incomplete=True,
            )
        )


def generated_files(config: Config, root: Path, present: Collection[str]) -> Iterator[SourceFile]:
    """The files of Terraform that a unit generates in the root. `present` are the names of those that are there."""
    for wanted in _wanted(config).values():
        for each in wanted:
            if not each.is_plainly("disable", True):
                yield from _files(each, root, present)


def _wanted(config: Config) -> dict[str, list[_Wanted]]:
    """The files by label: a configuration replaces those of the ones that it includes."""
    found: dict[str, list[_Wanted]] = {}
    for _, included in config.merged_includes():
        found.update(included.once(_wanted))
    own: dict[str, list[_Wanted]] = {}
    for block in blocks_of(config.body, "generate"):
        label = block.labels[0] if block.labels else ""
        written = {name: block.body.get(name) for name in _PARTS}
        parts = {
            name: evaluate(attribute.expression, config.scope)
            for name, attribute in written.items()
            if attribute is not None
        }
        at = written["contents"] or written["path"]
        location = block.location if at is None else at.location
        own.setdefault(label, []).append(_Wanted(config, label, parts, location, config.given))
    for each in _of_attribute(config):
        own.setdefault(each.label, []).append(each)
    return {**found, **own}


def _of_attribute(config: Config) -> Iterator[_Wanted]:
    """The files in `generate = { … }`, which is another form of the blocks."""
    attribute = config.body.get("generate")
    for one in evaluate(attribute.expression, config.scope) if attribute is not None else ():
        assert attribute is not None
        files = one.atom.entries if isinstance(one.atom, Map) else {}
        whole = _Wanted(config, "", {}, attribute.location, one.given)
        if not isinstance(one.atom, Map) or one.atom.rest:
            whole.report("the files that are generated are not known", one.atom)
        for label, file in files.items():
            for each in file:
                given = join_all(config.given, one.given, each.given)
                if not isinstance(each.atom, Map) or each.atom.rest:
                    whole.report(f"what {label!r} generates is not known", each.atom)
                if given is not None and isinstance(each.atom, Map):
                    yield _Wanted(config, label, each.atom.entries, attribute.location, given)


def _files(wanted: _Wanted, root: Path, present: Collection[str]) -> Iterator[SourceFile]:
    paths, contents = (wanted.parts.get(name, ()) for name in ("path", "contents"))
    if not paths or not contents:
        wanted.report(f"what {wanted.label!r} generates has no path or no contents")
    for path in paths:
        name = _name(path.atom, wanted)
        if name is None:
            wanted.report(f"the path of what {wanted.label!r} generates is not known", path.atom)
            continue
        is_loaded = is_module_file(Path(name)) or is_automatic(name)
        if not is_loaded or (wanted.is_plainly("if_exists", "skip") and name in present):
            continue
        directory, own = wanted.config.at(name).parent, wanted.config.at(".")
        if directory != own:
            wanted.report(f"what {wanted.label!r} generates is in another directory, and was not read")
            continue
        for content in flat_map([contents], lambda atoms: atoms[0], "contents", write_json=True, unknowns=True):
            given = join_all(wanted.given, path.given, content.given)
            if not isinstance(content.atom, Text):
                wanted.report(f"what {wanted.label!r} generates is not known", content.atom)
            elif given is not None:
                yield from _file(wanted, root, directory / Path(name).name, content.atom, given)


def _name(atom: Atom, wanted: _Wanted) -> str | None:
    """The path, relative to the directory of the module; None if what Terraform would do with it is not known."""
    if not isinstance(atom, Text):
        return None
    first, *rest = atom.pieces or (Piece(""),)
    if isinstance(first, Unknown) and first.identity == WORKING_DIRECTORY:
        atom = Text((Piece("."), *rest))
    name = path_of(atom, wanted.config.host)
    if name is not None:
        return name
    last = atom.pieces[-1]
    suffixes = (*MODULE_SUFFIXES, *AUTOMATIC_SUFFIXES)
    suffix = next((each for each in suffixes if isinstance(last, Piece) and last.text.endswith(each)), None)
    # Under any name, such a file is loaded.
    return None if suffix is None else f"{wanted.label}{suffix}"


def _file(wanted: _Wanted, root: Path, path: Path, content: Text, given: Given) -> Iterator[SourceFile]:
    trails = (piece.trail for piece in content.pieces if isinstance(piece, Piece) and piece.trail)
    first = next((trail[0].location for trail in trails), None)
    start = first or wanted.location
    host = wanted.config.host
    is_json = path.name.endswith(".json")
    written: list[str] = []
    in_text = False
    for piece in content.pieces:
        if isinstance(piece, Piece):
            written.append(piece.text)
            in_text ^= _QUOTES.findall(piece.text).count('"') % 2 == 1
        else:
            hole = _hole(piece, root, host, is_json=is_json)
            # Outside of a text of JSON, it is a whole value.
            written.append(f'"{hole}"' if is_json and not in_text else hole)
    parsed: ParsedFile | None = None
    while parsed is None:
        try:
            # Blank lines before it give each line its number in the configuration.
            parsed = _parsed("\n" * (start.line - 1) + "".join(written), path.name, start.file)
        except ParseError as error:
            number, begins_line = _beginning_at(written, error.line - start.line, error.column)
            found = content.pieces[number] if number is not None and not is_json else None
            if number is None or not isinstance(found, Unknown):
                host.report(read_problem(error))
                return
            if written[number].startswith("${"):
                # Outside of a template, an expression is written without a sign.
                written[number] = written[number].removeprefix("${").removesuffix("}")
            elif any(each.basis is Basis.OVERRIDE for each in given):
                # Another value than a default may lead to any content.
                return
            elif begins_line:
                wanted.report(f"a part of what {wanted.label!r} generates is not known", found)
                written[number] = ""
            else:
                wanted.report(f"what {wanted.label!r} generates is not known", found)
                return
    for block in parsed.body.blocks if is_json else ():
        for attribute in block.body.attributes:
            # JSON has no expression there.
            if isinstance(attribute.expression, Literal) and _UNKNOWN in str(attribute.expression.value):
                wanted.report(f"the {attribute.name} of a {block.type} that {wanted.label!r} generates is not known")
    yield SourceFile(path, parsed, given)


def _beginning_at(written: Sequence[str], line: int, column: int) -> tuple[int | None, bool]:
    """The part that begins in a line, counted from 0, and a column; and whether nothing is before it in the line."""
    before = ""
    for number, part in enumerate(written):
        start = before.rpartition("\n")[2]
        if part and before.count("\n") == line and len(start) + 1 == column:
            return number, not start.strip()
        before += part
    return None, False


def _hole(hole: Unknown, root: Path, host: Host, *, is_json: bool) -> str:
    """What stands in a file for what is not known: a value that is unknown in it, too, or an absolute path."""
    directory = "." if hole.identity == WORKING_DIRECTORY else relative(hole, root, host.files)
    expression = _UNKNOWN if directory is None else f'abspath("{directory}")'
    return "${" + (expression.replace('"', '\\"') if is_json else expression) + "}"


def _parsed(written: str, name: str, file: str) -> ParsedFile:
    if not name.endswith(".json"):
        return parse(written, file)
    return (
        json_syntax.parse_file(written, file) if is_module_file(Path(name)) else json_syntax.parse_values(written, file)
    )


def _plain(atom: Atom) -> object:
    match atom:
        case Text():
            return atom.plain
        case Bool(value):
            return value
        case _:
            return None
