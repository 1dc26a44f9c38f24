"""Reads a Terraform Stack: components, which are module calls, deployed once per `deployment` with its inputs.

A Stack is read as a root module for each of its deployments; its blocks are translated to those of a module. The format
is that of the language reference of Terraform 1.14 (read 2026-11-30). Stacks run only in HCP Terraform, so nothing here
was compared with a plan.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from checker.frontends.protocol import Run
from checker.frontends.terraform.configuration.bodies import rendered
from checker.frontends.terraform.configuration.declarations import Declaration, SourceFile, blocks_of
from checker.frontends.terraform.configuration.directory import deep_recursion, load_directory
from checker.frontends.terraform.configuration.evaluate import evaluate
from checker.frontends.terraform.configuration.module_sources import local_source, read_source
from checker.frontends.terraform.configuration.scope import Attribute, Host, Scope, TraversalStep, once
from checker.frontends.terraform.configuration.variables import RootInputs, default_of, supplied_as
from checker.frontends.terraform.hcl import syntax as hcl
from checker.immutable import immutable
from checker.model.problem import Problem, ProblemKind
from checker.model.resource import Input, InputKind, Loaded
from checker.model.settings import Options
from checker.source import Location
from checker.source.files import SourceFiles
from checker.values import Cause, Map, Step, Unknown, Value
from checker.values.operations import after, index, one_of, text, unknown

# Files of components, and of deployments; before Terraform 1.13 the former were called `.tfstack.hcl`.
COMPONENTS = (".tfcomponent.hcl", ".tfstack.hcl")
DEPLOYMENTS = (".tfdeploy.hcl",)
_IN_JSON = (".tfcomponent.json", ".tfstack.json", ".tfdeploy.json")
SUFFIXES = (*COMPONENTS, *DEPLOYMENTS, *_IN_JSON)
_SAME_AS_IN_A_MODULE = frozenset({"variable", "locals", "output"})
_NOTHING_TO_READ = frozenset({"required_providers", "removed"})
_OF_DEPLOYMENTS = frozenset(
    {"deployment_auto_approve", "deployment_group", "identity_token", "locals", "orchestrate", "publish_output"}
    | {"store", "upstream_input"}
)
_Node = TypeVar("_Node")


def is_stack(listed: Sequence[Path]) -> bool:
    """True if a directory with these files is a Stack."""
    return any(path.name.endswith(SUFFIXES) for path in listed)


def load_stack(directory: Path, listed: Sequence[Path], options: Options, files: SourceFiles, run: Run) -> Loaded:
    """The resources of each deployment, at addresses below `deployment.NAME`."""
    with deep_recursion():
        stack = _Stack.read(directory, listed, files)
        deployments = list(stack.deployments())
        made = [
            load_directory(
                directory,
                options,
                files,
                run,
                lambda supplied, inputs=inputs: _Inputs(supplied, inputs).value,  # type: ignore[misc]
                stack.components,
                address=f"deployment.{name}",
            )
            for name, inputs in deployments
        ]
    if stack.components and not deployments:
        location = Location(files.display(stack.components[0].path), 1, 1)
        stack.refuse(
            location, "the Stack has no deployment, so that nothing of it was checked", "Add one, or its file."
        )
    return Loaded(
        Input(files.display(directory), InputKind.TERRAFORM, tuple(map(files.display, files.files_read))),
        tuple(resource for one in made for resource in one.resources),
        tuple(dict.fromkeys((*stack.host.problems, *(problem for one in made for problem in one.problems)))),
        tuple(dict.fromkeys((*stack.comments, *(comment for one in made for comment in one.comments)))),
    )


def modules_of_stack(directory: Path, listed: Sequence[Path], files: SourceFiles) -> Iterator[Path]:
    """The directories of the local modules that a Stack deploys."""
    for file in _Stack.read(directory, listed, files).components:
        for call in blocks_of(file.parsed.body, "module"):
            written = Declaration(call).get("source")
            source = written.value if isinstance(written, hcl.Literal) else None
            local = local_source(source) if isinstance(source, str) else None
            if local is not None and "\0" not in local:
                yield directory / local


@dataclass(slots=True)
class _Stack:
    """The files of one Stack: its components as module calls, and its deployments."""

    host: Host
    components: list[SourceFile] = field(default_factory=list)
    deploying: list[hcl.Body] = field(default_factory=list)
    comments: list[tuple[Location, str]] = field(default_factory=list)

    @classmethod
    def read(cls, directory: Path, listed: Sequence[Path], files: SourceFiles) -> "_Stack":
        stack = cls(Host(files, directory, rendered))
        for path in listed:
            if path.name.endswith(_IN_JSON):
                advice = "Write the file in HCL, or check the modules by themselves."
                stack.refuse(Location(files.display(path), 1, 1), "Stacks are read in HCL only, not in JSON", advice)
            source = read_source(path, stack.host) if path.name.endswith((*COMPONENTS, *DEPLOYMENTS)) else None
            if source is None:
                continue
            if path.name.endswith(DEPLOYMENTS):
                stack.deploying.append(source.parsed.body)
                stack.comments.extend((comment.location, comment.text) for comment in source.parsed.comments)
            else:
                body = source.parsed.body
                blocks = tuple(made for block in body.blocks if (made := stack.as_in_a_module(block)) is not None)
                parsed = source.parsed._replace(body=replace(body, blocks=blocks))
                stack.components.append(replace(source, parsed=parsed))
        return stack

    def refuse(self, location: Location, message: str, advice: str) -> None:
        """Reports something that is not read."""
        self.host.report(Problem.at(location, ProblemKind.UNSUPPORTED, message, advice, incomplete=True))

    def as_in_a_module(self, block: hcl.Block) -> hcl.Block | None:
        """The block translated to one of a module; None if there is none."""
        match block.type, block.labels:
            case "component", (name,):
                return self._call(block, name)
            case "provider", (name, alias):
                config = next(iter(blocks_of(block.body, "config")), None)
                body = hcl.Body((), ()) if config is None else config.body
                more = [each for each in block.body.attributes if each.name == "for_each"]
                more.append(hcl.Attribute("alias", hcl.Literal(alias, block.location), block.location))
                made = hcl.Body((*body.attributes, *more), body.blocks)
                return hcl.Block("provider", (name,), _in_words_of_modules(made), block.location)
            case kind, _ if kind in _SAME_AS_IN_A_MODULE:
                return _in_words_of_modules(block)
            case kind, _ if kind in _NOTHING_TO_READ:
                return None
            case "stack", _:
                self.refuse(block.location, "a Stack within a Stack is not read", "Check that Stack by itself.")
            case kind, _:
                self.refuse(block.location, f"the block `{kind}` is no block of a Stack", "Correct the block.")
        return None

    def _call(self, block: hcl.Block, name: str) -> hcl.Block:
        arguments: list[hcl.Attribute] = []
        for attribute in block.body.attributes:
            match attribute.name, attribute.expression:
                case "inputs", hcl.ObjectCons(items):
                    for item in items:
                        if isinstance(item.key, hcl.Literal):
                            arguments.append(hcl.Attribute(str(item.key.value), item.value, item.key.location))
                        else:
                            self._unread_inputs(attribute, name)
                case "inputs", _:
                    self._unread_inputs(attribute, name)
                case "providers", hcl.ObjectCons(items) as written:
                    handed = tuple(hcl.ObjectItem(item.key, _provider(item.value)) for item in items)
                    arguments.append(attribute._replace(expression=replace(written, items=handed)))
                case _:
                    arguments.append(attribute)
        body = hcl.Body(tuple(arguments), ())
        return hcl.Block("module", (name,), _in_words_of_modules(body), block.location)

    def _unread_inputs(self, attribute: hcl.Attribute, name: str) -> None:
        message = f"the inputs of component {name!r} are not written out, so that they were not read"
        self.refuse(attribute.location, message, "Write them as an object.")

    def deployments(self) -> Iterator[tuple[str, Value]]:
        """The name of each deployment with its inputs, without those that are destroyed."""
        names = _Names(self.host, [block for body in self.deploying for block in blocks_of(body, "locals")])
        for block in (block for body in self.deploying for block in body.blocks):
            if block.type == "deployment" and len(block.labels) == 1:
                destroyed = Declaration(block).flag("destroy") is True
                inputs = block.body.get("inputs")
                if not destroyed:
                    value = () if inputs is None else evaluate(inputs.expression, Scope(names))
                    yield block.labels[0], value
            elif block.type not in _OF_DEPLOYMENTS:
                self.refuse(
                    block.location, f"the block `{block.type}` is no block of deployments", "Correct the block."
                )


def _not_rendered(_content: str, file: str, _at: Location | None, _names: Mapping[str, Value]) -> Value:
    return unknown(Cause.UNSUPPORTED_FUNCTION, file)


def _provider(expression: hcl.Expression) -> hcl.Expression:
    """`aws.this` for `provider.aws.this`, and likewise for one of several instances."""
    match expression:
        case hcl.Index(inner, key, location):
            return hcl.Index(_provider(inner), key, location)
        case hcl.GetAttr(hcl.GetAttr(hcl.RootName("provider"), name), alias, location):
            return hcl.GetAttr(hcl.RootName(name, location), alias, location)
        case _:
            return expression


def _in_words_of_modules(node: _Node) -> _Node:
    """The tree with `module.x` for each `component.x`."""
    made: Any = node
    match made:
        case Location() | str() | None:
            pass
        case hcl.RootName("component", location):
            made = hcl.RootName("module", location)
        case tuple() if hasattr(made, "_fields"):
            made = type(made)(*map(_in_words_of_modules, made))
        case tuple():
            made = tuple(map(_in_words_of_modules, made))
        case _ if is_dataclass(made) and not isinstance(made, type):
            made = replace(made, **{each.name: _in_words_of_modules(getattr(made, each.name)) for each in fields(made)})
    return made  # type: ignore[no-any-return]


@dataclass(slots=True)
class _Names:
    """The names in expressions of deployments: their locals, and values that only HCP Terraform knows."""

    host: Host
    locals: Sequence[hcl.Block]
    memo: dict[str, Value] = field(default_factory=dict)

    def refer(self, root: hcl.RootName, steps: Sequence[TraversalStep], scope: Scope) -> tuple[Value, int]:
        """The value of a traversal, and the number of its steps that were used."""
        names = [step.name for step in steps if isinstance(step, Attribute)]
        written = None
        if root.name == "local" and names:
            written = next((found for block in self.locals if (found := block.body.get(names[0])) is not None), None)
        if written is None:
            # A store, the output of another Stack, a token.
            return unknown(Cause.EXTERNAL_DATA, ".".join([root.name, *names])), len(steps)
        local, subject = written, f"local.{names[0]}"

        def make() -> Value:
            return after(evaluate(local.expression, scope), Step(local.location, subject))

        return once(self.memo, local.name, make, subject, self.host, local.location), 1

    def attribute(self, whole: Unknown, name: str) -> Value | None:
        """None: there are no objects that are one unknown."""
        return None

    def whole(self, marker: Unknown) -> Value | None:
        """None: there are no objects that are one unknown."""
        return None


@immutable
class _Inputs:
    """The variables of a Stack in a deployment: nothing else sets them."""

    supplied: RootInputs
    inputs: Value

    def value(self, name: str, declared: Declaration) -> Value:
        """The value from the deployment, else the default."""
        subject, host = f"var.{name}", self.supplied.host
        if declared.is_secret:
            return unknown(Cause.SENSITIVE, subject)
        default = default_of(name, declared, host)
        made: list[Value] = []
        for one in self.inputs:
            if isinstance(one.atom, Map) and name not in one.atom.entries and not one.atom.rest and default is not None:
                made.append(default)
            else:
                made.append(supplied_as(index((one,), text(name), subject), declared, host, subject))
        if made:
            return one_of(made, subject)
        return unknown(Cause.INPUT_NOT_SET, subject) if default is None else default
