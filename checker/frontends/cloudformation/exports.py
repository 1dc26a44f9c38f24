"""The outputs and exports of the templates of a run, and the values of `Fn::ImportValue`."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from checker.frontends.cloudformation.documents import is_template
from checker.frontends.cloudformation.json_templates import brings_in_more, exports
from checker.frontends.cloudformation.nesting import Nesting, with_nested
from checker.frontends.cloudformation.parameter_files import read_parameters
from checker.frontends.cloudformation.parameter_store import may_share
from checker.frontends.cloudformation.reading import Reading
from checker.frontends.cloudformation.scope import Deployment, Entry, region_of_resources
from checker.frontends.cloudformation.stack import Setting, Stack
from checker.frontends.protocol import Run
from checker.model.resource import Framework, Resource
from checker.model.settings import Options
from checker.source import MappingNode, Node
from checker.source.files import SourceFiles
from checker.values import HOLE, Alternative, Assumption, Basis, Cause, Given, Map, Step, Text, Value, join
from checker.values.operations import after, assume, one_of, text, unknown
from checker.values.operations.alternatives import is_override

# The outputs of the stacks of one input, for the others: by their exports, and by stack and name.


@dataclass(slots=True)
class StackOutputs:
    """What the stacks of an input take from each other: exports by name, and outputs."""

    stacks: list[Stack] = field(default_factory=list)
    _by_name: dict[str, list[tuple[Stack, Entry]]] | None = None

    def value(self, name: str, deployment: Deployment) -> Value | None:
        """The value that the only stack of the same environment exports under a name; None if there is not exactly
        one.
        """
        found = [
            (stack, output) for stack, output in self._all().get(name, ()) if may_share(stack.deployment, deployment)
        ]
        if len(found) != 1:
            return None
        stack, output = found[0]
        return stack.output(output.key, output.location)

    def output_of(self, stack: str, output: str, region: str | None, deployment: Deployment) -> Value | None:
        """An output of the only stack with a name in a Region; None stands for the Region of the deployment."""
        wanted = deployment.region if region is None else region
        found = [
            one
            for one in self.stacks
            if one.deployment.stack_name == stack and (wanted is None or one.deployment.region in (None, wanted))
        ]
        if len(found) != 1 or output not in found[0].outputs:
            return None
        return found[0].output(output, found[0].outputs[output].location)

    def _all(self) -> dict[str, list[tuple[Stack, Entry]]]:
        if self._by_name is None:
            self._by_name = {}
            for stack in (inner for outer in self.stacks for inner in with_nested(outer)):
                for output, value in exported_by(stack):
                    atom = value[0].atom if len(value) == 1 else None
                    name = atom.plain if isinstance(atom, Text) else None
                    if name:
                        self._by_name.setdefault(name, []).append((stack, output))
        return self._by_name


# The exports of the templates of a run, and the values of `Fn::ImportValue`.

# Types that stand for a model begin like this.
_MAKER = "AWS::Bedrock::"
_LETTER = re.compile("[A-Za-z0-9]")


class Template(NamedTuple):
    """A template of the run, with the options for reading it.

    For a stack of an assembly, `assembly` is the path of the assembly, `given` are the parameters that it passes, and
    `uploaded` finds the files that it uploads.
    """

    path: Path
    content: bytes
    options: Options
    files: SourceFiles
    account: str | None = None
    stack_name: str | None = None
    given: tuple[tuple[str, str], ...] = ()
    assembly: Path | None = None
    uploaded: Callable[[Path, str], Path | None] | None = None


def exports_of(templates: Iterable[Template], run: Run) -> "Exports | None":
    """The exports of the templates; None if there are none."""
    # The result must not depend on the order in which templates are found.
    exporting = sorted((one for one in templates if exports(one.content)), key=lambda one: one.files.display(one.path))
    return Exports(tuple(exporting), run) if exporting else None


class ExportsOfRun:
    """The exports of the templates of a run; None unless one template imports from another."""

    def __init__(self) -> None:
        self.known: Exports | None = None

    def forget(self, path: Path) -> None:
        """Drops everything: the templates, and what they nest, are found again with the inputs."""
        self.known = None

    def release(self, paths: Collection[Path]) -> None:
        """Keep what is exported: another input may import it."""


def exported_by(stack: Stack) -> Iterator[tuple[Entry, Value]]:
    """The outputs that a stack exports, each with the possible names of its export."""
    for output in stack.outputs.values():
        export = output.part("Export")
        node: Node | None = export.get("Name") if isinstance(export, MappingNode) else None
        if node is not None:
            yield output, stack.evaluate(node, output.scope)


class _Export(NamedTuple):
    """An output of the stacks with `prefix` in the template number `template`, and its possible names."""

    template: int
    prefix: str
    output: str
    names: tuple[Text, ...]


@dataclass
class Exports:
    """The exports of the templates of a run. Nothing is read before the first import."""

    templates: tuple[Template, ...]
    _run: Run

    @cached_property
    def may_name_a_model(self) -> bool:
        """True if an export can name a model, or something that stands for one."""
        look = self._run.may_name_a_model
        return look is None or any(
            one.options.parameters or brings_in_more(one.content) or look(one.content) for one in self.templates
        )

    def of_input(self, own: Path) -> "Imports":
        """The exports that the input at `own` can import."""
        return Imports(self, own)

    def stacks(self, number: int, imported: Callable[[Text], Value | None], reading: Reading) -> Iterator[Stack]:
        """The stacks of a template; the name of its file is a prefix of their identities and addresses."""
        template = self.templates[number]
        shown = template.files.display(template.path)
        passed = {name: text(value) for name, value in template.given}
        supplied = {**passed, **read_parameters(template.options, template.files)}
        document = reading.template(template.path, template.content)
        if document is None:
            return
        # A stack of an assembly may have outputs and nothing else.
        roots = document.roots if template.assembly is not None else tuple(filter(is_template, document.roots))
        for count, root in enumerate(roots, 1):
            prefix = f"{shown}:document{count}." if count > 1 else f"{shown}:"
            # An export can only be imported in its own Region and account.
            deployment = Deployment(
                template.options.regions, template.account, template.stack_name, stack_identity=prefix
            )
            if isinstance(root, MappingNode):
                yield Stack(root, document, Setting.for_root(reading, deployment, supplied, Nesting(), imported))

    def reading(self, number: int) -> Reading:
        """Reads a template for its exports. Its problems are reported where it is an input itself."""
        template = self.templates[number]
        reading = Reading(template.files.anew(), self._run, answers=template.options.answers)
        if template.uploaded is not None:
            reading.uploaded = template.uploaded
        return reading

    def that_may_be(self, name: Text, regions: Sequence[str], own: Path) -> Iterator[_Export]:
        """The exports that the name may mean, in the order of their templates; for an assembly, without its own."""
        plain = name.plain
        found = self._with_holes if plain is None else (*self._by_name.get(plain, ()), *self._with_holes)
        if plain is None:
            found = (*(one for group in self._by_name.values() for one in group), *found)
        for export in sorted(dict.fromkeys(found), key=lambda one: one[:3]):
            template = self.templates[export.template]
            exported_in = template.options.regions
            if template.assembly == own or (exported_in and regions and set(exported_in).isdisjoint(regions)):
                continue
            if any(may_be_same(name, other) for other in export.names):
                yield export

    @cached_property
    def _by_name(self) -> dict[str, list[_Export]]:
        found: dict[str, list[_Export]] = {}
        for export in self._all:
            for name in export.names:
                if name.plain is not None:
                    found.setdefault(name.plain, []).append(export)
        return found

    @cached_property
    def _with_holes(self) -> tuple[_Export, ...]:
        return tuple(export for export in self._all if any(name.plain is None for name in export.names))

    @cached_property
    def _all(self) -> tuple[_Export, ...]:
        # What is nested may be one of several templates, which export the same output.
        found: dict[tuple[int, str, str], tuple[Text, ...]] = {}
        for number in range(len(self.templates)):
            for outer in self.stacks(number, lambda _name: None, self.reading(number)):
                for stack in with_nested(outer):
                    for output, names in exported_by(stack):
                        texts = tuple(one.atom for one in names if isinstance(one.atom, Text))
                        if texts:
                            key = (number, stack.setting.prefix, output.key)
                            found[key] = (*found.get(key, ()), *texts)
        return tuple(_Export(*key, names) for key, names in found.items())


def may_be_same(one: Text, other: Text) -> bool:
    """True if two names, as far as they are known, may be equal.

    If both are partly unknown, the text before and behind the unknown parts must be equal and not empty:
    `${Network}-VpcId` may be `${AWS::StackName}-VpcId`, but hardly `${AWS::StackName}-Id`.
    """
    mine, others = one.marked().split(HOLE), other.marked().split(HOLE)
    if len(mine) == 1 and len(others) == 1:
        return mine == others
    if len(mine) > 1 and len(others) > 1:
        ends = (mine[0], mine[-1])
        return ends == (others[0], others[-1]) and _LETTER.search("".join(ends)) is not None
    (plain,), parts = (mine, others) if len(mine) == 1 else (others, mine)
    return _LETTER.search("".join(parts)) is not None and _fits(plain, parts)


def _fits(plain: str, parts: Sequence[str]) -> bool:
    """True if a text contains the parts in their order, with anything between them."""
    first, *middle, last = parts
    if len(plain) < len(first) + len(last) or not (plain.startswith(first) and plain.endswith(last)):
        return False
    position = len(first)
    for part in middle:
        found = plain.find(part, position, len(plain) - len(last))
        if found < 0:
            return False
        position = found + len(part)
    return True


class _Match(NamedTuple):
    """An export that an import means under `given`, certainly or possibly."""

    export: _Export
    stack: Stack
    output: Entry
    given: Given
    is_sure: bool


@dataclass
class Imports:
    """The imports of one input. It makes the stacks of other templates itself, so that other inputs have no
    influence.
    """

    exports: Exports
    own: Path
    _stacks: dict[int, dict[str, list[Stack]]] = field(default_factory=dict)
    _own_stacks: dict[str, Stack] = field(default_factory=dict)
    _values: dict[tuple[int, str, str, str], Value] = field(default_factory=dict)
    _by_name: dict[tuple[str, tuple[str, ...]], Value | None] = field(default_factory=dict)
    _matched: set[tuple[str, tuple[str, ...]]] = field(default_factory=set)
    _readings: list[Reading] = field(default_factory=list)

    def add_own(self, stack: Stack, shown: str) -> None:
        """Adds a stack of the input itself: what it nests may import what another of its stacks exports."""
        self._own_stacks[f"{shown}:{stack.setting.prefix}"] = stack

    def value(self, name: Text, deployment: Deployment) -> Value | None:
        """The value imported under a name; None if no template of the run exports it.

        If exports certainly have the name, one of them is meant. Exports that only may have it are possible, besides an
        unknown that no template of the run defines.
        """
        key = (name.identity(), tuple(deployment.regions))
        if key not in self._by_name:
            if key in self._matched:
                # The name of an export rests on this import.
                return None
            self._matched.add(key)
            matches = self._matches_of(name, deployment)
            self._matched.discard(key)
            self._by_name[key] = self._of_matches(name, matches)
        return self._by_name[key]

    def in_regions(self, name: Text, regions: tuple[str, ...]) -> Value | None:
        """The value exported under a name in the Regions, or in any if none are given; None if there is none."""
        return self.value(name, Deployment(regions))

    def _matches_of(self, name: Text, deployment: Deployment) -> Sequence[_Match]:
        candidates = self.exports.that_may_be(name, deployment.regions, self.own)
        return [match for export in candidates for match in self._matches(export, name)]

    def _of_matches(self, name: Text, matches: Sequence[_Match]) -> Value | None:
        sure = [match for match in matches if match.is_sure]
        matches = sure or matches
        if not matches:
            return None
        subject = f"export {name.render()}"
        chosen_by = f"export {name.identity()}"
        by_default = {match.export.template for match in matches if not is_override(match.given)}
        found: list[Value] = []
        for match in matches:
            template = self.exports.templates[match.export.template]
            shown = template.files.display(template.path)
            given: Given | None = match.given
            if not sure or (len(by_default) > 1 and not is_override(match.given)):
                given = join(match.given, (Assumption(chosen_by, shown, True, Basis.OPEN),))
            step = Step(match.output.location, f"output {match.output.key} of {shown}")
            value = after(self._value(match), step)
            for way in match.stack.presence(match.output):
                under = None if given is None else join(given, way)
                if under is not None:
                    found.append(assume(value, under))
        if not sure:
            found.append(unknown(Cause.EXTERNAL_DATA, subject, identity=chosen_by))
        return one_of(found, subject) or None

    def _matches(self, export: _Export, name: Text) -> Iterator[_Match]:
        for stack in self._stacks_of(export):
            for output, names in exported_by(stack):
                if output.key != export.output:
                    continue
                for one in names:
                    if isinstance(one.atom, Text) and (
                        (is_sure := one.atom.identity() == name.identity()) or may_be_same(one.atom, name)
                    ):
                        yield _Match(export, stack, output, one.given, is_sure)

    def _value(self, match: _Match) -> Value:
        key = (*match.export[:3], match.stack.document.file)
        if key not in self._values:
            self._values[key] = match.stack.output(match.output.key, match.output.location)
        return self._values[key]

    def _stacks_of(self, export: _Export) -> Sequence[Stack]:
        """The stacks with the prefix of an export: several if what is nested is one of several templates."""
        found = self._stacks.get(export.template)
        if found is None:
            template = self.exports.templates[export.template]
            if template.path == self.own:
                outer: list[tuple[str, Stack]] = list(self._own_stacks.items())
            else:
                reading = self.exports.reading(export.template)
                self._readings.append(reading)
                made = self.exports.stacks(
                    export.template, lambda name: self.value(name, Deployment(template.options.regions)), reading
                )
                outer = [(stack.setting.prefix, stack) for stack in made]
            found = self._stacks[export.template] = {}
            for prefix, stack in outer:
                for inner in with_nested(stack):
                    own = prefix + inner.setting.prefix.removeprefix(stack.setting.prefix)
                    found.setdefault(own, []).append(inner)
        return found.get(export.prefix, ())

    @property
    def files_used(self) -> tuple[str, ...]:
        """The files that were read for imports."""
        return tuple(dict.fromkeys(file for reading in self._readings for file in reading.files_used))

    def makers(self) -> tuple[Resource, ...]:
        """The resources that stand for models in the templates from which something was imported."""
        found: list[Resource] = []
        done: set[int] = set()
        while pending := self._stacks.keys() - done:
            # A property may import from further templates.
            for number in sorted(pending):
                done.add(number)
                template = self.exports.templates[number]
                if template.path != self.own:
                    shown = template.files.display(template.path)
                    for stacks in self._stacks[number].values():
                        for stack in stacks:
                            found += _makers(stack, shown)
        return tuple(found)


def _makers(stack: Stack, shown: str) -> Iterator[Resource]:
    for entries in stack.resources.values():
        for entry in entries:
            presence = stack.presence(entry) if entry.type.startswith(_MAKER) else ()
            if not presence:
                continue
            node = entry.part("Properties")
            yield Resource(
                framework=Framework.CLOUDFORMATION,
                input=shown,
                address=stack.setting.address_of(entry),
                type=entry.type,
                properties=stack.evaluate(node, entry.scope) if node is not None else (Alternative(Map({})),),
                location=entry.location,
                presence=presence,
                region=region_of_resources(stack.deployment),
            )
