"""Provider configurations, and the one that a resource uses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import NamedTuple

from checker.frontends.terraform.configuration.declarations import Declaration, reference
from checker.frontends.terraform.configuration.evaluate import evaluate
from checker.frontends.terraform.configuration.expansion import Expansion, key_of
from checker.frontends.terraform.configuration.scope import Scope, shown
from checker.frontends.terraform.hcl.syntax import Expression, Index, ObjectCons, Parens
from checker.model.problem import Problem, ProblemKind
from checker.source import Location
from checker.values import Alternative, Cause, Given, Null, Shape, Step, Text, Unknown, Value
from checker.values.operations import after, assume, capped, identity_of, unknown
from checker.values.tags import tags_in


class Use(NamedTuple):
    """Where, and under which assumptions, a `provider` block is evaluated; with `for_each`, once per key."""

    scope: Scope
    given: Given = ()


@dataclass(slots=True)
class ProviderConfiguration:
    """A `provider` block in one module instance. `key` is unique in the input.

    `rest` is the Region where it is unknown which instance of the block is meant.
    """

    key: str
    declared: Declaration
    uses: tuple[Use, ...]
    rest: Value = ()
    _region: Value | None = None
    _tags: tuple[tuple[str, str], ...] | None = None

    def region(self) -> Value:
        """The configured Region; empty if the environment decides."""
        if self._region is None:
            # A Region that depends on itself counts as none.
            self._region = ()
            written: list[Alternative] = []
            attribute = self.declared.block.body.get("region")
            if attribute is not None:
                for use in self.uses:
                    value = assume(evaluate(attribute.expression, use.scope), use.given)
                    written += [one for one in value if not isinstance(one.atom, Null)]
                step = Step(attribute.location, f"region of provider {self.key}")
                written = [*after(as_region(assume(tuple(written), self.declared.given)), step)]
            self._region = capped([*written, *as_region(self.rest)], self.key) if written or self.rest else ()
        return self._region

    def default_tags(self) -> tuple[tuple[str, str], ...]:
        """The tags that it adds to every resource."""
        if self._tags is None:
            self._tags = ()
            written = [
                evaluate(attribute.expression, use.scope)
                for use in self.uses
                for block in self.declared.block.body.blocks
                if block.type == "default_tags" and (attribute := block.body.get("tags")) is not None
            ]
            self._tags = tuple(tag for value in written for tag in tags_in(value))
        return self._tags


def region_in(provider: ProviderConfiguration | None, kind: str) -> Value:
    """The Region in which a resource of a kind is; unknown if only the environment tells."""
    found = provider.region() if provider is not None else ()
    return found or _of_environment(provider_key(provider, kind))


@cache
def _of_environment(key: str) -> Value:
    return unknown(Cause.EXTERNAL_DATA, "AWS Region", identity=f"region of provider {key}", shape=Shape.REGION)


def provider_key(provider: ProviderConfiguration | None, kind: str) -> str:
    """The key of a provider configuration; for a resource of a kind without one, the name of the provider."""
    return provider.key if provider is not None else kind.partition("_")[0]


def as_region(value: Value) -> Value:
    """The value; unknowns in it stand for a Region."""
    result: list[Alternative] = []
    for one in value:
        match one.atom:
            case Unknown() as unknown:
                result.append(one._replace(atom=replace(unknown, shape=Shape.REGION)))
            case Text(pieces) if any(isinstance(piece, Unknown) for piece in pieces):
                shaped = tuple(replace(p, shape=Shape.REGION) if isinstance(p, Unknown) else p for p in pieces)
                result.append(one._replace(atom=Text(shaped)))
            case _:
                result.append(one)
    return tuple(result)


class _Name(NamedTuple):
    """The name in a reference to a provider: `aws.alias`, and the key of the instance with `for_each`."""

    key: str
    instance: Value | None = None


def _name(expression: Expression, scope: Scope) -> _Name | None:
    """The name; None if it is none. OpenTofu writes `aws.by_region[each.key]` for one of several instances."""
    if isinstance(expression, Index):
        inner = reference(expression.object)
        if len(inner) == 2:
            return _Name(".".join(inner), evaluate(expression.key, scope))
    written = reference(expression)
    return _Name(".".join(written)) if written else None


@dataclass(slots=True)
class Providers:
    """The provider configurations of a module instance: its own, passed ones, and inherited ones.

    `expand` returns the instances of a block with `for_each`; `call_scope` is that of the call's arguments.
    """

    scope: Scope
    prefix: str
    declared: Mapping[str, Declaration]
    expand: Callable[[str, Declaration], Expansion]
    call: Declaration | None
    call_scope: Scope | None
    outer: "Providers | None"
    _own: dict[str, ProviderConfiguration] = field(default_factory=dict)
    _handed: dict[str, _Name] | None = None

    def of(self, type_: str, declared: Declaration, scope: Scope) -> ProviderConfiguration | None:
        """The configuration that a resource uses; None if no block configures its provider."""
        written = declared.get("provider")
        name = _Name(type_.partition("_")[0]) if written is None else _name(written, scope)
        if written is not None and name is None:
            message = f"{shown(written.location)} does not name a provider"
            self._report(
                written.location, message, "Name one, as `aws.alias`; the Region is not known.", incomplete=True
            )
            unnamed = unknown(Cause.INVALID, shown(written.location), identity=f"provider at {written.location}")
            return ProviderConfiguration(shown(written.location), declared, (), unnamed)
        assert name is not None
        found = self._lookup(name)
        if found is None and "." in name.key and self.outer is not None:
            # A module that nothing calls, and that is checked alone, gets none.
            self._report(
                declared.block.location,
                f"the provider {name.key} is neither configured in {self.prefix.rstrip('.')} nor passed to it",
                "Pass it in `providers` of the call; Terraform refuses this, and the Region is not known.",
                incomplete=False,
            )
        return found

    def lookup(self, key: str) -> ProviderConfiguration | None:
        """The configuration of `aws` or `aws.alias` in this module."""
        return self._lookup(_Name(key))

    def _lookup(self, name: _Name) -> ProviderConfiguration | None:
        handed = self._handed_over()
        if self.outer is not None and name.key in handed:
            return self.outer._lookup(handed[name.key])
        declared = self.declared.get(name.key)
        if declared is not None:
            return self._configuration(name, declared)
        if self.outer is not None and "." not in name.key:
            return self.outer._lookup(name)
        return None

    def _configuration(self, name: _Name, declared: Declaration) -> ProviderConfiguration:
        instance = None if declared.get("for_each") is None else name.instance
        unique = f"{self.prefix.rstrip('.')}:{name.key}" if self.prefix else name.key
        if instance is not None:
            uses, rest = self._instances(name.key, declared, instance)
            return ProviderConfiguration(f"{unique}[{_shown_key(instance)}]", declared, uses, rest)
        if name.key not in self._own:
            self._own[name.key] = ProviderConfiguration(unique, declared, (Use(self.scope),))
        return self._own[name.key]

    def _instances(self, key: str, declared: Declaration, instance: Value) -> tuple[tuple[Use, ...], Value]:
        """The instances of a block for a key, and a stand-in for unknown ones."""
        names = {one.key: one.names for one in self.expand(f"provider {key}", declared).instances}
        uses: list[Use] = []
        rest: list[Alternative] = []
        for one in instance:
            written = one.atom.plain if isinstance(one.atom, Text) else None
            found = None if written is None else names.get(key_of(written))
            if found is not None:
                uses.append(Use(Scope(self.scope.module, found), one.given))
            else:
                what = f"the Region of {key}[{_shown_key((one,))}]"
                cause = one.atom.cause if isinstance(one.atom, Unknown) else Cause.INVALID
                rest += assume(unknown(cause, what, identity=f"{self.prefix}{what}"), one.given)
        return tuple(uses), tuple(rest)

    def _handed_over(self) -> dict[str, _Name]:
        if self._handed is None:
            self._handed = {}
            written = self.call.get("providers") if self.call else None
            if isinstance(written, ObjectCons) and self.call_scope is not None:
                for item in written.items:
                    inner = item.key.expression if isinstance(item.key, Parens) else item.key
                    name, outer = reference(inner), _name(item.value, self.call_scope)
                    if name and outer:
                        self._handed[".".join(name)] = outer
        return self._handed

    def _report(self, location: Location, message: str, advice: str, *, incomplete: bool) -> None:
        problem = Problem.at(location, ProblemKind.INVALID_VALUE, message, advice, incomplete=incomplete)
        self.scope.module.host.report(problem)


def _shown_key(instance: Value) -> str:
    return " or ".join(identity_of(one.atom) for one in instance)
