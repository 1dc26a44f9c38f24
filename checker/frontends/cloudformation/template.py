"""A CloudFormation or SAM template as an input.

Addresses are logical ids. A resource of a nested stack has that of the nesting resource before it, with a dot:
`Chat.Agent`. Each instance of a nested template is read with the parameters that its parent passes.

`Ref` and `Fn::GetAtt` of a resource are unknowns whose target has the attribute `Ref`, or the name of the attribute.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from checker.frontends.cloudformation.documents import ANNOTATION, Document, fault_of, is_template
from checker.frontends.cloudformation.expansion import INCLUDE
from checker.frontends.cloudformation.exports import Exports, ExportsOfRun
from checker.frontends.cloudformation.json_templates import holds, imports, reads_outside
from checker.frontends.cloudformation.nesting import NESTING_TYPES, Nesting
from checker.frontends.cloudformation.parameter_files import offered_beside, read_parameters
from checker.frontends.cloudformation.parameter_store import ParameterStore
from checker.frontends.cloudformation.parameters import Declaration
from checker.frontends.cloudformation.reading import Reading
from checker.frontends.cloudformation.scope import Deployment, Entry, region_of_resources
from checker.frontends.cloudformation.serverless import with_definition, with_globals
from checker.frontends.cloudformation.shape import faults_of, faults_of_sections
from checker.frontends.cloudformation.stack import Setting, Stack, not_imported
from checker.frontends.cloudformation.stack_sets import without_parameters
from checker.frontends.protocol import Run, Source
from checker.model.problem import Problem, ProblemKind
from checker.model.resource import Annotation, Framework, Input, InputKind, Loaded, Resource
from checker.model.settings import Options
from checker.references import find_ids
from checker.source import MappingNode, ScalarNode
from checker.source.files import SourceFiles
from checker.values import Alternative, List, Map, Text, Value
from checker.values.tags import tags_in

# The type of what stands for a parameter of a template.
PARAMETER = "AWS::CloudFormation::Parameter"
# What `cfn-init` executes (files that it writes, commands that it runs), and what `sam build` gives to `docker build`.
_USED_METADATA = ("AWS::CloudFormation::Init", "DockerBuildArgs")
_REFUSED = "Correct the template; CloudFormation would refuse it."


def read(source: Source, run: Run) -> Loaded:
    """The resources of a template; if nothing in it can name a model, only its problems."""
    return load_template(source.path, source.options, source.files, source.content, run=run, is_named=source.is_named)


def load_template(
    path: Path,
    options: Options,
    files: SourceFiles,
    content: bytes | None = None,
    *,
    run: Run | None = None,
    is_named: bool = False,
) -> Loaded:
    """The resources of a template and of the stacks that it nests; `input.files` names every file that was read.

    With `content`, that is the template, and `path` is only its name and the base for finding other files. A file that
    is no template has neither resources nor files. If the `run` looks for models, resources that cannot name one are
    only outlined. A file that `is_named` by the user is a problem if it cannot be parsed, whatever it looks like.
    Raises UsageError for a parameters file that cannot be used.
    """
    run = run or Run()
    asks = bool(options.answers) and content is not None and reads_outside(content)
    reading = Reading(files, run, None if asks else run.may_name_a_model, options.answers)
    exports = run.shared(ExportsOfRun).known
    supplied = read_parameters(options, files)
    offered = {} if options.parameters else offered_beside(path, options, reading)
    resources: list[Resource] = []
    shown = files.display(path)
    document = reading.template(path, content, expected=is_named, is_root=not (supplied or offered))
    roots = [root for root in document.roots if is_template(root)] if document is not None else []
    for found in filter(None, map(fault_of, document.roots if document is not None else ())):
        message = f"This template is damaged: {found[1]}."
        advice = "Correct the template; what is not in its section Resources was not checked."
        reading.report(Problem.at(found[0], ProblemKind.INVALID_VALUE, message, advice, incomplete=True))
    for root in document.roots if document is not None and roots else ():
        if isinstance(root, MappingNode) and not is_template(root) and not fault_of(root) and not root.get("kind"):
            message = "This document of the file is no template, so that what it says was not checked."
            advice = "CloudFormation takes one template from a file; keep it apart, or correct it."
            reading.report(Problem.at(root.location, ProblemKind.INVALID_VALUE, message, advice, incomplete=False))
    others = None if exports is None else exports.of_input(path)
    stacks: list[Stack] = []
    store = ParameterStore(stacks)
    for number, root in enumerate(roots, 1):
        assert document is not None
        assert isinstance(root, MappingNode)
        # CloudFormation accepts one document; each document of a stream is read as a template of its own.
        prefix = f"document{number}." if number > 1 else ""
        deployment = Deployment(regions=options.regions, identity=prefix, stack_identity=prefix)
        imported = partial(others.value, deployment=deployment) if others is not None else not_imported
        setting = Setting.for_root(reading, deployment, supplied, Nesting(), imported)
        stack = Stack(
            root,
            document,
            setting._replace(offered=offered, in_parameter_store=partial(store.value, reader=deployment)),
        )
        stacks.append(stack)
        if others is not None:
            others.add_own(stack, shown)
    is_sliced = reading.look is not None and not (supplied or offered)
    for stack in () if is_sliced and document is not None and is_silent(document, exports) else stacks:
        resources += resources_of(stack, Framework.CLOUDFORMATION, shown)
    elsewhere = () if others is None else others.makers()
    if others is not None:
        reading.files_used.update(dict.fromkeys(others.files_used))
    used = tuple(reading.files_used) if roots else ()
    return Loaded(
        Input(shown, InputKind.CLOUDFORMATION, used),
        tuple(resources),
        tuple(reading.problems),
        tuple(reading.comments),
        tuple(reading.annotations.values()),
        elsewhere,
        takes=reading.takes(supplied),
    )


def is_silent(document: Document, exports: Exports | None) -> bool:
    """True if nothing in a template, or in its imports, can name a model, and nothing is wrong with it."""
    if not document.names_no_model or document.duplicate is not None or any(map(fault_of, document.roots)):
        return False
    templates = [root for root in document.roots if isinstance(root, MappingNode) and is_template(root)]
    if len(templates) not in (0, len(document.roots)) or any(_has_faults(root, document) for root in templates):
        return False
    return exports is None or not exports.may_name_a_model or not imports(document.text.encode("utf-8", "replace"))


def _has_faults(template: MappingNode, document: Document) -> bool:
    resources = template.get("Resources")
    if not isinstance(resources, MappingNode) or any(True for _ in faults_of_sections(template)):
        return True
    written = ((key, body) for key, body in resources.entries if key.value not in document.quiet)
    return any(True for key, body in written for _ in faults_of(body, key.location))


def resources_of(stack: Stack, framework: Framework, shown: str, stack_name: str | None = None) -> Iterator[Resource]:
    """The resources of a stack that some deployment may have, and then those of the stacks that they nest.

    `stack_name` is that of the enclosing stack: a scope that names a stack includes what it nests.
    """
    stack_name = stack.deployment.stack_name or stack_name
    _report_transforms(stack)
    _report_sections(stack)
    region = region_of_resources(stack.deployment)
    template_globals = stack.sections.root.get("Globals")
    has_macros = bool(stack.sections.unknown_transforms)
    for name, entries in stack.resources.items():
        for entry in entries:
            if name in stack.document.quiet:
                yield _outline(stack, entry, framework, shown)
                continue
            for location, fault in faults_of(entry.node, entry.location, has_macros=has_macros):
                message = f"The resource {name} {fault}."
                stack.reading.report(
                    Problem.at(location, ProblemKind.INVALID_VALUE, message, _REFUSED, incomplete=True)
                )
            if not isinstance(entry.node, MappingNode):
                continue
            presence = stack.presence(entry)
            if not presence:
                continue
            kind = entry.type
            if entry.is_module:
                _report_unread(stack, entry)
            node = with_globals(entry, template_globals)
            properties = stack.evaluate(node, entry.scope) if node is not None else (Alternative(Map({})),)
            properties = _with_metadata(with_definition(properties, kind, stack, entry.location), stack, entry)
            children = stack.children(entry.key) if kind in NESTING_TYPES else ()
            if children:
                # A parameter of a nested template is judged where the template uses it.
                properties = without_parameters(properties)
            _note_annotation(stack, entry)
            yield Resource(
                framework=framework,
                input=shown,
                address=stack.setting.address_of(entry),
                type=kind,
                properties=properties,
                location=entry.location,
                presence=presence,
                region=region,
                tags=_tags(properties),
                stack=stack_name,
            )
            for child, _ in children:
                yield from resources_of(child, framework, shown, stack_name)
    for declaration in stack.declared.values():
        # Nobody can choose a parameter that a parent does not pass to a nested stack.
        is_fixed = stack.setting.is_nested and declaration.name not in stack.setting.supplied
        if not is_fixed and any(_may_name_model(choice) for choice in declaration.allowed):
            yield _parameter(stack, declaration, framework, shown, stack_name)


def _with_metadata(properties: Value, stack: Stack, entry: Entry) -> Value:
    """The properties with the metadata that are not only read by people."""
    metadata = entry.part("Metadata")
    written = metadata.entries if isinstance(metadata, MappingNode) else ()
    used = {str(key.value): stack.evaluate(node, entry.scope) for key, node in written if key.value in _USED_METADATA}
    if not used:
        return properties
    made: Value = (Alternative(Map(used)),)
    return tuple(
        one._replace(atom=Map({**one.atom.entries, "Metadata": made}, one.atom.rest))
        if isinstance(one.atom, Map)
        else one
        for one in properties
    )


def _may_name_model(choice: Value) -> bool:
    return any(isinstance(one.atom, Text) and any(find_ids(one.atom)) for one in choice)


def _parameter(
    stack: Stack, declaration: Declaration, framework: Framework, shown: str, stack_name: str | None
) -> Resource:
    """A parameter as a resource: its allowed values may be chosen, even if nothing uses it."""
    setting = stack.setting
    stated: dict[str, Value] = {"AllowedValues": (Alternative(List(declaration.allowed)),)}
    if declaration.default is not None:
        stated["Default"] = declaration.default
    return Resource(
        framework=framework,
        input=shown,
        address=setting.address_of(
            Entry(declaration.name, declaration.location, ScalarNode(None, declaration.location))
        ),
        type=PARAMETER,
        properties=(Alternative(Map(stated)),),
        location=declaration.location,
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
        type=entry.type,
        properties=(Alternative(Map({})),),
        location=entry.location,
        names_no_model=True,
    )


def _report_unread(stack: Stack, entry: Entry) -> None:
    message = f"The module {entry.type} of {entry.key} was not read."
    advice = "Check the processed template too."
    stack.reading.report(
        Problem.at(
            entry.location,
            ProblemKind.REMOTE_MODULE,
            message,
            advice,
            incomplete=True,
            several="modules were not read",
            subject=entry.type,
        )
    )


def _report_sections(stack: Stack) -> None:
    if stack.sections.unknown_transforms:
        # A macro may use sections and attributes of its own.
        return
    for location, message in faults_of_sections(stack.sections.root):
        stack.reading.report(Problem.at(location, ProblemKind.INVALID_VALUE, f"{message}.", _REFUSED, incomplete=True))


def _report_transforms(stack: Stack) -> None:
    for name, location in stack.sections.unknown_transforms:
        message = f"The macro {name} may change the template; it was read as it is written."
        advice = "Check the processed template too."
        stack.reading.report(Problem.at(location, ProblemKind.UNSUPPORTED, message, advice, incomplete=False))


def _note_annotation(stack: Stack, entry: Entry) -> None:
    metadata = entry.part("Metadata")
    said = metadata.get(ANNOTATION) if isinstance(metadata, MappingNode) else None
    if said is not None:
        address = stack.setting.address_of(entry)
        stack.reading.annotations[address] = Annotation(address, said)


def _tags(properties: Value) -> tuple[tuple[str, str], ...]:
    """The tags of a resource, with all possible values."""
    found = [tags_in(one.atom.entries.get("Tags", ())) for one in properties if isinstance(one.atom, Map)]
    return tuple(dict.fromkeys(tag for tags in found for tag in tags))


def child_templates(source: Source, run: Run) -> tuple[Path, ...]:
    """The local templates that a template nests directly, and the parts that it includes.

    They are no inputs of their own.
    """
    if not any(holds(source.content, kind.encode()) for kind in (*NESTING_TYPES, INCLUDE)):
        return ()
    reading = Reading(source.files.anew(), run)
    document = reading.template(source.path, source.content)
    if document is None:
        return ()
    nesting = Nesting()
    found: dict[Path, None] = {}
    for root in document.roots:
        if not isinstance(root, MappingNode) or not is_template(root):
            continue
        stack = Stack(root, document, Setting.for_root(reading, Deployment(), {}, nesting))
        for entries in stack.resources.values():
            for entry in entries:
                found.update((child, None) for child, _ in nesting.templates(stack, entry) if stack.presence(entry))
    found.update((included, None) for included in reading.documents if included != source.path)
    return tuple(found)
