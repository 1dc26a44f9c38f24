"""A CloudFormation or SAM template as an input.

Addresses are logical ids; a resource of a nested stack has that of the nesting resource before it, with a dot:
`Chat.Agent`. Each instance of a nested template is read with the parameters that its parent passes.

`Ref` and `Fn::GetAtt` of a resource are unknowns whose target has the attribute `Ref`, or the name of the attribute.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from checker.errors import ParseError, ReadError
from checker.frontends.cloudformation.definitions import with_definition
from checker.frontends.cloudformation.documents import ANNOTATION, Document, is_template, looks_like_template
from checker.frontends.cloudformation.parameter_files import read_parameters
from checker.frontends.cloudformation.parameters import Declaration
from checker.frontends.cloudformation.pseudo import Deployment, region_of_resources
from checker.frontends.cloudformation.quiet import quiet_resources
from checker.frontends.cloudformation.serverless import with_globals
from checker.frontends.cloudformation.shape import faults_of
from checker.frontends.cloudformation.stack import Entry, Reading, Setting, Stack, is_module
from checker.frontends.cloudformation.stack_sets import (
    STACK_SET,
    known_regions,
    listed_parameters,
    regions_of_instances,
)
from checker.model.options import Options
from checker.model.problem import Problem, ProblemKind
from checker.model.resource import Annotation, Framework, Input, InputKind, Loaded, Resource
from checker.references import find_ids
from checker.source import Mapping as MappingNode
from checker.source import Scalar
from checker.source.files import SourceFiles
from checker.values import Alternative, Given, List, Map, Text, Value, join
from checker.values.operations import assume, one_of
from checker.values.tags import tags_in

if TYPE_CHECKING:
    from checker.frontends.cloudformation.exports import Exports

__all__ = ["Nesting", "child_templates", "is_template", "load_template", "read_stack", "resources_of"]

# The type of what stands for a parameter of a template.
PARAMETER = "AWS::CloudFormation::Parameter"
_STACK = "AWS::CloudFormation::Stack"
_APPLICATION = "AWS::Serverless::Application"
_LOCATIONS = {_STACK: "TemplateURL", _APPLICATION: "Location", STACK_SET: "TemplateURL"}
# The types of resources that nest a stack.
NESTING_TYPES = frozenset(_LOCATIONS)
_ASSET_PATH = "aws:asset:path"
_MOST_NESTED = 500
_ALLOW_OUTSIDE = "Pass --allow-outside to read it."
_KINDS_OF_ERROR = {"missing": ProblemKind.NOT_FOUND, "outside-boundary": ProblemKind.OUTSIDE_BOUNDARY}


def load_template(
    path: Path,
    options: Options,
    files: SourceFiles,
    content: bytes | None = None,
    may_name_a_model: Callable[[bytes], bool] | None = None,
    is_named: bool = False,
    exports: "Exports | None" = None,
) -> Loaded:
    """The resources of a template and of the stacks that it nests, with `input.files` naming every file read.

    With `content`, that is the template, and `path` only its name and the place from which others are found. What is
    not a template has neither resources nor files. With `may_name_a_model`, resources in which nothing can are only
    outlined. A file that `is_named` by the user is a problem where it cannot be parsed, whatever it looks like. What
    other templates export is taken from `exports`. Raises UsageError for a parameters file that cannot be used.
    """
    reading = Reading(files, may_name_a_model)
    supplied = read_parameters(options.parameters, files, options.workspace)
    resources: list[Resource] = []
    shown = files.display(path)
    document = read_template(path, reading, content, expected=is_named)
    roots = [root for root in document.roots if is_template(root)] if document is not None else []
    imports = None if exports is None else exports.of_input(path)
    stacks: list[Stack] = []
    for number, root in enumerate(roots, 1):
        assert document is not None
        assert isinstance(root, MappingNode)
        # CloudFormation takes one document; each of a stream is read as a template of its own.
        prefix = f"document{number}." if number > 1 else ""
        deployment = deployment_of(options, prefix)
        imported = partial(imports.value, deployment=deployment) if imports is not None else _not_imported
        stack = read_stack(root, document, reading, deployment, prefix=prefix, supplied=supplied, imported=imported)
        stacks.append(stack)
        if imports is not None:
            imports.add_own(stack, shown)
    for stack in stacks:
        resources += resources_of(stack, Framework.CLOUDFORMATION, shown)
    elsewhere = () if imports is None else imports.makers()
    if imports is not None:
        reading.files_used.update(dict.fromkeys(imports.files_used))
    used = tuple(reading.files_used) if roots else ()
    return Loaded(
        Input(shown, InputKind.CLOUDFORMATION, used),
        tuple(resources),
        tuple(reading.problems),
        tuple(reading.comments),
        tuple(reading.annotations.values()),
        elsewhere,
    )


def _not_imported(_name: Text) -> Value | None:
    return None


def deployment_of(options: Options, prefix: str = "") -> Deployment:
    """What the options say of the deployment: the Regions that it may be in."""
    return Deployment(regions=options.regions, identity=prefix, stack_identity=prefix)


def read_template(
    path: Path, reading: Reading, content: bytes | None = None, *, expected: bool = False
) -> Document | None:
    """The file as a document, or None, with a problem if it was meant as a template.

    It was if it looks so, and if it is `expected` to be one, since another file says so.
    """
    try:
        document = reading.document(path, content)
        if document.duplicate is not None and any(is_template(root) for root in document.roots):
            _report_syntax(reading, document.duplicate, "Remove one of them; the last one was taken.")
        return document
    except ReadError as error:
        kind = _KINDS_OF_ERROR.get(error.kind, ProblemKind.UNREADABLE)
        is_outside = kind is ProblemKind.OUTSIDE_BOUNDARY
        advice = _ALLOW_OUTSIDE if is_outside else "Make the file readable as UTF-8 text, or leave it out."
        reading.report(Problem(kind, error.file, f"{error.reason[:1].upper()}{error.reason[1:]}.", advice, True))
    except ParseError as error:
        if expected or looks_like_template(reading.text(path, content)):
            _report_syntax(reading, error, "Correct the template; nothing in it was read.")
    return None


def _report_syntax(reading: Reading, error: ParseError, advice: str) -> None:
    reason = f"{error.reason[:1].upper()}{error.reason[1:]}."
    reading.report(Problem(ProblemKind.INVALID_SYNTAX, error.file, reason, advice, True, error.line, error.column))


AddressOf = Callable[[Entry], str]


def _by_prefix(prefix: str) -> AddressOf:
    return lambda entry: prefix + entry.key


@dataclass(slots=True)
class Nesting:
    """Finds the stacks that the resources of a stack nest.

    `separator` stands in identities between such a resource and what it holds. `addresses` gives, for the address of
    such a resource, the addresses of what it holds.
    """

    separator: str = "."
    addresses: Callable[[str], AddressOf] = lambda address: _by_prefix(f"{address}.")

    def __call__(self, stack: Stack, entry: Entry) -> tuple[tuple[Stack, Given], ...]:
        """The nested stacks, each under its assumptions, with the parameters that the resource passes."""
        return tuple(
            (child, given)
            for path, given in self.templates(stack, entry)
            if (child := self._child(stack, entry, path, given)) is not None
        )

    def templates(self, stack: Stack, entry: Entry) -> Iterator[tuple[Path, Given]]:
        """The template files that a resource nests; a problem for what cannot be found."""
        kind = stack.resource_type(entry)
        location = _LOCATIONS.get(kind)
        body = entry.node
        if location is None or not isinstance(body, MappingNode):
            return
        asset = _asset_path(body)
        if asset is not None:
            path = stack.document.path.parent / asset
            if path.suffix in (".json", ".yaml", ".yml", ".template"):
                yield path, ()
                return
        properties = body.get("Properties")
        node = properties.get(location) if isinstance(properties, MappingNode) else None
        if node is None:
            return
        for one in stack.evaluate(node, entry.names):
            reading = stack.setting.reading
            if isinstance(one.atom, Text):
                asset_file = reading.uploaded(stack.document.path.parent, one.atom.marked())
                if asset_file is not None:
                    yield asset_file, one.given
                    continue
            located = reading.tree.locate(one.atom, stack.document.path)
            if located.path is not None:
                yield located.path, one.given
                continue
            reason = located.reason
            if isinstance(one.atom, Map):
                reason = "it is an application of the Serverless Application Repository"
            advice = _ALLOW_OUTSIDE if located.is_outside else "Check the child template too, or give its local path."
            what = "stack set" if kind == STACK_SET else "nested stack"
            message = f"The template of {what} {entry.key} was not read: {reason}."
            reading.report(Problem.at(node.place, located.problem, message, advice, incomplete=True))

    def _child(self, stack: Stack, entry: Entry, path: Path, given: Given) -> Stack | None:
        reading = stack.setting.reading
        if path in stack.setting.templates:
            message = f"The nested stack {entry.key} nests itself."
            advice = "Break the cycle; CloudFormation would refuse it."
            reading.report(Problem.at(entry.place, ProblemKind.INVALID_VALUE, message, advice, incomplete=False))
            return None
        reading.nested_stacks += 1
        if reading.nested_stacks > _MOST_NESTED:
            message = f"More than {_MOST_NESTED} nested stacks; this one was not read."
            advice = "Check the child templates by themselves."
            reading.report(Problem.at(entry.place, ProblemKind.UNSUPPORTED, message, advice, incomplete=True))
            return None
        document = read_template(path, reading, expected=True)
        if document is None:
            return None
        roots = [root for root in document.roots if isinstance(root, MappingNode) and is_template(root)]
        if not roots:
            message = f"{document.file} is not a CloudFormation template."
            advice = "Correct the location of the nested template."
            reading.report(Problem.at(entry.place, ProblemKind.INVALID_VALUE, message, advice, incomplete=True))
            return None
        setting = stack.setting
        prefix = f"{setting.prefix}{entry.key}{self.separator}"
        deployment = replace(setting.deployment, stack_name=None, stack_identity=prefix)
        supplied = _passed(stack, entry)
        if stack.resource_type(entry) == STACK_SET:
            regions = regions_of_instances(_property(stack, entry, "StackInstancesGroup"), setting.address_of(entry))
            deployment = Deployment(known_regions(regions), identity=prefix, stack_identity=prefix, deployed_to=regions)
            supplied = listed_parameters(_property(stack, entry, "Parameters"))
        ways = tuple(both for way in stack.presence(entry) if (both := join(way, given)) is not None)
        return read_stack(
            roots[0],
            document,
            reading,
            deployment,
            prefix=prefix,
            supplied=supplied,
            nested_in=stack,
            presence=ways,
            nesting=self,
            address_of=self.addresses(setting.address_of(entry)),
        )


def _asset_path(body: MappingNode) -> str | None:
    metadata = body.get("Metadata")
    asset = metadata.get(_ASSET_PATH) if isinstance(metadata, MappingNode) else None
    return str(asset.value) if isinstance(asset, Scalar) else None


def _property(stack: Stack, entry: Entry, name: str) -> Value:
    """A property of a resource; empty if it has none of that name."""
    properties = entry.node.get("Properties") if isinstance(entry.node, MappingNode) else None
    node = properties.get(name) if isinstance(properties, MappingNode) else None
    return () if node is None else stack.evaluate(node, entry.names)


def _passed(stack: Stack, entry: Entry) -> Mapping[str, Value]:
    """The parameters that a nesting resource passes, evaluated in the parent."""
    passed: dict[str, list[Value]] = {}
    for one in _property(stack, entry, "Parameters"):
        if isinstance(one.atom, Map):
            for name, value in one.atom.entries.items():
                passed.setdefault(name, []).append(assume(value, one.given))
    return {name: one_of(values, name) for name, values in passed.items()}


def read_stack(
    root: MappingNode,
    document: Document,
    reading: Reading,
    deployment: Deployment,
    *,
    prefix: str,
    supplied: Mapping[str, Value],
    nested_in: Stack | None = None,
    presence: tuple[Given, ...] = ((),),
    nesting: Nesting | None = None,
    address_of: AddressOf | None = None,
    imported: Callable[[Text], Value | None] = _not_imported,
) -> Stack:
    """A decoded template as a stack, with the parameters that the user or the stack around it supplies."""
    outer = nested_in.setting if nested_in is not None else None
    return Stack(
        root,
        document,
        Setting(
            reading=reading,
            deployment=deployment,
            prefix=prefix,
            address_of=address_of or _by_prefix(prefix),
            supplied=supplied,
            is_nested=nested_in is not None,
            children=nesting or Nesting(),
            imported=outer.imported if outer is not None else imported,
            presence=presence,
            templates=(*(outer.templates if outer is not None else ()), document.path),
        ),
    )


def resources_of(stack: Stack, framework: Framework, shown: str, stack_name: str | None = None) -> Iterator[Resource]:
    """The resources of a stack that some deployment may have, and then those of the stacks that they nest.

    `stack_name` is that of the stack around it: who names a stack means what it nests too.
    """
    stack_name = stack.setting.deployment.stack_name or stack_name
    _report_transforms(stack)
    region = region_of_resources(stack.setting.deployment)
    template_globals = stack.root.get("Globals")
    quiet = quiet_resources(stack, stack.setting.reading.may_name_a_model)
    for name, entries in stack.resources.items():
        for entry in entries:
            for place, fault in faults_of(entry.node, entry.place):
                message = f"The resource {name} {fault}."
                advice = "Correct the template; CloudFormation would refuse it."
                stack.setting.reading.report(
                    Problem.at(place, ProblemKind.INVALID_VALUE, message, advice, incomplete=True)
                )
            if not isinstance(entry.node, MappingNode):
                continue
            if name in quiet:
                yield _outline(stack, entry, framework, shown)
                continue
            presence = stack.presence(entry)
            if not presence:
                continue
            kind = stack.resource_type(entry)
            if kind and is_module(entry):
                _report_unread(stack, entry, kind)
            node = with_globals(entry.node.get("Properties"), kind, template_globals)
            properties = stack.evaluate(node, entry.names) if node is not None else (Alternative(Map({})),)
            properties = with_definition(properties, kind, stack, entry.place)
            children = stack.children(entry.key) if kind in _LOCATIONS else ()
            if children:
                # What a nested template takes as a parameter is judged where it uses it.
                properties = _without_parameters(properties)
            _note_annotation(stack, entry)
            yield Resource(
                framework=framework,
                input=shown,
                address=stack.setting.address_of(entry),
                type=kind,
                properties=properties,
                place=entry.place,
                presence=presence,
                region=region,
                tags=_tags(properties),
                stack=stack_name,
            )
            for child, _ in children:
                yield from resources_of(child, framework, shown, stack_name)
    for declaration in stack.declared.values():
        # What a parent does not pass to a nested stack nobody can choose.
        is_fixed = stack.setting.is_nested and declaration.name not in stack.setting.supplied
        if not is_fixed and any(_may_name_model(choice) for choice in declaration.allowed):
            yield _parameter(stack, declaration, framework, shown, stack_name)


def _without_parameters(properties: Value) -> Value:
    return tuple(
        one._replace(
            atom=Map({name: value for name, value in one.atom.entries.items() if name != "Parameters"}, one.atom.rest)
        )
        if isinstance(one.atom, Map)
        else one
        for one in properties
    )


def _may_name_model(choice: Value) -> bool:
    return any(isinstance(one.atom, Text) and any(find_ids(one.atom)) for one in choice)


def _parameter(
    stack: Stack, declaration: Declaration, framework: Framework, shown: str, stack_name: str | None
) -> Resource:
    """A parameter as a resource: what it allows may be chosen, even if nothing uses it."""
    setting = stack.setting
    stated: dict[str, Value] = {"AllowedValues": (Alternative(List(declaration.allowed)),)}
    if declaration.default is not None:
        stated["Default"] = declaration.default
    return Resource(
        framework=framework,
        input=shown,
        address=setting.address_of(Entry(declaration.name, declaration.place, Scalar(None, declaration.place))),
        type=PARAMETER,
        properties=(Alternative(Map(stated)),),
        place=declaration.place,
        presence=setting.presence,
        region=region_of_resources(setting.deployment),
        stack=stack_name,
    )


def _outline(stack: Stack, entry: Entry, framework: Framework, shown: str) -> Resource:
    """A resource without its properties."""
    return Resource(
        framework=framework,
        input=shown,
        address=stack.setting.address_of(entry),
        type=stack.resource_type(entry),
        properties=(Alternative(Map({})),),
        place=entry.place,
        names_no_model=True,
    )


def _report_unread(stack: Stack, entry: Entry, kind: str) -> None:
    message = f"The module {kind} of {entry.key} was not read."
    advice = "Check the processed template too."
    stack.setting.reading.report(Problem.at(entry.place, ProblemKind.REMOTE_MODULE, message, advice, incomplete=True))


def _report_transforms(stack: Stack) -> None:
    for name, place in stack.unknown_transforms:
        message = f"The macro {name} may change the template; it was read as it is written."
        advice = "Check the processed template too."
        stack.setting.reading.report(Problem.at(place, ProblemKind.UNSUPPORTED, message, advice, incomplete=False))


def _note_annotation(stack: Stack, entry: Entry) -> None:
    metadata = entry.node.get("Metadata") if isinstance(entry.node, MappingNode) else None
    said = metadata.get(ANNOTATION) if isinstance(metadata, MappingNode) else None
    if said is not None:
        address = stack.setting.address_of(entry)
        stack.setting.reading.annotations[address] = Annotation(address, said)


def _tags(properties: Value) -> tuple[tuple[str, str], ...]:
    """The tags of a resource, with every value that they may have."""
    found = [tags_in(one.atom.entries.get("Tags", ())) for one in properties if isinstance(one.atom, Map)]
    return tuple(dict.fromkeys(tag for tags in found for tag in tags))


def child_templates(path: Path, files: SourceFiles) -> tuple[Path, ...]:
    """The local templates that the template at `path` nests directly, so that they are no inputs of their own."""
    reading = Reading(files)
    try:
        content = files.read_text(path)
    except ReadError:
        return ()
    if not any(kind in content for kind in _LOCATIONS):
        return ()
    document = read_template(path, reading)
    if document is None:
        return ()
    nesting = Nesting()
    found: dict[Path, None] = {}
    for root in document.roots:
        if not isinstance(root, MappingNode) or not is_template(root):
            continue
        stack = read_stack(root, document, reading, Deployment(), prefix="", supplied={}, nesting=nesting)
        for entries in stack.resources.values():
            for entry in entries:
                found.update((child, None) for child, _ in nesting.templates(stack, entry) if stack.presence(entry))
    return tuple(found)
