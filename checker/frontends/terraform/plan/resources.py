"""Reads the JSON of a plan (`terraform show -json PLANFILE`), as Terraform and OpenTofu write it.

A plan has fixed its inputs: what it says is certain. What only the deployment will know is followed to the resource
that makes it, as far as the configuration in the plan says. Of an expression that is unknown as a whole (a policy
document, a map of environment variables) a plan has lost the literals: what it refers to is not all that it holds.
"""

from collections.abc import Iterator

from checker.frontends import protocol
from checker.frontends.protocol import Run
from checker.frontends.terraform.plan.configuration import (
    MOST_SOURCES,
    Configuration,
    Fields,
    Instance,
    Source,
    any_true,
    mapping,
    references_of,
    sequence,
    split_key,
    split_module,
    written_at,
)
from checker.frontends.terraform.plan.document import (
    Document,
    address_places,
    is_plan,
    is_state,
    read_document,
    shown,
    version_problem,
)
from checker.frontends.terraform.plan.regions import ProviderRegions, evident_region, is_amazon, own_region
from checker.frontends.terraform.plan.values import (
    Origin,
    Path,
    convert,
    property_name,
    tags_of,
    without_surrogates,
)
from checker.model.options import Options
from checker.model.problem import Problem, ProblemKind
from checker.model.resource import Change, Framework, Input, InputKind, Loaded, Resource
from checker.references.prefilter import may_name_a_model
from checker.source import Place
from checker.source.files import SourceFiles
from checker.values import Assumption, Basis, Cause, Map, Step, Value
from checker.values.operations import assume, known, one_of, unknown

__all__ = ["is_plan", "is_state", "load_plan"]

_ACTIONS = {
    "no-op": Change.NO_OP,
    "create": Change.CREATE,
    "read": Change.READ,
    "update": Change.UPDATE,
    "forget": Change.FORGET,
}
_REPLACING = ({"delete", "create"}, {"forget", "create"})
# A plan does not tell a block that a `dynamic` block makes from an unknown collection from a property that the
# provider computes. These blocks lead to models and are never computed.
_BLOCKS_OF_MODELS = frozenset(
    {
        "configuration",
        "definition",
        "environment",
        "evaluation_config",
        "evaluator_config",
        "fallback_model",
        "inference_config",
        "knowledge_base_configuration",
        "model",
        "model_source",
        "qna_intent_configuration",
        "statement",
        "target_configuration",
        "variant",
        "vector_ingestion_configuration",
    }
)
_NOTHING = known(Map({}))
_SECTIONS = ("resource_changes", "deferred_changes", "prior_state", "planned_values")


def read(source: protocol.Source, run: Run) -> Loaded:
    """The resources of a plan."""
    del run
    return load_plan(source.content, source.shown, source.options, source.files)


def load_plan(content: bytes, file: str, options: Options, files: SourceFiles | None = None) -> Loaded:
    """Every resource instance that exists after the plan, and every data source that it read, in the plan's order.

    Deleted and deposed instances and drift are left out. With `options.source`, which `files` reads, values have their
    places in that code.
    """
    file = shown(file)
    document = read_document(content, file)
    source = Input(file, InputKind.TERRAFORM_PLAN, (file,))
    if isinstance(document, Problem):
        return Loaded(source, (), (document,))
    if not is_plan(document.data):
        problem = Problem(
            ProblemKind.UNSUPPORTED,
            file,
            "this is JSON, but not that of a plan",
            "Write it with `terraform show -json PLANFILE > plan.json`.",
            incomplete=True,
        )
        return Loaded(source, (), (problem,))
    reading = _Reading(document)
    # The code may know what the plan has lost, of any resource.
    resources = tuple(reading.resources(every_property=options.source is not None))
    loaded = Loaded(source, resources, (*_plan_problems(document), *reading.problems))
    if options.source is None or files is None:
        return loaded
    # The readers of HCL are not loaded for a plan alone.
    from checker.frontends.terraform.plan.source import at_source

    return at_source(loaded, mapping(document.data.get("variables")), options, files)


class _Entry:
    """What the plan says of one instance, wherever it says so."""

    __slots__ = ("address", "before", "before_sensitive", "block", "change", "instance", "values_kind")

    def __init__(
        self, block: Fields, address: str, change: Change | None, instance: Instance, values_kind: str
    ) -> None:
        self.block = block
        self.address = address
        self.change = change
        self.instance = instance
        self.values_kind = values_kind
        self.before: object = None
        self.before_sensitive: object = None


class _Reading:
    """The reading of one plan."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self.problems: list[Problem] = []
        self._gone: set[str] = set()
        self._entries: dict[str, _Entry] = {}
        data = document.data
        for change in self._changes("resource_changes"):
            self._add_change(change)
        for deferred in self._list("deferred_changes"):
            self._add_change(mapping(mapping(deferred).get("resource_change")))
        self._add_values(mapping(data.get("prior_state")).get("values"), data_only=True)
        self._add_values(data.get("planned_values"), data_only=False)
        self._places: dict[str, Place] = {}
        self._configuration = Configuration(
            mapping(data.get("configuration")),
            mapping(data.get("variables")),
            {address: entry.instance for address, entry in self._entries.items()},
        )
        self._regions = ProviderRegions(self._configuration, document)

    def resources(self, *, every_property: bool) -> Iterator[Resource]:
        """The resources, in the order of the plan.

        Of one in which nothing can name a model only what it is comes, unless `every_property` is asked for: a large
        plan has many of them.
        """
        if every_property:
            self._places = address_places(self._document, _SECTIONS, self._entries)
            yield from map(self._resource, self._entries.values())
            return
        named = may_name_a_model([(each.block.get("type"), each.instance.values) for each in self._entries.values()])
        wanted = {
            address
            for (address, entry), may_name in zip(self._entries.items(), named, strict=True)
            if may_name or self._is_open(address, entry)
        }
        self._places = address_places(self._document, _SECTIONS, wanted)
        for address, entry in self._entries.items():
            yield self._resource(entry) if address in wanted else self._outline(entry)

    def _is_open(self, address: str, entry: _Entry) -> bool:
        """Whether the code sets something that only the deployment will know, and that may be a model's name."""
        unknowns = entry.instance.unknown
        if not isinstance(unknowns, dict):
            return unknowns is True
        open_ended = [name for name, tree in unknowns.items() if tree is True or (tree and any_true(tree))]
        if not open_ended:
            return False
        module, rest = split_module(address)
        block = self._configuration.resource(module, split_key(rest)[0])
        set_by_code = mapping(block.get("expressions"))
        return not block or any(name in set_by_code or name in _BLOCKS_OF_MODELS for name in open_ended)

    def _outline(self, entry: _Entry) -> Resource:
        """A resource without its properties and its place."""
        return Resource(
            Framework.TERRAFORM_PLAN,
            self._document.file,
            without_surrogates(entry.address),
            _type_of(entry.block),
            _NOTHING,
            None,
            change=entry.change,
            names_no_model=True,
        )

    def _resource(self, entry: _Entry) -> Resource:
        address = without_surrogates(entry.address)
        place = self._places.get(entry.address) or Place(self._document.file, 1, 1)
        instance = entry.instance
        module, rest = split_module(entry.address)
        block = self._configuration.resource(module, split_key(rest)[0])

        def explain(path: Path) -> Value | None:
            return self._unknown(entry, place, block, path)

        origin = Origin(address, place, entry.values_kind, explain)
        before: Value = ()
        if entry.before is not None:
            before_origin = Origin(address, place, "value before the change")
            before = convert(before_origin, entry.before, None, entry.before_sensitive)
        return Resource(
            Framework.TERRAFORM_PLAN,
            self._document.file,
            address,
            _type_of(entry.block),
            convert(origin, instance.values, instance.unknown, self._marks(entry, block)),
            place,
            region=self._region(entry, block, place),
            change=entry.change,
            before=before,
            tags=tags_of(instance.values, instance.sensitive),
        )

    def _marks(self, entry: _Entry, block: Fields) -> object:
        """The marks of what is sensitive in an instance.

        The provider marks the value of every SSM parameter; that of one which is not encrypted is as open as the code.
        """
        instance = entry.instance
        marks = instance.sensitive
        if entry.block.get("type") != "aws_ssm_parameter" or not isinstance(marks, dict):
            return marks
        if mapping(instance.values).get("type") not in ("String", "StringList"):
            return marks
        written = mapping(block.get("expressions")).get("value")
        if written is None or self._configuration.may_be_secret(written, self._configuration.scope(entry.address)):
            return marks
        return {name: mark for name, mark in marks.items() if name != "value"}

    def _region(self, entry: _Entry, block: Fields, place: Place) -> Value:
        if not is_amazon(entry.block):
            return ()
        own = own_region(str(entry.block.get("type")), entry.instance.values, entry.instance.sensitive)
        if own is not None and entry.block.get("mode") != "data":
            return evident_region(own, place, entry.address)
        return self._regions.region(block.get("provider_config_key"))

    def _unknown(self, entry: _Entry, place: Place, block: Fields, path: Path) -> Value | None:
        """The value of a property that only the deployment knows, None if the code does not set it."""
        name = property_name(entry.address, path)
        here = Step(place, f"{entry.values_kind} of {name}")
        nothing = unknown(Cause.DEPLOY_TIME, name, trail=(here,))
        if not block:
            return nothing
        written = written_at(block.get("expressions"), entry.instance.values, path)
        if not written.nodes:
            may_be_dynamic = path[0] in _BLOCKS_OF_MODELS and _type_of(entry.block).startswith(("aws_", "data.aws_"))
            return None if written.is_complete and not may_be_dynamic else nothing
        references = [reference for node in written.nodes for reference in references_of(node)]
        sources = self._configuration.sources(references, self._configuration.scope(entry.address))
        if not sources:
            return nothing
        if len(sources) > MOST_SOURCES:
            return unknown(Cause.TOO_MANY, name, trail=(here,))
        if len(sources) == 1 and written.is_complete:
            return _made_by(sources[0], here)
        ways = [assume(_made_by(source, here), (_choice(name, source.subject),)) for source in sources]
        if not written.is_complete:
            # A dynamic block may have made it, of which the plan has no expression.
            ways.append(assume(nothing, (_choice(name, "what a dynamic block makes"),)))
        return one_of(ways, name)

    def _list(self, section: str) -> list[object]:
        found = self._document.data.get(section)
        if found is not None and not isinstance(found, list):
            self._report(f"{section} is not a list")
        return sequence(found)

    def _changes(self, section: str) -> Iterator[Fields]:
        for change in self._list(section):
            yield mapping(change)

    def _report(self, message: str) -> None:
        self.problems.append(
            Problem(
                ProblemKind.INVALID_SYNTAX,
                self._document.file,
                f"{message}, as it is in a plan; what it holds was not read",
                "Write the plan anew with `terraform show -json PLANFILE > plan.json`.",
                incomplete=True,
            )
        )

    def _add_change(self, block: Fields) -> None:
        address, change = block.get("address"), block.get("change")
        actions = mapping(change).get("actions")
        if not isinstance(address, str) or not isinstance(change, dict) or not isinstance(actions, list):
            self._report("a resource change has no address, change and actions")
            return
        if "deposed" in block:
            return
        done = {str(action) for action in actions}
        if done == {"delete"}:
            self._gone.add(address)
            return
        action = (
            Change.REPLACE if done in _REPLACING else _ACTIONS.get(next(iter(done), "")) if len(done) == 1 else None
        )
        values, marks, kind = change.get("after"), change.get("after_sensitive"), "planned value"
        if values is None and done == {"forget"}:
            values, marks, kind = change.get("before"), change.get("before_sensitive"), "value"
        unknowns = change.get("after_unknown")
        if values is None and unknowns is not True:
            values = {}
        entry = _Entry(block, address, action, Instance(values, unknowns, marks), kind)
        entry.before, entry.before_sensitive = change.get("before"), change.get("before_sensitive")
        self._entries[address] = entry

    def _add_values(self, values: object, *, data_only: bool) -> None:
        """Adds what the changes do not hold: data sources that were read, and what a refresh-only plan keeps."""
        for block in state_resources(values):
            address = block.get("address")
            is_data = block.get("mode") == "data"
            if not isinstance(address, str):
                self._report("a resource has no address")
            elif address not in self._entries and address not in self._gone and "deposed_key" not in block:
                if data_only and not is_data:
                    continue
                instance = Instance(block.get("values") or {}, None, block.get("sensitive_values"))
                change = Change.READ if is_data else Change.NO_OP
                self._entries[address] = _Entry(
                    block, address, change, instance, "value" if is_data else "planned value"
                )


def state_resources(values: object) -> Iterator[Fields]:
    """The resource instances of a state (`values`, `planned_values`), those of the nested modules after their own."""
    modules: list[object] = [mapping(values).get("root_module")]
    while modules:
        module = mapping(modules.pop())
        for resource in sequence(module.get("resources")):
            yield mapping(resource)
        modules.extend(reversed(sequence(module.get("child_modules"))))


def _type_of(block: Fields) -> str:
    kind = without_surrogates(str(block.get("type", "")))
    return f"data.{kind}" if block.get("mode") == "data" else kind


def _made_by(source: Source, here: Step) -> Value:
    steps = (*(Step(here.place, way) for way in source.way), here)
    return unknown(Cause.DEPLOY_TIME, source.subject, target=source.target, trail=steps)


def _choice(name: str, source: str) -> Assumption:
    return Assumption(name, source, True, Basis.OPEN)


def _plan_problems(document: Document) -> Iterator[Problem]:
    data, file = document.data, document.file
    version = version_problem(data, file, "plan")
    if version is not None:
        yield version
    if data.get("errored") is True:
        yield Problem(
            ProblemKind.UNSUPPORTED,
            file,
            "the plan is that of a run that failed, and ends where it failed",
            "Correct what `terraform plan` reports, and check the new plan.",
            incomplete=True,
        )
    elif data.get("complete") is False:
        yield Problem(
            ProblemKind.UNSUPPORTED,
            file,
            "the plan does not cover the whole configuration: some changes are deferred, or targets were given",
            "Check the plan that follows it, too.",
            incomplete=False,
        )
    if "planned_values" not in data and "resource_changes" not in data:
        yield Problem(
            ProblemKind.INVALID_SYNTAX,
            file,
            "the plan has neither resource_changes nor planned_values",
            "Write the plan anew with `terraform show -json PLANFILE > plan.json`, and check it unabridged.",
            incomplete=True,
        )
