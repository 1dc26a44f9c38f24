"""The contribution of the expressions of one module to names of models, from the syntax alone.

The question is always which texts can come out where an expression, or a part of it (`path`), is used. They are its
literals, and those in what it refers to: locals, resources, results of `for`, inputs and outputs of modules. Each
contributes an int to the answer (`Pieces`). Finally these are combined, and `Pieces` tells whether they can name a
model in any order. Conditions, comparisons and arithmetic contribute nothing, since their results are no strings.

A module is examined once per run, whoever calls it (`ModuleReach`). Contributions of its inputs, and of the outputs of
the modules that it calls, stay open as `Need`s; `reach` resolves them.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import NamedTuple

from checker.errors import ParseError, ReadError
from checker.frontends.protocol import Run
from checker.frontends.terraform.configuration import bodies, types
from checker.frontends.terraform.configuration.declarations import (
    CONTENT,
    CONTENT_WHEN_READ,
    MOST_BYTES,
    Declaration,
    Declarations,
    ResourceKey,
)
from checker.frontends.terraform.configuration.function_reach import (
    ANY,
    KEYS,
    MAKES_LETTERS,
    NO_TEXT,
    READS,
    Path,
    within,
)
from checker.frontends.terraform.configuration.module_code import READS_OR_DECODES, ModuleCode
from checker.frontends.terraform.configuration.outside import reads_outside
from checker.frontends.terraform.configuration.types import Collection, ObjectType, TupleType, Type
from checker.frontends.terraform.hcl import syntax as hcl
from checker.immutable import immutable
from checker.references.prefilter import NAMES
from checker.source.files import SourceFiles
from checker.source.json import is_json

# Deeper parts are not distinguished from their neighbours.
_DEEPEST = 8
# People do not write modules that take more steps. The rest of such a module is evaluated, within its own budget.
_MOST_STEPS = 1_000_000


class Need(NamedTuple):
    """A part of an input, or (with `output`) of an output of a call, which another module decides."""

    name: str
    output: str | None
    path: Path


class Contribution(NamedTuple):
    """The contribution of an expression: its texts, and its needs."""

    pieces: int
    needs: tuple[Need, ...]


_NOTHING, _NAMED = Contribution(0, ()), Contribution(NAMES, ())  # the latter whatever else is there


class _Item(NamedTuple):
    """The value of a name in a `for`, a splat or a dynamic block: a part of another expression, with its names."""

    expression: hcl.Expression
    path: Path
    names: "_Names"


class _Pair(NamedTuple):
    """`each`, or the iterator of a dynamic block: `.key` and `.value` are those of the elements of an expression."""

    collection: hcl.Expression
    names: "_Names"


# None for a name that stands for nothing in the code.
_Names = Mapping[str, _Item | _Pair | None]
_SPLAT = "*"
_NO_NAMES: _Names = {}


@dataclass(slots=True)
class _Found:
    """The contributions found so far in an expression."""

    pieces: int = 0
    needs: dict[Need, None] = field(default_factory=dict)


class ModuleReach:
    """The contributions of the expressions of one module. `pieces_of` gives the contribution of a text."""

    def __init__(self, declared: Declarations, pieces_of: Callable[[str], int], files: "_FileReader") -> None:
        self._declared = declared
        self._pieces_of = pieces_of
        self._files = files
        self._memo: dict[tuple[object, ...], Contribution] = {}
        self._steps = 0

    @property
    def files_read(self) -> Sequence[FilePath]:
        """The files that functions read and that were examined; resolved paths."""
        return self._files.files.files_read

    # What can be asked

    def resource(self, key: ResourceKey) -> Sequence[Contribution]:
        """The contribution of a whole resource, including its type: some types stand for a model."""
        return [self._once(key, lambda found: self._whole(self._declared.resources[key], key, found))]

    def output(self, name: str, path: Path) -> Contribution:
        """The contribution of a part of an output; nothing if there is no such output."""
        declared = self._declared.outputs.get(name)
        value = declared.block.body.get("value") if declared else None
        if value is None:
            return _NOTHING
        return self._once(
            ("output", name, path), lambda found: self._expression(value.expression, path, _NO_NAMES, found)
        )

    def outputs(self) -> Sequence[Contribution]:
        """The contribution of each output."""
        return [self.output(name, ()) for name in self._declared.outputs]

    def arguments(self, call: str) -> Sequence[Contribution]:
        """The contribution of each argument of a module call."""
        body = self._declared.calls[call].block.body
        return [self.argument(call, attribute.name, ()) for attribute in body.attributes]

    def default(self, name: str, path: Path) -> Contribution:
        """The contribution of a part of an input's default, and of the defaults of its optional attributes."""
        declared = self._declared.variables.get(name)
        if declared is None:
            return _NOTHING

        def look(found: _Found) -> None:
            default = declared.block.body.get("default")
            if default is not None:
                self._expression(default.expression, path, _NO_NAMES, found)
            self._optional(_type_of(declared), path, found)

        return self._once(("default", name, path), look)

    def argument(self, call: str, name: str, path: Path) -> Contribution:
        """The contribution of a part of an argument of a module call."""
        declared = self._declared.calls[call]
        argument = declared.block.body.get(name)
        if argument is None:
            return _NOTHING
        return self._once(
            ("argument", call, name, path),
            lambda found: self._expression(argument.expression, path, _around(declared), found),
        )

    def _once(self, key: tuple[object, ...], look: Callable[[_Found], None]) -> Contribution:
        known = self._memo.get(key)
        if known is None:
            # A cycle is no valid configuration; the evaluation reports it.
            self._memo[key] = _NAMED
            found = _Found()
            look(found)
            known = self._memo[key] = _NAMED if found.pieces & NAMES else Contribution(found.pieces, tuple(found.needs))
        return known

    def _add(self, key: tuple[object, ...], look: Callable[[_Found], None], found: _Found) -> None:
        made = self._once(key, look)
        found.pieces |= made.pieces
        found.needs.update(dict.fromkeys(made.needs))

    def _optional(self, wanted: Type, path: Path, found: _Found) -> None:
        """The contribution of the defaults of optional attributes to a part of a value of a type."""
        match wanted:
            case Collection(_, element):
                self._optional(element, path[1:], found)
            case TupleType(elements):
                for element in elements:
                    self._optional(element, path[1:], found)
            case ObjectType(fields):
                for name, field_ in fields.items():
                    if not path or path[0] in (ANY, name):
                        if field_.default is not None:
                            self._expression(field_.default, path[1:], _NO_NAMES, found)
                        self._optional(field_.type, path[1:], found)
            case _:
                pass

    # Blocks

    def _whole(self, declared: Declaration, key: ResourceKey, found: _Found) -> None:
        found.pieces |= self._pieces_of(key.type)
        names: _Names = {**_around(declared), "self": None}
        self._body(declared.block.body, names, found, skipped=bodies.META_ARGUMENTS)

    def _body(self, body: hcl.Body, names: _Names, found: _Found, *, skipped: frozenset[str] = frozenset()) -> None:
        for attribute in body.attributes:
            if attribute.name not in skipped:
                found.pieces |= self._pieces_of(attribute.name)
                self._expression(attribute.expression, (), names, found)
        for block in body.blocks:
            if not (skipped and block.type == "lifecycle"):
                self._block(block, names, found)

    def _block(self, block: hcl.Block, names: _Names, found: _Found) -> None:
        if block.type != "dynamic" or not block.labels:
            self._body(block.body, names, found)
            return
        each = block.body.get("for_each")
        if each is not None:
            iterator = block.body.get("iterator")
            name = iterator.expression.name if iterator and isinstance(iterator.expression, hcl.RootName) else None
            names = {**names, name or block.labels[0]: _Pair(each.expression, names)}
        for content in block.body.blocks:
            self._body(content.body, names, found)

    def _attribute(self, key: ResourceKey, path: Path, found: _Found) -> None:
        """The contribution of an attribute of a resource where it is used."""
        declared = self._declared.resources.get(key)
        if declared is None:
            return
        body = declared.block.body
        if reads_outside(key):
            # The root, another input or the account may tell it.
            found.pieces |= NAMES
            return
        written = body.get(path[0]) if path and path[0] not in bodies.META_ARGUMENTS else None
        if written is None or self._pieces_of(key.type) & NAMES:
            # The provider may compute it from everything that is written.
            self._add(key, lambda inner: self._whole(declared, key, inner), found)
            return
        names: _Names = {**_around(declared), "self": None}
        rest = path[1:]
        self._add(
            ("attribute", key, path),
            lambda inner: self._expression(written.expression, rest, names, inner),
            found,
        )

    def _local(self, name: str, path: Path, found: _Found) -> None:
        local = self._declared.locals.get(name)
        if local is not None:
            expression = local.attribute.expression
            self._add(("local", name, path), lambda inner: self._expression(expression, path, _NO_NAMES, inner), found)

    # Expressions

    def _expression(self, node: hcl.Expression | hcl.TemplatePart, path: Path, names: _Names, found: _Found) -> None:  # noqa: C901 (one case for each kind of expression)
        """Adds the contribution of a part of an expression."""
        self._steps += 1
        if self._steps > _MOST_STEPS:
            found.pieces |= NAMES
            return
        if len(path) > _DEEPEST:
            path = path[:_DEEPEST]
        match node:
            case hcl.Literal(value):
                if type(value) is str and not path and not found.pieces & NAMES:
                    found.pieces |= self._pieces_of(value)
            case hcl.RootName() | hcl.GetAttr() | hcl.Index() | hcl.LegacyIndex() | hcl.SplatItem():
                self._traversal(node, path, names, found)
            case hcl.Template(parts):
                for part in parts:
                    self._expression(part, (), names, found)
            case hcl.TemplateWrap(inner) | hcl.Parens(inner):
                self._expression(inner, path, names, found)
            case hcl.ObjectCons(items):
                self._object(items, path, names, found)
            case hcl.TupleCons(elements):
                if _is_in_list(path):
                    for element in elements:
                        self._expression(element, path[1:], names, found)
            case hcl.Call():
                self._call(node, path, names, found)
            case hcl.Conditional(_, then, otherwise):
                self._expression(then, path, names, found)
                self._expression(otherwise, path, names, found)
            case hcl.ForTuple(key, value, collection, result):
                if _is_in_list(path):
                    self._expression(result, path[1:], _bound(names, key, value, collection), found)
            case hcl.ForObject(key, value, collection, result_key, result_value, grouped):
                inner_names = _bound(names, key, value, collection)
                if not path or path[0] == KEYS:
                    self._expression(result_key, (), inner_names, found)
                if not path or path[0] != KEYS:
                    self._expression(result_value, path[2:] if grouped else path[1:], inner_names, found)
            case hcl.AttrSplat(inner, each) | hcl.FullSplat(inner, each):
                # A value that is no list is one element.
                parts_of_object: tuple[Path, ...] = ((ANY,), ())
                for part_of_object in parts_of_object:
                    self._expression(each, path[1:], {**names, _SPLAT: _Item(inner, part_of_object, names)}, found)
            case hcl.TemplateIf(_, then_parts, otherwise_parts):
                for part in (*then_parts, *otherwise_parts):
                    self._expression(part, (), names, found)
            case hcl.TemplateFor(key, value, collection, parts):
                inner_names = _bound(names, key, value, collection)
                for part in parts:
                    self._expression(part, (), inner_names, found)
            case hcl.Unreadable():
                found.pieces |= NAMES
            case hcl.Unary() | hcl.Binary():
                # A number or a boolean.
                pass

    def _object(self, items: Sequence[hcl.ObjectItem], path: Path, names: _Names, found: _Found) -> None:
        for key, value in items:
            written = key.value if isinstance(key, hcl.Literal) and isinstance(key.value, str) else None
            if not path or path[0] == KEYS:
                self._expression(key, (), names, found)
            if not path or path[0] == ANY or written is None or written == path[0]:
                self._expression(value, path[1:], names, found)

    def _traversal(self, node: hcl.Expression, path: Path, names: _Names, found: _Found) -> None:
        steps: list[str] = []
        while True:
            match node:
                case hcl.GetAttr(inner, name):
                    steps.append(name)
                case hcl.Index(inner, hcl.Literal(str(name))):
                    steps.append(name)
                case hcl.Index(inner) | hcl.LegacyIndex(inner):
                    steps.append(ANY)
                case hcl.Parens(inner) if steps:
                    pass
                case _:
                    break
            node = inner
        whole = (*reversed(steps), *path)
        match node:
            case hcl.RootName(name):
                self._named(name, whole, names, found)
            case hcl.SplatItem():
                self._item(names.get(_SPLAT), whole, found)
            case _:
                self._expression(node, whole, names, found)

    def _named(self, name: str, path: Path, names: _Names, found: _Found) -> None:
        if name in names:
            self._item(names[name], path, found)
            return
        first, rest = (path[0], path[1:]) if path else (ANY, ())
        match name:
            case "var":
                found.needs[Need(first, None, rest)] = None
            case "local":
                self._local(first, rest, found)
            case "module":
                declared = self._declared.calls.get(first)
                inner = rest if declared is None else self._of_instance(declared, rest, found)
                if inner is not None:
                    found.needs[Need(first, inner[0] if inner else ANY, inner[1:])] = None
            case "data" | "ephemeral":
                self._attribute_of_instance(ResourceKey(name, first, rest[0] if rest else ANY), rest[1:], found)
            case "path" if first == "module":
                found.pieces |= self._pieces_of(self._files.module_path)
            case "path" | "terraform" | "tofu" | "count" | "each" | "self":
                pass
            case _:
                self._attribute_of_instance(ResourceKey("resource", name, first), rest, found)

    def _attribute_of_instance(self, key: ResourceKey, path: Path, found: _Found) -> None:
        declared = self._declared.resources.get(key)
        if declared is None:
            return
        inner = self._of_instance(declared, path, found)
        if inner is not None:
            self._attribute(key, inner, found)

    def _of_instance(self, declared: Declaration, path: Path, found: _Found) -> Path | None:
        """From a part of all instances of a block to that of one instance; None for their keys, which are added."""
        each = declared.block.body.get("for_each")
        if each is None and declared.block.body.get("count") is None:
            return path
        if each is not None and (not path or path[0] == KEYS):
            self._expression(each.expression, (KEYS,), _NO_NAMES, found)
        return None if path[:1] == (KEYS,) else path[1:]

    def _item(self, item: _Item | _Pair | None, path: Path, found: _Found) -> None:
        match item:
            case _Item(expression, inner, names):
                self._expression(expression, (*inner, *path), names, found)
            case _Pair(collection, names):
                if path[:1] != ("value",):
                    self._expression(collection, (KEYS,), names, found)
                if path[:1] != ("key",):
                    self._expression(collection, (ANY, *path[1:]), names, found)
            case None:
                pass

    def _call(self, node: hcl.Call, path: Path, names: _Names, found: _Found) -> None:
        name = node.name.removeprefix("core::")
        if name in NO_TEXT:
            return
        if name in MAKES_LETTERS:
            found.pieces |= NAMES
            return
        if name in READS:
            found.pieces |= self._files.pieces(node)
        for argument, part in zip(node.args, within(node, path), strict=True):
            if part is not None:
                self._expression(argument, part, names, found)


def _bound(names: _Names, key: str | None, value: str, collection: hcl.Expression) -> _Names:
    bound: dict[str, _Item | _Pair | None] = {**names, value: _Item(collection, (ANY,), names)}
    if key is not None:
        bound[key] = _Item(collection, (KEYS,), names)
    return bound


def _is_in_list(path: Path) -> bool:
    """True if a list has such a part; the elements of a set are its keys."""
    return not path or path[0] in (ANY, KEYS) or path[0].isdecimal()


def _type_of(variable: Declaration) -> Type:
    written = variable.block.body.get("type")
    try:
        return types.ANY if written is None else types.parse_type(written.expression)
    except (types.TypeConstraintError, ParseError):
        # The value is used unchanged.
        return types.ANY


def _around(declared: Declaration) -> _Names:
    """The names that a block with `for_each` binds."""
    each = declared.block.body.get("for_each")
    return {"each": None if each is None else _Pair(each.expression, _NO_NAMES)}


def reach_of(code: ModuleCode, files: SourceFiles, run: Run, *, is_root: bool) -> ModuleReach:
    """The result for a module, made once. File names without `path.module` are relative to the root."""
    found = code.reach.get(is_root)
    if found is None:
        pieces_of = _all_named if run.pieces is None else run.pieces.of_text
        reader = _FileReader(code.declarations.directory, files.anew(), run, is_root=is_root)
        found = code.reach[is_root] = ModuleReach(code.declarations, pieces_of, reader)
    return found


def _all_named(_text: str) -> int:
    return NAMES


@immutable
class _FileReader:
    """The contributions of the files that the functions of one module read."""

    directory: FilePath
    files: SourceFiles
    run: Run
    is_root: bool

    @property
    def module_path(self) -> str:
        """A text for every value of `path.module`: it is relative to the root, which may be anywhere around."""
        around = self.files.boundary.root
        if self.is_root or around is None:
            return ""
        return os.path.relpath(self.directory, around)

    def pieces(self, call: hcl.Call) -> int:
        """The contribution of the file that a call reads. If the file is unknown, it may name a model.

        So may a file that cannot be read, and JSON that is cut off, since both need a problem; and a template that
        reads files itself or changes letters.
        """
        path = self._path(call.args[0]) if call.args else None
        if path is None:
            return NAMES
        most = MOST_BYTES if call.name in (CONTENT, CONTENT_WHEN_READ) else None
        try:
            content = self.files.read_bytes(path, most)
        except ReadError:
            return NAMES if most is None else 0
        if call.name.endswith("templatefile") and READS_OR_DECODES.search(content) is not None:
            return NAMES
        begins = content.lstrip()[:1]
        if begins and (path.suffix == ".json" or begins in b"{[") and not is_json(content.decode("utf-8", "replace")):
            return NAMES
        return self.run.contributed(content, path, self.files)

    def _path(self, node: hcl.Expression) -> FilePath | None:
        match node:
            case hcl.Literal(str(name)) if self.is_root:
                return self.directory / name
            case hcl.Template((hcl.GetAttr(hcl.RootName("path"), location), hcl.Literal(str(name)))):
                is_here = location == "module" or (location == "root" and self.is_root)
                return self.directory / name[1:] if is_here and name.startswith("/") else None
            case _:
                return None
