"""Reads policies from packs and files, merges and validates them."""

import json
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, NamedTuple

from checker.errors import ParseError, ReadError, UsageError
from checker.model.policy import Policy, Rule, Scope, Severity, Waiver
from checker.model.regions import REGIONS, unknown_region
from checker.policy.check import CandidateCheck, ReferenceCheck
from checker.policy.checks import CHECKS
from checker.policy.compose import PLACEHOLDERS, placeholders_of
from checker.policy.conditions import ConditionError
from checker.policy.scope import SCOPE_KEYS, matches
from checker.source import Fault, Location, MappingNode, Node, ScalarNode
from checker.source.files import Boundary, SourceFiles, find_boundary
from checker.source.validation import Vocabulary, count_nodes, did_you_mean, node_at, plain, schema_errors
from checker.source.yaml import parse_yaml

# The data that ships beside the code: the packs, and the JSON Schemas of files that people write.

_SUFFIX = ".yaml"


def pack_names() -> tuple[str, ...]:
    """The names of the packs, sorted."""
    return tuple(
        sorted(entry.name.removesuffix(_SUFFIX) for entry in _directory().iterdir() if entry.name.endswith(_SUFFIX))
    )


def pack_text(name: str) -> str:
    """The text of a pack. Raises KeyError for an unknown name."""
    if name not in pack_names():
        raise KeyError(name)
    return _directory().joinpath(name + _SUFFIX).read_text(encoding="utf-8")


@cache
def schema_of(name: str) -> dict[str, Any]:
    """The JSON Schema of a policy (`policy`) or of its tests (`policy-tests`), draft 2020-12."""
    schema: dict[str, Any] = json.loads(_directory().joinpath(f"{name}.schema.json").read_text(encoding="utf-8"))
    return schema


@cache
def _directory() -> Traversable:
    package = files("checker")
    shipped = package.joinpath("policies")
    if shipped.is_dir():
        return shipped
    # In a checkout, and so in an editable install, the packs are beside the package.
    beside = Path(str(package)).parent / "policies"
    if not beside.is_dir():
        raise FileNotFoundError(f"the policies are neither in {shipped} nor in {beside}: the installation is broken")
    return beside


# Reads policies from packs and files, merges and validates them.

RULE_ID = "^[a-z0-9]+(-[a-z0-9]+)*$"
DAY = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"

_LONGEST_CHAIN = 30
# People write policies by hand. Something larger is no policy and would keep the validator busy for long.
_LARGEST = 1_000_000
_MOST_NODES = 50_000
_FILE_SUFFIXES = (".yaml", ".yml", ".json")

_WORDS = Vocabulary(
    document="the policy",
    entries={"rules": "a rule", "waivers": "a waiver"},
    kinds={
        "lower": "severity",
        "certainties": "certainty",
        "addresses": "address",
        "frameworks": "framework",
        "kinds": "kind",
        "roles": "role",
        "usages": "usage",
        "changes": "change",
    },
    patterns={
        RULE_ID: "an id in kebab-case, such as 'eol-within-90-days'",
        DAY: "a day, such as 2027-01-05",
    },
)


class InvalidPolicyError(UsageError):
    """A policy is not valid: its message has one line for each fault, `file:line:column: …`."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(dict.fromkeys(faults))
        super().__init__("\n".join(map(str, self.faults)))


def load_policy(names: Sequence[str] | str, files: SourceFiles, *, allow_outside: bool = True) -> Policy:
    """The policy of packs (by name) and files, later ones over earlier ones.

    A rule replaces an earlier one with the same id, and `disabled: true` removes it; waivers add up. `files` reads the
    named files. Files that these extend are read from their work tree, or from elsewhere with `allow_outside`. Raises
    InvalidPolicyError with all errors.
    """
    loader = _Loader(files, allow_outside)
    layers = [loader.named(name) for name in ((names,) if isinstance(names, str) else names)]
    if not loader.errors:
        loader.check_waivers(layers)
    if loader.errors:
        raise InvalidPolicyError(loader.errors)
    merged = _merge(layers)
    if not merged.rules:
        shown = ", ".join(merged.sources)
        text = f"{shown}: the policy has no rule, so nothing would be judged; add `extends: [baseline]`"
        raise InvalidPolicyError([Fault(None, text)])
    return Policy(tuple(merged.rules.values()), merged.waivers, merged.sources, merged.ids)


class _Layer(NamedTuple):
    """The content of a pack or a file, with what it extends. `ids` are those of all rules, including disabled ones."""

    rules: dict[str, Rule]
    ids: frozenset[str]
    waivers: tuple[Waiver, ...] = ()
    sources: tuple[str, ...] = ()


_NOTHING = _Layer({}, frozenset())


def _merge(layers: Iterable[_Layer]) -> _Layer:
    merged = _NOTHING
    for layer in layers:
        merged = _Layer(
            {**merged.rules, **layer.rules},
            merged.ids | layer.ids,
            tuple(dict.fromkeys((*merged.waivers, *layer.waivers))),
            tuple(dict.fromkeys((*merged.sources, *layer.sources))),
        )
    return merged


class _Loader:
    def __init__(self, files: SourceFiles, allow_outside: bool) -> None:
        self._files = files
        self._allow_outside = allow_outside
        self._loaded: dict[str, _Layer] = {}
        self._chain: list[str] = []
        self._lines: dict[str, list[str]] = {}
        self.errors: list[Fault] = []

    def named(self, name: str) -> _Layer:
        """A pack or a file from the command line."""
        if name in pack_names():
            return self._pack(name)
        if _is_url(name):
            self._fail(None, f"{name!r}: {_NO_URLS}")
            return _NOTHING
        path = Path(name)
        if not is_policy_file(name):
            try:
                self._files.read_bytes(path)
            except ReadError:
                self._fail(None, f"{name!r} is neither a policy pack nor a file{did_you_mean(name, pack_names())}")
                return _NOTHING
        return self._file(path, None, self._files)

    def check_waivers(self, layers: Sequence[_Layer]) -> None:
        """Records an error for each waiver of a rule that no pack or file has."""
        merged = _merge(layers)
        for waiver in merged.waivers:
            if waiver.rule not in merged.ids:
                self._fail(waiver.location, f"there is no rule {waiver.rule!r}{did_you_mean(waiver.rule, merged.ids)}")

    def _extended(self, item: ScalarNode, base: Path | None) -> _Layer:
        name = str(item.value)
        if name in pack_names():
            return self._pack(name)
        if _is_url(name):
            self._fail(item.location, f"{name!r}: {_NO_URLS}")
            return _NOTHING
        if base is None or not is_policy_file(name):
            self._fail(item.location, f"there is no policy pack {name!r}{did_you_mean(name, pack_names())}")
            return _NOTHING
        near = self._files
        if near.boundary.allow_outside:
            near = near.within(Boundary(find_boundary(near.cwd / base), self._allow_outside))
        return self._file(base.parent / name, item.location, near)

    def _pack(self, name: str) -> _Layer:
        return self._once(name, pack_text(name), None)

    def _file(self, path: Path, location: Location | None, files: SourceFiles) -> _Layer:
        shown = files.display(path)
        try:
            text = files.read_text(path)
        except ReadError as error:
            self._fail(location, str(error))
            return _NOTHING
        if shown in self._chain or len(self._chain) > _LONGEST_CHAIN:
            circle = " → ".join((*self._chain[-_LONGEST_CHAIN:], shown))
            what = "the policies extend each other" if shown in self._chain else "the policies extend too many others"
            self._fail(location, f"{what}: {circle}")
            return _NOTHING
        return self._once(shown, text, path)

    def _once(self, shown: str, text: str, path: Path | None) -> _Layer:
        if shown not in self._loaded:
            self._chain.append(shown)
            self._loaded[shown] = self._read(shown, text, path)
            self._chain.pop()
        return self._loaded[shown]

    def _read(self, shown: str, text: str, path: Path | None) -> _Layer:
        if len(text) > _LARGEST:
            self._fail(Location(shown, 1, 1), f"the policy is larger than {_LARGEST:,} characters")
            return _NOTHING
        self._lines[shown] = text.removeprefix("\ufeff").splitlines()
        try:
            documents = parse_yaml(text, shown)
        except ParseError as error:
            self._fail(Location(error.file, error.line, error.column), error.reason)
            return _NOTHING
        if len(documents) != 1:
            trouble = "the policy is empty" if not documents else "a policy is one document, and here are several"
            self._fail(Location(shown, 1, 1) if not documents else documents[1].location, trouble)
            return _NOTHING
        document = documents[0]
        if count_nodes(document, _MOST_NODES) > _MOST_NODES:
            self._fail(document.location, f"the policy has more than {_MOST_NODES:,} entries, aliases expanded")
            return _NOTHING
        # Tests validate what ships, so a run with only a pack does not wait for the validator.
        errors = () if path is None else schema_errors(document, schema_of("policy"), _WORDS)
        if errors or not isinstance(document, MappingNode):
            self.errors += errors
            return _NOTHING
        base = _merge([self._extended(item, path) for item in _scalars(document.get("extends"))])
        rules, ids = dict(base.rules), set(base.ids)
        written: dict[str, Location] = {}
        for node in _items(document.get("rules")):
            self._add_rule(node, rules, ids, written)
        waivers = (self._waiver(node) for node in _items(document.get("waivers")))
        return _Layer(
            rules,
            frozenset(ids),
            tuple(dict.fromkeys((*base.waivers, *(waiver for waiver in waivers if waiver is not None)))),
            (*base.sources, shown),
        )

    def _add_rule(self, node: Node, rules: dict[str, Rule], ids: set[str], written: dict[str, Location]) -> None:
        content = plain(node)
        name = content["id"]
        location = node_at(node, ["id"]).location
        if name in written:
            self._fail(location, f"the rule {name!r} is already in line {written[name].line}")
            return
        written[name] = location
        if content.get("disabled"):
            if name not in ids:
                self._fail(location, f"there is no rule {name!r} to disable{did_you_mean(name, ids)}")
            rules.pop(name, None)
            return
        if not isinstance(CHECKS[content["check"]], CandidateCheck | ReferenceCheck):
            for key in ("scope", "lower"):
                if key in content:
                    self._fail(
                        node_at(node, [key]).location, f"{content['check']} is about the run, so {key!r} has no use"
                    )
        self._check_regions(node_at(node, ["scope", "regions"]))
        if "message" in content:
            self._check_message(node_at(node, ["message"]))
        self._check_condition(content, node)
        rules[name] = _rule(content, str(location))
        ids.add(name)

    def _check_regions(self, node: Node) -> None:
        for item in (node,) if isinstance(node, ScalarNode) else _scalars(node):
            if not any(matches(str(item.value), region) for region in REGIONS):
                self._fail(item.location, str(unknown_region(str(item.value))))

    def _check_message(self, node: Node) -> None:
        assert isinstance(node, ScalarNode)
        try:
            names = placeholders_of(str(node.value))
        except ValueError as error:
            self._fail(node.location, f"the message is not valid: {error}; a brace itself is written twice")
            return
        for name in names:
            if name not in PLACEHOLDERS:
                self._fail(node.location, f"unknown placeholder {{{name}}}{did_you_mean(name, PLACEHOLDERS)}")

    def _check_condition(self, content: dict[str, Any], node: Node) -> None:
        row = CHECKS[content["check"]]
        if not isinstance(row, CandidateCheck) or row.compiles is None:
            return
        name, compiled = row.compiles
        scalar = node_at(node, ["with", name])
        if not isinstance(scalar, ScalarNode):
            self._fail(node_at(node, ["check"]).location, f"the check {row.name} needs the parameter {name!r}")
            return
        try:
            compiled(str(scalar.value))
        except ConditionError as error:
            self._fail(self._location_in(scalar, error.line, error.column), f"the {name} is not valid: {error.reason}")

    def _location_in(self, scalar: ScalarNode, line: int, column: int) -> Location:
        """The location of a character of a text, by its line and column in the text."""
        lines = str(scalar.value).split("\n")
        offset = sum(len(each) + 1 for each in lines[: line - 1]) + column - 1
        if scalar.lines:
            start, location = scalar.lines[max(0, bisect_right(scalar.lines, offset, key=lambda each: each[0]) - 1)]
            return location._replace(column=location.column + offset - start)
        written = self._lines.get(scalar.location.file, ())
        text = written[scalar.location.line - 1] if scalar.location.line <= len(written) else ""
        opening = 1 if text[scalar.location.column - 1 : scalar.location.column] in ("'", '"') else 0
        return scalar.location._replace(column=scalar.location.column + opening + offset)

    def _waiver(self, node: Node) -> Waiver | None:
        content = plain(node)
        try:
            until = date.fromisoformat(content["until"])
        except ValueError:
            self._fail(node_at(node, ["until"]).location, f"{content['until']!r} is not a day of the calendar")
            return None
        self._check_regions(node_at(node, ["match", "region"]))
        match = {plural: _texts(content.get("match", {}).get(singular, ())) for plural, singular, _, _ in SCOPE_KEYS}
        location = node_at(node, ["rule"]).location
        return Waiver(content["rule"], Scope(**match), content["reason"], until, location, owner=content.get("owner"))

    def _fail(self, location: Location | None, text: str) -> None:
        self.errors.append(Fault(location, text))


def _rule(content: dict[str, Any], origin: str) -> Rule:
    lower = content.get("lower", {})
    return Rule(
        id=content["id"],
        check=content["check"],
        severity=_severity(content["severity"]),
        parameters=content.get("with", {}),
        scope=Scope(**{key: tuple(globs) for key, globs in content.get("scope", {}).items()}),
        lowered={trait: _severity(to) for group in lower.values() for trait, to in group.items()},
        # A block of YAML has line breaks, which a report cannot show everywhere.
        message=" ".join(content["message"].split()) if "message" in content else None,
        docs=content.get("docs"),
        origin=origin,
    )


def _severity(name: str) -> Severity:
    return Severity[name.upper()]


def _texts(value: str | Iterable[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _items(node: Node | None) -> tuple[Node, ...]:
    return () if node is None or isinstance(node, (MappingNode, ScalarNode)) else node.items


def _scalars(node: Node | None) -> tuple[ScalarNode, ...]:
    return tuple(item for item in _items(node) if isinstance(item, ScalarNode))


_NO_URLS = (
    "policies are not read from the web; install the package that has the policy, or check out its repository at a"
    " pinned commit, and give the path of the file"
)


def _is_url(name: str) -> bool:
    return "://" in name


def is_policy_file(name: str) -> bool:
    """True if a name is a file, not a pack."""
    return name.endswith(_FILE_SUFFIXES) or "/" in name or "\\" in name
