"""What the project pulls in: pinned actions, and no dependency undeclared, unused or capped without reason."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

TOP = Path(__file__).parents[2]
PYPROJECT = (TOP / "pyproject.toml").read_text(encoding="utf-8")
PROJECT = tomllib.loads(PYPROJECT)["project"]
SHIPPED = {
    "runtime": PROJECT["dependencies"],
    **{extra: PROJECT["optional-dependencies"][extra] for extra in ("cel", "cdk", "cyclonedx")},
}
REQUIREMENTS = [Requirement(text) for texts in SHIPPED.values() for text in texts]
# Import names, where they are not the distribution's: the extras need not be installed for this test.
IMPORTED_AS = {"aws-cdk-lib": {"aws_cdk"}, "cel-expr-python": {"cel_expr_python"}}
# What a declared dependency itself requires, and only its own interface is made of.
COMES_WITH = {
    "botocore": "boto3",
    "click": "typer",
    "jsii": "aws-cdk-lib",
    "constructs": "aws-cdk-lib",
    "lark": "python-hcl2",
}


def import_names() -> dict[str, str]:
    """The declared distribution, by each top-level name that importing it may use."""
    names = {
        module: canonicalize_name(owner) for module, owners in packages_distributions().items() for owner in owners
    }
    declared = {canonicalize_name(requirement.name) for requirement in REQUIREMENTS}
    found = {module: owner for module, owner in names.items() if owner in declared}
    found |= {module: owner for owner, modules in IMPORTED_AS.items() for module in modules}
    return found | COMES_WITH


def third_party_imports() -> dict[str, set[str]]:
    """The files of `checker/`, by each top-level name that they import and that is neither theirs nor Python's."""
    found: dict[str, set[str]] = {}
    for path in (TOP / "checker").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            modules = []
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                modules = [node.module]
            for module in modules:
                top = module.partition(".")[0]
                if top != "checker" and top not in sys.stdlib_module_names:
                    found.setdefault(top, set()).add(path.relative_to(TOP).as_posix())
    return found


@pytest.mark.parametrize(
    "path", ["action.yml", *(f".github/workflows/{p.name}" for p in (TOP / ".github/workflows").glob("*.yml"))]
)
def test_actions_are_pinned_by_hash_with_the_version_beside(path: str) -> None:
    lines = (TOP / path).read_text(encoding="utf-8").splitlines()
    used = [match[1] for line in lines if (match := re.match(r"\s*(?:- )?uses:\s*(.+)", line))]
    assert used
    unpinned = [
        text for text in used if not re.fullmatch(r"\./.*|[\w.-]+(/[\w.-]+)+@[0-9a-f]{40} # v\d+(\.\d+)*", text)
    ]
    assert unpinned == []


def test_every_import_is_declared() -> None:
    known = import_names()
    assert {name: files for name, files in third_party_imports().items() if name not in known} == {}


def test_every_declared_dependency_is_imported() -> None:
    known = import_names()
    used = {known[name] for name in third_party_imports() if name in known}
    assert {canonicalize_name(requirement.name) for requirement in REQUIREMENTS} - used == set()


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=str)
def test_each_dependency_has_a_lower_bound(requirement: Requirement) -> None:
    assert any(specifier.operator in {">=", "=="} for specifier in requirement.specifier)


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=str)
def test_an_upper_bound_has_its_reason_above(requirement: Requirement) -> None:
    if not any(specifier.operator in {"<", "<=", "==", "~="} for specifier in requirement.specifier):
        return
    lines = PYPROJECT.splitlines()
    place = next(n for n, line in enumerate(lines) if f'"{requirement.name}' in line and "<" in line)
    assert lines[place - 1].lstrip().startswith("#")
