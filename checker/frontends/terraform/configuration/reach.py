"""Finds, from the syntax alone, the blocks of a configuration that a model can reach; others are not evaluated.

`module_reach` has the contribution of each module alone. Here its open needs (inputs, and outputs of called modules)
are resolved for one place in the tree of module calls.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial

from checker.frontends.terraform.configuration.declarations import Declarations, ResourceKey
from checker.frontends.terraform.configuration.function_reach import ANY, KEYS, Path
from checker.frontends.terraform.configuration.module_code import ModuleCode
from checker.frontends.terraform.configuration.module_reach import Contribution, ModuleReach, Need
from checker.references.prefilter import NAMES, Pieces
from checker.values import Json, List, Map, Piece, Text, Unknown, Value
from checker.values.operations import known

# The limit of steps, as in a module: people do not write more.
_MOST_CLOSED = 1_000_000


@dataclass(slots=True)
class CalledModule:
    """A called module before its instances are known. `parent` and `name` are None and "" for the root.

    `calls` are the modules that it calls, None if their code is missing. `resources` are those to evaluate;
    `remote_calls` are calls of missing modules whose arguments are evaluated.
    """

    code: ModuleCode
    reach: ModuleReach
    parent: "CalledModule | None" = None
    name: str = ""
    calls: "dict[str, CalledModule | None]" = field(default_factory=dict)
    resources: tuple[ResourceKey, ...] = ()
    remote_calls: tuple[str, ...] = ()

    @property
    def declarations(self) -> Declarations:
        """Its declarations, with their directory."""
        return self.code.declarations

    @property
    def call_path(self) -> tuple[str, ...]:
        """The names of the calls that lead to it."""
        return () if self.parent is None else (*self.parent.call_path, self.name)

    @property
    def is_reached(self) -> bool:
        """True if anything in it, or in what it calls, must be evaluated."""
        return any(module.resources or module.remote_calls for module in self.every())

    def every(self) -> "Iterator[CalledModule]":
        """The module and everything that it calls, at any depth, in written order."""
        yield self
        for called in self.calls.values():
            if called is not None:
                yield from called.every()


class Reach:
    """What a model can reach in the tree of module calls of one root.

    `value_of_input` returns the possible values of an input of the root.
    """

    def __init__(self, value_of_input: Callable[[str], Value], pieces: Pieces) -> None:
        self._value_of_input = value_of_input
        self._pieces = pieces
        self._memo: dict[tuple[int, Need], int] = {}

    def resources(self, module: CalledModule) -> Iterator[ResourceKey]:
        """The resources of a module that may name a model, or get one from elsewhere."""
        for key in module.declarations.resources:
            if self._may_name(module, partial(module.reach.resource, key)):
                yield key

    def remote_calls(self, module: CalledModule) -> Iterator[str]:
        """The calls of missing modules with an argument that may name a model."""
        for name, called in module.calls.items():
            if called is None and self._may_name(module, partial(module.reach.arguments, name)):
                yield name

    def _may_name(self, module: CalledModule, contributions: Callable[[], Iterable[Contribution]]) -> bool:
        try:
            return self._pieces.can_name(self._joined(module, contributions()))
        except RecursionError:
            # The evaluation reports how deep this goes.
            return True

    def _joined(self, module: CalledModule, contributions: Iterable[Contribution]) -> int:
        """The combined contribution, with the needs resolved."""
        found = 0
        for contribution in contributions:
            found |= contribution.pieces
            for need in contribution.needs:
                if found & NAMES:
                    return found
                found |= self._closed(module, need)
        return found

    def _closed(self, module: CalledModule, need: Need) -> int:
        key = (id(module), need)
        known = self._memo.get(key)
        if known is None:
            # As in `ModuleReach`, the evaluation reports cycles.
            self._memo[key] = NAMES
            known = self._memo[key] = NAMES if len(self._memo) > _MOST_CLOSED else self._close(module, need)
        return known

    def _close(self, module: CalledModule, need: Need) -> int:
        if need.output is None:
            if module.parent is None:
                # An input that nobody sets may be a model by its own name.
                of_name = self._pieces.of_text(" ".join((need.name, *(part for part in need.path if part != KEYS))))
                return of_name | pieces_in(self._value_of_input(need.name), need.path, self._pieces.of_text)
            passed = module.parent.reach.argument(module.name, need.name, need.path)
            default = module.reach.default(need.name, need.path)
            return self._joined(module.parent, [passed]) | self._joined(module, [default])
        called = module.calls.get(need.name)
        if called is None:
            return 0
        if need.output == ANY:
            return self._joined(called, called.reach.outputs())
        return self._joined(called, [called.reach.output(need.output, need.path)])


def pieces_in(value: Value, path: Path, pieces_of: Callable[[str], int]) -> int:
    """The contribution of a part of a value."""
    found = 0
    for alternative in value:
        match alternative.atom:
            case Text(pieces) if not path:
                for piece in pieces:
                    if isinstance(piece, Piece):
                        found |= pieces_of(piece.text)
                    else:
                        found |= pieces_in(known(piece), (), pieces_of)
            case Json(inner):
                found |= pieces_in(inner, (), pieces_of)
            case List(items, rest):
                for item in (*items, rest):
                    found |= pieces_in(item, path[1:], pieces_of)
            case Map(entries, rest):
                for key, item in entries.items():
                    if not path or path[0] == KEYS:
                        found |= pieces_of(key)
                    if not path or path[0] in (ANY, key):
                        found |= pieces_in(item, path[1:], pieces_of)
                found |= pieces_in(rest, path[1:], pieces_of)
            case Unknown(content=content, holds=holds):
                # Models are told also of what is sensitive.
                found |= pieces_in(content, path, pieces_of)
                for name in () if content else holds:
                    found |= pieces_in(known(name), (), pieces_of)
            case _:
                pass
    return found
