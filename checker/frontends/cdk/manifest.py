"""The manifest of a cloud assembly: its stacks, those of its stages, and the files that it uploads."""

import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from checker.errors import ReadError
from checker.frontends.cloudformation.shape import STAND_IN
from checker.immutable import immutable
from checker.model.problem import ALLOW_OUTSIDE, Problem, ProblemKind
from checker.source.files import Boundary, SourceFiles

# The manifest of a cloud assembly: its stacks, and those of its stages.

_MANIFEST = "manifest.json"
_ENVIRONMENT = re.compile(r"aws://([^/]*)/([^/]+)")
_DEEPEST_STAGE = 10
# Properties of artifacts that lead to code.
_OF_CODE = frozenset({"templateFile", "directoryName"})

Report = Callable[[Problem], None]


@immutable
class StackArtifact:
    """A stack of an assembly. `path` is its construct path; `metadata` is the manifest's data on its constructs.

    `region` and `account` are None if the stack is not bound to an environment.
    """

    path: str
    template: Path
    stack_name: str
    region: str | None = None
    account: str | None = None
    parameters: tuple[tuple[str, str], ...] = ()
    metadata: Mapping[str, object] | None = None
    metadata_file: Path | None = None


class Assemblies:
    """The stacks of the assemblies of a run; each manifest is read once."""

    def __init__(self) -> None:
        self._read: dict[tuple[Boundary, str], tuple[Path, tuple[StackArtifact, ...], tuple[Problem, ...]]] = {}

    def stacks(self, directory: Path, files: SourceFiles, report: Report) -> tuple[StackArtifact, ...]:
        """The stacks of the assembly in a directory and of its stages, in the order of the manifests."""
        key = (files.boundary, files.display(directory))
        known = self._read.get(key)
        if known is None:
            problems: dict[Problem, None] = {}
            found: list[StackArtifact] = []
            _read(directory, files, lambda problem: problems.update({problem: None}), found, 0)
            known = self._read[key] = files.resolved(directory), tuple(found), tuple(problems)
        for problem in known[2]:
            report(problem)
        return known[1]

    def forget(self, path: Path) -> None:
        """Drops the assembly of a file."""
        self._read = {key: known for key, known in self._read.items() if not path.is_relative_to(known[0])}

    def release(self, paths: Collection[Path]) -> None:
        """Drop the assemblies in directories."""
        self._read = {key: known for key, known in self._read.items() if known[0] not in paths}


def has_manifest(directory: Path, files: SourceFiles) -> bool:
    """True if `directory` has a manifest, even one that cannot be read."""
    try:
        return any(path.name == _MANIFEST for path in files.list_directory(directory))
    except ReadError:
        return True


def read_json(
    path: Path, files: SourceFiles, report: Report, advice: str, *, may_be_missing: bool = False
) -> Mapping[str, object] | None:
    """The JSON object in a file of the assembly; None, with a problem, if there is none."""
    try:
        content = files.read_text(path)
    except ReadError as error:
        if may_be_missing and error.kind == "missing":
            return None
        kind = {"missing": ProblemKind.NOT_FOUND, "outside-boundary": ProblemKind.OUTSIDE_BOUNDARY}
        found = kind.get(error.kind, ProblemKind.UNREADABLE)
        advice = ALLOW_OUTSIDE if found is ProblemKind.OUTSIDE_BOUNDARY else advice
        report(Problem(found, error.file, f"the file cannot be read: {error.reason}", advice, incomplete=True))
        return None
    line, column, reason = 1, 1, "it is nested too deeply"
    try:
        data = json.loads(content)
        if isinstance(data, dict):
            return data
        reason = "an object is expected"
    except json.JSONDecodeError as error:
        line, column, reason = error.lineno, error.colno, error.msg
    except (RecursionError, ValueError):
        pass
    shown = files.display(path)
    report(Problem(ProblemKind.INVALID_SYNTAX, shown, f"this is not JSON: {reason}", advice, True, line, column))
    return None


def _read(directory: Path, files: SourceFiles, report: Report, found: list[StackArtifact], depth: int) -> None:
    advice = "Run `npx cdk synth` again."
    path = directory / _MANIFEST
    manifest = read_json(path, files, report, advice)
    if manifest is None:
        return
    _report_stand_ins(manifest, files.display(path), report)
    artifacts = manifest.get("artifacts")
    if not isinstance(artifacts, dict):
        message = "it has no `artifacts`" if artifacts is None else "its `artifacts` are not an object"
        report(Problem(ProblemKind.INVALID_VALUE, files.display(path), message, advice, incomplete=True))
        return
    for name, artifact in artifacts.items():
        match artifact:
            case {"type": "aws:cloudformation:stack"}:
                stack = _stack(directory, name, artifact)
                if stack is None:
                    message = f"stack {name} names no template"
                    report(Problem(ProblemKind.INVALID_VALUE, files.display(path), message, advice, incomplete=True))
                else:
                    found.append(stack)
            case {"type": "cdk:cloud-assembly"}:
                inner = directory / (_text(_properties(artifact).get("directoryName")) or name)
                if depth < _DEEPEST_STAGE and inner != directory:
                    _read(inner, files, report, found, depth + 1)
                else:
                    message = f"stage {name} is nested too deeply; it was not read"
                    report(Problem(ProblemKind.UNSUPPORTED, files.display(path), message, advice, incomplete=True))
            case {"type": str()} if _OF_CODE.isdisjoint(_properties(artifact)):
                pass
            case _:
                is_typed = isinstance(artifact, dict) and isinstance(artifact.get("type"), str)
                reason = "has a template or a stage, and is of no type that is known" if is_typed else "has no type"
                message = f"artifact {name} {reason}; it was not read"
                report(Problem(ProblemKind.UNSUPPORTED, files.display(path), message, advice, incomplete=True))


def _report_stand_ins(manifest: Mapping[str, object], shown: str, report: Report) -> None:
    """A problem for each SSM parameter for which the app has a value of its own until it is looked up.

    What the CDK writes itself is recognized in the templates.
    """
    missing = manifest.get("missing")
    for context in missing if isinstance(missing, list) else ():
        match context:
            case {"provider": "ssm", "props": {"parameterName": str(name), "dummyValue": str(value)}}:
                if not value.startswith(STAND_IN):
                    message = f"what rests on SSM parameter {name} was not checked: the output has a stand-in for it"
                    advice = "Run `npx cdk synth` where it can look the parameter up."
                    report(Problem(ProblemKind.INVALID_VALUE, shown, message, advice, incomplete=True))
            case _:
                pass


def _stack(directory: Path, name: str, artifact: Mapping[str, object]) -> StackArtifact | None:
    properties = _properties(artifact)
    template = _text(properties.get("templateFile"))
    if not template:
        return None
    environment = _ENVIRONMENT.fullmatch(_text(artifact.get("environment")) or "")
    account, region = (environment[1], environment[2]) if environment else (None, None)
    parameters = properties.get("parameters")
    metadata = artifact.get("metadata")
    additional = _text(artifact.get("additionalMetadataFile"))
    return StackArtifact(
        path=_text(artifact.get("displayName")) or name,
        template=directory / template,
        stack_name=_text(properties.get("stackName")) or name,
        region=None if region == "unknown-region" else region,
        account=None if account in {"unknown-account", ""} else account,
        parameters=tuple((key, value) for key, value in parameters.items() if isinstance(value, str))
        if isinstance(parameters, dict)
        else (),
        metadata=metadata if isinstance(metadata, dict) else None,
        metadata_file=directory / additional if additional else None,
    )


def _properties(artifact: Mapping[str, object]) -> Mapping[str, object]:
    properties = artifact.get("properties")
    return properties if isinstance(properties, dict) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


# The files that an assembly uploads: finds the file of an object in S3 by the asset manifests.

_SUFFIX = ".assets.json"


@dataclass(slots=True)
class Assets:
    """The uploaded files by the directory of a template and the key of an object."""

    files: SourceFiles
    report: Report
    _by_directory: dict[Path, Mapping[str, Path]] = field(default_factory=dict)

    def path(self, directory: Path, key: str) -> Path | None:
        """The file that is uploaded under a key, by an asset manifest in `directory`; the last part of the key is
        enough.

        The app writes the key into a template, even where the CDK CLI would write the path of the file.
        """
        if directory not in self._by_directory:
            self._by_directory[directory] = self._read(directory)
        return self._by_directory[directory].get(key.rpartition("/")[2])

    def _read(self, directory: Path) -> Mapping[str, Path]:
        try:
            manifests = [path for path in self.files.list_directory(directory) if path.name.endswith(_SUFFIX)]
        except ReadError:
            return {}
        found: dict[str, Path] = {}
        for manifest in manifests:
            advice = "Run `npx cdk synth` again; without it, nested stacks may not be found."
            # A missing nested stack is reported where it is nested.
            document = read_json(manifest, self.files, lambda one: self.report(one._replace(incomplete=False)), advice)
            uploaded = (document or {}).get("files")
            for asset in uploaded.values() if isinstance(uploaded, dict) else ():
                match asset:
                    case {"source": {"path": str(path)}, "destinations": dict(destinations)}:
                        for destination in destinations.values():
                            key = destination.get("objectKey") if isinstance(destination, dict) else None
                            if isinstance(key, str):
                                found.setdefault(key.rpartition("/")[2], directory / path)
                    case _:
                        pass
        return found
