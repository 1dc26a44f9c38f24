"""CloudFormation inside resources: the templates of stacks and stack sets, and resources of the Cloud Control API.

Each resource of it becomes one of the input, with its CloudFormation type, so that CloudFormation's rows find its
models. Its references are shown at the address of the enclosing resource.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from checker.errors import ParseError
from checker.frontends.cloudformation.stack_sets import (
    STACK_SET,
    known_regions,
    listed_parameters,
    named_regions,
    regions_of_instances,
    without_parameters,
)
from checker.frontends.embedded.outputs import Others, Outputs
from checker.frontends.protocol import Deployed, Imports, Run, Source
from checker.model.answers import Answers
from checker.model.problem import ALLOW_OUTSIDE, Problem, ProblemKind
from checker.model.resource import Holder, Loaded, Resource
from checker.source import Location, MappingNode
from checker.source.files import SourceFiles
from checker.values import (
    Alternative,
    Certainty,
    Given,
    Json,
    List,
    Map,
    Null,
    Piece,
    Text,
    Trail,
    Unknown,
    Value,
    certainty,
    join,
    join_all,
)
from checker.values.operations import after, assume, one_of
from checker.values.operations.texts import read_json

if TYPE_CHECKING:
    from checker.frontends.cloudformation.documents import Document
    from checker.frontends.cloudformation.reading import Reading
    from checker.frontends.cloudformation.stack import Stack

_TERRAFORM_STACK_SET = "aws_cloudformation_stack_set"
# The attribute with a template, or with the properties of one resource, by the type of the enclosing resource.
_TEMPLATES = {
    "aws_cloudformation_stack": "template_body",
    _TERRAFORM_STACK_SET: "template_body",
    "awscc_cloudformation_stack": "template_body",
    "awscc_cloudformation_stack_set": "template_body",
    STACK_SET: "TemplateBody",
}
# Those that deploy one stack, into the account and the Region of the others.
_STACKS = frozenset({"aws_cloudformation_stack", "awscc_cloudformation_stack"})
# The attribute with the location of the template instead. For CloudFormation's own types, nested stacks handle it.
_LOCATION = "template_url"
_STATES = {"aws_cloudcontrolapi_resource": "desired_state"}
# The resources that deploy the stacks of a stack set, with the attributes that may name the Regions, in order.
_INSTANCES = {
    "aws_cloudformation_stack_set_instance": ("stack_set_instance_region", "region"),
    "aws_cloudformation_stack_instances": ("regions",),
}
# Applications of the Serverless Application Repository, whose templates are not here.
_APPLICATIONS = "aws_serverlessapplicationrepository_cloudformation_stack"
# In addresses, this stands between the enclosing resource and what it contains.
SEPARATOR = "#"


def with_embedded(loaded: Loaded, source: Source, run: Run) -> Loaded:
    """The input with the CloudFormation resources inside its resources, and the resource around each."""
    if not any(_is_read_here(resource.type) for resource in loaded.resources):
        return loaded
    resources: list[Resource] = []
    holders: dict[str, Holder] = {}
    imports = None if run.imports is None else run.imports(source.path)
    reader = _Reader(loaded.resources, source.files, source.options.answers, run, imports)
    reader.meet()
    for resource in loaded.resources:
        held = list(reader.held(resource)) if _is_read_here(resource.type) else []
        if not held:
            resources.append(resource)
            continue
        # A parameter of the template is judged where the template uses it.
        name = _TEMPLATES.get(resource.type) or _STATES[resource.type]
        resources.append(resource._replace(properties=without_parameters(resource.properties, name)))
        made: dict[tuple[str, str], Resource] = {}
        for inner, path in held:
            holders.setdefault(inner.address, Holder(resource.address, resource.type, path))
            key = (inner.address, inner.type)
            made[key] = _in_either(made[key], inner) if key in made else inner
        resources += made.values()
    files = (*loaded.input.files, *reader.files_used, *(() if imports is None else imports.files_used))
    found = loaded.input._replace(files=tuple(dict.fromkeys(files)))
    makers = (*loaded.elsewhere, *(() if imports is None else imports.makers()))
    elsewhere = tuple({maker.address: maker for maker in makers}.values())
    problems = tuple(dict.fromkeys((*loaded.problems, *reader.problems)))
    return loaded._replace(
        input=found, resources=tuple(resources), problems=problems, elsewhere=elsewhere, holders=holders
    )


def deployed_by(resource: Resource, files: SourceFiles, run: Run, answers: Answers) -> Deployed:
    """What the stack that a resource makes of its template is for the code around it.

    What of the template cannot be read is reported where the template is read for its resources.
    """
    reader = _Reader((resource,), files, answers, run)
    return Outputs(tuple((each.stack, each.held.given) for each in reader.stacks(resource)))


def _is_read_here(kind: str) -> bool:
    return kind in _TEMPLATES or kind in _STATES or kind == _APPLICATIONS


def _in_either(one: Resource, other: Resource) -> Resource:
    """A resource that the template has in both of its possible forms."""
    return one._replace(
        properties=one_of([one.properties, other.properties], one.address),
        presence=tuple(dict.fromkeys((*one.presence, *other.presence))),
    )


class _Held(NamedTuple):
    """The content of one resource: a text, a value or a location; its attribute, and the other attributes."""

    resource: Resource
    properties: Map
    attribute: str
    written: Alternative
    given: Given
    trail: Trail

    @property
    def location(self) -> Location:
        """The location of the attribute."""
        locations = (step.location for step in reversed(self.trail))
        return next((location for location in locations if location is not None), self.resource.location) or Location(
            "", 1, 1
        )

    @property
    def start(self) -> Location:
        """The beginning of the content: in the file that is inserted, if there is one."""
        first = (
            self.written.atom.pieces[0] if isinstance(self.written.atom, Text) and self.written.atom.pieces else None
        )
        trail = (*(first.trail if isinstance(first, Piece) else ()), *self.trail)
        return next((step.location for step in trail if step.location is not None), None) or self.location


class _Inside(NamedTuple):
    """The stack of a template that a resource has."""

    held: _Held
    stack: "Stack"


@dataclass(slots=True)
class _Reader:
    """Reads the content of the resources of one input; `problems` are what could not be read."""

    resources: tuple[Resource, ...]
    files: SourceFiles
    answers: Answers
    run: Run
    imports: Imports | None = None
    problems: dict[Problem, None] = field(default_factory=dict)
    files_used: dict[str, None] = field(default_factory=dict)
    others: Others = field(init=False)
    _stacks: dict[str, tuple[_Inside, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.others = Others(self.resources, self.imports)

    def meet(self) -> None:
        """Lets the stacks of the input import from each other, and read parameters that the others write."""
        for resource in self.resources:
            if resource.type in _STACKS:
                self.others.add(each.stack for each in self.stacks(resource))

    def held(self, resource: Resource) -> Iterator[tuple[Resource, str]]:
        """The resources inside one resource, each with the path of its properties."""
        for one in resource.properties:
            if not isinstance(one.atom, Map):
                continue
            if resource.type == _APPLICATIONS:
                for held in _alternatives(resource, one, one.atom, "application_id"):
                    reason = "it is an application of the Serverless Application Repository"
                    self._report(held, reason, ProblemKind.REMOTE_MODULE)
                continue
            if resource.type in _STATES:
                for held in _alternatives(resource, one, one.atom, _STATES[resource.type]):
                    yield from _of_state(held)
        for inside in self.stacks(resource) if resource.type in _TEMPLATES else ():
            yield from self._resources_of(inside)

    def stacks(self, resource: Resource) -> tuple[_Inside, ...]:
        """The stack of each template that a resource may have."""
        if resource.address not in self._stacks:
            self._stacks[resource.address] = tuple(self._stacks_of(resource))
        return self._stacks[resource.address]

    def _stacks_of(self, resource: Resource) -> Iterator[_Inside]:
        for one in resource.properties:
            if not isinstance(one.atom, Map):
                continue
            bodies = list(_alternatives(resource, one, one.atom, _TEMPLATES[resource.type]))
            urls = list(_alternatives(resource, one, one.atom, _LOCATION)) if resource.type != STACK_SET else []
            # A provider returns the body of a template at a location, but only after the deployment.
            if urls and not any(isinstance(body.written.atom, Text | Json | Map) for body in bodies):
                bodies = []
            for held in bodies:
                yield from self._of_template(held)
            for held in urls if not bodies else ():
                yield from self._at_url(held)

    def _of_template(self, held: _Held) -> Iterator[_Inside]:
        # Few inputs contain a template. The others do not import the reader of CloudFormation.
        from checker.frontends.cloudformation.documents import is_template
        from checker.frontends.embedded.template import InlineTemplate

        location = held.start
        template = InlineTemplate(self.files.cwd / location.file, location)
        decoded = _json(held.written)
        try:
            if decoded is not None:
                root = template.node(decoded, location)
            elif isinstance(held.written.atom, Text):
                root = template.of_text(held.written.atom)
            else:
                self._report_unknown(held)
                return
        except ParseError as error:
            where = Location(error.file, error.line, error.column)
            self._report(held, f"it cannot be parsed: {error.reason}", ProblemKind.INVALID_SYNTAX, where)
            return
        if isinstance(root, MappingNode) and is_template(root):
            yield self._stack(held, root, template.document(root), template.held)
        else:
            self._report(held, "it is not a CloudFormation template", ProblemKind.INVALID_VALUE)

    def _at_url(self, held: _Held) -> Iterator[_Inside]:
        from checker.frontends.cloudformation.documents import is_template
        from checker.frontends.cloudformation.reading import Reading

        if not isinstance(held.written.atom, Text):
            self._report_unknown(held)
            return
        reading = Reading(self.files, self.run)
        located = reading.tree.locate(held.written.atom, self.files.cwd / held.location.file)
        if located.path is None:
            self._report(held, located.reason, located.problem)
            return
        document = reading.template(located.path, expected=True)
        self._take(reading)
        root = document.roots[0] if document is not None and len(document.roots) == 1 else None
        if isinstance(root, MappingNode) and is_template(root) and document is not None:
            yield self._stack(held, root, document, {})
        elif document is not None:
            self._report(held, f"{document.file} is not a CloudFormation template", ProblemKind.INVALID_VALUE)

    def _stack(self, held: _Held, root: MappingNode, document: "Document", values: Mapping[str, Value]) -> _Inside:
        from checker.frontends.cloudformation.nesting import Nesting, of_instances
        from checker.frontends.cloudformation.reading import Reading
        from checker.frontends.cloudformation.scope import Deployment
        from checker.frontends.cloudformation.stack import Setting, Stack

        resource = held.resource
        region = self._region(held)
        reading = Reading(self.files, self.run, answers=self.answers)
        prefix = f"{resource.address}."
        names = {one.atom.plain for one in held.properties.entries.get("name", ()) if isinstance(one.atom, Text)}
        deployment = Deployment(
            known_regions(region),
            stack_name=names.pop() if resource.type in _STACKS and len(names) == 1 else None,
            identity=prefix,
            stack_identity=prefix,
            deployed_to=region,
        )
        passed = _parameters(resource, held.properties, root)
        deployment, supplied = of_instances(deployment, passed, _groups(held.properties))
        setting = Setting.for_embedded(
            reading,
            deployment,
            supplied,
            Nesting(),
            tuple(both for way in resource.presence if (both := join(way, held.given)) is not None),
            lambda entry: f"{resource.address}{SEPARATOR}{entry.key}",
            values,
        )
        setting = setting._replace(
            imported=partial(self.others.exported, reader=deployment),
            in_parameter_store=partial(self.others.stored, reader=deployment),
        )
        return _Inside(held, Stack(root, document, setting))

    def _resources_of(self, inside: _Inside) -> Iterator[tuple[Resource, str]]:
        from checker.frontends.cloudformation.template import PARAMETER, resources_of

        held, stack = inside
        resource = held.resource
        step = tuple(step for step in held.trail[-1:] if step.location is not None)
        for inner in resources_of(stack, resource.framework, resource.input):
            name = inner.address.removeprefix(resource.address + SEPARATOR)
            section = f"Parameters.{name}" if inner.type == PARAMETER else f"Resources.{name}.Properties"
            yield (
                inner._replace(
                    properties=assume(after(inner.properties, *step) if step else inner.properties, held.given),
                    change=resource.change,
                    location=inner.location if inner.location and inner.location.file else resource.location,
                ),
                f"{held.attribute}.{section}",
            )
        self._take(stack.reading)

    def _region(self, held: _Held) -> Value:
        """The Regions of the stacks of a resource."""
        match held.resource.type:
            case "AWS::CloudFormation::StackSet" | "awscc_cloudformation_stack_set":
                return regions_of_instances(_groups(held.properties), held.resource.address)
            case "aws_cloudformation_stack_set":
                return named_regions(list(self._regions_of_instances(held)), held.resource.address)
            case _:
                own = held.properties.entries.get("region", ())
                return own if own and all(isinstance(one.atom, Text) for one in own) else held.resource.region

    def _regions_of_instances(self, held: _Held) -> Iterator[Alternative]:
        """The Regions of the resources that make instances of a Terraform stack set."""
        names = {one.atom.plain for one in held.properties.entries.get("name", ()) if isinstance(one.atom, Text)} - {
            None,
            "",
        }
        for resource in self.resources:
            for one in resource.properties if resource.type in _INSTANCES else ():
                if not isinstance(one.atom, Map):
                    continue
                for named in one.atom.entries.get("stack_set_name", ()):
                    if not _is_named(named, held.resource.address, names):
                        continue
                    for way in resource.presence:
                        given = join_all(way, one.given, named.given)
                        if given is not None:
                            yield from assume(tuple(_regions_of_instance(resource, one.atom)), given)

    def _take(self, reading: "Reading") -> None:
        self.problems.update(reading.problems)
        self.files_used.update(reading.files_used)

    def _report_unknown(self, held: _Held) -> None:
        atom = held.written.atom
        if isinstance(atom, Unknown):
            self._report(held, f"it rests on {atom.subject}", ProblemKind.REMOTE_MODULE)
        else:
            self._report(held, "it is not text", ProblemKind.INVALID_VALUE)

    def _report(self, held: _Held, reason: str, kind: ProblemKind, location: Location | None = None) -> None:
        givens = [join(way, held.given) for way in held.resource.presence]
        if all(given is None or certainty(given) is Certainty.OVERRIDE for given in givens):
            # Currently nothing is deployed from it.
            return
        message = f"The template of {held.resource.address} was not read: {reason}."
        if kind is ProblemKind.OUTSIDE_BOUNDARY:
            advice = ALLOW_OUTSIDE
        elif kind is ProblemKind.REMOTE_MODULE:
            advice = "Check the template too, or give its local path."
        else:
            advice = "Correct the template; nothing in it was read but the model ids in its text."
        self.problems[
            Problem.at(
                location or held.location,
                kind,
                message,
                advice,
                incomplete=True,
                several="templates were not read",
                subject=held.resource.address,
            )
        ] = None


def _alternatives(resource: Resource, one: Alternative, properties: Map, name: str) -> Iterator[_Held]:
    """The values of an attribute; empty if it does not exist."""
    for written in properties.entries.get(name, ()):
        given = join(one.given, written.given)
        if given is not None and not isinstance(written.atom, Null):
            yield _Held(resource, properties, name, written, given, (*written.trail, *one.trail))


def _is_named(name: Alternative, address: str, names: set[str | None]) -> bool:
    """True if a stack set name is that of the stack set at `address`, whose name may be one of `names`."""
    match name.atom:
        case Text() as text:
            return text.plain in names
        case Unknown(target=target) if target is not None:
            return address in (target.address, target.address.rpartition("[")[0])
        case _:
            return False


def _regions_of_instance(resource: Resource, properties: Map) -> Iterator[Alternative]:
    for attribute in _INSTANCES[resource.type]:
        found = [one for one in properties.entries.get(attribute, ()) if not isinstance(one.atom, Null)]
        for one in found:
            if isinstance(one.atom, List):
                for item in (*one.atom.items, one.atom.rest):
                    yield from assume(item, one.given)
            else:
                yield one
        if found:
            return
    yield from resource.region


def _of_state(held: _Held) -> Iterator[tuple[Resource, str]]:
    kinds = [one.atom.plain for one in held.properties.entries.get("type_name", ()) if isinstance(one.atom, Text)]
    state = _json(held.written)
    if len(kinds) == 1 and kinds[0] and state is not None:
        inner = tuple(
            Alternative(one.atom, both, one.trail + held.trail)
            for one in state
            if (both := join(held.given, one.given)) is not None
        )
        address = f"{held.resource.address}{SEPARATOR}{kinds[0]}"
        yield held.resource._replace(address=address, type=kinds[0], properties=inner, before=()), held.attribute


def _json(written: Alternative) -> Value | None:
    match written.atom:
        case Json(value):
            return value
        case Map():
            return (Alternative(written.atom),)
        case Text() as text if text.marked().lstrip()[:1] in ("{", "["):
            return read_json(text)
        case _:
            return None


def _groups(properties: Map) -> Value:
    """The groups of instances of a stack set; empty for other resources."""
    return properties.entries.get("StackInstancesGroup", properties.entries.get("stack_instances_group", ()))


def _parameters(resource: Resource, properties: Map, root: MappingNode) -> dict[str, Value]:
    """The parameters that a resource passes to its template, by name; null stands for the template's default."""
    from checker.frontends.cloudformation.parameters import passed_parameters

    passed = properties.entries.get("Parameters" if resource.type == STACK_SET else "parameters", ())
    if resource.type in (STACK_SET, "awscc_cloudformation_stack_set"):
        return listed_parameters(passed)
    return passed_parameters(passed, root, f"{resource.address}.parameters")
