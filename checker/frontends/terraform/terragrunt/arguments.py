"""What `extra_arguments` pass to Terraform: variables of the environment, arguments, and files of variables."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from checker.frontends.terraform.configuration.declarations import blocks_of
from checker.frontends.terraform.configuration.evaluate import evaluate
from checker.frontends.terraform.configuration.supplied import Passed, VariableFiles
from checker.frontends.terraform.functions.filesystem import files_named, path_of
from checker.frontends.terraform.functions.paths import is_absolute, located
from checker.frontends.terraform.hcl.syntax import Attribute, Block
from checker.frontends.terraform.terragrunt.config import Config
from checker.model.problem import Problem, ProblemKind
from checker.source.files import is_file
from checker.values import HOLE, Absent, Alternative, Given, List, Map, Step, Text, Unknown, Value, join
from checker.values.operations import after, assume, flat_map

_DEPLOYING = frozenset({"plan", "apply"})
_VARIABLE = "TF_VAR_"
_FLAG = re.compile(r"--?(var|var-file)(=|\Z)")
_FLAGS = ("-var-file=", "--var-file=", "-var=", "--var=")
# In the order in which Terragrunt passes them.
_FILES = ("required_var_files", "optional_var_files")


def passed_arguments(config: Config, root: Path) -> Passed:
    """What a unit passes to `plan` and `apply` in the root."""
    found = _Arguments(root)
    for where, block in _blocks(config).values():
        if _is_for_deploying(where, block):
            found.read(where, block)
    return Passed(tuple(found.environment.items()), tuple(found.arguments), tuple(found.unknown))


def _blocks(config: Config) -> dict[str, tuple[Config, Block]]:
    """The blocks by label: one replaces those of included configurations, in their order; others come last."""
    found: dict[str, tuple[Config, Block]] = {}
    for _, included in config.merged_includes():
        found.update(included.once(_blocks))
    for terraform in blocks_of(config.body, "terraform"):
        for block in blocks_of(terraform.body, "extra_arguments"):
            found[block.labels[0] if block.labels else ""] = config, block
    return found


def _is_for_deploying(config: Config, block: Block) -> bool:
    """True if Terragrunt passes a block to `plan` or `apply`, or may do so."""
    attribute = block.body.get("commands")
    if attribute is None:
        return True
    for one in evaluate(attribute.expression, config.scope):
        if not isinstance(one.atom, List) or one.atom.rest:
            return True
        named = [each.atom.plain if isinstance(each.atom, Text) else None for item in one.atom.items for each in item]
        if None in named or not _DEPLOYING.isdisjoint(named):
            return True
    return False


@dataclass(slots=True)
class _Arguments:
    """Collects what blocks pass, in order."""

    root: Path
    environment: dict[str, Value] = field(default_factory=dict)
    arguments: list[VariableFiles | tuple[str, Value]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    def read(self, config: Config, block: Block) -> None:
        """Collects what one block passes."""
        for name, read in (("env_vars", self._environment), ("arguments", self._arguments)):
            attribute = block.body.get(name)
            if attribute is not None:
                read(config, attribute)
        for name in _FILES:
            attribute = block.body.get(name)
            if attribute is not None:
                self._files(config, attribute, is_required=name == _FILES[0])

    def _unknown(self, config: Config, attribute: Attribute, what: str, one: Alternative | None = None) -> None:
        """Reports that the run does not know what is set."""
        atom = one.atom if one is not None else None
        hole = atom if isinstance(atom, Unknown) else next(iter(atom.holes), None) if isinstance(atom, Text) else None
        subject = hole.subject if hole is not None else f"{attribute.name} of extra_arguments"
        shown = f": {subject}" if hole is not None else ""
        config.host.report(
            Problem.at(
                attribute.location,
                ProblemKind.UNSUPPORTED,
                f"{what} is not known, and may set any variable{shown}",
                "Write it so that it can be known, or check a plan of the unit.",
                incomplete=True,
            )
        )
        if subject not in self.unknown:
            self.unknown.append(subject)

    def _environment(self, config: Config, attribute: Attribute) -> None:
        value = evaluate(attribute.expression, config.scope)
        made: dict[str, list[Alternative]] = {}
        for one in value:
            if not isinstance(one.atom, Map) or one.atom.rest:
                self._unknown(config, attribute, "what is in the environment", one)
            for name, written in one.atom.entries.items() if isinstance(one.atom, Map) else ():
                if name.startswith(_VARIABLE):
                    step = Step(attribute.location, f"env_vars.{name}")
                    made.setdefault(name.removeprefix(_VARIABLE), []).extend(assume(after(written, step), one.given))
        names = [set(one.atom.entries) for one in value if isinstance(one.atom, Map)]
        if any(each != names[0] for each in names):
            self._unknown(config, attribute, "which variables are in the environment")
        self.environment.update({name: tuple(alternatives) for name, alternatives in made.items()})

    def _arguments(self, config: Config, attribute: Attribute) -> None:
        value = evaluate(attribute.expression, config.scope)
        if all(_has_no_flag(one) for one in value):
            return
        only = value[0].atom if len(value) == 1 else None
        if not isinstance(only, List) or only.rest:
            self._unknown(config, attribute, "an argument for Terraform", value[0] if value else None)
        flag: str | None = None
        for item in only.items if isinstance(only, List) else ():
            item = assume(_texts(item), value[0].given)
            rest = item
            if flag is None:
                flag, rest = self._flag(config, attribute, item)
            if flag is not None and rest:
                self._argument(config, attribute, flag, rest)
                flag = None

    def _flag(self, config: Config, attribute: Attribute, item: Value) -> tuple[str | None, Value]:
        """Which option an argument is, if it is about variables, and what follows its sign; that may be nothing."""
        found: set[tuple[str, bool] | None] = set()
        rest: list[Alternative] = []
        for one in item:
            marked = one.atom.marked() if isinstance(one.atom, Text) else HOLE
            flag = _FLAG.match(marked)
            if flag is None and _may_be_flag(one):
                self._unknown(config, attribute, "an argument for Terraform", one)
            found.add(None if flag is None else (flag[1], bool(flag[2])))
            if flag is not None and flag[2] and isinstance(one.atom, Text):
                rest.append(one._replace(atom=one.atom.slice(flag.end(), len(marked))))
        if len(found) > 1:
            self._unknown(config, attribute, "an argument for Terraform")
            return None, ()
        only = next(iter(found), None)
        return (None if only is None else only[0]), tuple(rest)

    def _argument(self, config: Config, attribute: Attribute, flag: str, value: Value) -> None:
        if flag == "var-file":
            self._file(config, attribute, value)
            return
        parts = [_assigned(one) for one in value]
        names = {None if part is None else part[0] for part in parts}
        name = names.pop() if len(names) == 1 else None
        if name is None:
            self._unknown(config, attribute, "the variable of an argument", value[0])
            return
        step = Step(attribute.location, f"-var {name}")
        self.arguments.append((name, after(tuple(part[1] for part in parts if part is not None), step)))

    def _files(self, config: Config, attribute: Attribute, *, is_required: bool) -> None:
        value = evaluate(attribute.expression, config.scope)
        lists = [one for one in value if isinstance(one.atom, List)]
        for one in value:
            if not isinstance(one.atom, List) or one.atom.rest:
                self._unknown(config, attribute, "a file of variables", one)
        if len(lists) == 1 and isinstance(lists[0].atom, List):
            for item in lists[0].atom.items:
                self._file(config, attribute, assume(item, lists[0].given), is_required=is_required)
        elif lists:
            # Any of the lists may be the one.
            self._unknown(config, attribute, "which files of variables are passed")
            for one in lists:
                for item in one.atom.items if isinstance(one.atom, List) else ():
                    self._file(config, attribute, item, is_required=is_required, is_sure=False)

    def _file(
        self, config: Config, attribute: Attribute, value: Value, *, is_required: bool = True, is_sure: bool = True
    ) -> None:
        files: dict[Path, Given] = {}
        subject = ""
        for one in value:
            path = path_of(one.atom, config.host)
            named: list[tuple[str, Given]] = [(path, ())] if path is not None else []
            if path is None and isinstance(one.atom, Text):
                named = files_named(one.atom, config.host)
                subject = config.host.files.display(config.at(located(one.atom, config.host).render()))
            if path is None and not named:
                self._unknown(config, attribute, "a file of variables", one)
            for name, given in named:
                both = join(one.given, given)
                file = self._placed(config, name)
                if both is not None and (is_required or is_file(file)):
                    files[file] = both
        if files:
            subject = subject or f"{attribute.name} of extra_arguments"
            is_only = is_sure and len(value) == 1 and path_of(value[0].atom, config.host) is not None
            self.arguments.append(VariableFiles(tuple(files.items()), subject, is_only, attribute.location))

    def _placed(self, config: Config, name: str) -> Path:
        """The file of that name beside the configuration, which is copied to the module, or else in the module."""
        own = config.at(name)
        return own if is_file(own) or not is_file(self.root / name) else self.root / name


def _texts(value: Value) -> Value:
    """The value with JSON as text, and a hole as a text of it alone."""
    made = flat_map([value], lambda atoms: atoms[0], "arguments", write_json=True, unknowns=True)
    return tuple(one._replace(atom=Text((one.atom,))) if isinstance(one.atom, Unknown) else one for one in made)


def _may_be_flag(one: Alternative) -> bool:
    """True if an argument is an option about variables, or what is not known of it may make it one."""
    if not isinstance(one.atom, Text):
        return not isinstance(one.atom, Absent)
    marked = one.atom.marked()
    start, hole, _ = marked.partition(HOLE)
    is_unknown = bool(hole) and not is_absolute(one.atom)
    return bool(_FLAG.match(marked)) or (is_unknown and any(each.startswith(start) for each in _FLAGS))


def _has_no_flag(one: Alternative) -> bool:
    """True if arguments are known so far as that none of them is about variables."""
    if not isinstance(one.atom, List) or one.atom.rest:
        return False
    return not any(_may_be_flag(each) for item in one.atom.items for each in _texts(item))


def _assigned(one: Alternative) -> tuple[str, Alternative] | None:
    """The variable and the value of `name=value`; None if the name is not known."""
    if not isinstance(one.atom, Text):
        return None
    marked = one.atom.marked()
    name, sign, _ = marked.partition("=")
    if not sign or HOLE in name:
        return None
    return name.strip(), one._replace(atom=one.atom.slice(len(name) + 1, len(marked)))
