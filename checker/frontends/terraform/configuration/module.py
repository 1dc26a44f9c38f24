"""Module instances: the meaning of each name in a module, evaluated once and on demand."""

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from checker.frontends.terraform.configuration import bodies, expansion
from checker.frontends.terraform.configuration.data_sources import COMPUTED
from checker.frontends.terraform.configuration.declarations import (
    DATA,
    EPHEMERAL,
    MANAGED,
    Declaration,
    Declarations,
    ResourceKey,
    blocks_of,
)
from checker.frontends.terraform.configuration.elements import invalid, marked
from checker.frontends.terraform.configuration.evaluate import evaluate
from checker.frontends.terraform.configuration.expansion import Expansion, Instance
from checker.frontends.terraform.configuration.outside import Outside
from checker.frontends.terraform.configuration.providers import ProviderConfiguration, Providers, region_in
from checker.frontends.terraform.configuration.scope import (
    MOST_MODULES,
    Attribute,
    Host,
    Scope,
    TraversalStep,
    Tree,
    once,
)
from checker.frontends.terraform.configuration.variables import of_called_module
from checker.frontends.terraform.hcl.syntax import Block, Body, RootName
from checker.source import Location
from checker.values import (
    Alternative,
    Atom,
    Cause,
    Given,
    List,
    Map,
    Null,
    Step,
    Target,
    Unknown,
    Value,
    join,
)
from checker.values.operations import after, assume, known, text, unknown


@dataclass(slots=True)
class ResourceInstance:
    """One instance of a resource or data source."""

    module: "Module"
    key: ResourceKey
    declared: Declaration
    instance: Instance
    memo: dict[str, Value] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """The address as `terraform show` writes it."""
        return f"{self.module.prefix}{self.key.address}{self.instance.key}"

    @property
    def presence(self) -> tuple[Given, ...]:
        """The assumptions under which it exists: those of its module, of its key, and of its file."""
        return expansion.joined_ways(self.module.presence, self.instance.presence, self.declared.given)

    @property
    def outside(self) -> Outside:
        """What its root can know of the outside."""
        return self.module.tree.outside

    @property
    def scope(self) -> Scope:
        """The scope of the body."""
        marker = Unknown(Cause.DEPLOY_TIME, self.address, self.address, Target(self.address, ""))
        return Scope(self.module, {**self.instance.names, "self": (Alternative(marker),)})

    @property
    def provider(self) -> ProviderConfiguration | None:
        """The provider configuration of the instance."""
        return self.module.providers.of(self.key.type, self.declared, Scope(self.module, self.instance.names))

    @property
    def region(self) -> Value:
        """The Region of the provider configuration, or of the environment."""
        return region_in(self.provider, self.key.type)

    def argument(self, name: str) -> Value | None:
        """The value of an argument in the code, None if it is not set."""
        if self.declared.block.body.get(name) is None:
            return None
        return self._once(f"argument {name}", lambda: bodies.argument(self.declared.block.body, name, self.scope))

    def attribute(self, name: str) -> Value:
        """An attribute as other expressions see it."""
        return self._once(name, lambda: self._attribute(name))

    def computed(self, name: str) -> Value:
        """An attribute that only the provider knows."""
        cause = Cause.EXTERNAL_DATA if self.key.mode == DATA else Cause.DEPLOY_TIME
        target = Target(self.address, name) if self.key.mode != EPHEMERAL else None
        return unknown(cause, f"{self.address}.{name}", target=target)

    def _attribute(self, name: str) -> Value:
        body = self.declared.block.body
        if body.get(name) is not None and name not in bodies.META_ARGUMENTS:
            written = self.argument(name) or ()
            result: list[Alternative] = []
            for one in written:
                if isinstance(one.atom, Null):
                    # A null argument counts as unset: the provider chooses.
                    result.extend(assume(self.computed(name), one.given))
                else:
                    result.append(one)
            return tuple(result)
        if name in bodies.block_types(body):
            made = bodies.blocks(body, name, self.scope)
            return tuple(one._replace(atom=self._with_computed(one.atom, name)) for one in made)
        if (make := COMPUTED.get((self.key.type, name))) is not None:
            return make(self)
        return self.computed(name)

    def _with_computed(self, atom: Atom, path: str) -> Atom:
        """Blocks as other expressions see them: what a block does not set may be computed."""
        match atom:
            case List(items, rest):
                made = tuple(
                    tuple(one._replace(atom=self._with_computed(one.atom, f"{path}[{number}]")) for one in item)
                    for number, item in enumerate(items)
                )
                return List(made, rest)
            case Map(entries):
                return Map(
                    entries, unknown(Cause.DEPLOY_TIME, f"{self.address}.{path}.*", target=Target(self.address, path))
                )
            case _:
                # An absent or unknown block.
                return atom

    def whole(self) -> Map:
        """The whole object: the code's arguments, and unknown further attributes."""
        written = bodies.properties(self.declared.block.body, self.scope)
        cause = Cause.EXTERNAL_DATA if self.key.mode == DATA else Cause.DEPLOY_TIME
        return Map(written.entries, unknown(cause, f"{self.address}.*", identity=f"{self.address}.*"))

    def _once(self, name: str, make: Callable[[], Value]) -> Value:
        return once(self.memo, name, make, f"{self.address}.{name}", self.module.host, self.declared.block.location)


@dataclass(slots=True)
class Module:
    """One instance of a module."""

    tree: Tree
    address: str
    declarations: Declarations
    path: str
    parent: "Module | None" = None
    call: Declaration | None = None
    name: str = ""
    instance: Instance = field(default_factory=lambda: expansion.SINGLE.instances[0])
    presence: tuple[Given, ...] = ((),)
    memo: dict[str, Value] = field(default_factory=dict)
    _expansions: dict[ResourceKey | str, Expansion] = field(default_factory=dict)
    _resources: dict[tuple[ResourceKey, str], ResourceInstance] = field(default_factory=dict)
    _children: dict[str, dict[str, "Module"] | None] = field(default_factory=dict)
    _providers: Providers | None = None

    @property
    def host(self) -> Host:
        """What functions may use."""
        return self.tree.host

    @property
    def prefix(self) -> str:
        """The prefix of the addresses of the module's resources."""
        return f"{self.address}." if self.address else ""

    @property
    def scope(self) -> Scope:
        """The scope outside any block."""
        return Scope(self)

    @property
    def providers(self) -> Providers:
        """The provider configurations: its own and those passed to it."""
        if self._providers is None:
            outer = None if self.parent is None else self.parent.providers
            call_scope = None if self.parent is None else Scope(self.parent, self.instance.names)
            self._providers = Providers(
                self.scope, self.prefix, self.declarations.providers, self.expansion, self.call, call_scope, outer
            )
        return self._providers

    # What names stand for

    def refer(self, root: RootName, steps: Sequence[TraversalStep], scope: Scope) -> tuple[Value, int]:
        """The value of a traversal from `root`, and the number of its steps that were used."""
        names = [step.name if isinstance(step, Attribute) else None for step in steps[:2]]
        first = names[0] if names else None
        second = names[1] if len(names) > 1 else None
        match root.name:
            case "var" if first is not None:
                return self.variable(first, root.location), 1
            case "local" if first is not None:
                return self.local(first, root.location), 1
            case "module" if first is not None:
                return self.module_value(first, root.location), 1
            case ("data" | "ephemeral") as mode if first is not None and second is not None:
                return self.resource_value(ResourceKey(mode, first, second), root.location), 2
            case "path" if first is not None:
                return self._path(first), 1
            case "terraform" | "tofu" if first == "workspace":
                return self.tree.workspace, 1
            case "terraform" | "tofu" if first is not None:
                return unknown(Cause.DEPLOY_TIME, f"terraform.{first}"), 1
            case "each" | "count" | "self" as name:
                return self._wrong(f"{name} is used where there is none", root.location), len(steps)
            case name if first is not None:
                return self.resource_value(ResourceKey(MANAGED, name, first), root.location), 1
            case name:
                return self._wrong(f"{name} is not a complete reference", root.location), len(steps)

    def attribute(self, whole: Unknown, name: str) -> Value | None:
        """An attribute of a resource or module that is one unknown; None for any other unknown."""
        found = self._object(whole)
        match found:
            case Module():
                return found.output(name)
            case ResourceInstance():
                return found.attribute(name)
            case None:
                return None

    def whole(self, marker: Unknown) -> Value | None:
        """A resource or module that is one unknown, as a map; None for any other unknown."""
        found = self._object(marker)
        match found:
            case Module():
                return known(Map({name: found.output(name) for name in found.declarations.outputs}))
            case ResourceInstance():
                return known(found.whole())
            case None:
                return None

    def _object(self, marker: Unknown) -> "ResourceInstance | Module | None":
        if marker.target is None or marker.target.attribute:
            return None
        return self.tree.objects.get(marker.target.address)

    def variable(self, name: str, location: Location) -> Value:
        """An input variable of the module."""
        declared = self.declarations.variables.get(name)
        if declared is None:
            return self._undeclared(f"the variable {name!r}", location)
        return self._once(f"var.{name}", declared.block.location, lambda: self._variable(name, declared))

    def _variable(self, name: str, declared: Declaration) -> Value:
        if self.parent is None or self.call is None:
            value = self.tree.inputs(name, declared)
        else:
            given = self.call.block.body.get(name)
            passed = None
            if given is not None:
                step = Step(given.location, f"input {name} of {self.address}")
                passed = after(evaluate(given.expression, self.call_scope), step)
            value = of_called_module(passed, name, declared, self)
        return assume(value, declared.given)

    @property
    def call_scope(self) -> Scope:
        """The scope of the call: the calling module, with the `each` and `count` of the call."""
        return Scope(self.parent or self, self.instance.names)

    def local(self, name: str, location: Location) -> Value:
        """A local value."""
        declared = self.declarations.locals.get(name)
        if declared is None:
            return self._undeclared(f"the local value {name!r}", location)
        attribute = declared.attribute

        def make() -> Value:
            value = after(
                evaluate(attribute.expression, self.scope), Step(attribute.location, f"{self.prefix}local.{name}")
            )
            return assume(value, declared.given)

        return self._once(f"local.{name}", attribute.location, make)

    def output(self, name: str) -> Value:
        """An output of the module."""
        declared = self.declarations.outputs.get(name)
        subject = f"{self.address}.{name}"
        if declared is None and not self.declarations.complete:
            return unknown(Cause.PARSE_FAILED, subject)
        if declared is None or (attribute := declared.block.body.get("value")) is None:
            return (Alternative(invalid(f"{subject} is not declared")),)

        def make() -> Value:
            value = after(
                evaluate(attribute.expression, self.scope), Step(attribute.location, f"output {name} of {self.address}")
            )
            return assume(marked(value, subject, is_one=True) if declared.is_secret else value, declared.given)

        return self._once(f"output.{name}", attribute.location, make)

    def _path(self, name: str) -> Value:
        match name:
            case "module":
                return text(self.path)
            case "root":
                return text(".")
            case "cwd":
                return unknown(Cause.EXTERNAL_DATA, "path.cwd")
            case _:
                return (Alternative(invalid(f"path.{name}")),)

    def _once(self, name: str, location: Location, make: Callable[[], Value]) -> Value:
        return once(self.memo, name, make, f"{self.prefix}{name}", self.host, location)

    def _undeclared(self, what: str, location: Location) -> Value:
        if not self.declarations.complete:
            # It may be in the file that could not be read.
            return unknown(
                Cause.PARSE_FAILED, f"{self.prefix}{what}", identity=f"{self.prefix}{what} in an unread file"
            )
        return self._wrong(f"{what} is not declared", location)

    def _wrong(self, message: str, location: Location) -> Value:
        self.host.report_invalid(message, location)
        return (Alternative(invalid(f"{location.file}:{location.line}: {message}")),)

    # Resources

    def resource_value(self, key: ResourceKey, location: Location) -> Value:
        """The value of a resource's address: an object, or a collection of them."""
        declared = self.declarations.resources.get(key)
        if declared is None:
            return self._undeclared(key.address, location)
        return self._once(
            key.address,
            declared.block.location,
            lambda: self.expansion(key, declared).collect(
                lambda suffix: self._marker(f"{self.prefix}{key.address}{suffix}", self.resource(key, declared, suffix))
            ),
        )

    def _marker(self, address: str, found: "ResourceInstance | Module | None") -> Value:
        """An object that is one unknown; its attributes are evaluated on demand."""
        if found is None:
            return unknown(Cause.DEPLOY_TIME, address)
        self.tree.objects[address] = found
        return (Alternative(Unknown(Cause.DEPLOY_TIME, address, address, Target(address, ""))),)

    def expansion(self, key: ResourceKey | str, declared: Declaration) -> Expansion:
        """The instances of a resource or a module call."""
        if not _is_expanded(declared.block.body):
            return expansion.SINGLE
        if key not in self._expansions:
            address = f"{self.prefix}{key.address if isinstance(key, ResourceKey) else key}"
            # A reference to it during its evaluation closes a cycle.
            self._expansions[key] = Expansion((), lambda _: unknown(Cause.CYCLE, address))
            self._expansions[key] = self._expand(declared.block, address)
        return self._expansions[key]

    def _expand(self, block: Block, address: str) -> Expansion:
        count, each = block.body.get("count"), block.body.get("for_each")
        if each is not None:
            source = expansion.Source(bodies.deployable(evaluate(each.expression, self.scope)), address, each.location)
            return expansion.by_each(source, self.host.report)
        if count is not None:
            source = expansion.Source(
                bodies.deployable(evaluate(count.expression, self.scope)), address, count.location
            )
            return expansion.by_count(source, self.host.report)
        for lifecycle in blocks_of(block.body, "lifecycle"):
            enabled = lifecycle.body.get("enabled")
            if enabled is not None:
                value = bodies.deployable(evaluate(enabled.expression, self.scope))
                return expansion.by_condition(expansion.Source(value, address, enabled.location), self.host.report)
        return expansion.SINGLE

    def resource(self, key: ResourceKey, declared: Declaration, suffix: str) -> ResourceInstance | None:
        """The instance of a resource by its key as in an address."""
        if (key, suffix) not in self._resources:
            instances = self.expansion(key, declared).instances
            is_first = not instances or (key, instances[0].key) not in self._resources
            # A block of the root that is one resource is only what somebody wrote.
            counted = len(instances) if self.call_path or len(instances) > 1 else 0
            if is_first and not self.tree.may_make(declared.block.location, resources=counted):
                return None
            for instance in instances:
                self._resources[key, instance.key] = ResourceInstance(self, key, declared, instance)
        return self._resources.get((key, suffix))

    def instances(self, key: ResourceKey, *, only_now: bool = False) -> Sequence[ResourceInstance]:
        """All instances of a resource or data source of the module itself; not kept if they are used `only_now`."""
        declared = self.declarations.resources[key]
        found = self.expansion(key, declared).instances
        if only_now and not self.call_path and len(found) == 1:
            # Nothing counts it (see `resource`).
            return [ResourceInstance(self, key, declared, found[0])]
        made = [self.resource(key, declared, one.key) for one in found]
        return [one for one in made if one is not None]

    def every_instance(self, key_type: str, holders: Collection[tuple[str, ...]]) -> Iterator[ResourceInstance]:
        """All instances of the resources of a type in this module, and in those that it calls.

        `holders` are the call paths of the modules that have any, or call one that has.
        """
        if self.call_path not in holders:
            return
        for key in self.declarations.resources:
            if key.mode == MANAGED and key.type == key_type:
                yield from self.instances(key)
        for name, declared in self.declarations.calls.items():
            if (*self.call_path, name) in holders:
                for child in (self.children(name, declared) or {}).values():
                    yield from child.every_instance(key_type, holders)

    # Modules that this one calls

    def module_value(self, name: str, location: Location) -> Value:
        """The value of `module.name`: an object, or a collection of them."""
        declared = self.declarations.calls.get(name)
        if declared is None:
            return self._undeclared(f"the module {name!r}", location)
        address = f"{self.prefix}module.{name}"
        children = self.children(name, declared)
        if children is None:
            return unknown(Cause.REMOTE_MODULE, address)
        return self._once(
            f"module.{name}",
            declared.block.location,
            lambda: self.expansion(f"module.{name}", declared).collect(
                lambda suffix: self._marker(f"{address}{suffix}", children.get(suffix))
            ),
        )

    def children(self, name: str, declared: Declaration) -> Mapping[str, "Module"] | None:
        """The instances of a called module by key; None if its code is missing."""
        if name not in self._children:
            self._children[name] = {}
            self._children[name] = self._instantiate(name, declared)
        return self._children[name]

    def _instantiate(self, name: str, declared: Declaration) -> dict[str, "Module"] | None:
        directory = self.tree.modules(self, name, declared)
        if directory is None:
            return None
        if self.tree.modules_made >= MOST_MODULES and not self.tree.may_make(declared.block.location, modules=1):
            return {}
        instances = self.expansion(f"module.{name}", declared).instances
        if not self.tree.may_make(declared.block.location, modules=len(instances)):
            return {}
        loaded = self.tree.load(directory)
        made = {}
        for instance in instances:
            both = [join(mine, own) for mine in self.presence for own in instance.presence]
            presence = expansion.ways([given for given in both if given is not None])
            under = [join(given, declared.given) for given in presence]
            made[instance.key] = Module(
                self.tree,
                f"{self.prefix}module.{name}{instance.key}",
                loaded,
                _relative(directory, self.host.root),
                self,
                declared,
                name,
                instance,
                tuple(given for given in under if given is not None),
            )
        return made

    @property
    def call_path(self) -> tuple[str, ...]:
        """The names of the calls that lead to it."""
        return () if self.parent is None else (*self.parent.call_path, self.name)


def _is_expanded(body: Body) -> bool:
    """Whether a block may have another number of instances than one."""
    return any(attribute.name in ("count", "for_each") for attribute in body.attributes) or any(
        block.type == "lifecycle" for block in body.blocks
    )


CALL_ARGUMENTS = frozenset({"source", "version", "providers", "count", "for_each", "depends_on"})


def _relative(directory: Path, root: Path) -> str:
    """The directory as in `path.module`: relative to the root module."""
    return PurePosixPath(os.path.relpath(directory, root).replace(os.sep, "/")).as_posix()
