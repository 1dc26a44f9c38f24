"""Provider configurations, and which one a resource is bound to."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from checker.frontends.terraform.declarations import Declaration, reference
from checker.frontends.terraform.evaluate import evaluate
from checker.frontends.terraform.hcl.syntax import ObjectCons, Parens
from checker.frontends.terraform.scope import Scope
from checker.model.problem import Problem, ProblemKind
from checker.values import Alternative, Null, Shape, Step, Text, Unknown, Value
from checker.values.operations import after, assume
from checker.values.tags import tags_in


@dataclass(slots=True)
class ProviderConfiguration:
    """A `provider` block in one module instance. `key` is unique in the input."""

    key: str
    declared: Declaration
    scope: Scope
    _region: Value | None = None
    _tags: tuple[tuple[str, str], ...] | None = None

    def region(self) -> Value:
        """The Region that it is configured with; empty if it leaves that to the environment."""
        if self._region is None:
            # A Region that depends on itself is as good as none.
            self._region = ()
            attribute = self.declared.block.body.get("region")
            if attribute is not None:
                value = evaluate(attribute.expression, self.scope)
                written = tuple(one for one in value if not isinstance(one.atom, Null))
                written = assume(written, self.declared.given)
                self._region = after(as_region(written), Step(attribute.place, f"region of provider {self.key}"))
        return self._region

    def default_tags(self) -> tuple[tuple[str, str], ...]:
        """The tags that it gives to every resource."""
        if self._tags is None:
            self._tags = ()
            written = [
                evaluate(attribute.expression, self.scope)
                for block in self.declared.block.body.blocks
                if block.type == "default_tags" and (attribute := block.body.get("tags")) is not None
            ]
            self._tags = tuple(tag for value in written for tag in tags_in(value))
        return self._tags


def as_region(value: Value) -> Value:
    """The value, what is unknown in it being a Region."""
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


@dataclass(slots=True)
class Providers:
    """The provider configurations of a module instance: its own, those handed to it, and those it inherits."""

    scope: Scope
    prefix: str
    declared: Mapping[str, Declaration]
    call: Declaration | None
    outer: "Providers | None"
    _own: dict[str, ProviderConfiguration] = field(default_factory=dict)
    _handed: dict[str, str] | None = None

    def of(self, type_: str, declared: Declaration) -> ProviderConfiguration | None:
        """The configuration that a resource is bound to, None if no block configures its provider."""
        written = reference(declared.get("provider"))
        key = ".".join(written) if written else type_.partition("_")[0]
        found = self.lookup(key)
        if found is None and "." in key and self.outer is not None:
            # A module that nothing calls, and that is checked alone, is handed none.
            self.scope.module.host.report(
                Problem.at(
                    declared.block.place,
                    ProblemKind.INVALID_VALUE,
                    f"the provider {key} is neither configured in {self.prefix.rstrip('.')} nor passed to it",
                    "Pass it in `providers` of the call; Terraform refuses this, and the Region is not known.",
                    incomplete=False,
                )
            )
        return found

    def lookup(self, key: str) -> ProviderConfiguration | None:
        """The configuration that `aws` or `aws.alias` means in this module."""
        handed = self._handed_over()
        if self.outer is not None and key in handed:
            return self.outer.lookup(handed[key])
        if key in self.declared:
            if key not in self._own:
                shown = f"{self.prefix.rstrip('.')}:{key}" if self.prefix else key
                self._own[key] = ProviderConfiguration(shown, self.declared[key], self.scope)
            return self._own[key]
        if self.outer is not None and "." not in key:
            return self.outer.lookup(key)
        return None

    def _handed_over(self) -> dict[str, str]:
        if self._handed is None:
            self._handed = {}
            written = self.call.get("providers") if self.call else None
            if isinstance(written, ObjectCons):
                for item in written.items:
                    inner = item.key.expression if isinstance(item.key, Parens) else item.key
                    name, outer = reference(inner), reference(item.value)
                    if name and outer:
                        self._handed[".".join(name)] = ".".join(outer)
        return self._handed
