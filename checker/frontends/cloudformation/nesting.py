"""Finds the stacks that the resources of a stack nest."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from checker.frontends.cloudformation.documents import is_template
from checker.frontends.cloudformation.parameters import passed_parameters
from checker.frontends.cloudformation.scope import Deployment, Entry, each_region
from checker.frontends.cloudformation.stack import AddressOf, Stack, by_prefix
from checker.frontends.cloudformation.stack_sets import (
    STACK_SET,
    known_regions,
    listed_parameters,
    overridden_parameters,
    regions_of_instances,
    told_apart,
)
from checker.model.problem import ALLOW_OUTSIDE, Problem, ProblemKind
from checker.source import MappingNode, ScalarNode
from checker.source.validation import did_you_mean
from checker.values import Given, Map, Text, Value, join

_TEMPLATE_PROPERTIES = {
    "AWS::CloudFormation::Stack": "TemplateURL",
    "AWS::Serverless::Application": "Location",
    STACK_SET: "TemplateURL",
}
# The types of resources that nest a stack.
NESTING_TYPES = frozenset(_TEMPLATE_PROPERTIES)
_ASSET_PATH = "aws:asset:path"
_MOST_NESTED = 500


@dataclass(slots=True)
class Nesting:
    """Finds nested stacks.

    `separator` joins, in identities, such a resource and what it contains. `addresses` maps the address of such a
    resource to a function for the addresses of what it contains.
    """

    separator: str = "."
    addresses: Callable[[str], AddressOf] = lambda address: by_prefix(f"{address}.")

    def __call__(self, stack: Stack, entry: Entry) -> tuple[tuple[Stack, Given], ...]:
        """The nested stacks, each under its assumptions, with the parameters that the resource passes."""
        return tuple(
            (child, given)
            for path, given in self.templates(stack, entry)
            if (child := self._child(stack, entry, path, given)) is not None
        )

    def templates(self, stack: Stack, entry: Entry) -> Iterator[tuple[Path, Given]]:
        """The template files that a resource nests; a problem for missing ones."""
        name = _TEMPLATE_PROPERTIES.get(entry.type)
        if name is None:
            return
        asset = _asset_path(entry)
        if asset is not None:
            path = stack.document.path.parent / asset
            if path.suffix in (".json", ".yaml", ".yml", ".template"):
                yield path, ()
                return
        node = entry.property_of(name)
        if node is None:
            return
        for one in stack.evaluate(node, entry.scope):
            if isinstance(one.atom, Text):
                uploaded = stack.reading.uploaded(stack.document.path.parent, one.atom.marked())
                if uploaded is not None:
                    yield uploaded, one.given
                    continue
            located = stack.reading.tree.locate(one.atom, stack.document.path)
            if located.path is not None:
                yield located.path, one.given
                continue
            reason = located.reason
            if isinstance(one.atom, Map):
                reason = "it is an application of the Serverless Application Repository"
            advice = ALLOW_OUTSIDE if located.is_outside else "Check the child template too, or give its local path."
            what = "stack set" if entry.type == STACK_SET else "nested stack"
            message = f"The template of {what} {entry.key} was not read: {reason}."
            stack.reading.report(
                Problem.at(
                    node.location,
                    located.problem,
                    message,
                    advice,
                    incomplete=True,
                    several="nested templates were not read",
                    subject=entry.key,
                )
            )

    def _child(self, stack: Stack, entry: Entry, path: Path, given: Given) -> Stack | None:
        reading, setting = stack.reading, stack.setting
        if path == stack.document.path or path in setting.templates:
            message = f"The nested stack {entry.key} nests itself."
            advice = "Break the cycle; CloudFormation would refuse it."
            reading.report(Problem.at(entry.location, ProblemKind.INVALID_VALUE, message, advice, incomplete=False))
            return None
        reading.nested_stacks += 1
        if reading.nested_stacks > _MOST_NESTED:
            message = f"More than {_MOST_NESTED} nested stacks; this one was not read."
            advice = "Check the child templates by themselves."
            reading.report(Problem.at(entry.location, ProblemKind.UNSUPPORTED, message, advice, incomplete=True))
            return None
        document = reading.template(path, expected=True)
        if document is None:
            return None
        roots = [root for root in document.roots if isinstance(root, MappingNode) and is_template(root)]
        if not roots:
            message = f"{document.file} is not a CloudFormation template."
            advice = "Correct the location of the nested template."
            reading.report(Problem.at(entry.location, ProblemKind.INVALID_VALUE, message, advice, incomplete=True))
            return None
        prefix = f"{setting.prefix}{entry.key}{self.separator}"
        if entry.type == STACK_SET:
            groups = _property(stack, entry, "StackInstancesGroup")
            regions = regions_of_instances(groups, setting.address_of(entry))
            deployment = Deployment(known_regions(regions), identity=prefix, stack_identity=prefix, deployed_to=regions)
            passed = listed_parameters(_property(stack, entry, "Parameters"))
            deployment, supplied = of_instances(deployment, passed, groups)
        else:
            deployment = replace(setting.deployment, stack_name=None, stack_identity=prefix)
            subject = f"{setting.address_of(entry)}.Parameters"
            supplied = passed_parameters(_property(stack, entry, "Parameters"), roots[0], subject)
        ways = tuple(both for way in stack.presence(entry) if (both := join(way, given)) is not None)
        address_of = self.addresses(setting.address_of(entry))
        nested = setting.for_nested(stack.document.path, deployment, supplied, ways, address_of)
        child = Stack(roots[0], document, nested)
        for name in supplied:
            if name not in child.declared and not child.sections.unknown_transforms:
                close = did_you_mean(name, child.declared)
                message = f"{document.file} has no parameter {name!r}, which {entry.key} passes to it{close}"
                advice = "Correct the name, or the location of the template; CloudFormation would refuse it."
                reading.report(Problem.at(entry.location, ProblemKind.INVALID_VALUE, message, advice, incomplete=True))
        return child


def of_instances(
    deployment: Deployment, passed: Mapping[str, Value], groups: Value
) -> tuple[Deployment, Mapping[str, Value]]:
    """The deployment of a stack set and its parameters, with what groups of its instances override."""
    each = each_region(deployment) or ()
    supplied = overridden_parameters(passed, groups, each)
    if supplied is passed:
        return deployment, passed
    return replace(deployment, deployed_to=told_apart(deployment.deployed_to, each)), supplied


def with_nested(stack: Stack) -> Iterator[Stack]:
    """The stack and everything that it nests, at any depth."""
    yield stack
    for name, (entry, *_) in stack.resources.items():
        if entry.type in NESTING_TYPES:
            for child, _ in stack.children(name):
                yield from with_nested(child)


def _asset_path(entry: Entry) -> str | None:
    metadata = entry.part("Metadata")
    asset = metadata.get(_ASSET_PATH) if isinstance(metadata, MappingNode) else None
    return str(asset.value) if isinstance(asset, ScalarNode) else None


def _property(stack: Stack, entry: Entry, name: str) -> Value:
    """A property of a resource; empty if it does not exist."""
    node = entry.property_of(name)
    return () if node is None else stack.evaluate(node, entry.scope)
