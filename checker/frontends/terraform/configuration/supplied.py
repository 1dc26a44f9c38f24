"""What is supplied for the variables of a root module, and where: the environment, files and arguments."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from checker.errors import ParseError, ReadError
from checker.frontends.terraform.configuration.declarations import Declarations, SourceFile, reference
from checker.frontends.terraform.configuration.evaluate import evaluate
from checker.frontends.terraform.configuration.module_sources import is_module_file, read_source
from checker.frontends.terraform.configuration.scope import Host, NoNames, Scope
from checker.frontends.terraform.configuration.types import ANY, Primitive
from checker.frontends.terraform.configuration.variables import RootInputs, names_a_model, type_of
from checker.frontends.terraform.hcl.parser import parse_expression
from checker.immutable import immutable
from checker.model.problem import Problem, ProblemKind
from checker.model.settings import Options
from checker.source import Location
from checker.source.files import is_directory, is_file
from checker.values import Alternative, Cause, Given, List, Map, Piece, Step, Text, Unknown, Value
from checker.values.operations import after, assume, flat_map, text, unknown

VAR_FILE = "-var-file"
_LOADED = ("terraform.tfvars", "terraform.tfvars.json")
AUTOMATIC_SUFFIXES = (".auto.tfvars", ".auto.tfvars.json")
_VALUES = (".tfvars", ".tfvars.json")
# The directories below a root that are searched for files of values.
_DEEPEST = 3
_MOST_DIRECTORIES = 100


@immutable
class VariableFiles:
    """An argument that names a file of variables: each that it may be, under its assumptions.

    `subject` is what the user has to look at, unless it `is_only` one file. `location` is that of the argument.
    """

    files: tuple[tuple[Path, Given], ...]
    subject: str
    is_only: bool
    location: Location


@immutable
class Passed:
    """What a tool passes to Terraform: variables of the environment, and arguments in their order; later ones win.

    `unknown` are the subjects of arguments that may set any variable. `generated` are files of values that it writes.
    """

    environment: tuple[tuple[str, Value], ...] = ()
    arguments: tuple[VariableFiles | tuple[str, Value], ...] = ()
    unknown: tuple[str, ...] = ()
    generated: tuple[SourceFile, ...] = ()

    @property
    def names_files(self) -> bool:
        """True if it names a file of variables."""
        return any(isinstance(each, VariableFiles) for each in self.arguments)


NOTHING_PASSED = Passed()


def root_inputs(
    host: Host, options: Options, declarations: Declarations, listed: Sequence[Path], passed: Passed
) -> RootInputs:
    """The inputs of the root module whose directory holds the files `listed`."""
    made = RootInputs(host, options, declarations, regions=_region_variables(declarations))
    supplying = _Supplying(made, Scope(NoNames(host, is_refused=True)), passed)
    for name, written in options.environment.items():
        supplying.text(name, written, f"TF_VAR_{name}", Step(None, f"TF_VAR_{name}"))
    for name, value in passed.environment:
        supplying.value(name, value, f"TF_VAR_{name}")
    automatic, others = _automatic({path.name: path for path in (*listed, *(file.path for file in passed.generated))})
    for path in automatic:
        supplying.file(path)
    for argument in passed.arguments:
        if isinstance(argument, VariableFiles):
            supplying.files(argument)
        else:
            supplying.value(*argument, "-var")
    made.unread += passed.unknown
    for each in options.arguments:
        if isinstance(each, Path):
            supplying.file(each)
        else:
            name, written = each
            supplying.text(name, written, "--var", Step(None, f"--var {name}"))
    if declarations.variables and not options.var_files and not passed.names_files:
        by_arguments = (*options.variables, *(each for each in passed.arguments if not isinstance(each, VariableFiles)))
        supplying.note_unloaded(others, list(_below(host)), {name for name, _ in by_arguments})
    return made


def is_automatic(name: str) -> bool:
    """True if Terraform loads a file of values of that name from the directory of the root by itself."""
    return name in _LOADED or name.endswith(AUTOMATIC_SUFFIXES)


@immutable
class _Supplying:
    """Supplies values for the variables of a root, one after the other; later ones win."""

    made: RootInputs
    scope: Scope
    passed: Passed

    def text(self, name: str, written: str, origin: str, step: Step) -> None:
        """Supplies a value as it is written in an argument or in the environment."""
        self.value(name, after(text(written), step), origin)

    def value(self, name: str, value: Value, origin: str) -> None:
        """Supplies a text, which is an expression for a variable that takes anything but a text."""
        declared = self.made.declarations.variables.get(name)
        wanted = type_of(declared, self.made.host) if declared else ANY
        has_type = declared is not None and declared.block.body.get("type") is not None
        if not isinstance(wanted, Primitive) or (wanted == ANY and has_type):
            texts = flat_map([value], lambda atoms: atoms[0], origin, write_json=True, unknowns=True)
            value = tuple(made for one in texts for made in self._parsed(name, one, origin))
        self._set(name, value)

    def _set(self, name: str, value: Value) -> None:
        self.made.supplied[name] = value
        self.made.choices.pop(name, None)

    def _parsed(self, name: str, one: Alternative, origin: str) -> Value:
        if not isinstance(one.atom, Text):
            return (one,)
        written = one.atom.plain
        if written is None:
            return (one._replace(atom=one.atom.holes[0].derived(f"{origin} {name}: {one.atom.identity()}")),)
        try:
            expression = parse_expression(written, f"<{origin} {name}>")
        except ParseError as error:
            subject = f"var.{name}"
            advice = "A value that is not text is written as in HCL; mind the quotes of the shell."
            message = f"the value is not an expression: {error.reason}"
            problem = Problem(ProblemKind.INVALID_VALUE, f"{origin} {name}", message, advice, True)
            self.made.host.report(problem)
            return assume(unknown(Cause.INVALID, subject, identity=f"{subject}: {error.reason}"), one.given)
        trail = one.trail or one.atom.trail_at(0, len(written))
        step = trail[-1] if trail else Step(None, origin)
        found = tuple(_without_locations(each, step) for each in evaluate(expression, self.scope))
        return assume(found, one.given)

    def file(self, path: Path, given: Given = (), named_at: Location | None = None) -> None:
        """Supplies the values of a file."""
        for name, value in self._read(path, named_at).items():
            self._set(name, assume(value, given))
            self._note_in_vain(name, value)

    def files(self, named: VariableFiles) -> None:
        """Supplies the values of a file that may be one of several."""
        if named.is_only:
            self.file(*named.files[0], named.location)
            return
        for path, given in named.files:
            for name, value in self._read(path, named.location).items():
                choice = (named.subject, self.made.host.files.display(path), assume(value, given))
                self.made.choices.setdefault(name, []).append(choice)
                self._note_in_vain(name, value)

    def _note_in_vain(self, name: str, value: Value) -> None:
        if name not in self.made.declarations.variables:
            self.made.in_vain.append((name, value[0].trail[-1].location))

    def _read(self, path: Path, named_at: Location | None = None) -> dict[str, Value]:
        """The assignments of a tfvars file; a file that cannot be read is a problem, at the location that names it."""
        host = self.made.host
        shown = host.files.display(path)
        generated = [file for file in self.passed.generated if file.path == path]
        sources = generated or (read_source(path, host, named_at),)
        made: dict[str, Value] = {}
        for source in sources:
            if source is not None:
                for name, value in self._assigned(source, shown).items():
                    made[name] = (*made.get(name, ()), *value)
        return made

    def _assigned(self, source: SourceFile, shown: str) -> dict[str, Value]:
        for block in source.parsed.body.blocks:
            message = f"a tfvars file has no blocks, this one has `{block.type}`"
            self.made.host.report(
                Problem.at(
                    block.location, ProblemKind.INVALID_SYNTAX, message, f"Write `{block.type} = …`.", incomplete=True
                )
            )
        return {
            attribute.name: assume(
                after(
                    evaluate(attribute.expression, self.scope),
                    Step(attribute.location, f"var.{attribute.name} in {shown}"),
                ),
                source.given,
            )
            for attribute in source.parsed.body.attributes
        }

    def _read_unasked(self, path: Path) -> dict[str, Value]:
        """The assignments of a file that may be for something else: what is wrong with it leaves nothing out."""
        problems = self.made.host.problems
        before = set(problems)
        values = self._read(path)
        for problem in [each for each in problems if each not in before]:
            del problems[problem]
            self.made.host.report(problem._replace(incomplete=False))
        return values

    def note_unloaded(self, beside: Sequence[Path], below: Sequence[Path], fixed: set[str]) -> None:
        """Records the values in tfvars files that Terraform loads only on request.

        Files that set the same variable are alternatives; others may be used together.
        """
        contents = {path: self._read(path) for path in beside}
        contents.update((path, self._read_unasked(path)) for path in below)
        for values in contents.values():
            # Such a file may be for something else, such as a backend; what names a model is for the code.
            self.made.in_vain += [
                (name, value[0].trail[-1].location)
                for name, value in values.items()
                if name not in self.made.declarations.variables and names_a_model(value)
            ]
        groups: list[tuple[set[Path], set[str]]] = []
        for path, values in contents.items():
            joined: tuple[set[Path], set[str]] = ({path}, set(values))
            apart = []
            for members, names in groups:
                if names & joined[1]:
                    joined = (members | joined[0], names | joined[1])
                else:
                    apart.append((members, names))
            groups = [*apart, joined]
        declared = set(self.made.declarations.variables)
        groups = [(members, names & declared) for members, names in groups if names & declared]
        for members, names in groups:
            shown = {path: _relative(path, self.made.host.root) for path in members}
            subject = VAR_FILE if len(groups) == 1 else f"{VAR_FILE} of {min(names)}"
            for path in sorted(members):
                for name, value in contents[path].items():
                    if name not in fixed:
                        self.made.unloaded.setdefault(name, []).append((subject, shown[path], value))


def _without_locations(alternative: Alternative, step: Step) -> Alternative:
    """A value from the command line has no location in a file."""
    atom = alternative.atom
    match atom:
        case List(items, rest, kind):
            made = tuple(tuple(_without_locations(one, step) for one in item) for item in items)
            return Alternative(List(made, rest, kind), alternative.given, (step,))
        case Map(entries, rest, kind):
            made_ = {key: tuple(_without_locations(one, step) for one in item) for key, item in entries.items()}
            return Alternative(Map(made_, rest, kind), alternative.given, (step,))
        case Text(pieces):
            plain = tuple(piece if isinstance(piece, Unknown) else Piece(piece.text) for piece in pieces)
            return Alternative(Text(plain), alternative.given, (step,))
        case _:
            return Alternative(atom, alternative.given, (step,))


def _region_variables(declarations: Declarations) -> frozenset[str]:
    """The variables that a provider uses as its Region: each is one Region."""
    found = set()
    for declared in declarations.providers.values():
        parts = reference(declared.get("region"))
        if len(parts) == 2 and parts[0] == "var":
            found.add(parts[1])
    return frozenset(found)


def _automatic(by_name: dict[str, Path]) -> tuple[list[Path], list[Path]]:
    """The tfvars files that Terraform loads automatically, weakest first, and the others."""
    auto = [name for name in sorted(by_name) if is_automatic(name) and name not in _LOADED]
    loaded = [by_name[name] for name in (*(name for name in _LOADED if name in by_name), *auto)]
    return loaded, [path for name, path in by_name.items() if name.endswith(_VALUES) and not is_automatic(name)]


def _below(host: Host) -> Iterator[Path]:
    """The tfvars files in directories below the root, up to those with code of their own.

    Many roots have such a directory, with a file or a further directory for each environment.
    """
    pending = [(host.root, 0)]
    seen = 0
    while pending and seen < _MOST_DIRECTORIES:
        directory, depth = pending.pop(0)
        try:
            listed = host.files.list_directory(directory)
        except ReadError:
            continue
        seen += 1
        if depth:
            if any(map(is_module_file, listed)):
                continue
            named = (path for path in listed if path.name.endswith(_VALUES))
            yield from (path for path in named if is_file(path) or host.files.is_unsaved(path))
        if depth < _DEEPEST:
            pending += [
                (path, depth + 1)
                for path in listed
                if not path.name.startswith((".", "node_modules")) and not path.is_symlink() and is_directory(path)
            ]


def _relative(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
