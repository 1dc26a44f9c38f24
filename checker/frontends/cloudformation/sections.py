"""The sections of a template, with included content."""

from collections.abc import Mapping, Sequence
from functools import cached_property

from checker.frontends.cloudformation.expansion import INCLUDE, TRANSFORM, calls_in, entries, included_node
from checker.frontends.cloudformation.scope import Entry, Evaluation
from checker.model.problem import Problem, ProblemKind
from checker.source import Location, MappingNode, Node, ScalarNode, SequenceNode
from checker.values import Alternative, Cause, Unknown

# Macros that change nothing relevant, or whose effect is evaluated here.
_KNOWN_TRANSFORMS = (
    INCLUDE,
    "AWS::LanguageExtensions",
    "AWS::CodeDeployBlueGreen",
    "AWS::SecretsManager-",
    "AWS::ServiceCatalog",
)
_SERVERLESS = "AWS::Serverless-"
_RESOURCES = "Resources"

Entries = Mapping[str, tuple[Entry, ...]]


class Sections:
    """The content of a template by section; a section is made on demand.

    `root` is the template, with top-level includes once they are applied.
    """

    def __init__(self, root: MappingNode, evaluation: Evaluation) -> None:
        self._evaluation = evaluation
        self._made: dict[str, Entries] = {}
        self._last: dict[str, Mapping[str, Entry]] = {}
        self._unfinished: set[str] = set()
        self._is_generated: bool | None = None
        # True if something that was not read is inserted into a section.
        self.lacks_something = False
        self.root = root

    def include_at_top(self) -> None:
        """Applies the include at the top of the template. Its location may depend on parameters."""
        self.root = self._with_included_sections(self.root)

    def of(self, section: str) -> Entries:
        """The entries of a section, by name, with loops and includes expanded.

        Several entries share a name only if a loop makes it in several ways. While the entries are made, which may need
        the section itself, it contains what is written directly.
        """
        found = self._made.get(section)
        if found is not None:
            return found
        node = self.root.get(section)
        written = node.entries if isinstance(node, MappingNode) else ()
        plain = (Entry(str(key.value), key.location, child) for key, child in written)
        self._made[section] = {entry.key: (entry,) for entry in plain if not entry.key.startswith("Fn::")}
        self._unfinished.add(section)
        try:
            self._made[section] = self._carried_out(section, node)
        finally:
            self._unfinished.discard(section)
        return self._made[section]

    def last_of(self, section: str) -> Mapping[str, Entry]:
        """The entries of a section by name; of several, the last."""
        found = self._last.get(section)
        if found is None:
            found = {name: found[-1] for name, found in self.of(section).items()}
            if section not in self._unfinished:
                self._last[section] = found
        return found

    def _carried_out(self, section: str, node: Node | None) -> Entries:
        grouped: dict[str, tuple[Entry, ...]] = {}
        rest: list[Alternative] = []
        for entry in entries(self._evaluation, node, rest=rest):
            made = self._with_included_parts(entry) if section == _RESOURCES else entry
            grouped[entry.key] = (*grouped.get(entry.key, ()), made)
        self.lacks_something |= bool(rest)
        if section == _RESOURCES:
            self._report_macros(rest, "resources")
        return grouped

    def _with_included_sections(self, root: MappingNode) -> MappingNode:
        """The template with its top-level includes; its own content wins."""
        sections = {str(key.value): (key, node) for key, node in root.entries}
        for call in (*calls_in(root.get("Transform")), *calls_in(root.get(TRANSFORM))):
            included = included_node(self._evaluation, call) if isinstance(call, MappingNode) else None
            for key, node in included.entries if isinstance(included, MappingNode) else ():
                name = str(key.value)
                if name not in sections:
                    sections[name] = (key, node)
                    continue
                own = sections[name][1]
                if isinstance(own, MappingNode) and isinstance(node, MappingNode):
                    mine = {each.value for each, _ in own.entries}
                    more = tuple(entry for entry in node.entries if entry[0].value not in mine)
                    sections[name] = (sections[name][0], own._replace(entries=(*own.entries, *more)))
        return root._replace(entries=tuple(sections.values()))

    def _with_included_parts(self, entry: Entry) -> Entry:
        """A resource with its includes outside the properties."""
        node = entry.node
        if not isinstance(node, MappingNode) or node.get(TRANSFORM) is None:
            return entry
        rest: list[Alternative] = []
        parts = entries(self._evaluation, node, entry.scope, rest)
        self._report_macros(rest, f"parts of {entry.key}")
        made = tuple((ScalarNode(part.key, part.location), part.node) for part in parts)
        return entry._replace(node=MappingNode(made, node.location))

    def _report_macros(self, rest: Sequence[Alternative], what: str) -> None:
        for one in rest:
            location = next((step.location for step in one.trail if step.location is not None), None)
            if isinstance(one.atom, Unknown) and one.atom.cause is Cause.UNSUPPORTED_FUNCTION and location is not None:
                message = f"The {one.atom.subject} makes {what} that were not read."
                advice = "Check the processed template too."
                self._evaluation.reading.report(
                    Problem.at(location, ProblemKind.UNSUPPORTED, message, advice, incomplete=True)
                )

    @cached_property
    def _transforms(self) -> tuple[tuple[str, Location], ...]:
        return tuple(_transforms(self.root.get("Transform")))

    @property
    def unknown_transforms(self) -> tuple[tuple[str, Location], ...]:
        """The macros at the top of the template with unknown effect, with their locations."""
        return tuple(one for one in self._transforms if not one[0].startswith((*_KNOWN_TRANSFORMS, _SERVERLESS)))

    @property
    def is_generated(self) -> bool:
        """True if SAM, a macro or a module adds to the definitions of the template."""
        if self._is_generated is not None:
            return self._is_generated
        found = (
            any(name.startswith(_SERVERLESS) for name, _ in self._transforms)
            or bool(self.unknown_transforms)
            or any(entry.is_module for made in self.of(_RESOURCES).values() for entry in made)
        )
        if _RESOURCES not in self._unfinished:
            self._is_generated = found
        return found


def _transforms(node: Node | None) -> list[tuple[str, Location]]:
    """The macros that a template names at its top, with their locations."""
    items = node.items if isinstance(node, SequenceNode) else () if node is None else (node,)
    named = ((item.get("Name") if isinstance(item, MappingNode) else item, item.location) for item in items)
    return [(str(name.value), location) for name, location in named if isinstance(name, ScalarNode)]
