"""The instances of a stack set: the parameters that it passes, and their Regions."""

from collections.abc import Iterator, Mapping

from checker.values import Absent, Alternative, Atom, Cause, List, Map, Null, Shape, Text, Unknown, Value, join
from checker.values.operations import NULL, assume, one_of, unknown

STACK_SET = "AWS::CloudFormation::StackSet"


def listed_parameters(parameters: Value) -> dict[str, Value]:
    """The parameters of a stack set, a list of keys and values, by name."""
    found: dict[str, list[Value]] = {}
    for item in _items(parameters):
        if not isinstance(item.atom, Map):
            continue
        for key in _entry(item.atom, "ParameterKey", "parameter_key"):
            value = _entry(item.atom, "ParameterValue", "parameter_value")
            if isinstance(key.atom, Text) and key.atom.plain and value:
                given = join(item.given, key.given)
                if given is not None:
                    found.setdefault(key.atom.plain, []).append(assume(value, given))
    return {name: one_of(values, name) for name, values in found.items()}


_PASSED = frozenset({"Parameters", "parameters", "StackInstancesGroup", "stack_instances_group"})


def without_parameters(properties: Value, *others: str) -> Value:
    """The properties without what they pass to a template, which is judged there, and without `others`."""
    judged = _PASSED.union(others)
    return tuple(
        one._replace(
            atom=Map({name: value for name, value in one.atom.entries.items() if name not in judged}, one.atom.rest)
        )
        if isinstance(one.atom, Map)
        else one
        for one in properties
    )


def overridden_parameters(parameters: Mapping[str, Value], groups: Value, each_region: Value) -> Mapping[str, Value]:
    """The parameters with the values that groups of instances override, each in the Regions of its group.

    `each_region` are the Regions of all groups, each under its assumption. Null stands for the default in the template,
    to which a group leaves a parameter. The same parameters if none has other values.
    """
    found = [
        (group, listed_parameters(_entry(group.atom, "ParameterOverrides", "parameter_overrides")))
        for group in _items(groups)
    ]
    made: dict[str, Value] = {}
    for name in dict.fromkeys(name for _, own in found for name in own):
        passed = parameters.get(name, NULL)
        made[name] = one_of([_in_regions(group, own.get(name, passed), each_region) for group, own in found], name)
    return {**parameters, **made} if made else parameters


def _in_regions(group: Alternative, value: Value, each_region: Value) -> Value:
    """A value in the Regions of a group; under no assumption on them where they are not told apart."""
    value = assume(value, group.given)
    regions = {_name(one) for one in _items(_entry(group.atom, "Regions", "regions"))}
    here = [one.given for one in each_region if _name(one) in regions]
    return tuple(one for given in here for one in assume(value, given)) if here else value


def told_apart(regions: Value, each_region: Value) -> Value:
    """The Regions of instances, each under the assumption that tells it from the others, if there are several."""
    by_name = {_name(one): one.given for one in each_region}
    return tuple(one for region in regions for one in assume((region,), by_name.get(_name(region), ())))


def _name(region: Alternative) -> str | None:
    return region.atom.plain if isinstance(region.atom, Text) else None


def regions_of_instances(groups: Value, address: str) -> Value:
    """The Regions of the groups of instances of the stack set at `address`, not that of the stack set itself.

    Each alternative is a Region with instances.
    """
    found: list[Alternative] = []
    for group in _items(groups):
        if isinstance(group.atom, Map):
            found += [
                region._replace(given=both)
                for region in _items(_entry(group.atom, "Regions", "regions"))
                if (both := join(group.given, region.given)) is not None
            ]
        else:
            found.append(group)
    return named_regions(found, address)


def named_regions(regions: list[Alternative], address: str) -> Value:
    """The Regions of a stack set without duplicates; an unknown if there are none, or for what is no Region."""
    missing = unknown(Cause.DEPLOY_TIME, f"the Regions of {address}", shape=Shape.REGION)
    # A value that is no string names no Region, and cannot be compared with others.
    named = [one if isinstance(one.atom, Text | Unknown) else one._replace(atom=missing[0].atom) for one in regions]
    return tuple(dict.fromkeys(named)) or missing


def known_regions(regions: Value) -> tuple[str, ...]:
    """The names of the Regions if all are known; else none."""
    names = [one.atom.plain for one in regions if isinstance(one.atom, Text) and one.atom.plain]
    return tuple(dict.fromkeys(names)) if len(names) == len(regions) else ()


def _entry(properties: Atom, *names: str) -> Value:
    """A property by its name in CloudFormation, or in Terraform's provider; empty for what is no known map."""
    if not isinstance(properties, Map):
        return ()
    return next((properties.entries[name] for name in names if name in properties.entries), ())


def _items(value: Value) -> Iterator[Alternative]:
    """The items of the lists, and what is no known list; not what is left out (`AWS::NoValue`)."""
    for one in value:
        items = (*one.atom.items, one.atom.rest) if isinstance(one.atom, List) else ((one._replace(given=()),),)
        for item in items:
            for choice in item:
                given = join(one.given, choice.given)
                if given is not None and not isinstance(choice.atom, Null | Absent):
                    yield choice._replace(given=given)
