"""A directory with Terraform files, as resources: the frontend's entry point."""

import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from checker.errors import ParseError, ReadError
from checker.frontends.terraform.configuration import bodies
from checker.frontends.terraform.configuration.declarations import Declaration, Declarations, SourceFile, declarations
from checker.frontends.terraform.configuration.evaluate import evaluate
from checker.frontends.terraform.configuration.module import CALL_ARGUMENTS, Module, ResourceInstance, Tree
from checker.frontends.terraform.configuration.module_files import is_module_file, read_module, read_problem
from checker.frontends.terraform.configuration.module_sources import ModuleSources
from checker.frontends.terraform.configuration.scope import Host, NoNames, Scope
from checker.frontends.terraform.configuration.variables import RootInputs, root_inputs
from checker.frontends.terraform.hcl.parser import parse_template
from checker.frontends.terraform.hcl.syntax import Literal
from checker.model.options import Options
from checker.model.resource import Framework, Input, InputKind, Loaded, Resource
from checker.source import Place
from checker.source.files import SourceFiles
from checker.values import Cause, Given, Map, TooLargeError, Value, join_all
from checker.values.operations import known, text, unknown
from checker.values.tags import tags_in

# Each expression within another costs a few frames, and values go through many locals and modules.
_RECURSION_LIMIT = 12_000


Inputs = Callable[[RootInputs], Callable[[str, Declaration], Value]]


def load_directory(
    root: Path,
    options: Options,
    files: SourceFiles,
    inputs: Inputs = lambda supplied: supplied.value,
    generated: Sequence[SourceFile] = (),
    copied: Sequence[Path] = (),
) -> Loaded:
    """The resources of a root module and of all modules that it calls, one for each instance that is known.

    What cannot be read or understood is among the problems; nothing is raised for the content of files. `inputs` makes
    of what the options and the files supply the values of the root's variables; `generated` are files that are written
    into the root before it is deployed, and `copied` the paths of those that are copied there, over its own.
    """
    with deep_recursion():
        return _Loader(root, options, files, generated, copied).load(inputs)


@contextmanager
def deep_recursion() -> Iterator[None]:
    """While it lasts, expressions may be nested and chained as deep as the parser allows."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _RECURSION_LIMIT))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


class _Loader:
    """One run over one root."""

    def __init__(
        self,
        root: Path,
        options: Options,
        files: SourceFiles,
        generated: Sequence[SourceFile],
        copied: Sequence[Path],
    ) -> None:
        self._generated = generated
        self._copied = copied
        self._root = root
        self._options = options
        self._files = files
        self._host = Host(files, root, self._render)
        self._modules: dict[Path, Declarations] = {}
        self._comments: list[tuple[Place, str]] = []

    def load(self, make_inputs: Inputs) -> Loaded:
        """The resources, problems and comments of the root."""
        already_read = set(self._files.files_read)
        by_name = {path.name: path for path in (*self._list(self._root), *self._copied)}
        listed = [by_name[name] for name in sorted(by_name)]
        declared = self._declarations(self._root, listed)
        inputs = root_inputs(self._host, self._options, declared, listed)
        workspace = self._options.workspace
        tree = Tree(
            self._host,
            self._declarations,
            make_inputs(inputs),
            unknown(Cause.INPUT_NOT_SET, "terraform.workspace") if workspace is None else text(workspace),
        )
        tree.modules = ModuleSources(self._host).directory
        root = Module(tree, "", declared, ".")
        resources = [resource for module in root.every() for resource in self._resources(module)]
        shown = [self._files.display(path) for path in self._files.files_read if path not in already_read]
        return Loaded(
            Input(self._files.display(self._root), InputKind.TERRAFORM, tuple(dict.fromkeys(shown))),
            tuple(resource for resource in resources if resource.presence),
            tuple(self._host.problems),
            tuple(self._comments),
        )

    def _list(self, directory: Path) -> Sequence[Path]:
        try:
            return self._files.list_directory(directory)
        except ReadError as error:
            self._host.report(read_problem(error))
            return ()

    def _declarations(self, directory: Path, listed: Sequence[Path] | None = None) -> Declarations:
        """What the module in a directory declares, read once."""
        found = self._modules.get(directory)
        if found is None:
            sources, complete = read_module(self._list(directory) if listed is None else listed, self._host)
            if directory == self._root and self._generated:
                written = {file.path.name for file in self._generated}
                sources = [source for source in sources if source.path.name not in written] + [*self._generated]
            for source in sources:
                self._comments.extend((comment.place, comment.text) for comment in source.parsed.comments)
            found = declarations(directory, sources, complete=complete)
            for problem in found.problems:
                self._host.report(problem)
            self._modules[directory] = found
        return found

    def _render(self, content: str, file: str, at: Place | None, names: Mapping[str, Value]) -> Value:
        try:
            template = parse_template(content, file, at=at)
        except ParseError as error:
            self._host.report(read_problem(error))
            return unknown(Cause.PARSE_FAILED, file)
        return evaluate(template, Scope(NoNames(self._host), names))

    def _resources(self, module: Module) -> Iterator[Resource]:
        """The module's own resources, and a resource of type `module` for each call whose code is not there."""
        for found in module.resources():
            yield self._resource(found)
        for name, declared, instance in module.unread_calls():
            body, scope = declared.block.body, Scope(module, instance.names)
            names = [attribute.name for attribute in body.attributes if attribute.name not in CALL_ARGUMENTS]
            provider = module.providers.lookup("aws")
            if names:
                yield Resource(
                    framework=Framework.TERRAFORM,
                    input=self._files.display(self._root),
                    address=f"{module.prefix}module.{name}{instance.key}",
                    type="module",
                    properties=known(Map({name: bodies.argument(body, name, scope) for name in names})),
                    place=declared.block.place,
                    presence=_ways(module.presence, instance.presence, declared.given),
                    region=provider.region() if provider else (),
                )

    def _resource(self, found: ResourceInstance) -> Resource:
        key = found.key
        try:
            properties = known(bodies.properties(found.declared.block.body, found.scope))
        except RecursionError:
            properties = unknown(Cause.TOO_MANY, found.address)
        except TooLargeError:
            self._host.report_too_large(found.declared.block.place)
            properties = unknown(Cause.TOO_MANY, found.address)
        return Resource(
            framework=Framework.TERRAFORM,
            input=self._files.display(self._root),
            address=found.address,
            type=key.type if key.mode == "resource" else f"{key.mode}.{key.type}",
            properties=properties,
            place=found.declared.block.place,
            presence=_presence(found),
            region=found.region,
            tags=_tags(found, properties),
        )


def _tags(found: ResourceInstance, properties: Value) -> tuple[tuple[str, str], ...]:
    """The tags of a resource, and the default tags of its provider that it does not set itself."""
    own = [tags_in(one.atom.entries.get("tags", ())) for one in properties if isinstance(one.atom, Map)]
    tags = dict.fromkeys(tag for each in own for tag in each)
    names = {name for name, _ in tags}
    return (*tags, *(tag for tag in found.default_tags if tag[0] not in names))


def _presence(found: ResourceInstance) -> tuple[Given, ...]:
    """The assumptions under which an instance exists: those of its module, of its key, and of the file it is in."""
    return _ways(found.module.presence, found.instance.presence, found.declared.given)


def _ways(outer: tuple[Given, ...], own: tuple[Given, ...], given: Given) -> tuple[Given, ...]:
    joined = (join_all(one, other, given) for one in outer for other in own)
    return tuple(dict.fromkeys(way for way in joined if way is not None))


_CALL = re.compile(rb"\bmodule\b[^\n]*\{|\"module\"")


Known = Callable[[Path, SourceFiles], Declarations | None]


def called_modules(
    directories: Sequence[Path], files: SourceFiles, known: Known = lambda _directory, _files: None
) -> Mapping[Path, frozenset[Path]]:
    """For each directory that others call as a local module, those that call it; resolved paths.

    `known` gives what a directory declares, if it has been read. A directory that calls itself does not count. Files
    that cannot be read or parsed call nothing here: they are problems when their directory is loaded.
    """
    callers: dict[Path, set[Path]] = {}
    host = Host(files, Path(), lambda _content, file, _at, _names: unknown(Cause.INVALID, file))
    for directory in directories:
        try:
            listed = files.list_directory(directory)
        except ReadError:
            continue
        declared = known(directory, files)
        if declared is None:
            calling = [path for path in listed if is_module_file(path) and _may_call(path, files)]
            declared = declarations(directory, read_module(calling, host)[0])
        for call in declared.calls.values():
            source = call.get("source")
            if isinstance(source, Literal) and isinstance(source.value, str) and source.value.startswith(("./", "../")):
                if "\0" in source.value:
                    continue
                target, caller = files.resolved(directory / source.value), files.resolved(directory)
                if target != caller:
                    callers.setdefault(target, set()).add(caller)
    return {target: frozenset(calling) for target, calling in callers.items()}


def _may_call(path: Path, files: SourceFiles) -> bool:
    try:
        content = files.read_bytes(path)
    except ReadError:
        return False
    # UTF-16 has a zero after each of these letters.
    plain = content.replace(b"\0", b"") if b"\0" in content else content
    return b"source" in plain and _CALL.search(plain) is not None
