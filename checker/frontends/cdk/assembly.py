"""A CDK cloud assembly as an input: the stacks of its manifest, of its stages, and nested ones.

The address of a resource is its construct path, such as `ChatStack/Agent/Resource`; if that is unknown, the path of its
stack and its logical id. If the assembly tells which line of the application makes a construct, that is the last step
of the trails of its properties.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from checker.errors import ReadError
from checker.frontends.cdk.constructs import Application, Constructs
from checker.frontends.cdk.manifest import Assemblies, Assets, StackArtifact, has_manifest
from checker.frontends.cloudformation.documents import Document, is_template
from checker.frontends.cloudformation.exports import ExportsOfRun, Imports, StackOutputs, Template
from checker.frontends.cloudformation.nesting import Nesting
from checker.frontends.cloudformation.parameter_files import read_parameters
from checker.frontends.cloudformation.parameter_store import ParameterStore
from checker.frontends.cloudformation.reading import Reading
from checker.frontends.cloudformation.scope import Deployment, Entry
from checker.frontends.cloudformation.shape import may_be_a_stack
from checker.frontends.cloudformation.stack import Setting, Stack
from checker.frontends.cloudformation.template import is_silent, resources_of
from checker.frontends.protocol import Run, Source
from checker.model.problem import Problem, ProblemKind
from checker.model.resource import Framework, Input, InputKind, Loaded, Resource
from checker.model.settings import Options
from checker.source import MappingNode, ScalarNode
from checker.source.files import SourceFiles
from checker.values import Step, Text, Value
from checker.values.operations import after, text

# A CDK cloud assembly as an input: the stacks of its manifest, of its stages, and nested ones.

_TEMPLATE = ".template.json"
_NESTED = ".nested.template.json"
_PATH = "aws:cdk:path"
# The CDK puts this between a nested stack's construct and the resource that nests it.
_NESTED_RESOURCE = ".NestedStack/"


def read(source: Source, run: Run) -> Loaded:
    """The resources of a cloud assembly; if nothing in it can name a model, only its problems."""
    return load_assembly(source.path, source.options, source.files, run)


def load_assembly(path: Path, options: Options, files: SourceFiles, run: Run | None = None) -> Loaded:
    """The resources of the assembly in a directory, which `path` or its manifest names.

    A directory of templates (`*.template.json`) without a manifest is read as an assembly of these. If the `run` looks
    for models, resources that cannot name one are only outlined. Raises UsageError for a parameters file that cannot be
    used.
    """
    directory = path.parent if path.name == "manifest.json" else path
    run = run or Run()
    # Any of its templates may use answers of the account.
    reading = Reading(files, run, None if options.answers else run.may_name_a_model, options.answers)
    supplied = read_parameters(options, files)
    shown = files.display(directory)
    exports = run.shared(ExportsOfRun).known
    imports = None if exports is None else exports.of_input(path)
    assembly = _Assembly(directory, options, reading, supplied, imports)
    resources: list[Resource] = []
    if has_manifest(directory, files):
        reading.files_used[files.display(directory / "manifest.json")] = None
        artifacts = run.shared(Assemblies).stacks(directory, files, reading.report)
        resources += assembly.resources(artifacts, shown)
    else:
        templates = _templates(directory, reading)
        own = [template for template in templates if not template.name.endswith(_NESTED)]
        resources += assembly.resources(map(_unlisted, own), shown)
        orphans = [template for template in templates if files.display(template) not in reading.files_used]
        resources += assembly.resources(map(_unlisted, orphans), shown)
    elsewhere = () if imports is None else imports.makers()
    if imports is not None:
        reading.files_used.update(dict.fromkeys(imports.files_used))
    return Loaded(
        Input(shown, InputKind.CDK, tuple(reading.files_used)),
        tuple(resources),
        tuple(reading.problems),
        tuple(reading.comments),
        tuple(reading.annotations.values()),
        elsewhere,
        takes=reading.takes(supplied),
    )


def _templates(directory: Path, reading: Reading) -> list[Path]:
    try:
        found = [path for path in reading.files.list_directory(directory) if path.name.endswith(_TEMPLATE)]
    except ReadError as error:
        advice = "Give the directory that `npx cdk synth` wrote."
        reading.report(Problem(ProblemKind.NOT_FOUND, error.file, error.reason, advice, incomplete=True))
        return []
    if not found:
        message = "this is no cloud assembly: it has neither a manifest nor templates"
        advice = "Run `npx cdk synth` and give the directory that it writes."
        shown = reading.files.display(directory)
        reading.report(Problem(ProblemKind.NOT_FOUND, shown, message, advice, incomplete=True))
    return found


def _unlisted(template: Path) -> StackArtifact:
    name = template.name.removesuffix(_TEMPLATE)
    return StackArtifact(path=name, template=template, stack_name=name)


class _Assembly:
    """The stacks of an assembly that have been read."""

    def __init__(
        self,
        directory: Path,
        options: Options,
        reading: Reading,
        supplied: Mapping[str, Value],
        imports: Imports | None,
    ) -> None:
        self._directory = directory
        self._reading = reading
        self._supplied = supplied
        self._regions = options.regions
        self._application = Application(directory.parent, reading.files)
        self._exports = StackOutputs()
        self._imports = imports
        self._store = ParameterStore()
        reading.advice_if_missing = "Run `npx cdk synth` again, which writes it."
        reading.uploaded = Assets(reading.files, reading.report).path

    def resources(self, artifacts: Iterable[StackArtifact], shown: str) -> list[Resource]:
        """The resources of stacks that may import from each other; empty if nothing in any of them can name a model."""
        documents = [(artifact, self._document(artifact)) for artifact in artifacts]
        if self._names_no_model(documents):
            return []
        stacks: list[tuple[Stack, Constructs]] = []
        for artifact, document in documents:
            constructs = Constructs(artifact, self._directory, self._application, self._reading.report)
            if document is not None:
                stacks += [(stack, constructs) for stack in self._stacks(artifact, document, constructs)]
        self._exports.stacks += [stack for stack, _ in stacks]
        self._store.stacks += [stack for stack, _ in stacks]
        return [
            _with_source(resource, constructs)
            for stack, constructs in stacks
            for resource in resources_of(stack, Framework.CDK, shown)
        ]

    def _document(self, artifact: StackArtifact) -> Document | None:
        is_root = not (artifact.parameters or self._supplied)
        return self._reading.template(artifact.template, expected=True, is_root=is_root)

    def _names_no_model(self, documents: Sequence[tuple[StackArtifact, Document | None]]) -> bool:
        """True if nothing in the stacks, which may take values from each other, can name a model, and nothing is
        wrong.
        """
        reading = self._reading
        if reading.look is None or reading.problems or self._supplied:
            return False
        passed = "\n".join(value for artifact, _ in documents for _, value in artifact.parameters)
        exports = None if self._imports is None else self._imports.exports
        return not reading.look(passed.encode("utf-8", "replace")) and all(
            document is not None and any(map(is_template, document.roots)) and is_silent(document, exports)
            for _, document in documents
        )

    def _stacks(self, artifact: StackArtifact, document: Document, constructs: Constructs) -> Iterable[Stack]:
        supplied = {**{name: text(value) for name, value in artifact.parameters}, **self._supplied}
        if not document.roots or not all(map(may_be_a_stack, document.roots)):
            message = f"{document.file} is not a template."
            advice = "Run `npx cdk synth` again."
            self._reading.report(
                Problem(ProblemKind.INVALID_VALUE, document.file, message, advice, incomplete=True, line=1, column=1)
            )
        prefix = f"{artifact.path}/"
        deployment = Deployment(
            regions=self._regions if artifact.region is None else (artifact.region,),
            account=artifact.account,
            stack_name=artifact.stack_name,
            identity=prefix,
            stack_identity=prefix,
        )
        for root in document.roots:
            if not isinstance(root, MappingNode) or not may_be_a_stack(root):
                continue
            setting = Setting.for_root(
                self._reading,
                deployment,
                supplied,
                Nesting("/", lambda address: _addresses(constructs, _scope(address))),
                partial(self._imported, deployment=deployment),
            )
            own = setting._replace(
                address_of=_addresses(constructs, artifact.path),
                in_parameter_store=partial(self._store.value, reader=deployment),
                output_of=partial(self._exports.output_of, deployment=deployment),
            )
            yield Stack(root, document, own)

    def _imported(self, name: Text, deployment: Deployment) -> Value | None:
        own = self._exports.value(name.plain or "", deployment)
        return own if own is not None or self._imports is None else self._imports.value(name, deployment)


def _addresses(constructs: Constructs, scope: str) -> Callable[[Entry], str]:
    """The addresses of the resources of the stack whose construct path is `scope`."""
    known: dict[str, str] = {}

    def address(entry: Entry) -> str:
        if entry.key not in known:
            metadata = entry.part("Metadata")
            path = metadata.get(_PATH) if isinstance(metadata, MappingNode) else None
            said = str(path.value) if isinstance(path, ScalarNode) else ""
            known[entry.key] = said or constructs.path_of(entry.key, scope)
        return known[entry.key]

    return address


def _scope(address: str) -> str:
    """The construct path of a nested stack, from the address of the resource that nests it."""
    scope, separator, _ = address.rpartition(_NESTED_RESOURCE)
    return scope if separator else address


def _with_source(resource: Resource, constructs: Constructs) -> Resource:
    location = constructs.location_of(resource.address)
    if location is None:
        return resource
    return resource._replace(properties=after(resource.properties, Step(location, f"construct {resource.address}")))


# The templates of a cloud assembly, for other inputs of a run that may import what they export.


def templates_of(source: Source, run: Run) -> Iterator[Template]:
    """The templates of the stacks of an assembly. Unreadable ones are reported where the assembly is an input."""
    files = source.files.anew()
    directory = source.path.parent if source.path.name == "manifest.json" else source.path
    if not has_manifest(directory, files):
        return
    for stack in run.shared(Assemblies).stacks(directory, files, _ignore):
        try:
            content = files.read_bytes(stack.template)
        except ReadError:
            continue
        regions = source.options.regions if stack.region is None else (stack.region,)
        yield Template(
            stack.template,
            content,
            replace(source.options, regions=regions),
            files,
            stack.account,
            stack.stack_name,
            stack.parameters,
            source.path,
            Assets(files, _ignore).path,
        )


def _ignore(_problem: Problem) -> None:
    """Reported where the assembly is read as an input."""
