"""Reads a directory with Terraform files: the entry point of the frontend.

The tree of module calls is known before evaluation, and from the syntax of each module (`reach`) also the resources
that a model can reach. Only these are evaluated, with what they depend on.
"""

import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from checker.errors import ReadError
from checker.frontends.protocol import Run
from checker.frontends.terraform.configuration import bodies
from checker.frontends.terraform.configuration.bodies import rendered
from checker.frontends.terraform.configuration.declarations import MANAGED, Declaration, Declarations, SourceFile
from checker.frontends.terraform.configuration.evaluate import evaluate
from checker.frontends.terraform.configuration.expansion import joined_ways
from checker.frontends.terraform.configuration.module import CALL_ARGUMENTS, Module, ResourceInstance
from checker.frontends.terraform.configuration.module_code import ModuleCode, ModuleLibrary, read_code
from checker.frontends.terraform.configuration.module_reach import reach_of
from checker.frontends.terraform.configuration.module_sources import ModuleSources, read_problem
from checker.frontends.terraform.configuration.outside import PARAMETER, STACK, DeployedStacks, Outside, reads_outside
from checker.frontends.terraform.configuration.providers import region_in
from checker.frontends.terraform.configuration.reach import CalledModule, Reach, pieces_in
from checker.frontends.terraform.configuration.scope import Host, Scope, Tree
from checker.frontends.terraform.configuration.supplied import NOTHING_PASSED, Passed, root_inputs
from checker.frontends.terraform.configuration.variables import RootInputs, conditions_of, is_surely_false
from checker.model.problem import Problem, ProblemKind
from checker.model.resource import Framework, Input, InputKind, Loaded, Move, Resource, Takes
from checker.model.settings import Options
from checker.references.prefilter import Pieces
from checker.source import Location
from checker.source.files import SourceFiles
from checker.values import Alternative, Cause, Map, TooLargeError, Value
from checker.values.operations import known, text, unknown
from checker.values.operations.alternatives import take_work
from checker.values.tags import tags_in

# Each nested expression takes a few frames, and values pass through many locals and modules.
_RECURSION_LIMIT = 12_000
# People do not write more calls than this; calls inside calls make them.
_MOST_CALLS = 5_000


Inputs = Callable[[RootInputs], Callable[[str, Declaration], Value]]


def load_directory(
    root: Path,
    options: Options,
    files: SourceFiles,
    run: Run,
    inputs: Inputs = lambda supplied: supplied.value,
    generated: Sequence[SourceFile] = (),
    copied: Sequence[Path] = (),
    address: str = "",
    passed: Passed = NOTHING_PASSED,
) -> Loaded:
    """The resources of a root module and of all modules that it calls, one for each known instance.

    Resources that no model can reach are left out. What cannot be read or understood becomes a problem; nothing is
    raised for the content of files. `inputs` turns options and supplied files into the values of the root's variables.
    `generated` are files that are written into the root before it is deployed; `copied` are paths of files that are
    copied there and replace its own. `address` is a prefix for the addresses of its resources. `passed` is what a tool
    passes to Terraform.
    """
    with deep_recursion():
        return _Loader(root, options, files, run, generated, copied, address, passed).load(inputs)


@contextmanager
def deep_recursion() -> Iterator[None]:
    """While it is active, expressions may be nested and chained as deeply as the parser allows."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _RECURSION_LIMIT))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


class _Loader:
    """Reads one root."""

    def __init__(
        self,
        root: Path,
        options: Options,
        files: SourceFiles,
        run: Run,
        generated: Sequence[SourceFile],
        copied: Sequence[Path],
        address: str,
        passed: Passed,
    ) -> None:
        self._passed = passed
        self._address = address
        self._generated = generated
        self._copied = copied
        self._root = root
        self._options = options
        self._files = files
        self._shown = files.display(root)
        self._run = run
        self._host = Host(files, root, rendered)
        self._library = run.shared(ModuleLibrary)
        self._sources = ModuleSources(self._host)
        self._comments: list[tuple[Location, str]] = []
        self._calls_made = 0

    def load(self, make_inputs: Inputs) -> Loaded:
        """The resources, problems and comments of the root."""
        # What other inputs have left over is not this root's.
        take_work()
        already_read = set(self._files.files_read)
        by_name = {path.name: path for path in (*self._list(self._root), *self._copied)}
        listed = [by_name[name] for name in sorted(by_name)]
        code = self._code_of_root(listed)
        called = self._called(code, None, "")
        supplied = root_inputs(self._host, self._options, code.declarations, listed, self._passed)
        inputs = make_inputs(supplied)
        self._choose(called, inputs)
        workspace = self._options.workspace
        tree = Tree(
            self._host,
            lambda directory: self._library.code(directory, self._files, self._run).declarations,
            inputs,
            unknown(Cause.INPUT_NOT_SET, "terraform.workspace") if workspace is None else text(workspace),
        )
        tree.modules = self._sources.directory
        module = Module(tree, self._address, code.declarations, ".")
        imports = None if self._run.imports is None else self._run.imports(self._root)
        holders = {kind: _holders(called, kind) for kind in (PARAMETER, STACK)}
        deployed_by = self._run.deployed_by
        tree.outside = Outside(
            self._options.answers,
            imports,
            self._options.regions,
            lambda kind: module.every_instance(kind, holders[kind]),
            DeployedStacks(None if deployed_by is None else lambda resource: deployed_by(resource, self._files)),
        )
        loaded = tuple(resource for resource in self._resources(module, called) if resource.presence)
        shown = [self._files.display(path) for path in self._files.files_read if path not in already_read]
        shown += imports.files_used if imports is not None else ()
        return Loaded(
            Input(self._shown, InputKind.TERRAFORM, tuple(dict.fromkeys(shown))),
            loaded,
            tuple(self._host.problems),
            tuple(self._comments),
            elsewhere=imports.makers() if imports is not None else (),
            moves=tuple(
                Move(before, after, module.call_path)
                for module in called.every()
                for before, after in module.declarations.moves
            ),
            takes=Takes(frozenset(code.declarations.variables), tuple(supplied.in_vain))
            if code.declarations.complete
            else None,
        )

    def _list(self, directory: Path) -> Sequence[Path]:
        try:
            return self._files.list_directory(directory)
        except ReadError as error:
            self._host.report(read_problem(error))
            return ()

    # The tree of module calls

    def _code_of_root(self, listed: Sequence[Path]) -> ModuleCode:
        if not self._generated and not self._copied:
            return self._library.code(self._root, self._files, self._run)
        code = read_code(self._root, listed, self._files, self._run, self._generated)
        self._files.note_read(code.files)
        return code

    def _called(self, code: ModuleCode, parent: CalledModule | None, name: str) -> CalledModule:
        """The module with everything that it calls, and the problems of their code and the calls."""
        for problem in code.problems:
            self._host.report(problem)
        self._comments.extend((comment.location, comment.text) for comment in code.comments)
        made = CalledModule(code, reach_of(code, self._files, self._run, is_root=parent is None), parent, name)
        for call_name, call in code.declarations.calls.items():
            made.calls[call_name] = self._call(made, call_name, call)
        return made

    def _call(self, caller: CalledModule, name: str, call: Declaration) -> CalledModule | None:
        directory = self._sources.directory(caller, name, call)
        if directory is None:
            return None
        self._calls_made += 1
        if self._calls_made > _MOST_CALLS:
            message = f"there are more than {_MOST_CALLS:,} module calls; this one was not read"
            advice = "Check the modules by themselves, or a plan."
            location = call.block.location
            self._host.report(Problem.at(location, ProblemKind.UNSUPPORTED, message, advice, incomplete=True))
            return None
        code = self._library.code(directory, self._files, self._run)
        self._check_inputs(name, call, code.declarations)
        return self._called(code, caller, name)

    def _check_inputs(self, name: str, call: Declaration, called: Declarations) -> None:
        for attribute in call.block.body.attributes:
            known_name = attribute.name in CALL_ARGUMENTS or attribute.name in called.variables
            if called.complete and not known_name:
                # The declaration of the input may be in a file that is missing or truncated.
                message = f"module {name!r} has no variable {attribute.name!r}"
                self._host.report_invalid(message, attribute.location, incomplete=True)
        for variable, block in called.variables.items():
            if block.get("default") is None and call.block.body.get(variable) is None:
                self._host.report_invalid(f"module {name!r} needs the input {variable!r}", call.block.location)

    # What is evaluated

    def _choose(self, root: CalledModule, inputs: Callable[[str, Declaration], Value]) -> None:
        """Marks in the tree what a model can reach."""
        pieces = self._run.pieces
        if pieces is None:
            for module in root.every():
                module.resources = tuple(module.declarations.resources)
                module.remote_calls = tuple(name for name, called in module.calls.items() if called is None)
            return
        variables = root.declarations.variables

        def of_input(name: str) -> Value:
            declared = variables.get(name)
            return () if declared is None else inputs(name, declared)

        asks = self._options.answers or self._run.imports is not None
        may_be_told = asks and any(reads_outside(key) for one in root.every() for key in one.declarations.resources)
        if may_be_told or self._may_name_a_model(root, [of_input(name) for name in variables], pieces):
            reach = Reach(of_input, pieces)
            for module in root.every():
                module.resources = tuple(reach.resources(module))
                module.remote_calls = tuple(reach.remote_calls(module))
            for module in root.every():
                self._files.note_read(module.reach.files_read)

    @staticmethod
    def _may_name_a_model(root: CalledModule, inputs: Sequence[Value], pieces: Pieces) -> bool:
        """True if anything in the root may name a model. For most roots it is false."""
        found = 0
        for module in root.every():
            if module.code.reads_more:
                return True
            found |= module.code.contributed
        for value in inputs:
            found |= pieces_in(value, (), pieces.of_text)
        return pieces.can_name(found)

    def _resources(self, module: Module, called: CalledModule) -> Iterator[Resource]:
        """The resources of a module and of all that it calls: first the module's own, in written order.

        A call whose code is missing gives a resource of type `module`.
        """
        budget = self._host.budget
        for key in called.resources:
            budget.begin()
            for found in module.instances(key, only_now=True):
                yield self._resource(found)
        for name in called.remote_calls:
            budget.begin()
            yield from self._remote_call(module, name)
        for name, inner in called.calls.items():
            if inner is not None and inner.is_reached:
                budget.begin()
                children = module.children(name, called.declarations.calls[name]) or {}
                for child in children.values():
                    yield from self._resources(child, inner)
        self._validate(module)

    def _validate(self, module: Module) -> None:
        """Reports the validations that variables break; of those whose values were needed."""
        self._host.budget.begin()
        for name, declared in module.declarations.variables.items():
            if f"var.{name}" not in module.memo:
                continue
            for condition in conditions_of(declared):
                try:
                    holds = evaluate(condition.expression, module.scope)
                except (TooLargeError, RecursionError):
                    # Nothing is known of it, and no model is in it.
                    continue
                if is_surely_false(holds):
                    message = f"the value of {module.prefix}var.{name} breaks its validation"
                    self._host.report_invalid(message, condition.location)

    def _remote_call(self, module: Module, name: str) -> Iterator[Resource]:
        declared = module.declarations.calls[name]
        for instance in module.expansion(f"module.{name}", declared).instances:
            body, scope = declared.block.body, Scope(module, instance.names)
            names = [attribute.name for attribute in body.attributes if attribute.name not in CALL_ARGUMENTS]
            if names:
                yield Resource(
                    framework=Framework.TERRAFORM,
                    input=self._shown,
                    address=f"{module.prefix}module.{name}{instance.key}",
                    type="module",
                    properties=known(Map({name: bodies.argument(body, name, scope) for name in names})),
                    location=declared.block.location,
                    presence=joined_ways(module.presence, instance.presence, declared.given),
                    region=region_in(module.providers.lookup("aws"), "aws"),
                )

    def _resource(self, found: ResourceInstance) -> Resource:
        key = found.key
        self._host.budget.begin()
        try:
            properties = known(bodies.properties(found.declared.block.body, found.scope))
        except RecursionError:
            properties = unknown(Cause.TOO_MANY, found.address)
        except TooLargeError as error:
            properties = (Alternative(self._host.not_evaluated(found.declared.block.location, error)),)
        provider = found.provider
        return Resource(
            framework=Framework.TERRAFORM,
            input=self._shown,
            address=found.address,
            type=key.type if key.mode == "resource" else f"{key.mode}.{key.type}",
            properties=properties,
            location=found.declared.block.location,
            presence=found.presence,
            region=region_in(provider, key.type),
            tags=_tags(properties, provider.default_tags() if provider else ()),
        )


def _holders(root: CalledModule, kind: str) -> Collection[tuple[str, ...]]:
    """The call paths of the modules that have resources of a type, and of those that call them."""
    return frozenset(
        module.call_path[:length]
        for module in root.every()
        if any(key.mode == MANAGED and key.type == kind for key in module.declarations.resources)
        for length in range(len(module.call_path) + 1)
    )


def _tags(properties: Value, defaults: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """The tags of a resource, and the default tags of its provider that it does not override."""
    own = [tags_in(one.atom.entries.get("tags", ())) for one in properties if isinstance(one.atom, Map)]
    tags = dict.fromkeys(tag for each in own for tag in each)
    names = {name for name, _ in tags}
    return (*tags, *(tag for tag in defaults if tag[0] not in names))
