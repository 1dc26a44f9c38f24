"""Reads the JSON of a plan (`terraform show -json PLANFILE`), as Terraform and OpenTofu write it.

A plan has fixed its inputs, so its values are certain. A value that only the deployment knows is followed to the
resource that makes it, as far as the configuration in the plan tells. Of an expression that is unknown as a whole (a
policy document, a map of environment variables) a plan has lost the literals, so its references are not all that it
contains.
"""

import re
from collections.abc import Iterator, Mapping

from checker.frontends import protocol
from checker.frontends.protocol import Run
from checker.frontends.terraform.configuration.outside import DeployedBy, DeployedStacks
from checker.frontends.terraform.plan.configuration import (
    MOST_SOURCES,
    PROVISIONER,
    Configuration,
    Fields,
    Instance,
    Source,
    any_true,
    mapping,
    moves_of,
    references_of,
    sequence,
    takes_of,
    written_at,
)
from checker.frontends.terraform.plan.document import (
    Document,
    address_locations,
    is_plan,
    is_state,
    only_refreshes,
    plan_problems,
    read_document,
    shown,
    split_key,
    split_module,
)
from checker.frontends.terraform.plan.regions import ProviderRegions, evident_region, is_amazon, own_region
from checker.frontends.terraform.plan.stored import KnownLater
from checker.frontends.terraform.plan.values import (
    Knows,
    Origin,
    Path,
    convert,
    nothing_known,
    property_name,
    public_part,
    tags_of,
    texts_with_known_ids,
    without_surrogates,
)
from checker.model.answers import Answers
from checker.model.problem import Problem, ProblemKind
from checker.model.resource import Change, Framework, Input, InputKind, Loaded, Resource
from checker.model.settings import Options
from checker.references.prefilter import may_name_a_model
from checker.source import Location
from checker.source.files import SourceFiles
from checker.values import Alternative, Assumption, Basis, Cause, Map, Step, Trail, Value
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
# In a plan, a block that a `dynamic` block makes from an unknown collection looks like a property that the provider
# computes. These blocks lead to models and are never computed.
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
# Arguments that a provider does not keep, and what the AWS provider keeps of user data.
_WRITE_ONLY = "_wo"
_HASH = re.compile(r"[0-9a-f]{40}")
_OF_DYNAMIC_BLOCK = "what a dynamic block makes"
_NOT_SAID = "what the plan does not say"
_SECTIONS = ("resource_changes", "deferred_changes", "prior_state", "planned_values")


def read(source: protocol.Source, run: Run) -> Loaded:
    """The resources of a plan."""
    reads = run.deployed_by
    deployed_by = None if reads is None else lambda resource: reads(resource, source.files)
    return load_plan(source.content, source.shown, source.options, source.files, run.knows, deployed_by)


def load_plan(
    content: bytes,
    file: str,
    options: Options,
    files: SourceFiles | None = None,
    knows: Knows = nothing_known,
    deployed_by: DeployedBy | None = None,
) -> Loaded:
    """Every resource instance that exists after the plan, and every data source that it read, in the plan's order.

    Deleted and deposed instances and drift are left out. With `options.source`, which `files` reads, values have their
    locations in that code. Sensitive values only show ids for which the catalog `knows` a model. `deployed_by` reads
    the template of a resource.
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
    reading = _Reading(document, knows, options.answers, deployed_by)
    # The code may know what the plan has lost, for any resource.
    resources = tuple(reading.resources(every_property=options.source is not None))
    loaded = Loaded(
        source,
        resources,
        (*plan_problems(document), *reading.problems),
        moves=tuple(moves_of(document.data)),
        takes=takes_of(document.data),
    )
    if options.source is None or files is None:
        return loaded
    # A plan alone does not import the readers of HCL.
    from checker.frontends.terraform.plan.source import at_source

    return at_source(loaded, mapping(document.data.get("variables")), options, files)


class _Entry:
    """The plan's data on one instance, from all its sections."""

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
    """Reads one plan."""

    def __init__(self, document: Document, knows: Knows, answers: Answers, deployed_by: DeployedBy | None) -> None:
        self._document = document
        self._knows = knows
        self.problems: list[Problem] = []
        # The addresses without a resource after the plan: it is deleted or moved.
        self._gone: set[str] = set()
        self._entries: dict[str, _Entry] = {}
        data = document.data
        for change in self._changes("resource_changes"):
            self._add_change(change)
        for deferred in self._list("deferred_changes"):
            self._add_change(mapping(mapping(deferred).get("resource_change")))
        existing = self._values(mapping(data.get("prior_state")).get("values"))
        planned = self._values(data.get("planned_values"))
        if existing and not planned and not self._entries and not self._gone:
            self.problems.append(only_refreshes(document.file))
        for address, block in existing.items():
            if block.get("mode") == "data":
                self._add_values(address, block, Change.READ, "value")
        for address, block in planned.items():
            is_kept = address in existing and existing[address].get("values") == block.get("values")
            self._add_values(address, block, Change.NO_OP if is_kept else None, "planned value")
        for address, block in existing.items():
            # A plan of targets, or one that only refreshes, lists unaffected resources nowhere else.
            self._add_values(address, block, Change.NO_OP, "value")
        self._locations: dict[str, Location] = {}
        self._configuration = Configuration(
            mapping(data.get("configuration")),
            mapping(data.get("variables")),
            {address: entry.instance for address, entry in self._entries.items()},
        )
        self._regions = ProviderRegions(self._configuration, document)
        self._later = KnownLater(self._configuration, self._resource_at, answers, DeployedStacks(deployed_by))

    def resources(self, *, every_property: bool) -> Iterator[Resource]:
        """The resources, in the order of the plan.

        A resource in which nothing can name a model has no properties, unless `every_property` is requested: a large
        plan has many of them.
        """
        if every_property:
            self._locations = address_locations(self._document, _SECTIONS, self._entries)
            yield from map(self._resource, self._entries.values())
            return
        named = may_name_a_model([(each.block.get("type"), each.instance.values) for each in self._entries.values()])
        wanted = {
            address
            for (address, entry), may_name in zip(self._entries.items(), named, strict=True)
            if may_name or self._is_open(entry)
        }
        self._locations = address_locations(self._document, _SECTIONS, wanted)
        for address, entry in self._entries.items():
            yield self._resource(entry) if address in wanted else self._outline(entry)

    def _is_open(self, entry: _Entry) -> bool:
        """True if the code sets something that the plan does not have and that may be a model's name."""
        unknowns = entry.instance.unknown
        if self._not_kept(entry):
            return True
        if not isinstance(unknowns, dict):
            return unknowns is True
        open_ended = [name for name, tree in unknowns.items() if tree is True or (tree and any_true(tree))]
        if not open_ended:
            return False
        block = self._block(entry)
        set_by_code = mapping(block.get("expressions"))
        return not block or any(name in set_by_code or name in _BLOCKS_OF_MODELS for name in open_ended)

    def _outline(self, entry: _Entry) -> Resource:
        """A resource without its properties and its location."""
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
        location = self._locations.get(entry.address) or Location(self._document.file, 1, 1)
        instance = entry.instance
        block = self._block(entry)
        not_kept = self._not_kept(entry)
        unknowns = instance.unknown if not not_kept else {**mapping(instance.unknown), **not_kept}

        def explain(path: Path) -> Value | None:
            return self._unknown(entry, origin, block, path)

        origin = Origin(address, location, entry.values_kind, explain, self._knows)
        before: Value = ()
        if entry.before is not None:
            kept = [name for name in not_kept if name != PROVISIONER]
            same = {name: True for name in kept if _is_the_same(name, entry.before, instance.values)}
            before_origin = Origin(address, location, "value before the change", explain if same else None, self._knows)
            before = convert(before_origin, entry.before, same, entry.before_sensitive)
        return Resource(
            Framework.TERRAFORM_PLAN,
            self._document.file,
            address,
            _type_of(entry.block),
            convert(origin, instance.values, unknowns, self._marks(entry, block)),
            location,
            region=self._region(entry, block, location),
            change=entry.change,
            before=before,
            tags=tags_of(instance.values, instance.sensitive),
        )

    def _block(self, entry: _Entry) -> Fields:
        module, rest = split_module(entry.address)
        return self._configuration.resource(module, split_key(rest)[0])

    def _not_kept(self, entry: _Entry) -> Mapping[str, object]:
        """What the code sets and no plan keeps, as unknowns.

        That are write-only arguments, user data that is kept as a hash, and provisioners.
        """
        if not isinstance(entry.instance.values, dict):
            return {}
        values = entry.instance.values
        written = mapping(self._block(entry).get("expressions"))
        provisioners = [dict.fromkeys(mapping(each), True) for each in sequence(written.get(PROVISIONER))]
        not_kept: dict[str, object] = {PROVISIONER: provisioners} if provisioners else {}
        return not_kept | {
            name: True
            for name in written
            if (name.endswith(_WRITE_ONLY) and values.get(name) is None)
            or (name == "user_data" and isinstance(values.get(name), str) and _HASH.fullmatch(values[name]))
        }

    def _marks(self, entry: _Entry, block: Fields) -> object:
        """The marks of sensitive parts of an instance.

        The provider marks the value of every SSM parameter. An unencrypted one is as public as the code.
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

    def _region(self, entry: _Entry, block: Fields, location: Location) -> Value:
        if not is_amazon(entry.block):
            return ()
        own = own_region(str(entry.block.get("type")), entry.instance.values, entry.instance.sensitive)
        if own is not None and entry.block.get("mode") != "data":
            return evident_region(own, location, entry.address)
        return self._regions.region(block.get("provider_config_key"))

    def _unknown(self, entry: _Entry, origin: Origin, block: Fields, path: Path) -> Value | None:
        """The value of a property that the plan does not have; None if the code does not set it."""
        name = property_name(entry.address, path)
        here = Step(origin.location, f"{origin.kind} of {name}")
        is_secret = str(path[0]).endswith(_WRITE_ONLY) if path else False
        nothing = unknown(Cause.SENSITIVE if is_secret else Cause.DEPLOY_TIME, name, trail=(here,))
        if not block:
            return nothing
        written = written_at(block.get("expressions"), entry.instance.values, path)
        if not written.nodes:
            may_be_dynamic = path[0] in _BLOCKS_OF_MODELS and _type_of(entry.block).startswith(("aws_", "data.aws_"))
            return None if written.is_complete and not may_be_dynamic else nothing
        constants = [node for node in written.nodes if "constant_value" in mapping(node)]
        if len(constants) == len(written.nodes) == 1:
            constant = mapping(constants[0])["constant_value"]
            return public_part(origin, constant, path) if is_secret else convert(origin, constant, None, None, path)
        scope = self._configuration.scope(entry.address)
        references = [reference for node in written.nodes for reference in references_of(node)]
        sources = self._configuration.sources(references, scope)
        if len(sources) > MOST_SOURCES:
            return unknown(Cause.TOO_MANY, name, trail=(here,))
        ways = [
            (source.subject, nothing if source.lost and is_secret else self._made_by(source, here))
            for source in sources
        ]
        held: list[tuple[str, Value]] = []
        if not sources or not all(map(_stands_for_a_model, sources)):
            held = [
                (source.subject, value)
                for source in self._configuration.held(references, scope)
                for value in self._held(source, here)
            ]
        if not written.is_complete:
            # A dynamic block may have made it; the plan does not have its expression.
            ways.append((_OF_DYNAMIC_BLOCK, nothing))
        elif held and not ways:
            ways.append((_NOT_SAID, nothing))
        ways += held
        if not ways:
            return nothing
        if len(ways) == 1:
            return ways[0][1]
        return one_of([assume(value, (_choice(name, subject),)) for subject, value in ways], name)

    def _made_by(self, source: Source, here: Step) -> Value:
        return self._later.value(source, _steps(source, here))

    def _resource_at(self, address: str) -> Resource:
        return self._resource(self._entries[address])

    def _held(self, source: Source, here: Step) -> Iterator[Value]:
        """The content of a source that may be a model's name. The plan does not tell how an expression uses it."""
        if source.held is None:
            return
        origin = Origin(source.subject, here.location, "value", knows=self._knows)
        steps = (Step(here.location, f"value of {source.subject} in the plan"), *_steps(source, here))
        for text in texts_with_known_ids(origin, source.held.data, source.held.sensitive):
            yield (Alternative(text, (), steps),)

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
        before = block.get("previous_address")
        if isinstance(before, str) and before != address:
            self._gone.add(before)
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
        if "after" not in change and unknowns is not True:
            self._report("a resource change does not say what comes after it")
        if values is None and unknowns is not True:
            values = {}
        entry = _Entry(block, address, action, Instance(values, unknowns, marks), kind)
        entry.before, entry.before_sensitive = change.get("before"), change.get("before_sensitive")
        self._entries[address] = entry

    def _values(self, values: object) -> dict[str, Fields]:
        """The resources of a state by address, without deposed ones."""
        found: dict[str, Fields] = {}
        for block in state_resources(values):
            address = block.get("address")
            if not isinstance(address, str):
                self._report("a resource has no address")
            elif "deposed_key" not in block:
                found[address] = block
        return found

    def _add_values(self, address: str, block: Fields, change: Change | None, kind: str) -> None:
        """Adds a resource that is not among the changes."""
        if address not in self._entries and address not in self._gone:
            instance = Instance(block.get("values") or {}, None, block.get("sensitive_values"))
            self._entries[address] = _Entry(block, address, change, instance, kind)


def state_resources(values: object) -> Iterator[Fields]:
    """The resource instances of a state (`values`, `planned_values`), those of nested modules after their own."""
    modules: list[object] = [mapping(values).get("root_module")]
    while modules:
        module = mapping(modules.pop())
        for resource in sequence(module.get("resources")):
            yield mapping(resource)
        modules.extend(reversed(sequence(module.get("child_modules"))))


def _type_of(block: Fields) -> str:
    kind = without_surrogates(str(block.get("type", "")))
    return f"data.{kind}" if block.get("mode") == "data" else kind


def _stands_for_a_model(source: Source) -> bool:
    """True if a Bedrock resource makes a value: then the value is its name, not something beside it."""
    base = "" if source.target is None else split_module(source.target.address)[1].removeprefix("data.")
    return base.startswith(("aws_bedrock", "awscc_bedrock"))


def _steps(source: Source, here: Step) -> Trail:
    return (*(Step(here.location, way) for way in source.way), here)


def _is_the_same(name: str, before: object, after: object) -> bool:
    """True if an argument that no plan keeps has not changed: its hash, or its write-only version, is the same."""
    told_by = f"{name}_version" if name.endswith(_WRITE_ONLY) else name
    return bool(mapping(before).get(told_by) == mapping(after).get(told_by))


def _choice(name: str, source: str) -> Assumption:
    return Assumption(name, source, True, Basis.OPEN)
