"""The configuration in a plan: the sources of values that only a deployment knows.

Of an expression, a plan keeps either its constant or the list of its references; operators, literals beside a
reference, and locals are lost. A value known at plan time cannot be the source of an unknown one. So the sources of an
unknown value are those of its unknown references.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from checker.frontends.terraform.plan.document import (
    FIRST_KEY,
    module_path,
    split_key,
    split_module,
    split_module_call,
    split_reference,
)
from checker.immutable import immutable
from checker.model.resource import Move, Takes
from checker.values import Target

# The names in a plan: of its variables, and of resources that had others before.


def takes_of(data: Mapping[str, object]) -> Takes:
    """The names of the variables that a plan takes."""
    declared = mapping(mapping(mapping(data.get("configuration")).get("root_module")).get("variables"))
    return Takes(frozenset((*declared, *mapping(data.get("variables")))))


def moves_of(data: Mapping[str, object]) -> Iterator[Move]:
    """The resources that a plan has under another address than before."""
    changes = data.get("resource_changes")
    for change in changes if isinstance(changes, list) else ():
        entry = mapping(change)
        before, after = entry.get("previous_address"), entry.get("address")
        if isinstance(before, str) and isinstance(after, str):
            yield Move(before, after)


# The configuration in a plan: the sources of values that only a deployment knows.

# More sources tell a reader nothing.
MOST_SOURCES = 32
# The most nested modules through which an input is followed.
_MOST_HOPS = 40


Fields = Mapping[str, object]


class Source(NamedTuple):
    """The source of a value: `subject` for people, the resource if one makes it, and the way in words.

    `held` is what the plan knows of it, None if only the deployment knows. For something `lost`, such as a local, a
    plan keeps nothing at all.
    """

    subject: str
    target: Target | None
    way: tuple[str, ...] = ()
    held: "Held | None" = None
    lost: bool = False


class Held(NamedTuple):
    """A value in the plan, with the marks of its sensitive parts."""

    data: object
    sensitive: object


@immutable
class Scope:
    """One instance of a module, and of the resource or call whose expressions are evaluated in it.

    `module` is the address of the module, empty for the root. `key` is the instance's key as in its address (`["a"]`),
    empty if there is none; `for_each` is the expression of the key.
    """

    module: str
    key: str = ""
    for_each: object = None


class Instance(NamedTuple):
    """The plan's data on one resource instance: its values, and the tree of unknown ones."""

    values: object
    unknown: object
    sensitive: object


def mapping(data: object) -> Fields:
    """The data, if it is an object, else an empty one."""
    return data if isinstance(data, dict) else {}


def sequence(data: object) -> list[object]:
    """The data, if it is an array, else an empty one."""
    return data if isinstance(data, list) else []


def any_true(tree: object) -> bool:
    """True if a tree of marks (`after_unknown`, `after_sensitive`) marks anything."""
    stack = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            stack.extend(node.values())
        elif isinstance(node, list):
            stack.extend(node)
        elif node:
            return True
    return False


def part_at(value: object, path: list[tuple[str, str]]) -> object:
    """The part of a value at a path; the first step is the name of the value itself."""
    for number, (name, keys) in enumerate(path):
        if number:
            value = mapping(value).get(name)
        for key in re.findall(r'\[(?:([0-9]+)|"([^"\\]*)")\]', keys):
            if key[0]:
                items = sequence(value)
                value = items[int(key[0])] if len(key[0]) < 9 and int(key[0]) < len(items) else None
            else:
                value = mapping(value).get(key[1])
    return value


def whole_references(references: Iterable[object]) -> list[str]:
    """The references without the shorter ones that Terraform lists after each: `a.b.c`, then `a.b`."""
    kept: list[str] = []
    previous = ""
    for reference in references:
        if not isinstance(reference, str):
            continue
        is_prefix = previous.startswith((reference + ".", reference + "["))
        previous = reference
        if not is_prefix and reference not in kept:
            kept.append(reference)
    return kept


def is_expression(node: object) -> bool:
    """True if a node of the configuration is an expression, not a block."""
    if not isinstance(node, dict):
        return False
    return not node or "constant_value" in node or _is_references(node.get("references"))


def _is_references(node: object) -> bool:
    return isinstance(node, list) and all(isinstance(item, str) for item in node)


def references_of(node: object) -> Iterator[str]:
    """Every reference in an expression or in the blocks below a node."""
    stack = [node]
    while stack:
        current = stack.pop()
        if isinstance(current, dict):
            references = current.get("references")
            if isinstance(references, list) and _is_references(references):
                yield from references
            else:
                stack.extend(reversed(list(current.values())))
        elif isinstance(current, list):
            stack.extend(reversed(current))


# Under which name the provisioners of a resource are among its properties; the plan has no values of them.
PROVISIONER = "provisioner"


class _Ordered(list[object]):
    """Blocks in the order of the code, which those of a set have lost."""


class Written(NamedTuple):
    """The expressions that may have made a value. `is_complete`: no dynamic block can have made it."""

    nodes: tuple[object, ...]
    is_complete: bool


def written_at(expressions: object, values: object, path: tuple[str | int, ...]) -> Written:
    """The expressions of the configuration for a property of a resource.

    Blocks are matched with their values by their constants, since a set has lost its order; dynamic blocks leave no
    trace. A complete result without nodes means that the code does not set the property.
    """
    nodes: list[object] = [expressions]
    complete = True
    for number, step in enumerate(path):
        found: list[object] = []
        holds_blocks = False
        for node in nodes:
            if is_expression(node) and node is not expressions:
                found.append(node)
            elif isinstance(node, dict) and isinstance(step, str):
                if step in node:
                    found.append(node[step])
            elif isinstance(node, _Ordered):
                found += node[step : step + 1] if isinstance(step, int) else ()
            elif isinstance(node, list):
                holds_blocks = True
                if isinstance(step, str):
                    continue
                value = _at(values, step)
                found.extend(block for block in node if _is_consistent(block, value))
                if len(node) < len(sequence(values)):
                    complete = False
        if not found:
            # The code does not set a missing name, unless a dynamic block does.
            return Written((), complete and number == len(path) - 1 and not holds_blocks)
        nodes = found
        values = _at(values, step)
    return Written(tuple(nodes), complete)


def _with_provisioners(block: Fields) -> Fields:
    """The block of a resource with its provisioners among its expressions."""
    provisioners = _Ordered(mapping(each).get("expressions") for each in sequence(block.get("provisioners")))
    if not provisioners:
        return block
    return {**block, "expressions": {**mapping(block.get("expressions")), PROVISIONER: provisioners}}


def _at(values: object, step: str | int) -> object:
    if isinstance(step, str):
        return mapping(values).get(step)
    items = sequence(values)
    return items[step] if step < len(items) else None


def _is_consistent(block: object, value: object) -> bool:
    """True if a block of the code can have made a value: no constant contradicts it."""
    for name, expression in mapping(block).items():
        constant = mapping(expression).get("constant_value")
        made = mapping(value).get(name)
        if isinstance(constant, str) and isinstance(made, str) and constant != made:
            return False
    return True


@dataclass(slots=True)
class Configuration:
    """The configuration of a plan, with the plan's data on each resource instance.

    `instances` maps full addresses to instances, `keys` maps (module address, `type.name`) to instance keys.
    """

    root: Fields
    variables: Fields
    instances: Mapping[str, Instance]
    _keys: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    _module_keys: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    _modules: dict[tuple[str, ...], Fields] = field(default_factory=dict)
    _resources: dict[tuple[str, ...], dict[str, Fields]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for address in self.instances:
            module, rest = split_module(address)
            base, key = split_key(rest)
            self._keys.setdefault((module, base), []).append(key)
            while module:
                parent, name, key = split_module_call(module)
                keys = self._module_keys.setdefault((parent, name), [])
                if key not in keys:
                    keys.append(key)
                module = parent

    def module(self, path: tuple[str, ...]) -> Fields:
        """The code of a module; empty if the plan has none."""
        if path not in self._modules:
            module = mapping(self.root.get("root_module"))
            for name in path:
                module = mapping(mapping(mapping(module.get("module_calls")).get(name)).get("module"))
            self._modules[path] = module
        return self._modules[path]

    def resource(self, module: str, base: str) -> Fields:
        """The block of a resource (`type.name`, a data source with its prefix); empty if the plan has none."""
        path = module_path(module)
        if path not in self._resources:
            blocks = (mapping(block) for block in sequence(self.module(path).get("resources")))
            self._resources[path] = {str(block.get("address")): _with_provisioners(block) for block in blocks}
        return self._resources[path].get(base, {})

    def scope(self, address: str) -> Scope:
        """The scope in which the expressions of a resource instance are evaluated."""
        module, rest = split_module(address)
        base, key = split_key(rest)
        return Scope(module, key, self.resource(module, base).get("for_each_expression"))

    def call(self, module: str) -> tuple[Fields, Scope]:
        """The call of a module instance, and the scope in which its arguments are evaluated."""
        parent, name, key = split_module_call(module)
        call = mapping(mapping(self.module(module_path(parent)).get("module_calls")).get(name))
        return call, Scope(parent, key, call.get("for_each_expression"))

    def sources(self, references: Iterable[object], scope: Scope) -> tuple[Source, ...]:
        """The unknown sources of the references of an unknown value, without duplicates."""
        return self._distinct(source for source in self._sources(references, scope, set()) if source.held is None)

    def held(self, references: Iterable[object], scope: Scope) -> tuple[Source, ...]:
        """The known values of references, without duplicates."""
        return self._distinct(source for source in self._sources(references, scope, set()) if source.held is not None)

    def _distinct(self, sources: Iterable[Source]) -> tuple[Source, ...]:
        found: dict[tuple[str, Target | None], Source] = {}
        for source in sources:
            found.setdefault((source.subject, source.target), source)
            if len(found) > MOST_SOURCES:
                break
        return tuple(found.values())

    def may_be_secret(self, expression: object, scope: Scope, hops: int = 0) -> bool:
        """True if an expression may contain what the code marks sensitive; what a plan has lost may be."""
        if "constant_value" in mapping(expression):
            return False
        wholes = whole_references(references_of(expression))
        if not wholes or hops > _MOST_HOPS:
            return True
        return any(self._reference_may_be_secret(reference, scope, hops) for reference in wholes)

    def _reference_may_be_secret(self, reference: str, scope: Scope, hops: int) -> bool:
        match [name for name, _ in split_reference(reference)]:
            case ["each" | "count", "key" | "index", *_] | ["path" | "terraform", *_]:
                return False
            case ["each", "value", *_] if scope.for_each is not None:
                return self.may_be_secret(scope.for_each, Scope(scope.module), hops + 1)
            case ["var", name, *_]:
                declared = mapping(mapping(self.module(module_path(scope.module)).get("variables")).get(name))
                if declared.get("sensitive") is True or not scope.module:
                    return declared.get("sensitive") is True
                call, outer = self.call(scope.module)
                argument = mapping(call.get("expressions")).get(name)
                return argument is not None and self.may_be_secret(argument, outer, hops + 1)
            case _:
                return True

    def _sources(
        self, references: Iterable[object], scope: Scope, seen: set[tuple[Scope, str]], rest: str = ""
    ) -> Iterator[Source]:
        wholes = whole_references(references)
        by_key = any(reference in {"each.key", "count.index"} for reference in wholes) or bool(rest)
        for reference in wholes:
            # Each is followed once: the result already has what it leads to.
            step = (Scope(scope.module, scope.key), f"{reference} {rest} {by_key}")
            if step not in seen:
                seen.add(step)
                yield from self._reference(reference, scope, seen, rest, by_key)

    def _reference(
        self, reference: str, scope: Scope, seen: set[tuple[Scope, str]], rest: str, by_key: bool
    ) -> Iterator[Source]:
        parts = split_reference(reference)
        head = parts[0][0] if parts else ""
        prefix = f"{scope.module}." if scope.module else ""
        match head:
            case "count" | "path" | "terraform" | "self" | "":
                return
            case "var":
                if len(parts) > 1:
                    yield from self._variable(parts[1:], scope, seen)
            case "local":
                yield Source(prefix + reference, None, lost=True)
            case "each":
                if len(parts) > 1 and parts[1][0] == "value" and scope.for_each is not None:
                    attribute = reference.removeprefix("each.value")
                    for source in self._sources(references_of(scope.for_each), scope, seen, attribute or rest or "."):
                        yield _of_key(scope.key, source)
            case "module":
                if len(parts) > 1:
                    output = parts[2][0] if len(parts) > 2 else _attribute_of(rest).split(".")[0]
                    yield from self._output(parts[1], output, scope, seen, by_key)
            case _:
                is_data = head == "data"
                if len(parts) < (3 if is_data else 2):
                    return
                name, keys = parts[2] if is_data else parts[1]
                base = f"data.{parts[1][0]}.{name}" if is_data else f"{head}.{name}"
                tail = ".".join(part + key for part, key in parts[3 if is_data else 2 :])
                yield from self._resource(base, keys, tail or _attribute_of(rest), scope, by_key)

    def _variable(self, path: list[tuple[str, str]], scope: Scope, seen: set[tuple[Scope, str]]) -> Iterator[Source]:
        name = path[0][0]
        subject = f"{scope.module}.var.{name}" if scope.module else f"var.{name}"
        declared = mapping(mapping(self.module(module_path(scope.module)).get("variables")).get(name))
        is_secret = declared.get("sensitive")
        call, outer = self.call(scope.module) if scope.module else ({}, scope)
        argument = mapping(call.get("expressions")).get(name)
        if argument is not None:
            for source in self._expression(argument, outer, seen, subject):
                way = (*source.way, f"input {name} of {scope.module}")
                yield _hidden_if(is_secret, source._replace(way=way))
            return
        given = {} if scope.module else mapping(self.variables.get(name))
        if "value" in given or "default" in declared:
            value = given.get("value", declared.get("default"))
            yield Source(subject, None, held=Held(part_at(value, path), is_secret))
        else:
            # An ephemeral variable: no plan keeps its value.
            yield Source(subject, None)

    def _expression(
        self, expression: object, scope: Scope, seen: set[tuple[Scope, str]], subject: str
    ) -> Iterator[Source]:
        if "constant_value" in mapping(expression):
            yield Source(subject, None, held=Held(mapping(expression)["constant_value"], None))
        yield from self._sources(references_of(expression), scope, seen)

    def _output(
        self, call: tuple[str, str], output: str, scope: Scope, seen: set[tuple[Scope, str]], by_key: bool
    ) -> Iterator[Source]:
        name, given_key = call
        prefix = f"{scope.module}." if scope.module else ""
        outputs = mapping(self.module((*module_path(scope.module), name)).get("outputs"))
        for key in _chosen(self._module_keys.get((scope.module, name), [given_key]), given_key, scope.key, by_key):
            module = f"{prefix}module.{name}{key}"
            # Without the output's name (the plan drops a key that is not constant), it may be any of them.
            names = [output] if output else list(outputs)
            if output and output not in outputs:
                yield Source(f"{module}.{output}", None)
            for one in names:
                expression = mapping(outputs.get(one)).get("expression")
                is_secret = mapping(outputs.get(one)).get("sensitive")
                for source in self._expression(expression, Scope(module), seen, f"{module}.{one}"):
                    yield _hidden_if(is_secret, source._replace(way=(*source.way, f"output {one} of {module}")))

    def _resource(self, base: str, keys: str, attribute: str, scope: Scope, by_key: bool) -> Iterator[Source]:
        prefix = f"{scope.module}." if scope.module else ""
        first = FIRST_KEY.match(keys)
        given_key = first[0] if first is not None else ""
        for key in _chosen(self._keys.get((scope.module, base), []), given_key, scope.key, by_key):
            address = f"{prefix}{base}{key}"
            instance = self.instances[address]
            subject = f"{address}.{attribute}" if attribute else address
            if _is_unknown(instance.unknown, attribute):
                yield Source(subject, Target(address, attribute))
            else:
                yield Source(subject, Target(address, attribute), held=_held(instance, attribute))


def _attribute_of(rest: str) -> str:
    return rest.strip(".")


def _chosen(known: list[str], given: str, own: str, by_key: bool) -> list[str]:
    """The instances that a reference can mean: the named one, the one with the same key, else all."""
    if given and given != "[*]":
        return [given] if given in known else []
    if by_key and own and own in known:
        return [own]
    return known


def _hidden_if(is_secret: object, source: Source) -> Source:
    if source.held is None or is_secret is not True:
        return source
    return source._replace(held=source.held._replace(sensitive=True))


def _of_key(key: str, source: Source) -> Source:
    """The entry of a `for_each` collection for an instance."""
    if source.held is None or not isinstance(source.held.data, dict) or not key.startswith('["'):
        return source
    own = part_at(source.held.data, [("", key)])
    return source if own is None else source._replace(held=source.held._replace(data=own))


def _held(instance: Instance, attribute: str) -> Held:
    """The known value at an attribute, or around one that cannot be followed."""
    values, marks = instance.values, instance.sensitive
    for name, keys in split_reference(attribute):
        if not isinstance(values, dict) or name not in values:
            break
        values = values[name]
        marks = marks.get(name) if isinstance(marks, dict) else marks
        if keys:
            break
    return Held(values, marks)


def _is_unknown(tree: object, attribute: str) -> bool:
    """True if anything is unknown at an attribute; for a part that cannot be followed, around it."""
    node = tree
    for name, keys in split_reference(attribute):
        if not isinstance(node, dict):
            break
        node = node.get(name)
        if keys:
            break
    return any_true(node)
