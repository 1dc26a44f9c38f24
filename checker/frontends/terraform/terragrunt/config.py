"""One configuration file of Terragrunt, with the files that it includes.

Terragrunt evaluates an included file in the directory of the unit, and a file that is read in its own directory.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar, cast

from checker.frontends.terraform.configuration.declarations import blocks_of
from checker.frontends.terraform.configuration.elements import invalid
from checker.frontends.terraform.configuration.evaluate import evaluate
from checker.frontends.terraform.configuration.scope import Attribute, Host, Scope, TraversalStep, once
from checker.frontends.terraform.functions.filesystem import path_of
from checker.frontends.terraform.hcl.syntax import Attribute as Written
from checker.frontends.terraform.hcl.syntax import Block, Body, RootName
from checker.immutable import immutable
from checker.model.problem import Problem, ProblemKind
from checker.source import Location
from checker.source.files import is_file
from checker.values import Alternative, Assumption, Basis, Cause, Given, Map, Step, Text, Unknown, Value
from checker.values.operations import after, assume, known, unknown

# How Terragrunt merges the inputs and the locals of files that include each other.


def merged(under: Value, over: Value, *, deep: bool) -> Value:
    """The entries of both; those of `over` win. With `deep`, nested maps are merged too."""
    if not any(isinstance(one.atom, Map) and one.atom.entries for one in under):
        return over
    made: list[Alternative] = []
    for low in under:
        for high in over:
            given = (*low.given, *(each for each in high.given if each not in low.given))
            if isinstance(low.atom, Map) and isinstance(high.atom, Map):
                entries = {**low.atom.entries, **high.atom.entries}
                if deep:
                    for name in low.atom.entries.keys() & high.atom.entries.keys():
                        entries[name] = _deep(low.atom.entries[name], high.atom.entries[name])
                made.append(Alternative(Map(entries, (*low.atom.rest, *high.atom.rest)), given))
            else:
                made.append(high)
    return tuple(made)


def _deep(under: Value, over: Value) -> Value:
    both_maps = len(under) == len(over) == 1 and isinstance(under[0].atom, Map) and isinstance(over[0].atom, Map)
    return merged(under, over, deep=True) if both_maps else over


# One configuration file of Terragrunt, with the files that it includes.

# Values that a stack passes to a unit that it generates.
VALUES = "terragrunt.values.hcl"
_Made = TypeVar("_Made")
_LOCAL = ("./", "../", ".", "..", "/")


class Unit(Protocol):
    """The unit for which a configuration is evaluated."""

    @property
    def directory(self) -> Path:
        """Its directory."""

    def config(self, path: Path, directory: Path, child: "Config | None" = None) -> "Config | None":
        """The configuration in a file, evaluated in a directory; None if it cannot be read."""


@immutable
class Source:
    """The source of a unit's module: `path` relative to the unit, None if it is not local."""

    path: str | None
    shown: str
    location: Location


@dataclass(slots=True)
class Config:
    """One configuration file. `child` is the one that includes it."""

    unit: Unit
    host: Host
    path: Path
    body: Body
    child: "Config | None" = None
    given: Given = ()
    memo: dict[str, Value] = field(default_factory=dict)
    made: dict[object, object] = field(default_factory=dict)

    @property
    def location(self) -> Location:
        """Its first line."""
        return Location(self.host.files.display(self.path), 1, 1)

    @property
    def directory_of_unit(self) -> Path:
        """The directory of the unit for which it is evaluated."""
        return self.unit.directory

    @property
    def scope(self) -> Scope:
        """The scope of its expressions."""
        return Scope(self)

    def refer(self, root: RootName, steps: Sequence[TraversalStep], scope: Scope) -> tuple[Value, int]:
        """The value of a traversal, and the number of its steps that were used."""
        names = [step.name if isinstance(step, Attribute) else None for step in steps[:3]]
        match root.name, names:
            case "local", [str(name), *_]:
                return self.local(name, root.location), 1
            case "include", [("locals" | "inputs") as part, *_]:
                return self._exposed("", part, root.location), 1
            case "include", [str(name), ("locals" | "inputs") as part, *_]:
                return self._exposed(name, part, root.location), 2
            case "dependency", [str(name), "outputs", *_]:
                return self._outputs(name, root.location), 2
            case "values", [str(name), *_]:
                return self._value(name), 1
            case _:
                subject = ".".join([root.name, *(name for name in names if name is not None)])
                return unknown(Cause.DEPLOY_TIME, subject), len(steps)

    def attribute(self, whole: Unknown, name: str) -> Value | None:
        """None: there are no objects that are one unknown."""
        return None

    def whole(self, marker: Unknown) -> Value | None:
        """None: there are no objects that are one unknown."""
        return None

    def local(self, name: str, location: Location) -> Value:
        """A local value."""
        for block in blocks_of(self.body, "locals"):
            attribute = block.body.get(name)
            if attribute is not None:
                make = partial(self._local, attribute)
                return once(self.memo, f"local.{name}", make, f"local.{name}", self.host, attribute.location)
        return (Alternative(invalid(f"{location.file}:{location.line}: the local value {name!r} is not declared")),)

    def _local(self, attribute: Written) -> Value:
        return after(evaluate(attribute.expression, self.scope), Step(attribute.location, f"local.{attribute.name}"))

    def _value(self, name: str) -> Value:
        """A value that a stack passes to the unit, if it generated the unit."""
        path = self.unit.directory / VALUES
        found = self.unit.config(path, self.unit.directory) if is_file(path) else None
        attribute = None if found is None else found.body.get(name)
        if found is None or attribute is None:
            return unknown(Cause.INPUT_NOT_SET, f"values.{name}")
        return after(evaluate(attribute.expression, found.scope), Step(attribute.location, f"values.{name}"))

    def locals(self) -> Value:
        """All local values."""
        names = [attribute.name for block in blocks_of(self.body, "locals") for attribute in block.body.attributes]
        return known(Map({name: self.local(name, self.location) for name in names}))

    def includes(self) -> Iterator[tuple[str, Block, "Config"]]:
        """The configurations that it includes, by name."""
        for block in blocks_of(self.body, "include"):
            attribute = block.body.get("path")
            if attribute is None:
                continue
            # The path may need what is included.
            key = f"path of the include at {attribute.location}"
            make = partial(evaluate, attribute.expression, self.scope)
            for one in once(self.memo, key, make, "include", self.host, attribute.location):
                written = path_of(one.atom, self.host)
                if written is None:
                    subject = one.atom.subject if isinstance(one.atom, Unknown) else "its path"
                    message = f"what is included is not known: {subject}"
                    advice = "Write the path, or check a plan of the unit."
                    self.host.report(
                        Problem.at(attribute.location, ProblemKind.NOT_FOUND, message, advice, incomplete=True)
                    )
                    continue
                found = self.unit.config(self.at(written), self.host.root, self)
                if found is not None and not self._is_around(found):
                    yield (block.labels[0] if block.labels else ""), block, found

    def _is_around(self, other: "Config") -> bool:
        """True if another configuration is this one, or includes it."""
        around: Config | None = self
        while around is not None:
            if around is other:
                return True
            around = around.child
        return False

    def included(self, name: str | None = None) -> "Config | None":
        """The included configuration with a name; the only one if no name is given."""
        found = [config for label, _, config in self.includes() if name is None or label == name]
        return found[0] if found else None

    def _exposed(self, name: str, part: str, location: Location) -> Value:
        found = self.included(name)
        if found is None:
            return unknown(Cause.PARSE_FAILED, f"include.{name}" if name else "include")
        return found.locals() if part == "locals" else found.inputs()

    def read(self, path: str) -> Value | None:
        """The locals and inputs of another file, evaluated in its own directory; None if it cannot be read."""
        full = self.at(path)
        found = self.unit.config(full, full.parent)
        return None if found is None else known(Map({"locals": found.locals(), "inputs": found.inputs()}))

    def at(self, path: str) -> Path:
        """A path that is relative to the directory in which it is evaluated."""
        return Path(os.path.normpath(self.host.root / path))

    def _outputs(self, name: str, location: Location) -> Value:
        subject = f"dependency.{name}.outputs"
        return once(
            self.memo, subject, partial(self._outputs_of, name, subject, location), subject, self.host, location
        )

    def _outputs_of(self, name: str, subject: str, location: Location) -> Value:
        real = unknown(Cause.DEPLOY_TIME, subject)
        for block in blocks_of(self.body, "dependency"):
            mocked = block.body.get("mock_outputs")
            if block.labels == (name,) and mocked is not None:
                mock = Assumption(subject, "mock_outputs", True, Basis.OPEN)
                step = Step(mocked.location, f"mock_outputs of dependency.{name}")
                return (*real, *assume(after(evaluate(mocked.expression, self.scope), step), (mock,)))
        found = next((config for _, _, config in self.includes() if config.has_dependency(name)), None)
        return real if found is None else found._outputs(name, location)

    def has_dependency(self, name: str) -> bool:
        """Whether it declares a dependency."""
        return any(block.labels == (name,) for block in blocks_of(self.body, "dependency"))

    def merged_includes(self) -> Iterator[tuple[str, "Config"]]:
        """The configurations that it includes and that are merged into it, each with how."""
        for _, block, config in self.includes():
            strategy = block.body.get("merge_strategy")
            written = evaluate(strategy.expression, self.scope) if strategy is not None else ()
            name = next((one.atom.plain for one in written if isinstance(one.atom, Text)), None) or "shallow"
            if name != "no_merge":
                yield name, config

    def once(self, make: "Callable[[Config], _Made]") -> _Made:
        """What a function makes of it; once, since many configurations may include it."""
        if make not in self.made:
            self.made[make] = make(self)
        return cast("_Made", self.made[make])

    def inputs(self) -> Value:
        """The inputs; its own override those of included configurations."""
        return once(self.memo, "inputs", self._inputs, "inputs", self.host, self.location)

    def _inputs(self) -> Value:
        attribute = self.body.get("inputs")
        own: Value = known(Map({}))
        if attribute is not None:
            written = after(evaluate(attribute.expression, self.scope), Step(attribute.location, "inputs"))
            own = assume(tuple(map(_with_trail_inside, written)), self.given)
        merged_: Value = known(Map({}))
        for strategy, config in self.merged_includes():
            merged_ = merged(merged_, config.inputs(), deep=strategy.startswith("deep"))
            own = merged(config.inputs(), own, deep=True) if strategy.startswith("deep") else own
        return merged(merged_, own, deep=False)

    def names_source(self) -> bool:
        """True if it names the source of the module, or a configuration that it includes does."""
        own = any(block.body.get("source") is not None for block in blocks_of(self.body, "terraform"))
        return own or any(config.once(Config.names_source) for _, config in self.merged_includes())

    def source(self) -> Source | None:
        """The source of the module: its own, or that of an included configuration."""
        for block in blocks_of(self.body, "terraform"):
            attribute = block.body.get("source")
            if attribute is not None:
                for one in evaluate(attribute.expression, self.scope):
                    written = path_of(one.atom, self.host)
                    rendered = one.atom.render() if isinstance(one.atom, Text) else getattr(one.atom, "subject", "")
                    local = written is not None and (written in _LOCAL or written.startswith(_LOCAL))
                    path = written.partition("?")[0].replace("//", "/") if written is not None and local else None
                    return Source(path, rendered, attribute.location)
        return next(
            (found for _, config in self.merged_includes() if (found := config.once(Config.source)) is not None), None
        )


def _with_trail_inside(one: Alternative) -> Alternative:
    """The alternative, in which each entry of a map has the trail of the map, which is lost where maps are merged."""
    if not isinstance(one.atom, Map):
        return one
    entries = {name: after(value, *one.trail) for name, value in one.atom.entries.items()}
    return one._replace(atom=Map(entries, one.atom.rest, one.atom.kind))
