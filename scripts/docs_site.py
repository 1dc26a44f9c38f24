"""What MkDocs does not find in `docs/`: pages and parts made from the code, so that they say what it does.

A page per check, the pages on the command line, the schemas, and the parts that pages ask for by a comment such as
`<!-- generated: causes -->`.
"""

import importlib.util
import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from importlib.resources import files as package_files
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.utils.yaml import yaml_load

from checker.catalog import load_bundled
from checker.cli.application import command
from checker.model.policy import Policy
from checker.policy import load_policy, pack_names
from checker.policy.checks import CHECKS
from checker.policy.load import schema_of
from checker.policy.page import check_page
from checker.source.files import Boundary, SourceFiles
from checker.values import ADVICE

_ROOT = Path(__file__).parents[1]
_WIDTH = 90
_REPORT_SCHEMA = ("checker.report", "report.schema.json")
_CATALOG_SCHEMA = ("checker.catalog", "catalog.schema.json")
_OVERLAY_SCHEMA = ("checker.catalog", "overlay.schema.json")
_CONFIGURATION_SCHEMA = ("checker.workspace", "configuration.schema.json")
_ANSWERS_SCHEMA = ("checker.workspace", "answers.schema.json")
_TERRAFORM = "checker.frontends.terraform"
_CLOUDFORMATION = "checker.frontends.cloudformation"
# Where people look for a limit: what it limits, and where it stands.
_CAPS = (
    ("bytes of a file", "checker.source.files", "_LARGEST_READ"),
    ("bytes of a template that is searched for", "checker.discover.search", "_LARGEST_TEMPLATE"),
    ("levels of nesting in HCL", f"{_TERRAFORM}.hcl.cursor", "MAX_NESTING"),
    ("levels of nesting in YAML", "checker.source.yaml", "MAX_DEPTH"),
    ("nodes of a YAML file", "checker.source.yaml", "MAX_NODES"),
    ("levels of nesting in JSON", "checker.source.json", "MAX_DEPTH"),
    ("alternatives of a value", "checker.values.operations.alternatives", "MOST_ALTERNATIVES"),
    ("nodes of a value", "checker.values.atoms", "MOST_NODES"),
    ("characters of a value", "checker.values.atoms", "MOST_CHARACTERS"),
    ("bytes that are decoded from base64 or gzip", "checker.references.prefilter", "_MOST_BYTES"),
    ("instances of a Terraform block", f"{_TERRAFORM}.configuration.expansion", "MOST_INSTANCES"),
    ("module calls of a Terraform root", f"{_TERRAFORM}.configuration.scope", "MOST_MODULES"),
    ("resources of a Terraform root", f"{_TERRAFORM}.configuration.scope", "_MOST_RESOURCES"),
    ("steps of evaluation for a Terraform root", f"{_TERRAFORM}.configuration.scope", "_MOST_OF_ROOT"),
    ("steps of evaluation for a Terraform resource", f"{_TERRAFORM}.configuration.scope", "_MOST_OF_RESOURCE"),
    ("files that `fileset` lists", f"{_TERRAFORM}.functions.filesystem", "_MOST_FILES"),
    ("nested stacks of a template", f"{_CLOUDFORMATION}.nesting", "_MOST_NESTED"),
    ("entries that loops of a template make", f"{_CLOUDFORMATION}.expansion", "_MOST_LOOP_ENTRIES"),
    ("nested stages of a CDK assembly", "checker.frontends.cdk.manifest", "_DEEPEST_STAGE"),
)
_PART = re.compile(r"^<!-- generated: (\w+) -->$", re.MULTILINE)


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Lists the checks below their index."""
    for section in config.nav or ():
        for location in [location for pages in section.values() if isinstance(pages, list) for location in pages]:
            if isinstance(location, dict) and location.get("Checks") == "checks/index.md":
                location["Checks"] = ["checks/index.md", *(f"checks/{name}.md" for name in CHECKS)]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds the pages and the schemas."""
    for uri, content in _made():
        files.append(File.generated(config, uri, content=content))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Puts in the parts that the page asks for. Raises KeyError for one that there is not."""
    del page, config, files
    return _PART.sub(lambda asked: _PARTS[asked[1]](), markdown)


def _made() -> Iterator[tuple[str, str]]:
    packs = _packs()
    yield "checks/index.md", _checks_index(packs)
    for name in CHECKS:
        yield f"checks/{name}.md", f"# {name}\n\n{_builder().check_text(name, packs)}"
    yield "cli.md", _command_line()
    yield "schemas/policy.schema.json", json.dumps(schema_of("policy"), indent=2) + "\n"
    for package, name in (_REPORT_SCHEMA, _CATALOG_SCHEMA, _OVERLAY_SCHEMA, _CONFIGURATION_SCHEMA, _ANSWERS_SCHEMA):
        yield f"schemas/{name}", package_files(package).joinpath("data", name).read_text(encoding="utf-8")


@cache
def _builder() -> Any:
    """What makes the rule reference makes the pages of the checks, too."""
    spec = importlib.util.spec_from_file_location("build_policies", _ROOT / "tools" / "policies" / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _packs() -> dict[str, Policy]:
    files = SourceFiles(Boundary(None), _ROOT)
    return {name: load_policy(name, files) for name in pack_names()}


def _checks_index(packs: dict[str, Policy]) -> str:
    about = (
        "A check is what can be looked for; a rule of a [policy](../policies.md) applies it with parameters and a"
        " severity. `bedrock-eol explain NAME` prints these pages."
    )
    parts = [
        f"# Checks\n\n{about}\n",
        "| check | what it finds |\n| --- | --- |",
        *(f"| [{name}]({name}.md) | {check_page(name).summary} |" for name in CHECKS),
    ]
    for name, policy in packs.items():
        parts.append(f"\n## Pack `{name}`\n\n{_builder().rule_table(policy, '{}.md')}")
    return "\n".join(parts)


def _command_line() -> str:
    parts = ["# Command line\n", "What each command says with `--help`.\n"]
    for words, text in _helps(command(), ("bedrock-eol",), None):
        parts.append(f"## {' '.join(words)}\n\n```text\n{text}\n```\n")
    return "\n".join(parts)


def _helps(each: Any, words: tuple[str, ...], parent: Any) -> Iterator[tuple[tuple[str, ...], str]]:
    with each.make_context(words[-1], [], parent=parent, resilient_parsing=True, terminal_width=_WIDTH) as context:
        yield words, context.get_help().rstrip()
        for name, sub in getattr(each, "commands", {}).items():
            yield from _helps(sub, (*words, name), context)


def _causes() -> str:
    rows = (f"| `{cause}` | {advice.rstrip('.')} |" for cause, advice in ADVICE.items())
    return "\n".join(("| cause | what to do |", "| --- | --- |", *rows))


def _catalog() -> str:
    catalog = load_bundled()
    return (
        f"The catalog of this version knows {len(catalog.models)} models. Its data are of **{catalog.as_of}**:"
        f" {catalog.source}."
    )


def _inputs() -> str:
    action = yaml_load((_ROOT / "action.yml").read_text(encoding="utf-8"))
    rows = []
    for name, described in action["inputs"].items():
        default = str(described["default"])
        shown = "" if not default or "${{" in default else f"`{default}`"
        rows.append(f"| `{name}` | {shown} | {described['description']} |")
    return "\n".join(("| input | default | meaning |", "| --- | --- | --- |", *rows))


def _caps() -> str:
    rows = (f"| {what} | {getattr(import_module(module), name):,} |" for what, module, name in _CAPS)
    return "\n".join(("| | at most |", "| --- | ---: |", *rows))


_PARTS: dict[str, Callable[[], str]] = {"caps": _caps, "causes": _causes, "catalog": _catalog, "inputs": _inputs}
