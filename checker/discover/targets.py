"""The kinds of files, and the results of a search: targets without duplicates, and what could not be read."""

import codecs
import errno
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from checker.errors import ReadError
from checker.immutable import immutable
from checker.model.problem import ALLOW_OUTSIDE, Problem, ProblemKind
from checker.model.resource import InputKind
from checker.source.files import SourceFiles
from checker.source.validation import closest_path, is_address

# Tells Terraform code by its name, and the kind of a JSON document by its top-level keys.

TERRAFORM_SUFFIXES = (".tf", ".tf.json", ".tofu", ".tofu.json")
# A Stack deploys modules in other directories.
STACK_SUFFIXES = tuple(f".tf{part}.{kind}" for part in ("component", "stack", "deploy") for kind in ("hcl", "json"))
# Terragrunt's units deploy a module that may be in another directory.
TERRAGRUNT_UNITS = frozenset({"terragrunt.hcl", "terragrunt.hcl.json"})

_STRING = rb'"(?>(?:[^"\\]+|\\.)*)"'
_KEY = re.compile(rb"[\s,]*(" + _STRING + rb")\s*:", re.DOTALL)
# The text before the next bracket.
_TO_A_BRACKET = re.compile(rb'(?>(?:[^"\[\]{}]+|' + _STRING + rb")*)([\[\]{}])", re.DOTALL)
_OPENING = re.compile(rb"(?:\xef\xbb\xbf)?\s*\{")
_PLAIN_VALUE = re.compile(rb"\s*(?:" + _STRING + rb"|[^\s\"\[\]{},]+)", re.DOTALL)
_PLAN_KEYS = frozenset({
    "planned_values", "resource_changes", "variables", "applyable", "output_changes", "configuration",
    "prior_state", "resource_drift", "relevant_attributes",
})  # fmt: skip
_TEMPLATE_KEYS = frozenset({"Resources", "AWSTemplateFormatVersion", "Transform"})


def is_of_terraform(name: str) -> bool:
    """True if Terraform or Terragrunt read files with this name as code."""
    return name.endswith((*TERRAFORM_SUFFIXES, *STACK_SUFFIXES)) or name in TERRAGRUNT_UNITS


def kind_of_json(content: bytes) -> InputKind | None:
    """The kind of a JSON document; None for a template, and for anything else that is not Terraform's or an assembly.

    Reading stops as soon as the keys decide. So a document that is truncated, or wrong further down, still has a kind,
    and its frontend can report the fault.
    """
    seen: set[str] = set()
    for key in _top_keys(content):
        seen.add(key)
        if seen & _TEMPLATE_KEYS:
            return None
        if "format_version" in seen and seen & _PLAN_KEYS:
            return InputKind.TERRAFORM_PLAN
        if {"format_version", "values"} <= seen or {"lineage", "serial"} <= seen:
            return InputKind.TERRAFORM_STATE
        if {"artifacts", "version"} <= seen:
            return InputKind.CDK
        if {"@level", "@message"} <= seen:
            # A line of the output of `terraform plan -json`.
            return InputKind.TERRAFORM_PLAN
    # An empty or truncated state.
    is_state = "format_version" in seen or "lineage" in seen or {"serial", "terraform_version"} <= seen
    return InputKind.TERRAFORM_STATE if is_state else None


def _top_keys(content: bytes) -> Iterator[str]:
    """The keys of the object in order; none if the document is something else."""
    text = _as_utf_8(content)
    start = _OPENING.match(text)
    position = start.end() if start else len(text)
    while key := _KEY.match(text, position):
        yield _text(key[1])
        value = _PLAIN_VALUE.match(text, key.end())
        position = value.end() if value else _behind_brackets(text, key.end())


def _behind_brackets(text: bytes, position: int) -> int:
    """The end of the object or list that begins at `position`; the end of the text if it is not closed."""
    depth = 0
    while bracket := _TO_A_BRACKET.match(text, position):
        position = bracket.end()
        depth += 1 if bracket[1] in b"{[" else -1
        if depth <= 0:
            return position
    return len(text)


def _as_utf_8(content: bytes) -> bytes:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace").encode("utf-8", "replace")
    return content


def _text(token: bytes) -> str:
    try:
        return str(json.loads(token))
    except ValueError:
        return token[1:-1].decode("utf-8", "replace")


# The results of a search: targets without duplicates, and what could not be read.

# The shown name of standard input.
STANDARD_INPUT = Path("<stdin>")
_DIRECTORIES = (InputKind.TERRAFORM, InputKind.CDK)


@immutable
class Target:
    """Something to check. `content` is set for a file, which has been read; `files` reads what it refers to.

    `is_named`: a file that the user named, which is kept whatever it is, or a directory that is a root although others
    call it as a module.
    """

    kind: InputKind
    path: Path
    files: SourceFiles
    content: bytes = b""
    is_named: bool = False


@dataclass
class Discovery:
    """The results so far: targets without duplicates, what could not be read, and files beside them that may name a
    model.

    `files` are texts. `programs` are those that were requested, and those of `apps`, which are the manifests of apps
    without synth output. `synthesized` are the outputs of CDK apps, by their manifests. `nameless` are files that were
    read and contain no id, `unrendered` are templates from which a template engine has to write others, and whether a
    placeholder in them stands for a model.
    """

    targets: list[Target] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    files: dict[Path, SourceFiles] = field(default_factory=dict)
    programs: dict[Path, SourceFiles] = field(default_factory=dict)
    apps: dict[Path, SourceFiles] = field(default_factory=dict)
    synthesized: dict[Path, Path] = field(default_factory=dict)
    nameless: set[Path] = field(default_factory=set)
    unrendered: dict[Path, bool] = field(default_factory=dict)
    _seen: dict[tuple[Path, InputKind | None], int] = field(default_factory=dict)
    # Counts duplicates too, so that a path given twice is not reported as empty.
    found: int = 0

    def add(self, target: Target) -> None:
        """Adds a target, unless it is a duplicate. A directory may be two targets: an assembly and Terraform."""
        self.found += 1
        key = target.files.resolved(target.path), target.kind if target.kind in _DIRECTORIES else None
        if key not in self._seen:
            self._seen[key] = len(self.targets)
            self.targets.append(target)
        elif target.is_named and not self.targets[self._seen[key]].is_named:
            self.targets[self._seen[key]] = target


def no_input(shown: str) -> Problem:
    """The problem for a given path with nothing to check."""
    return Problem(
        ProblemKind.NO_INPUT,
        shown,
        "no infrastructure code was found here",
        "Give a directory with Terraform, CloudFormation or CDK output, a template, or a plan as JSON.",
        incomplete=True,
    )


def pruned_by(cause: str, shown: str, count: int, doubt: str | None = None) -> Problem:
    """The problem for a path with files of infrastructure code that a `cause` keeps out, such as `.gitignore names`.

    A `doubt` says why git could not be asked whether it tracks them.
    """
    files = "a file" if count == 1 else f"{count} files"
    message = f"not searched, since {cause} it: {files} of infrastructure code"
    if doubt is not None:
        message += f". Git may track some of it, and could not be asked ({doubt})"
    return Problem(
        ProblemKind.PRUNED,
        shown,
        message,
        "Give its path to check it all the same.",
        incomplete=doubt is not None,
        several="" if doubt else f"paths with infrastructure code were not searched, since {cause} them",
        subject=shown,
    )


def count_files(target: Target) -> int:
    """The number of files of infrastructure code that a target is, without those to which it refers."""
    if target.kind is not InputKind.TERRAFORM:
        return 1
    try:
        names = [path.name for path in target.files.list_directory(target.path)]
    except ReadError:
        return 1
    return sum(map(is_of_terraform, names)) or 1


def problem_of(error: ReadError) -> Problem:
    """The problem for a file that cannot be read."""
    outside = error.kind == "outside-boundary"
    return Problem(
        ProblemKind.OUTSIDE_BOUNDARY if outside else ProblemKind.UNREADABLE,
        error.file,
        error.reason,
        ALLOW_OUTSIDE if outside else "Make it readable, or leave it out of the paths.",
        incomplete=True,
    )


def unreadable(shown: str, error: OSError) -> Problem:
    """The problem for a path that cannot be read."""
    missing = isinstance(error, FileNotFoundError)
    reasons = {
        errno.ENOENT: "there is no such file or directory",
        errno.ELOOP: "the symbolic links go round in a loop",
        errno.EACCES: "permission to read it is denied",
    }
    return Problem(
        ProblemKind.NOT_FOUND if missing else ProblemKind.UNREADABLE,
        shown,
        reasons.get(error.errno or 0, error.strerror or "it cannot be read"),
        _what_is_meant(shown) if missing else "Make it readable, or leave it out of the paths.",
        incomplete=True,
    )


def _what_is_meant(path: str) -> str:
    if is_address(path):
        return "This is an address: clone the repository, and give its directory."
    close = closest_path(path)
    return f"Did you mean {close}?" if close else "Check the path."
