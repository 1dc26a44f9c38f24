"""Writes a first configuration from the content of a tree."""

import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from checker.frontends.protocol import Source
from checker.model.resource import InputKind
from checker.source.files import is_file

# Loaded by Terraform itself.
_LOADED = ("terraform.tfvars", "terraform.tfvars.json")
_AUTOMATIC = (".auto.tfvars", ".auto.tfvars.json")
_VARIABLE_SUFFIXES = (".tfvars", ".tfvars.json")
_DIRECTORIES_OF_VARIABLES = ("", "vars", "env", "envs", "environments", "config", "tfvars")
_MOST = 20


def starter_configuration(targets: Sequence[Source], directory: Path) -> str:
    """The text of `.bedrock-eol.yaml` for `directory`. Settings that the tree does not tell are comments."""
    roots = [target.path for target in targets if target.kind is InputKind.TERRAFORM]
    templates = [target.path for target in targets if target.kind is InputKind.CLOUDFORMATION]
    assemblies = [target.path for target in targets if target.kind is InputKind.CDK]
    lines = [
        "# Configuration of bedrock-eol. What the command line says wins. Paths are relative to this file.",
        "version: 1",
        "",
        "# Packs (baseline, strict) and policy files of your own; `bedrock-eol policy list` shows their rules.",
        "policy: [baseline]",
        "",
        "# What `bedrock-eol check` looks at when no path is given.",
        "paths: [.]",
        "",
        "# Globs of what is not searched, such as code that only shows how something is used.",
        *_exclude(roots, directory),
        "",
        "# Regions to judge where the code does not tell the Region.",
        "# regions: [us-east-1]",
        "",
        "# The least severity of a finding that fails: error, warning, note, never.",
        "fail-on: error",
        "",
        "# Findings that were there when you began: write them with",
        "#   bedrock-eol check --write-baseline .bedrock-eol-baseline.json",
        "# baseline: .bedrock-eol-baseline.json",
        "",
        *_roots(roots, directory),
        "",
        *_templates((*templates, *assemblies), directory),
    ]
    return "\n".join(lines) + "\n"


def _exclude(roots: Iterable[Path], directory: Path) -> list[str]:
    examples = {part for root in roots for part in _relative(root, directory).split("/") if part in _EXAMPLES}
    named = ", ".join(f'"**/{name}"' for name in sorted(examples) or ("examples",))
    return [f"# exclude: [{named}]"]


_EXAMPLES = ("example", "examples", "test", "tests", "fixtures", "sandbox")


def _roots(roots: Sequence[Path], directory: Path) -> list[str]:
    if not roots:
        return [
            "# What is supplied for single Terraform roots; here none was found.",
            "# roots:",
            "#   - {path: envs/prod, var-files: [envs/prod.tfvars], workspace: prod}",
        ]
    lines = [f"# What is supplied for single Terraform roots; found: {len(roots)}. `path` is a glob."]
    with_files = [(root, _variable_files(root)) for root in roots]
    wanted = [(root, files) for root, files in with_files if files]
    lines.append("# roots:")
    for root, files in (wanted or with_files)[:_MOST]:
        path = json.dumps(_relative(root, directory), ensure_ascii=False)
        lines.append(f"#   - path: {path}")
        if files:
            listed = ", ".join(json.dumps(_relative(file, directory), ensure_ascii=False) for file in files[:_MOST])
            choose = "   # choose: they would all apply, later ones over earlier ones" if len(files) > 1 else ""
            lines.append(f"#     var-files: [{listed}]{choose}")
        else:
            lines.append("#     workspace: default")
    if len(wanted or with_files) > _MOST:
        lines.append(f"#   # and {len(wanted or with_files) - _MOST} more")
    return lines


def _templates(templates: Sequence[Path], directory: Path) -> list[str]:
    if not templates:
        return [
            "# What is supplied for single CloudFormation templates; here none was found.",
            "# templates:",
            "#   - {path: stacks/chat.yaml, parameters: [stacks/chat.prod.json]}",
        ]
    lines = [f"# What is supplied for single templates and cdk.out folders; found: {len(templates)}. `path` is a glob."]
    lines.append("# templates:")
    for template in templates[:_MOST]:
        lines.append(f"#   - path: {json.dumps(_relative(template, directory), ensure_ascii=False)}")
        lines.append("#     parameters: []")
    if len(templates) > _MOST:
        lines.append(f"#   # and {len(templates) - _MOST} more")
    return lines


def _variable_files(root: Path) -> list[Path]:
    """The files of variables near a root that Terraform does not load automatically."""
    found = []
    for name in _DIRECTORIES_OF_VARIABLES:
        try:
            entries = sorted((root / name).iterdir())
        except OSError:
            continue
        found += [
            entry
            for entry in entries
            if entry.name.endswith(_VARIABLE_SUFFIXES)
            and not entry.name.endswith(_AUTOMATIC)
            and entry.name not in _LOADED
            and is_file(entry)
        ]
    return found


def _relative(path: Path, directory: Path) -> str:
    return os.path.relpath(path, directory).replace(os.sep, "/")
