"""Reads a state: the JSON of `terraform show -json`, or the state file itself (version 4)."""

import json
import re
from collections.abc import Iterator

from checker.frontends.protocol import Run, Source
from checker.frontends.terraform.plan.configuration import Fields, mapping, sequence
from checker.frontends.terraform.plan.document import (
    Document,
    address_locations,
    is_state,
    is_state_file,
    read_document,
    shown,
    state_resource_locations,
    version_problem,
)
from checker.frontends.terraform.plan.regions import agreed, evident_region, is_amazon, looked_up_region, own_region
from checker.frontends.terraform.plan.resources import state_resources
from checker.frontends.terraform.plan.values import (
    Knows,
    Origin,
    convert,
    nothing_known,
    tags_of,
    without_surrogates,
)
from checker.model.problem import Problem, ProblemKind
from checker.model.resource import Framework, Input, InputKind, Loaded, Resource
from checker.model.settings import Options
from checker.source import Location
from checker.source.files import SourceFiles
from checker.values import Step, Value
from checker.values.operations import after, text

__all__ = ["is_state", "load_state"]

# A state file only marks what the code made sensitive; only Terraform knows what a provider's schema marks.
_SECRET_NAME = re.compile(r"passw|secret|token|private_key|credential", re.IGNORECASE)


def read(source: Source, run: Run) -> Loaded:
    """The resources of a state."""
    return load_state(source.content, source.shown, source.options, source.files, run.knows)


def load_state(
    content: bytes, file: str, options: Options, files: SourceFiles | None = None, knows: Knows = nothing_known
) -> Loaded:
    """Every resource instance and data source of a state, in its order; deposed instances are left out.

    Sensitive values only show ids for which the catalog `knows` a model.
    """
    del options, files
    file = shown(file)
    document = read_document(content, file)
    source = Input(file, InputKind.TERRAFORM_STATE, (file,))
    if isinstance(document, Problem):
        return Loaded(source, (), (document,))
    data = document.data
    problems = [*document.problems]
    if is_state_file(data):
        if data.get("version") != 4:
            problem = Problem(
                ProblemKind.UNSUPPORTED,
                file,
                "the state file is not of version 4",
                "Write it with `terraform show -json > state.json`, and check that.",
                incomplete=True,
            )
            return Loaded(source, (), (problem,))
        return Loaded(source, tuple(_file_resources(document, problems, knows)), tuple(problems))
    if not is_state(data):
        problem = Problem(
            ProblemKind.UNSUPPORTED,
            file,
            "this is JSON, but not that of a state",
            "Write it with `terraform show -json > state.json`.",
            incomplete=True,
        )
        return Loaded(source, (), (problem,))
    version = version_problem(data, file, "state")
    resources = tuple(_shown_resources(document, problems, knows))
    return Loaded(source, resources, (*([version] if version is not None else []), *problems))


def _shown_resources(document: Document, problems: list[Problem], knows: Knows) -> Iterator[Resource]:
    blocks = list(state_resources(document.data.get("values")))
    addresses = {address for block in blocks if isinstance(address := block.get("address"), str)}
    locations = address_locations(document, ("values",), addresses)
    for block in blocks:
        address = block.get("address")
        if not isinstance(address, str):
            problems.append(_unread(document, "a resource has no address"))
        elif "deposed_key" not in block:
            location = locations.get(address) or Location(document.file, 1, 1)
            values = block.get("values") or {}
            yield _resource(document, block, address, location, values, block.get("sensitive_values"), None, knows)


def _file_resources(document: Document, problems: list[Problem], knows: Knows) -> Iterator[Resource]:
    locations = state_resource_locations(document)
    blocks = [mapping(block) for block in sequence(document.data.get("resources"))]
    regions = _provider_regions(blocks)
    for block in blocks:
        mode, kind, name = block.get("mode"), block.get("type"), block.get("name")
        if not (isinstance(mode, str) and isinstance(kind, str) and isinstance(name, str)):
            problems.append(_unread(document, "a resource has no mode, type and name"))
            continue
        location = locations.get((mode, kind, name)) or Location(document.file, 1, 1)
        module = block.get("module")
        base = f"{module}." if isinstance(module, str) and module else ""
        base += f"data.{kind}.{name}" if mode == "data" else f"{kind}.{name}"
        for instance in map(mapping, sequence(block.get("instances"))):
            if "deposed" in instance:
                continue
            address = base + _key(instance.get("index_key"))
            if "attributes_flat" in instance:
                problems.append(_unread(document, f"{without_surrogates(address)} is in the form of Terraform 0.11"))
                continue
            values = _attributes(instance)
            marks = _marks(kind, values, instance.get("sensitive_attributes"))
            region = agreed(regions, str(block.get("provider")))
            yield _resource(document, block, address, location, values, marks, region, knows)


def _resource(
    document: Document,
    block: Fields,
    address: str,
    location: Location,
    values: object,
    marks: object,
    region: str | None,
    knows: Knows,
) -> Resource:
    address = without_surrogates(address)
    kind = without_surrogates(str(block.get("type", "")))
    origin = Origin(address, location, "value in the state", knows=knows)
    return Resource(
        Framework.TERRAFORM_STATE,
        document.file,
        address,
        f"data.{kind}" if block.get("mode") == "data" else kind,
        convert(origin, values, None, marks),
        location,
        region=_region(block, address, location, values, marks, region),
        tags=tags_of(values, marks),
    )


def _region(
    block: Fields, address: str, location: Location, values: object, marks: object, of_provider: str | None
) -> Value:
    """The Region of a resource: a state does not have that of its provider, but ARNs name it."""
    if not is_amazon(block):
        return ()
    own = own_region(str(block.get("type")), values, marks) if block.get("mode") != "data" else None
    if own is not None:
        return evident_region(own, location, address)
    if of_provider is None:
        return ()
    return after(text(of_provider), Step(location, "region of other resources of its provider"))


def _provider_regions(blocks: list[Fields]) -> dict[str, set[str]]:
    """The Regions that the resources of each provider configuration name."""
    regions: dict[str, set[str]] = {}
    for block in blocks:
        kind = str(block.get("type"))
        for instance in map(mapping, sequence(block.get("instances"))):
            if not is_amazon(block) or "deposed" in instance:
                continue
            values = _attributes(instance)
            marks = _marks(kind, values, instance.get("sensitive_attributes"))
            find = looked_up_region if block.get("mode") == "data" else own_region
            region = find(kind, values, marks)
            if region is not None:
                regions.setdefault(str(block.get("provider")), set()).add(region)
    return regions


def _attributes(instance: Fields) -> Fields:
    """The attributes of an instance as in `terraform show -json`.

    A state file writes an attribute of dynamic type (`input` of `terraform_data`) as value and type.
    """
    return {name: _without_type(value) for name, value in mapping(instance.get("attributes")).items()}


def _without_type(value: object) -> object:
    if isinstance(value, dict) and value.keys() == {"value", "type"} and _is_type(value["type"]):
        return value["value"]
    return value


def _is_type(written: object) -> bool:
    """True if JSON is a type: `"string"`, `["list", "string"]`, `["object", {…}]`."""
    match written:
        case "string" | "number" | "bool" | "dynamic":
            return True
        case ["list" | "set" | "map" | "tuple" | "object", _, *_]:
            return True
        case _:
            return False


def _marks(kind: str, values: Fields, paths: object) -> object:
    """The tree of marks that a state file gives as paths, and of attributes whose names say that they are secret."""
    marks: dict[object, object] = {name: True for name in values if _SECRET_NAME.search(name)}
    if kind == "aws_ssm_parameter" and values.get("type") == "SecureString":
        marks["value"] = True
    for path in sequence(paths):
        steps = [_step(step) for step in sequence(path)]
        if not steps:
            return True
        node = marks
        for number, step in enumerate(steps):
            if step is None or node.get(step) is True:
                # A mark that cannot be followed hides everything at its level.
                if step is None:
                    return True
                break
            if number == len(steps) - 1:
                node[step] = True
            else:
                below = node.setdefault(step, {})
                if not isinstance(below, dict):
                    break
                node = below
    return marks


def _step(step: object) -> str | int | None:
    value = mapping(step).get("value")
    if isinstance(value, dict):
        value = value.get("value")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, str) or type(value) is int else None


def _key(index: object) -> str:
    """The instance key as Terraform writes it in an address."""
    if isinstance(index, str):
        quoted = json.dumps(index, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")
        return f"[{quoted}]"
    return f"[{index}]" if isinstance(index, int) else ""


def _unread(document: Document, message: str) -> Problem:
    return Problem(
        ProblemKind.INVALID_SYNTAX,
        document.file,
        f"{message}; it was not read",
        "Write the state anew with `terraform show -json > state.json`, and check that.",
        incomplete=True,
    )
