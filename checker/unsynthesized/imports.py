"""The local imports of a program: the files of other directories that it takes in, so far as its text tells them.

What a package manager installs is no local import.
"""

import json
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath

from checker.errors import ReadError
from checker.source.files import SourceFiles, is_directory, is_file
from checker.source.languages import is_code

_OF_SCRIPTS = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs")
_SCRIPT_IMPORT = re.compile(r"(?:\bfrom|\bimport|\brequire\s*\(|\bimport\s*\()\s*[\"']([^\"'\n]+)[\"']")
_PYTHON_IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+(\.*[\w.]*)[ \t]+import[ \t]+(\([^)]*\)|[^#\n]+)|import[ \t]+([\w., \t]+))", re.M
)
_JAVA_IMPORT = re.compile(r"^[ \t]*import[ \t]+(?:static[ \t]+)?([a-z][\w.]*)\.(?:\*|[A-Z]\w*)", re.M)
_GO_IMPORT = re.compile(r'^[ \t]*(?:import[ \t]+)?(?:[\w.]+[ \t]+)?"([\w.-]+(?:/[\w.-]+)*)"[ \t]*$', re.M)
_GO_MODULE = re.compile(r"^module[ \t]+(\S+)", re.M)
_GO_REPLACE = re.compile(r"^(?:[ \t]*replace[ \t]+|[ \t]+)(\S+)(?:[ \t]+v\S+)?[ \t]+=>[ \t]+(\.\S*)", re.M)
_PROJECT_REFERENCE = re.compile(r"<ProjectReference\s[^>]*Include\s*=\s*\"([^\"]+)\"")
_DATA = re.compile(r"[\"'`]([^\"'`\n]+\.(?:json|ya?ml|toml|env))[\"'`]")
_WORD = re.compile(r"[\w./@+-]+")
_LISTED = re.compile(r"^[ \t]*-[ \t]*[\"']?([^\s\"'#!]+)", re.M)
_BASE_URL = re.compile(r'"baseUrl"\s*:\s*"([^"]+)"')
_ALIAS = re.compile(r'"([^"*]+)\*?"\s*:\s*\[\s*"([^"*]+)\*?"')
_SOURCES_OF_JAVA = ("src/main/java", "src/main/kotlin", "src")
# What other tools write and install.
_NOT_LOCAL = frozenset({"node_modules", "cdk.out", ".git", ".venv", "venv", "__pycache__", "bin", "obj", "target"})


class Imports:
    """The local imports of the programs of one app, whose directory is `start`."""

    def __init__(self, start: Path, files: SourceFiles) -> None:
        self._start = start
        self._files = files
        self._packages: dict[str, Path] | None = None
        self._alias: dict[str, Path] | None = None

    def named_in(self, text: str) -> Iterator[Path]:
        """The files of code that a command in the directory of the app names, also by what a compiler makes of them."""
        for word in _WORD.findall(text):
            path = _joined(self._start, word)
            if self._is_local(path):
                yield path
            elif path.suffix in _OF_SCRIPTS:
                yield from self._script_at(path)

    def data_of(self, program: Path, text: str) -> Iterator[Path]:
        """The files of data that a program names, relative to itself or to the directory of the app."""
        for name in dict.fromkeys(_DATA.findall(text)):
            for directory in (program.parent, self._start):
                path = _joined(directory, name)
                if is_file(path) and self._files.outside(path) is None:
                    yield path

    def of(self, program: Path, text: str) -> Iterator[Path]:
        """The files of code that a program takes in."""
        match program.suffix:
            case suffix if suffix in _OF_SCRIPTS:
                yield from self._of_script(program, text)
            case ".py":
                yield from self._of_python(program, text)
            case ".java" | ".kt":
                yield from self._of_java(text)
            case ".go":
                yield from self._of_go(program, text)
            case ".cs":
                yield from self._of_project(program)

    def _of_script(self, program: Path, text: str) -> Iterator[Path]:
        for name in dict.fromkeys(_SCRIPT_IMPORT.findall(text)):
            if name.startswith("."):
                yield from self._script_at(_joined(program.parent, name))
                continue
            for alias, target in self._aliases().items():
                if name.startswith(alias):
                    yield from self._script_at(_joined(target, name[len(alias) :].lstrip("/") or "."))
            parts = name.split("/")
            directory = self._local_packages().get("/".join(parts[: 2 if name.startswith("@") else 1]))
            if directory is not None:
                yield from self._below(directory)

    def _script_at(self, stem: Path) -> Iterator[Path]:
        """The file that is imported by a path, which need not have its ending."""
        # TypeScript writes the name that the compiler will give a file.
        stems = (stem, stem.with_suffix("")) if stem.suffix in _OF_SCRIPTS else (stem,)
        options = (
            option
            for each in stems
            for option in (
                each,
                *(each.parent / f"{each.name}{suffix}" for suffix in _OF_SCRIPTS),
                *(each / f"index{suffix}" for suffix in _OF_SCRIPTS),
            )
        )
        found = next(filter(self._is_local, options), None)
        if found is not None:
            yield found

    def _local_packages(self) -> dict[str, Path]:
        """The packages of the same workspace, by their names."""
        if self._packages is None:
            self._packages = {}
            for above in self._above(self._start):
                for glob in self._globs_of_packages(above):
                    with suppress(ValueError, OSError, NotImplementedError):
                        for found in sorted(above.glob(f"{glob}/package.json")):
                            name = self._json(found).get("name")
                            if isinstance(name, str):
                                self._packages.setdefault(name, found.parent)
        return self._packages

    def _globs_of_packages(self, directory: Path) -> list[str]:
        """Where a workspace in a directory has its packages, as npm, Yarn, Lerna and pnpm are told."""
        globs = _LISTED.findall(self._text(directory / "pnpm-workspace.yaml"))
        for name, key in (("package.json", "workspaces"), ("lerna.json", "packages")):
            said = self._json(directory / name).get(key)
            said = said.get("packages") if isinstance(said, dict) else said
            globs += [each for each in said if isinstance(each, str)] if isinstance(said, list) else []
        return globs

    def _aliases(self) -> dict[str, Path]:
        """What names of modules begin with, by the configuration of TypeScript, and the paths that this stands for."""
        if self._alias is None:
            self._alias = {}
            for above in self._above(self._start):
                for name in ("tsconfig.json", "tsconfig.base.json"):
                    # It may have comments, which JSON has not.
                    _, _, paths = (text := self._text(above / name)).partition('"paths"')
                    base = _BASE_URL.search(text)
                    for alias, target in _ALIAS.findall(paths.partition("}")[0]):
                        self._alias.setdefault(alias, _joined(above / (base[1] if base else "."), target))
        return self._alias

    def _of_python(self, program: Path, text: str) -> Iterator[Path]:
        for origin, names, modules in _PYTHON_IMPORT.findall(text):
            if not origin:
                dotted = [(0, part.split()[0]) for part in modules.split(",") if part.split()]
                after: list[str] = []
            else:
                module = origin.lstrip(".")
                dotted = [(len(origin) - len(module), module)]
                after = re.findall(r"\w+", names)
            for level, module in dotted:
                path = module.replace(".", "/")
                bases = [program.parent.joinpath(*[".."] * (level - 1))] if level else self._above(program.parent)
                for base in bases:
                    stem = _joined(base, path) if path else _joined(base, ".")
                    options = (stem.with_suffix(".py"), stem / "__init__.py")
                    found = [option for option in options if path and self._is_local(option)]
                    found += [each for name in after if self._is_local(each := stem / f"{name}.py")]
                    yield from found
                    if found:
                        break

    def _of_java(self, text: str) -> Iterator[Path]:
        for package in dict.fromkeys(_JAVA_IMPORT.findall(text)):
            path = package.replace(".", "/")
            for above in self._above(self._start):
                for module in (above, *self._directories(above)):
                    for sources in _SOURCES_OF_JAVA:
                        directory = module / sources / path
                        if is_directory(directory):
                            yield from self._below(directory)

    def _of_go(self, program: Path, text: str) -> Iterator[Path]:
        root = next((each for each in self._above(program.parent) if is_file(each / "go.mod")), None)
        if root is None:
            return
        module = self._text(root / "go.mod")
        local = {name: _joined(root, target) for name, target in _GO_REPLACE.findall(module)}
        if (own := _GO_MODULE.search(module)) is not None:
            local[own[1]] = root
        for name in dict.fromkeys(_GO_IMPORT.findall(text)):
            for prefix, directory in local.items():
                if name == prefix or name.startswith(f"{prefix}/"):
                    yield from self._below(_joined(directory, name[len(prefix) + 1 :] or "."), deep=False)

    def _of_project(self, program: Path) -> Iterator[Path]:
        for above in self._above(program.parent):
            projects = [each for each in self._listed(above) if each.suffix == ".csproj"]
            for project in projects:
                for reference in _PROJECT_REFERENCE.findall(self._text(project)):
                    target = _joined(project.parent, reference.replace("\\", "/"))
                    yield from self._below(target.parent)
            if projects:
                return

    def _above(self, directory: Path) -> Iterator[Path]:
        """The directory and those above it, inside the boundary."""
        for each in (directory, *directory.parents):
            if self._files.outside(each) is not None:
                return
            yield each

    def _is_local(self, path: Path) -> bool:
        return is_code(path.name) and is_file(path) and self._files.outside(path) is None

    def _below(self, directory: Path, *, deep: bool = True) -> Iterator[Path]:
        """The code in a directory, and in those below it."""
        left = [directory]
        while left:
            for each in self._listed(left.pop()):
                if each.name in _NOT_LOCAL:
                    continue
                if is_code(each.name) and is_file(each):
                    yield each
                elif deep and is_directory(each) and not each.is_symlink():
                    left.append(each)

    def _directories(self, directory: Path) -> Iterator[Path]:
        return (each for each in self._listed(directory) if each.name not in _NOT_LOCAL and is_directory(each))

    def _listed(self, directory: Path) -> tuple[Path, ...]:
        with suppress(ReadError):
            if is_directory(directory):
                return self._files.list_directory(directory)
        return ()

    def _text(self, path: Path) -> str:
        with suppress(ReadError):
            return self._files.read_text(path)
        return ""

    def _json(self, path: Path) -> dict[str, object]:
        with suppress(ValueError, RecursionError):
            found = json.loads(self._text(path) or "{}")
            if isinstance(found, dict):
                return found
        return {}


def _joined(directory: Path, path: str) -> Path:
    """The path of what a program calls `path` in a directory, without `..` in it."""
    return Path(os.path.normpath(directory / PurePosixPath(path)))
