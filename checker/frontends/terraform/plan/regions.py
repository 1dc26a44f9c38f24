"""The Regions of resources in a plan or a state."""

import re
from collections.abc import Mapping

from checker.frontends.terraform.plan.configuration import (
    Configuration,
    Fields,
    Scope,
    any_true,
    mapping,
    part_at,
    references_of,
    whole_references,
)
from checker.frontends.terraform.plan.document import (
    Document,
    key_location,
    module_path,
    split_key,
    split_module,
    split_module_call,
    split_reference,
)
from checker.frontends.terraform.plan.values import mark_at
from checker.source import Location
from checker.values import Cause, Shape, Step, Value
from checker.values.operations import after, text, unknown

REGION = re.compile(r"[a-z]{2,}(?:-[a-z]+)+-[0-9]+")

_MOST_HOPS = 40
_REGION_ATTRIBUTES = ("region", "name", "id")


def own_region(kind: str, values: object, sensitive: object) -> str | None:
    """The Region in the ARN of a resource itself, unless it is sensitive."""
    properties = mapping(values)
    words = kind.split("_")
    own_names = ["arn", "id", *("_".join(words[start:]) + "_arn" for start in range(1, len(words)))]
    if kind == "aws_bedrock_provisioned_model_throughput":
        own_names.append("provisioned_model_arn")
    for name in own_names:
        arn = properties.get(name)
        if isinstance(arn, str) and arn.startswith("arn:") and not any_true(mark_at(sensitive, name)):
            parts = arn.split(":", 5)
            if len(parts) == 6 and REGION.fullmatch(parts[3]):
                return parts[3]
    return None


def looked_up_region(kind: str, values: object, sensitive: object) -> str | None:
    """The Region in a data source of type `aws_region`, which is that of its provider."""
    if kind != "aws_region" or any_true(sensitive):
        return None
    for attribute in _REGION_ATTRIBUTES:
        region = mapping(values).get(attribute)
        if isinstance(region, str) and REGION.fullmatch(region):
            return region
    return None


class ProviderRegions:
    """The Regions of the provider configurations of a plan, each found once."""

    def __init__(self, configuration: Configuration, document: Document) -> None:
        self._configuration = configuration
        self._document = document
        self._providers = mapping(configuration.root.get("provider_config"))
        self._found: dict[str, Value] = {}
        self._looked_up = self._look_ups()

    def region(self, key: object) -> Value:
        """The Region of a provider configuration, by its key (`aws.west`, `module.chat:aws`); empty if none is
        known.
        """
        if not isinstance(key, str):
            return ()
        if key not in self._found:
            self._found[key] = self._region(key)
        return self._found[key]

    def _look_ups(self) -> dict[str, tuple[str, str]]:
        """For each provider configuration with a data source `aws_region`: its address, the Region."""
        found: dict[str, tuple[str, str]] = {}
        for address, instance in self._configuration.instances.items():
            module, rest = split_module(address)
            if not rest.startswith("data.aws_region."):
                continue
            block = self._configuration.resource(module, split_key(rest)[0])
            asks = mapping(block.get("expressions"))
            region = looked_up_region("aws_region", instance.values, instance.sensitive)
            key = block.get("provider_config_key")
            # With an argument it describes the named Region.
            if region is not None and isinstance(key, str) and not asks:
                found.setdefault(key, (address, region))
        return found

    def _region(self, key: str) -> Value:
        step = Step(key_location(self._document, "provider_config", key), f"region of provider {key}")
        if key in self._looked_up:
            address, region = self._looked_up[key]
            return after(text(region), Step(step.location, f"read by {address}"), step)
        provider = mapping(self._providers.get(key))
        module = provider.get("module_address")
        if isinstance(module, str) and module and "expressions" not in provider:
            # Terraform lists an inherited configuration of a module as its own, without expressions.
            outer = split_module_call(module)[0]
            name = str(provider.get("name"))
            return self.region(f"{outer}:{name}" if outer and f"{outer}:{name}" in self._providers else name)
        expression = mapping(provider.get("expressions")).get("region")
        if expression is None:
            return ()
        scope = Scope(module if isinstance(module, str) else "")
        found = self._evaluate(expression, scope, 0)
        subject = f"region of provider {key}"
        if isinstance(found, Cause):
            return unknown(found, subject, shape=Shape.REGION, trail=(step,))
        return after(text(found), step)

    def _evaluate(self, expression: object, scope: Scope, hops: int) -> str | Cause:
        """The Region, or why it is unknown. A single reference may be part of a template: what is no Region is not
        used.
        """
        constant = mapping(expression).get("constant_value")
        if constant is not None:
            return _as_region(constant)
        wholes = whole_references(references_of(expression))
        if len(wholes) != 1 or hops > _MOST_HOPS:
            return Cause.EXTERNAL_DATA
        parts = split_reference(wholes[0])
        match [name for name, _ in parts]:
            case ["var", name, *_]:
                return self._variable(name, wholes[0], scope, hops)
            case ["data", kind, name, *_]:
                prefix = f"{scope.module}." if scope.module else ""
                return self._attribute(f"{prefix}data.{kind}.{name}{parts[2][1]}", parts[3:])
            case ["module", name, output, *_]:
                prefix = f"{scope.module}." if scope.module else ""
                module = f"{prefix}module.{name}{parts[1][1]}"
                written = mapping(mapping(self._configuration.module(module_path(module)).get("outputs")).get(output))
                if written.get("sensitive"):
                    return Cause.SENSITIVE
                return self._evaluate(written.get("expression"), Scope(module), hops + 1)
            case _:
                return Cause.EXTERNAL_DATA

    def _variable(self, name: str, reference: str, scope: Scope, hops: int) -> str | Cause:
        declared = mapping(mapping(self._configuration.module(module_path(scope.module)).get("variables")).get(name))
        if declared.get("sensitive"):
            return Cause.SENSITIVE
        path = split_reference(reference)[1:]
        if not scope.module:
            given = mapping(self._configuration.variables.get(name))
            return _as_region(part_at(given.get("value", declared.get("default")), path))
        call, outer = self._configuration.call(scope.module)
        argument = mapping(call.get("expressions")).get(name)
        if argument is None:
            return _as_region(part_at(declared.get("default"), path))
        constant = mapping(argument).get("constant_value")
        if constant is not None:
            return _as_region(part_at(constant, path))
        return self._evaluate(argument, outer, hops + 1)

    def _attribute(self, address: str, path: list[tuple[str, str]]) -> str | Cause:
        instance = self._configuration.instances.get(address)
        if instance is None:
            return Cause.DEPLOY_TIME
        if any_true(mark_at(instance.sensitive, path[0][0]) if path else instance.sensitive):
            return Cause.SENSITIVE
        return _as_region(part_at(instance.values, [("", ""), *path]))


def _as_region(value: object) -> str | Cause:
    return value if isinstance(value, str) and REGION.fullmatch(value) else Cause.EXTERNAL_DATA


def evident_region(region: str, location: Location | None, address: str) -> Value:
    """The Region that some value of a resource names."""
    return text(region, location, f"region in the ARN of {address}")


def is_amazon(resource: Fields) -> bool:
    """True if the provider of a resource has AWS Regions."""
    return str(resource.get("type", "")).startswith(("aws_", "awscc_"))


def agreed(regions: Mapping[str, set[str]], provider: str) -> str | None:
    """The Region that all resources of a provider configuration name, if they agree."""
    found = regions.get(provider, set())
    return next(iter(found)) if len(found) == 1 else None
