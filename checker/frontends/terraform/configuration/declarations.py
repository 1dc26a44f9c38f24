"""The declarations of one module, with override files merged as in Terraform, and the files that they deploy."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

from checker.frontends.terraform.hcl.syntax import (
    Attribute,
    Block,
    Body,
    Call,
    Expression,
    GetAttr,
    Index,
    Literal,
    ObjectCons,
    ParsedFile,
    RootName,
    TupleCons,
)
from checker.immutable import immutable
from checker.model.problem import Problem, ProblemKind
from checker.source import Location
from checker.values import Given

# Arguments that name a file whose content is deployed: it is read as if it were written in the code.

# By type: the argument that names a file, and the one that would hold its content.
_FILE_ARGUMENTS: Mapping[str, tuple[str, str]] = {
    "aws_s3_object": ("source", "content"),
    "aws_s3_bucket_object": ("source", "content"),
    "google_storage_bucket_object": ("source", "content"),
    "azurerm_storage_blob": ("source", "source_content"),
    "local_file": ("source", "content"),
}
# Data sources that read the file that they name.
_READING = frozenset({"local_file", "local_sensitive_file"})
# Code that may have such an argument.
WORDS = b"|".join([b"provisioner", *(kind.encode() for kind in sorted({*_FILE_ARGUMENTS, *_READING}))])
# What gives the content of a named file: null if there is no such text, or not known, since it may be made before it is
# read. No function of Terraform can be called so.
CONTENT, CONTENT_WHEN_READ = "content of", "content, when it is read, of"
# A larger file is the output of a build, as a rule.
MOST_BYTES = 1 << 20


def with_content(mode: str, resource: Block) -> Block:
    """The block of a resource, with the content of each file that it names, also in its provisioners."""
    body = resource.body
    if mode == DATA and resource.labels[0] in _READING:
        return replace(resource, body=_with(body, "filename", "content", CONTENT_WHEN_READ))
    if mode != MANAGED:
        return resource
    if resource.labels[0] in _FILE_ARGUMENTS:
        body = _with(body, *_FILE_ARGUMENTS[resource.labels[0]])
    if any(block.type == "provisioner" for block in body.blocks):
        body = replace(body, blocks=tuple(map(_provisioner, body.blocks)))
    return resource if body is resource.body else replace(resource, body=body)


def _provisioner(block: Block) -> Block:
    is_file = block.type == "provisioner" and block.labels == ("file",)
    return replace(block, body=_with(block.body, "source", "content")) if is_file else block


def _with(body: Body, name: str, content: str, read: str = CONTENT) -> Body:
    made = tuple(_contents(body, name, content, read))
    return replace(body, attributes=body.attributes + made) if made else body


def _contents(body: Body, name: str, content: str, read: str) -> Iterator[Attribute]:
    named = body.get(name)
    if named is not None and body.get(content) is None:
        yield Attribute(content, Call(read, (named.expression,), False, named.location), named.location)


# The declarations of one module, with override files merged as in Terraform.

MANAGED = "resource"
DATA = "data"
EPHEMERAL = "ephemeral"
# Actions of Terraform 1.14: invoking a function, starting a build.
ACTION = "action"


class ResourceKey(NamedTuple):
    """The key of a resource in a module. `mode` is the type of its block."""

    mode: str
    type: str
    name: str

    @property
    def address(self) -> str:
        """The address within the module, without instance key."""
        return f"{self.type}.{self.name}" if self.mode == MANAGED else f"{self.mode}.{self.type}.{self.name}"


@immutable
class Declaration:
    """A block that declares a name. `given` is set if only the second reader could read its file."""

    block: Block
    json: bool = False
    given: Given = ()

    def get(self, name: str) -> Expression | None:
        """The expression of an argument, None if it is not written."""
        attribute = self.block.body.get(name)
        return attribute.expression if attribute else None

    def flag(self, name: str) -> bool | None:
        """The argument, if it is written as `true` or `false`."""
        expression = self.get(name)
        if isinstance(expression, Literal):
            if isinstance(expression.value, bool):
                return expression.value
            if expression.value in ("true", "false"):
                return expression.value == "true"
        return None

    @property
    def is_secret(self) -> bool:
        """True if its value must not be shown. Ephemeral values must not be kept anywhere either."""
        return self.flag("sensitive") is True or self.flag("ephemeral") is True


class Local(NamedTuple):
    """One local value."""

    attribute: Attribute
    given: Given = ()


@immutable
class SourceFile:
    """One parsed file of a module. `given` is set if only the second reader could read it."""

    path: Path
    parsed: ParsedFile
    given: Given = ()

    @property
    def overrides(self) -> bool:
        """True for an override file."""
        stem = self.path.name.removesuffix(".json").removesuffix(".tf").removesuffix(".tofu")
        return stem == "override" or stem.endswith("_override")


@dataclass(slots=True)
class Declarations:
    """The declarations of a module by name; not `complete` if one of its files could not be read.

    `has_backend`: the module configures where its state is kept, in a backend or in HCP Terraform.
    """

    directory: Path
    complete: bool = True
    variables: dict[str, Declaration] = field(default_factory=dict)
    locals: dict[str, Local] = field(default_factory=dict)
    outputs: dict[str, Declaration] = field(default_factory=dict)
    calls: dict[str, Declaration] = field(default_factory=dict)
    resources: dict[ResourceKey, Declaration] = field(default_factory=dict)
    providers: dict[str, Declaration] = field(default_factory=dict)
    has_backend: bool = False
    moves: list[tuple[str, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


# Nested blocks whose names are unambiguous; JSON writes them as arguments.
_BLOCKS_IN_JSON: Mapping[str, frozenset[str]] = {
    "variable": frozenset({"validation"}),
    "resource": frozenset({"dynamic", "lifecycle", "provisioner", "connection", "timeouts"}),
    "data": frozenset({"dynamic", "lifecycle", "statement", "principals", "not_principals", "condition", "content"}),
    "dynamic": frozenset({"dynamic", "content"}),
}


def _from_json(block: Block) -> Block:
    """A block of a JSON file, with nested blocks where the names tell them."""
    names = _BLOCKS_IN_JSON.get(block.type)
    return replace(block, body=_with_blocks(block.body, names)) if names else block


def _with_blocks(body: Body, names: frozenset[str]) -> Body:
    attributes: list[Attribute] = []
    blocks: list[Block] = list(body.blocks)
    for attribute in body.attributes:
        found = _objects_in(attribute.expression) if attribute.name in names else None
        if found is None:
            attributes.append(attribute)
            continue
        for item in found:
            if attribute.name in ("dynamic", "provisioner"):
                for label, inner in _members(item):
                    blocks.extend(
                        Block(
                            attribute.name,
                            (label,),
                            _body_of(one, _BLOCKS_IN_JSON["dynamic"] | names),
                            one.location,
                        )
                        for one in _objects_in(inner) or ()
                    )
            else:
                blocks.append(Block(attribute.name, (), _body_of(item, names), item.location))
    return Body(tuple(attributes), tuple(blocks))


def _objects_in(expression: Expression) -> list[ObjectCons] | None:
    match expression:
        case ObjectCons():
            return [expression]
        case TupleCons(items) if all(isinstance(item, ObjectCons) for item in items):
            return [item for item in items if isinstance(item, ObjectCons)]
        case _:
            return None


def _members(item: ObjectCons) -> list[tuple[str, Expression]]:
    return [(str(member.key.value), member.value) for member in item.items if isinstance(member.key, Literal)]


def _body_of(item: ObjectCons, names: frozenset[str]) -> Body:
    attributes = tuple(Attribute(name, inner, inner.location) for name, inner in _members(item))
    return _with_blocks(Body(attributes, ()), names)


def declarations(directory: Path, files: Sequence[SourceFile], *, complete: bool = True) -> Declarations:
    """The declarations of all files together; what Terraform refuses is added to the problems."""
    made = Declarations(directory, complete)
    for file in files:
        made.problems.extend(_outside_blocks(file.parsed.body))
        if not file.parsed.json:
            made.problems.extend(_out_of_place(file.parsed.body))
        if not file.overrides:
            for block in file.parsed.body.blocks:
                _declare(made, _from_json(block) if file.parsed.json else block, file)
    for file in files:
        if file.overrides:
            for block in file.parsed.body.blocks:
                _override(made, _from_json(block) if file.parsed.json else block, file)
    for key, declared in made.resources.items():
        made.resources[key] = replace(declared, block=with_content(key.mode, declared.block))
    return made


# The arguments of outputs and variables, in Terraform 1.14 and OpenTofu 1.11.
_ARGUMENTS = {
    "output": {"value", "description", "sensitive", "ephemeral", "depends_on", "deprecated", "type"},
    "variable": {"type", "default", "description", "sensitive", "ephemeral", "nullable", "deprecated", "const"},
}
# Blocks with these labels only stand at the top; a `check` block may hold a data source.
_AT_THE_TOP = {"resource": 2, "data": 2, "ephemeral": 2, "module": 1, "variable": 1, "output": 1, "provider": 1}


_MOVE_IT = "Move it to where it belongs; what it says was not checked."


def _outside_blocks(body: Body) -> Iterator[Problem]:
    """The arguments at the top, where Terraform takes blocks; in JSON, also blocks of a type that there is not."""
    for attribute in body.attributes:
        message = f"the argument {attribute.name!r} stands in no block, where Terraform takes none"
        yield Problem.at(attribute.location, ProblemKind.INVALID_SYNTAX, message, _MOVE_IT, incomplete=True)


def _out_of_place(body: Body) -> Iterator[Problem]:
    """Blocks and arguments in blocks that do not take them: a bracket or a line is missing or misplaced."""
    for block in body.blocks:
        for attribute in block.body.attributes if block.type in _ARGUMENTS else ():
            if attribute.name not in _ARGUMENTS[block.type]:
                message = (
                    f"the argument {attribute.name!r} stands in a block `{block.type}`, which has no such argument"
                )
                yield Problem.at(attribute.location, ProblemKind.INVALID_SYNTAX, message, _MOVE_IT, incomplete=False)
        for inner in block.body.blocks if block.type != "check" else ():
            if _AT_THE_TOP.get(inner.type) == len(inner.labels):
                message = f"the block `{inner.type}` stands within the block `{block.type}`, where Terraform takes none"
                yield Problem.at(inner.location, ProblemKind.INVALID_SYNTAX, message, _MOVE_IT, incomplete=True)


_BY_LABEL: Mapping[str, str] = {"variable": "variables", "output": "outputs", "module": "calls"}
_NO_DECLARATIONS = frozenset({"import", "removed", "atlas"})


def _declare(made: Declarations, block: Block, file: SourceFile) -> None:
    declared = Declaration(block, file.parsed.json, file.given)
    match block.type, block.labels:
        case ("variable" | "output" | "module") as kind, (name,):
            _add(made, getattr(made, _BY_LABEL[kind]), name, declared, f"{kind} {name!r}")
        case ("resource" | "data" | "ephemeral" | "action") as kind, (type_, name):
            key = ResourceKey(kind, type_, name)
            _add(made, made.resources, key, declared, f"{kind} {key.address!r}")
        case "check", _:
            for inner in _data_of_check(block):
                _declare(made, _from_json(inner) if file.parsed.json else inner, file)
        case "locals", ():
            for attribute in block.body.attributes:
                if attribute.name in made.locals:
                    first = made.locals[attribute.name].attribute.location
                    _twice(made, f"local {attribute.name!r}", attribute.location, first)
                else:
                    made.locals[attribute.name] = Local(attribute, file.given)
        case "provider", (name,):
            key_ = _provider_key(name, declared)
            _add(made, made.providers, key_, declared, f"provider {key_!r}")
        case "terraform", ():
            kept_in = {inner.type for inner in block.body.blocks}
            kept_in.update(attribute.name for attribute in block.body.attributes)
            made.has_backend = made.has_backend or not kept_in.isdisjoint({"backend", "cloud"})
        case "moved", ():
            before, after = (address_of(declared.get(end)) for end in ("from", "to"))
            if before and after:
                # A resource type that is a word of the language is written with `resource.` before it.
                made.moves.append((before.removeprefix("resource."), after.removeprefix("resource.")))
        case kind, _ if kind in _NO_DECLARATIONS:
            pass
        case kind, labels:
            written = " ".join([kind, *(f'"{label}"' for label in labels)])
            known = {*_BY_LABEL, MANAGED, DATA, EPHEMERAL, ACTION, "locals", "provider"}
            reason = "has the wrong number of labels" if kind in known else "is not a block that Terraform knows"
            made.problems.append(
                Problem.at(
                    block.location,
                    ProblemKind.UNSUPPORTED,
                    f"the block `{written}` {reason}",
                    "Correct the block; nothing in it was checked.",
                    incomplete=True,
                )
            )


def _data_of_check(block: Block) -> Iterator[Block]:
    """The data source of a `check` block, which Terraform reads in each plan; in JSON, an argument `data`."""
    yield from (inner for inner in block.body.blocks if (inner.type, len(inner.labels)) == (DATA, 2))
    for attribute in block.body.attributes if not block.body.blocks else ():
        for types in _objects_in(attribute.expression) or () if attribute.name == DATA else ():
            for type_, named in _members(types):
                for name, content in (each for names in _objects_in(named) or () for each in _members(names)):
                    for one in _objects_in(content) or ():
                        yield Block(DATA, (type_, name), _body_of(one, frozenset()), one.location)


def _provider_key(name: str, declared: Declaration) -> str:
    alias = declared.get("alias")
    return f"{name}.{alias.value}" if isinstance(alias, Literal) and isinstance(alias.value, str) else name


def _add(made: Declarations, into: dict[Any, Declaration], key: Any, declared: Declaration, what: str) -> None:
    if key in into:
        _twice(made, what, declared.block.location, into[key].block.location)
    else:
        into[key] = declared


def _twice(made: Declarations, what: str, location: Location, first: Location) -> None:
    made.problems.append(
        Problem.at(
            location,
            ProblemKind.INVALID_VALUE,
            f"{what} is already declared at {first.file}:{first.line}; this declaration was not checked",
            "Remove or rename one of the two.",
            incomplete=True,
        )
    )


def _override(made: Declarations, block: Block, file: SourceFile) -> None:
    match block.type, block.labels:
        case ("variable" | "output" | "module") as kind, (name,):
            _merge(made, getattr(made, _BY_LABEL[kind]), name, block, file)
        case ("resource" | "data" | "ephemeral" | "action") as kind, (type_, name):
            _merge(made, made.resources, ResourceKey(kind, type_, name), block, file)
        case "locals", ():
            for attribute in block.body.attributes:
                made.locals[attribute.name] = Local(attribute, file.given)
        case "provider", (name,):
            key = _provider_key(name, Declaration(block))
            if key == name and key not in made.providers:
                # The default configuration of a provider exists without a declaration.
                _declare(made, block, file)
            else:
                _merge(made, made.providers, key, block, file)
        case _:
            _declare(made, block, file)


def _merge(made: Declarations, into: dict[Any, Declaration], key: Any, block: Block, file: SourceFile) -> None:
    base = into.get(key)
    if base is None:
        made.problems.append(
            Problem.at(
                block.location,
                ProblemKind.INVALID_VALUE,
                f"the override file has nothing to override: `{block.type} {' '.join(block.labels)}` is not declared",
                "Declare it in another file, or remove it here.",
                incomplete=True,
            )
        )
        into[key] = Declaration(block, file.parsed.json, file.given)
    else:
        body = merged(base.block.body, block.body)
        into[key] = replace(base, block=replace(base.block, body=body), given=base.given + file.given)


def merged(base: Body, override: Body) -> Body:
    """The body with replaced arguments, one by one, and replaced blocks, type by type.

    In JSON, a nested block is written as an argument, so that either may replace the other.
    """
    names = {attribute.name for attribute in override.attributes} | {_block_type(block) for block in override.blocks}
    attributes = tuple(attribute for attribute in base.attributes if attribute.name not in names)
    blocks = tuple(block for block in base.blocks if _block_type(block) not in names)
    return Body(attributes + override.attributes, blocks + override.blocks)


def _block_type(block: Block) -> str:
    return block.labels[0] if block.type == "dynamic" and block.labels else block.type


def address_of(expression: Expression | None) -> str:
    """The address of a resource or a module in a reference; empty for anything else."""
    match expression:
        case RootName(name):
            return name
        case GetAttr(inner, name):
            return f"{found}.{name}" if (found := address_of(inner)) else ""
        case Index(inner, Literal(int() | str() as key)) if not isinstance(key, bool):
            written = str(key) if isinstance(key, int) else json.dumps(key, ensure_ascii=False)
            return f"{found}[{written}]" if (found := address_of(inner)) else ""
        case _:
            return ""


def reference(expression: Expression | None) -> tuple[str, ...]:
    """The names of a plain reference (`aws.oregon`, also as a string or with a string index); empty for others."""
    match expression:
        case RootName(name):
            return (name,)
        case GetAttr(inner, name):
            parts = reference(inner)
            return (*parts, name) if parts else ()
        case Index(inner, Literal(str(key))):
            parts = reference(inner)
            return (*parts, key) if parts else ()
        case Literal(str(text)):
            return tuple(text.split("."))
        case _:
            return ()


def blocks_of(body: Body, type_: str) -> Iterable[Block]:
    """The blocks of a type."""
    return (block for block in body.blocks if block.type == type_)
