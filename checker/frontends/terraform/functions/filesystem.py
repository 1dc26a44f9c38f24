"""The functions that read files within the boundary, and those of path names."""

import base64
import json
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from checker.errors import ReadError
from checker.frontends.terraform.configuration.declarations import CONTENT, CONTENT_WHEN_READ, MOST_BYTES
from checker.frontends.terraform.configuration.elements import unknowns_in
from checker.frontends.terraform.configuration.module_sources import read_problem
from checker.frontends.terraform.configuration.scope import Host
from checker.frontends.terraform.functions import paths
from checker.frontends.terraform.functions.calling import (
    Call,
    Function,
    SetOf,
    anything,
    derived,
    inner_trail,
    is_invalid,
    normalized,
    plain,
    pushed,
    refused,
    string,
    to_value,
)
from checker.frontends.terraform.functions.decoding import FILE_LINE
from checker.frontends.terraform.functions.encoding import base64_of
from checker.frontends.terraform.functions.paths import Glob, PatternError
from checker.model.problem import Problem
from checker.references.prefilter import may_hold_an_id
from checker.source import Location
from checker.source.files import is_directory
from checker.values import (
    HOLE,
    MOST_CHARACTERS,
    Alternative,
    Assumption,
    Atom,
    Basis,
    Cause,
    Given,
    Map,
    Null,
    Piece,
    Step,
    Text,
    Unknown,
    Value,
)
from checker.values.operations import assume, flat_map, known, one_of, text, unknown

_READS_TEXT = frozenset({"file", "templatefile", "fileset"})
_RETURNS_CONTENT = _READS_TEXT | {"filebase64"}
_MOST_FILES = 10_000


def path_of(atom: Atom, host: Host) -> str | None:
    """The file name in a text, relative to the root; None if it is not known."""
    return paths.located(atom, host).plain if isinstance(atom, Text) else None


def _reading(read: Callable[[Call, Path], Value], *, forgets: bool = False) -> Function:
    """A function of one file; an unknown name makes the content unknown."""

    def evaluate(call: Call) -> Value:
        return flat_map([_names(call)], lambda atoms: _read(call, atoms[0], read), call.name)

    return Function(evaluate, (string("path"),), forgets=forgets)


def _name(value: Value) -> Value:
    """The value without its trail: the location of a file's name is no step of its content."""
    return tuple(one._replace(trail=()) for one in value)


def _names(call: Call) -> Value:
    """The names of the files that a call may read, also under other values of the defaults that are in its name."""
    names = _name(call.args[0])
    if call.name not in _RETURNS_CONTENT or not any(one.basis is Basis.DEFAULT for each in names for one in each.given):
        return names
    host = call.scope.module.host
    written = {path_of(each.atom, host) for each in names}
    others = (other for each in names for other in _under_other_defaults(call, each))
    return (*names, *(other for other in others if path_of(other.atom, host) not in written))


def _may_name_a_model(call: Call, path: str) -> bool:
    host = call.scope.module.host
    try:
        return may_hold_an_id(host.files.read_text(host.root / path, MOST_CHARACTERS).encode(), "utf-8")
    except ReadError:
        return False


def _under_other_defaults(call: Call, name: Alternative) -> Iterator[Alternative]:
    """The files that match a name if the defaults in it are overridden; none if it is a default as a whole.

    They are read only if they end alike and may name a model: any file may match that has nothing to do with the call.
    """
    if not isinstance(name.atom, Text):
        return
    defaults = {
        f"default of {one.subject}": one for one in name.given if one.basis is Basis.DEFAULT and not one.bounded
    }
    pieces: list[Piece | Unknown] = []
    taken: dict[str, Assumption] = {}
    for piece in name.atom.pieces:
        steps = () if isinstance(piece, Unknown) or "/" in piece.text else piece.trail
        default = next((defaults[step.text] for step in steps if step.text in defaults), None)
        if default is not None:
            taken[default.subject] = default
            pieces.append(Unknown(Cause.INPUT_NOT_SET, default.subject, default.subject))
        else:
            pieces.append(piece)
    if not taken or all(isinstance(piece, Unknown) for piece in pieces):
        return
    kept = tuple(each for each in name.given if each not in taken.values())
    ending = Path(name.atom.marked()).suffix
    for path, chosen in files_named(Text(tuple(pieces)), call.scope.module.host, is_one_name=True):
        if Path(path).suffix != ending or not _may_name_a_model(call, path):
            continue
        overrides = (each._replace(basis=Basis.OVERRIDE, bounded=False) for each in chosen if each.subject in taken)
        yield text(path)[0]._replace(given=(*kept, *overrides), trail=())


def _read(call: Call, atom: Atom, read: Callable[[Call, Path], Value]) -> Value | Atom:
    host = call.scope.module.host
    name = path_of(atom, host)
    if name is None:
        hole = next(iter(unknowns_in(atom)), None)
        if hole is None:
            return refused(call, '"path" must be a string')
        if isinstance(atom, Text) and call.name in _RETURNS_CONTENT and (matches := files_named(atom, host)):
            return one_of(
                [assume(_as_value(_read(call, text(name)[0].atom, read)), given) for name, given in matches], call.name
            )
        return derived(hole, call.name, (atom,))
    try:
        return read(call, host.root / name)
    except ReadError as error:
        if error.kind in ("missing", "too-large") and call.name not in _READS_TEXT:
            # Usually the bytes of a build: nothing in them names a model.
            return unknown(Cause.EXTERNAL_DATA, error.file)
        problem = read_problem(error)
        message = f"{call.name}(…) cannot read {error.file}: {error.reason}"
        host.report(Problem.at(call.location, problem.kind, message, problem.advice, incomplete=True))
        cause = _CAUSES.get(error.kind, Cause.PARSE_FAILED)
        if error.kind == "missing":
            return unknown(Cause.INVALID, call.subject, identity=f"{call.subject}: {error.file} is missing")
        return unknown(cause, error.file)


_CAUSES = {"outside-boundary": Cause.OUTSIDE_BOUNDARY, "too-large": Cause.TOO_MANY}


def _as_value(made: Value | Atom) -> Value:
    return made if isinstance(made, tuple) else known(made)


# A name that matches more files tells too little.
_MOST_MATCHES = 32


def files_named(name: Text, host: Host, *, is_one_name: bool = False) -> list[tuple[str, Given]]:
    """The names of the files that match a name with holes, each with the values of the holes.

    Any other name makes the run fail, so there are no others. Empty if too many files match. With `is_one_name`, a hole
    has no slash in it.
    """
    unusable = {Cause.INVALID, Cause.SENSITIVE, Cause.TOO_MANY}
    name = paths.located(name, host)
    if any(hole.cause in unusable or hole.identity == paths.CWD for hole in name.holes):
        return []
    pattern = ""
    groups: dict[str, int] = {}
    for piece in name.pieces:
        if not isinstance(piece, Unknown):
            pattern += re.escape(piece.text)
        elif piece.identity in groups:
            pattern += rf"(?P=h{groups[piece.identity]})"
        else:
            groups[piece.identity] = len(groups)
            pattern += f"(?P<h{groups[piece.identity]}>{'[^/]+' if is_one_name else '.+'})"
    before, _, behind = name.marked().partition(HOLE)
    directory = before.rpartition("/")[0]
    depth = behind.count("/") if is_one_name else None
    found: list[tuple[str, Given]] = []
    try:
        for path in _below(host, directory, depth):
            match = re.fullmatch(pattern, path)
            if match is not None:
                chosen = ((identity, match[f"h{number}"]) for identity, number in groups.items())
                given = tuple(
                    Assumption(identity, json.dumps(value, ensure_ascii=False), True, Basis.OPEN, bounded=True)
                    for identity, value in chosen
                )
                found.append((path, given))
    except ReadError:
        return []
    return found if len(found) <= _MOST_MATCHES else []


def _below(host: Host, directory: str, depth: int | None = None) -> Iterator[str]:
    """The names of the files below a directory, with its name as written. Raises ReadError past a limit.

    With `depth`, only those so many directories below it.
    """
    pending = [(directory, 0)]
    seen = 0
    while pending:
        current, level = pending.pop()
        for path in host.files.list_directory(host.root / current):
            seen += 1
            if seen > _MOST_FILES:
                raise ReadError(current, "unreadable", "there are too many files")
            name = f"{current}/{path.name}" if current else path.name
            if is_directory(path):
                is_searched = depth is None or level < depth
                if is_searched and not path.is_symlink() and path.name not in _NOT_SEARCHED:
                    pending.append((name, level + 1))
            else:
                yield name


_NOT_SEARCHED = frozenset({".git", ".terraform", ".terragrunt-cache", "node_modules"})


def text_of_file(call: Call, path: Path, most: int = MOST_CHARACTERS) -> Text:
    """The content of a file of at most so many bytes, with one piece per line. Raises ReadError."""
    files = call.scope.module.host.files
    return _lines_of(normalized(files.read_text(path, most)), files.display(path))


# For text, the limit of a value; for bytes, what is quickly read for a digest.
_MOST_LINES = 250_000
_MOST_BYTES = 1 << 26


def _lines_of(content: str, file: str) -> Text:
    count = content.count("\n")
    if count > _MOST_LINES:
        raise ReadError(file, "too-large", f"the file has {count:,} lines, and at most {_MOST_LINES:,} are read here")
    lines = enumerate(content.splitlines(keepends=True), 1)
    return Text(tuple(Piece(line, (Step(Location(file, number, 1), FILE_LINE),)) for number, line in lines))


def _file(call: Call, path: Path) -> Value:
    content = text_of_file(call, path)
    if content.pieces:
        return known(content)
    # An empty file has no piece that could hold its trail.
    return (Alternative(content, (), (Step(Location(call.scope.module.host.files.display(path), 1, 1), FILE_LINE),)),)


def _file_base64(call: Call, path: Path) -> Value:
    content = call.scope.module.host.files.read_bytes(path, MOST_CHARACTERS)
    shown = call.scope.module.host.files.display(path)
    try:
        return known(base64_of(_lines_of(content.decode(), shown)))
    except UnicodeDecodeError:
        return text(base64.b64encode(content).decode(), Location(shown, 1, 1))


def _exists(call: Call, path: Path) -> Value:
    try:
        call.scope.module.host.files.read_bytes(path)
    except ReadError as error:
        if error.kind == "missing":
            return to_value(False)
        raise
    return to_value(True)


def of_file(digest: Callable[[bytes], str]) -> Function:
    """A function of the bytes of a file."""
    return _reading(
        lambda call, path: text(digest(call.scope.module.host.files.read_bytes(path, _MOST_BYTES))), forgets=True
    )


def templatefile(call: Call) -> Value:
    """`templatefile(path, variables)`: the file as a template in which only the variables are bound.

    If the variables are unknown, each name in the file may be one.
    """

    def render(atoms: Sequence[Atom]) -> Value | Atom:
        name, variables = atoms
        if not isinstance(variables, Map | Unknown) or is_invalid(known(variables)):
            return refused(call, '"vars" must be a map')
        return _read(call, name, lambda call, path: _rendered(call, path, variables))

    return flat_map([_names(call), *map(pushed, call.args[1:])], render, "templatefile", unknowns=True)


_TEMPLATE_NAME = re.compile(r"[A-Za-z_][\w-]*")


def _rendered(call: Call, path: Path, variables: Map | Unknown) -> Value:
    host = call.scope.module.host
    content = host.files.read_text(path, MOST_CHARACTERS)
    return host.render(host, content, host.files.display(path), None, _bound(content, variables))


def _bound(content: str, variables: Map | Unknown) -> Mapping[str, Value]:
    if isinstance(variables, Unknown):
        names = set(_TEMPLATE_NAME.findall(content))
        return {name: known(variables.derived(f"{variables.identity}.{name}")) for name in names}
    if not variables.rest:
        return variables.entries
    return {**dict.fromkeys(_TEMPLATE_NAME.findall(content), variables.rest), **variables.entries}


def templatestring(call: Call) -> Value:
    """`templatestring(template, variables)`."""

    def render(atoms: Sequence[Atom]) -> Value | Atom:
        template, variables = atoms
        if isinstance(template, Unknown):
            return derived(template, "templatestring", atoms)
        if not isinstance(template, Text) or not isinstance(variables, Map | Unknown):
            return refused(call, '"template" must be a string, and "vars" a map')
        written = template.plain
        if written is None:
            return derived(template.holes[0], "templatestring", atoms)
        trail = template.trail_at(0, len(written))
        location = trail[0].location if trail and trail[0].location else call.location
        host = call.scope.module.host
        return host.render(host, written, location.file, location, _bound(written, variables))

    return flat_map(call.args, render, "templatestring", unknowns=True)


def fileset(call: Call) -> Value:
    """`fileset(directory, pattern)`: names relative to the directory."""

    def find(atoms: Sequence[Atom]) -> Value | Atom:
        pattern = atoms[1].plain if isinstance(atoms[1], Text) else None
        if pattern is None:
            hole = next(iter(unknowns_in(atoms[1])), None)
            return refused(call, '"pattern" must be a string') if hole is None else derived(hole, "fileset", atoms)
        return _read(call, atoms[0], lambda call, path: _found_or_none(call, path, pattern))

    return flat_map(call.args, find, "fileset")


def _found_or_none(call: Call, directory: Path, pattern: str) -> Value:
    try:
        return _found(call, directory, pattern)
    except ReadError as error:
        # In Terraform, a missing directory has no files.
        if error.kind != "missing":
            raise
        return to_value(SetOf([]))


def _found(call: Call, directory: Path, pattern: str) -> Value:
    files = call.scope.module.host.files
    try:
        wanted = Glob(pattern)
    except PatternError as error:
        return refused(call, f'"pattern" is not valid: {error}')
    found: list[str] = []
    pending: list[tuple[Path, str]] = [(directory, "")]
    seen = 0
    while pending:
        current, prefix = pending.pop()
        for path in files.list_directory(current):
            seen += 1
            if seen > _MOST_FILES:
                return unknown(Cause.TOO_MANY, call.subject)
            name = prefix + path.name
            if is_directory(path):
                if not path.is_symlink() and ("**" in pattern or name.count("/") < pattern.count("/")):
                    pending.append((path, name + "/"))
            elif wanted.matches(name):
                found.append(name)
    return to_value(SetOf(sorted(found)))


def _dirname(path: str) -> str:
    return posixpath.normpath(posixpath.dirname(path)) if posixpath.dirname(path) else "."


def _basename(path: str) -> str:
    stripped = path.rstrip("/")
    return posixpath.basename(stripped) if stripped else ("/" if path else ".")


def _abspath(call: Call) -> Value:
    """`abspath(path)`: it is in the working directory, if the path is relative."""

    def make(atoms: Sequence[Atom]) -> Value | Atom:
        atom = atoms[0]
        if not isinstance(atom, Text):
            return atom
        name = atom.plain
        if name is None:
            return paths.shortest(atom) or atom
        if name.startswith("/"):
            return Text((Piece(posixpath.normpath(name), inner_trail(atom)),))
        return paths.below_cwd(name)

    return flat_map(call.args, make, "abspath")


def _of_path(compute: Callable[[str], str], of_holes: Callable[[Text], Text | str | None]) -> Function:
    """A function of a path, of which a part may be known although the path has holes."""
    of_text = plain(compute, string("path"))

    def evaluate(call: Call) -> Value:
        def make(atoms: Sequence[Atom]) -> Value | Atom:
            atom = atoms[0]
            made = of_holes(atom) if isinstance(atom, Text) and atom.holes else None
            if made is None:
                return of_text.evaluate(call._replace(args=(known(atom),)))
            return Text((Piece(made, inner_trail(atom)),)) if isinstance(made, str) else made

        return flat_map(call.args, make, call.name)

    return Function(evaluate, (string("path"),))


def _named_file(call: Call) -> Value:
    """The content of the file with this name; null if it is no text, is too large, or is made only later."""

    def read(atoms: Sequence[Atom]) -> Value | Atom:
        atom, host = atoms[0], call.scope.module.host
        name = path_of(atom, host)
        if name is None:
            found = files_named(atom, host) if isinstance(atom, Text) else []
            named = [assume(_as_value(read((text(name)[0].atom,))), given) for name, given in found]
            return one_of(named, call.name) if named else Null()
        try:
            content = text_of_file(call, host.root / name, MOST_BYTES)
        except ReadError:
            return Null()
        return Null() if "\0" in content.marked() else content

    return flat_map([_name(call.args[0])], read, call.name)


def _read_file(call: Call) -> Value:
    """The content of the file with this name; not known if that is null."""
    subject = f"the file that is read at {call.location.file}:{call.location.line}"
    later = Unknown(Cause.EXTERNAL_DATA, subject, subject)
    return tuple(one._replace(atom=later) if isinstance(one.atom, Null) else one for one in _named_file(call))


OF_ARGUMENTS: Mapping[str, Function] = {
    CONTENT: Function(_named_file, (string("path"),)),
    CONTENT_WHEN_READ: Function(_read_file, (string("path"),)),
}
FUNCTIONS: Mapping[str, Function] = {
    "abspath": Function(_abspath, (string("path"),)),
    "basename": _of_path(_basename, paths.basename),
    "dirname": _of_path(_dirname, paths.dirname),
    "file": _reading(_file),
    "filebase64": _reading(_file_base64),
    "fileexists": _reading(_exists, forgets=True),
    "fileset": Function(fileset, (string("path"), string("pattern"))),
    "pathexpand": plain(lambda path: path, string("path")),
    "templatefile": Function(templatefile, (string("path"), anything("vars"))),
    "templatestring": Function(templatestring, (string("template"), anything("vars"))),
}
