"""Every command of the documentation does what the page says, and what it shows is valid.

A block of the language `sh` has a command a line. They are run in turn, and exit with 0, or with what a comment such as
`<!-- exits: 1 0 -->` says above the block.
"""

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from fnmatch import fnmatch
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from tests.e2e.here import run_check_jsonschema_here, run_here

Run = Callable[..., subprocess.CompletedProcess[str]]
REPOSITORY = Path(__file__).resolve().parents[2]
DOCS = REPOSITORY / "docs"
PAGES = sorted(path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md"))
BINARIES = Path(sys.executable).parent

_BLOCK = re.compile(
    r'^(?:<!-- exits: (?P<exits>[0-9 ]+) -->\n)?```(?P<language>\w+)(?: title="(?P<title>[^"]+)")?\n(?P<code>.*?)^```$',
    re.DOTALL | re.MULTILINE,
)
_SNIPPET = re.compile(r'^--8<-- "(?P<file>[^"]+)"\n', re.MULTILINE)
# What is to a shell no more than words, and perhaps a comment.
_PLAIN = re.compile(r"bedrock-eol(?: [\w./:,=-]+)*(?: +#.*)?")
_COMMAND = re.compile(r"bedrock-eol ((?:fleet |models |policy )?[a-z]+)((?: [^`|#\n]*)?)")


class Block(NamedTuple):
    """A block of code. `exits` are the exit codes of its lines, empty if all are 0."""

    language: str
    title: str
    code: str
    exits: tuple[int, ...]


def snippet(name: str) -> Path:
    """The file that a page puts in."""
    return next(folder / name for folder in (DOCS, REPOSITORY) if (folder / name).exists())


def blocks(page: str) -> list[Block]:
    text = (DOCS / page).read_text(encoding="utf-8")
    return [
        Block(
            found["language"],
            found["title"] or "",
            _SNIPPET.sub(lambda asked: snippet(asked["file"]).read_text(encoding="utf-8"), found["code"]),
            tuple(map(int, (found["exits"] or "").split())),
        )
        for found in _BLOCK.finditer(text)
    ]


BLOCKS = {page: blocks(page) for page in PAGES}
WITH_COMMANDS = [page for page in PAGES if any(block.language == "sh" for block in BLOCKS[page])]
YAMLS = [(page, block) for page in PAGES for block in BLOCKS[page] if block.language == "yaml"]


@pytest.fixture
def workplace(tmp_path: Path, examples: Path, run: Run, tool: Callable[[str, str], None]) -> Path:
    """A repository with the names that the pages use, committed, and the tools that they call."""
    folder = tmp_path / "workplace"
    shutil.copytree(examples / "terraform" / "failing", folder / "infra")
    shutil.copytree(examples / "terraform" / "clean", folder / "clean")
    shutil.copytree(examples / "cdk" / "failing" / "cdk.out", folder / "cdk.out")
    (folder / "stacks").mkdir()
    for target in ("template.yaml", "stacks/assistant.yaml"):
        shutil.copy(examples / "cloudformation" / "failing" / "assistant.yaml", folder / target)
    (folder / "infra" / "prod.tfvars").write_text('environment = "prod"\n')
    (folder / "parameters.json").write_text('[{"ParameterKey": "Stage", "ParameterValue": "prod"}]\n')
    (folder / "own-policy.yaml").write_text("version: 1\nrules: []\n")
    (folder / "notes").mkdir()
    (folder / "notes" / "todo.txt").write_text("move to the next model\n")
    plan = examples / "terraform-plan" / "failing" / "plan.json"
    state = tmp_path / "state.json"
    state.write_text(STATE)
    shows = f'"show -json tfplan") exec cat "{plan}" ;; "show -json") exec cat "{state}" ;;'
    tool("terraform", f'case "$*" in {shows} "plan -out"*tfplan) : > tfplan ;; *) exit 9 ;; esac')
    tool("python3", f'exec "{sys.executable}" "$@"')
    tool("pip", '[ "$1" = install ]')
    tool("cdk", '[ "$*" = "synth --quiet" ] && [ -f cdk.out/manifest.json ]')
    # Of the addresses of the package, a test runs one for real; see `.ci/run`.
    address = "git+https://github.com/OWNER/bedrock-eol@v0.1.0"
    tool("uvx", f'[ "$1 $2" = "--from {address}" ] && shift 2 && exec "$@"')
    pipx = f'"run --spec {address} "*) shift 3; exec "$@" ;; "install {address}") ;;'
    tool("pipx", f'case "$*" in {pipx} *) exit 9 ;; esac')
    tool("uv", f'[ "$*" = "tool install {address}" ]')
    tool("docker", 'case $1 in build) exit 0 ;; esac; while [ "$1" != bedrock-eol ]; do shift; done; exec "$@"')
    tool("hcp-terraform-plan.sh", f'[ "$1" = run-1 ] && exec cp "{plan}" "$2"')
    shutil.copy(plan, folder / "plan.json")
    commit = "git add . && git -c user.email=a@example.com -c user.name=A commit -q -m first"
    commands = f"git init -q -b main . && {commit} && git update-ref refs/remotes/origin/main HEAD"
    assert run(commands, folder).returncode == 0
    return folder


@pytest.mark.parametrize("page", WITH_COMMANDS)
def test_each_command_does_what_the_page_says(page: str, workplace: Path, run: Run) -> None:
    for block in BLOCKS[page]:
        if block.language == "yaml" and block.title:
            file = workplace / block.title
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.code, encoding="utf-8")
        if block.language != "sh":
            continue
        lines = block.code.splitlines()
        exits = block.exits or (0,) * len(lines)
        assert len(exits) == len(lines), f"{page}: an exit code for each of {lines}"
        for line, code in zip(lines, exits, strict=True):
            before = set(workplace.rglob("*"))
            # That the program starts, the lines show that need a shell.
            if _PLAIN.fullmatch(line):
                done = run_here(shlex.split(line, comments=True)[1:], workplace)
            else:
                done = run(line, workplace, RUN_ID="run-1")
            assert done.returncode == code, f"{line}\n{done.stdout}{done.stderr}"
            made = set(workplace.rglob("*")) - before
            assert done.stdout or made or "--write" in line or re.match("pip|uv |docker build|cdk synth", line), line


def test_the_output_shown_at_the_start_is_the_output() -> None:
    done = run_here(["check", "examples/terraform/failing", "--as-of", "2026-11-24"], REPOSITORY)
    [shown] = [block.code for block in BLOCKS["index.md"] if block.language == "text"]
    # How old the catalog is, is a note from some day on: that depends on the day of the bundled data.
    printed = re.sub(r", \d+ notes?", "", done.stdout).splitlines()
    assert [line for line in shown.splitlines() if line not in printed] == []


@pytest.mark.parametrize("page", PAGES)
def test_options_and_commands_that_are_named_exist(page: str, helps: dict[str, str]) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    for command, rest in _COMMAND.findall(text):
        assert command in helps, f"{page}: bedrock-eol {command}"
        for option in re.findall(r"(?<!\S)--[a-z-]+", rest):
            assert option in helps[command], f"{page}: bedrock-eol {command} {option}"
    everything = " ".join(helps.values())
    for option in re.findall(r"`(--[a-z-]+)", text):
        assert option in everything or option in FOREIGN, f"{page}: {option}"


# Options of other tools: of docker, git, jq and the like.
FOREIGN = {"--user"}


@pytest.fixture(scope="session")
def helps() -> dict[str, str]:
    """What each command says of itself."""
    from checker.cli.application import command

    found: dict[str, str] = {}

    def visit(each: object, words: tuple[str, ...], parent: object) -> None:
        make = each.make_context  # type: ignore[attr-defined]
        with make("x", [], parent=parent, resilient_parsing=True, terminal_width=200) as context:
            found[" ".join(words)] = context.get_help()
            for name, sub in getattr(each, "commands", {}).items():
                visit(sub, (*words, name), context)

    visit(command(), (), None)
    return found


# What reads the YAML with a title, by a pattern of the title.
READERS = {
    ".github/workflows/*": (
        "check-jsonschema --builtin-schema vendor.github-workflows",
        "zizmor --offline --no-progress",
        "actionlint -shellcheck= -pyflakes=",
    ),
    ".gitlab-ci.yml": ("check-jsonschema --builtin-schema vendor.gitlab-ci",),
    "azure-pipelines.yml": ("check-jsonschema --builtin-schema vendor.azure-pipelines --regex-variant nonunicode",),
    "bitbucket-pipelines.yml": ("check-jsonschema --builtin-schema vendor.bitbucket-pipelines",),
    ".pre-commit-config.yaml": ("pre-commit validate-config",),
    "bedrock-policy.yaml": ("bedrock-eol policy validate",),
}
# The commands of their pages read these, and another test a component, which has two documents.
READ_ELSEWHERE = {
    "answers.yaml",
    "bedrock-policy-test.yaml",
    ".bedrock-eol.yaml",
    "ci/bedrock-eol.yml",
    "overlay.yaml",
    "policy-test.yaml",
    "repos.yaml",
    "summaries.yaml",
    "template.yaml",
}


def test_each_yaml_has_a_reader() -> None:
    for page, block in YAMLS:
        known = block.title in READ_ELSEWHERE or any(fnmatch(block.title, title) for title in READERS)
        assert known, f"{page}: {block.title}"
        if block.title != "ci/bedrock-eol.yml":
            assert isinstance(yaml.load(block.code, yaml.BaseLoader), dict | list), f"{page}: {block.title}"


@pytest.mark.parametrize(("title", "command"), [(title, each) for title, all_ in READERS.items() for each in all_])
def test_yaml_is_what_its_reader_takes(title: str, command: str, tmp_path: Path, run: Run) -> None:
    """A reader gets all its files at once, because it takes long to start."""
    name = command.split()[0]
    if not (BINARIES / name).exists():
        pytest.skip(f"needs {name}, which .ci/run installs")
    files = []
    for number, (page, block) in enumerate(YAMLS):
        if fnmatch(block.title, title):
            # What a reader says of a file names the page.
            file = tmp_path / f"{number}-{page.replace('/', '-')}" / block.title
            file.parent.mkdir(parents=True)
            code = block.code
            if block.title == "azure-pipelines.yml":
                # For Azure each scalar is a text, and so says its schema.
                code = yaml.safe_dump(yaml.load(code, yaml.BaseLoader))
            file.write_text(code, encoding="utf-8")
            files.append(str(file))
    assert files
    if name == "check-jsonschema":
        done = run_check_jsonschema_here([*command.split()[1:], *files], tmp_path)
    else:
        done = run(f"PATH={BINARIES}:$PATH {command} {shlex.join(files)}", tmp_path)
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"


@pytest.mark.parametrize(("file", "code"), [("waived.tf", 0), ("template.yaml", 0), ("bare.tf", 1)])
def test_the_waivers_in_code_that_are_shown_waive(file: str, code: int, tmp_path: Path) -> None:
    [hcl] = [block.code for block in BLOCKS["adoption.md"] if block.language == "hcl"]
    [template] = [block.code for block in BLOCKS["adoption.md"] if block.title == "template.yaml"]
    region = 'provider "aws" {\n  region = "us-east-1"\n}\n'
    bare = "\n".join(line for line in hcl.splitlines() if "bedrock-eol:" not in line)
    text = {"waived.tf": region + hcl, "bare.tf": region + bare, "template.yaml": template}[file]
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / file).write_text(text, encoding="utf-8")
    options = ["--as-of", "2026-11-24", "--region", "us-east-1", "--verbose"]
    done = run_here(["check", "code", *options], tmp_path)
    assert done.returncode == code, done.stdout
    assert ("OPS-123" in done.stdout) is (code == 0)


def test_the_python_that_is_shown_runs(workplace: Path) -> None:
    [code] = [block.code for block in BLOCKS["contracts.md"] if block.language == "python"]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=workplace, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    assert "reaches end of life" in done.stdout or "reached" in done.stdout


class _Targets(HTMLParser):
    """What a page fetches when it is opened."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if tag in ("script", "img", "iframe") and given.get("src"):
            self.fetched.append(given["src"] or "")
        if tag == "link" and given.get("rel") in ("stylesheet", "icon", "preconnect"):
            self.fetched.append(given.get("href") or "")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built as strictly as MkDocs can, from another folder than that of its configuration."""
    folder = tmp_path_factory.mktemp("site")
    build = ["mkdocs", "build", "--strict", "--config-file", str(REPOSITORY / "mkdocs.yml"), "--site-dir", str(folder)]
    done = subprocess.run(
        [sys.executable, "-m", *build],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "not included in the" not in done.stderr, done.stderr
    return folder


def test_the_site_has_a_page_for_each_check_and_command(site: Path, helps: dict[str, str]) -> None:
    from checker.policy.checks import CHECKS

    for name in CHECKS:
        assert f'<h1 id="{name}">{name}' in (site / "checks" / name / "index.html").read_text(encoding="utf-8")
    command_line = (site / "cli" / "index.html").read_text(encoding="utf-8")
    for words in helps:
        assert f"bedrock-eol {words}".strip() in command_line
    for schema in ("policy", "report", "overlay", "configuration"):
        assert (site / "schemas" / f"{schema}.schema.json").stat().st_size > 1000
    assert "generated:" not in "".join(path.read_text(encoding="utf-8") for path in site.rglob("*.html"))


def test_links_lead_somewhere(site: Path, tmp_path: Path) -> None:
    """Those within the site, and those of the pages that are read in the repository; a job looks at others at night."""
    lychee = [str(BINARIES / "lychee"), "--config", str(REPOSITORY / ".ci" / "lychee.toml"), "--offline"]
    if not (BINARIES / "lychee").exists():
        pytest.skip("needs lychee, which .ci/run installs")
    folders = ("examples", "policies", "tools", "benchmarks")
    pages = [*REPOSITORY.glob("*.md"), *(page for folder in folders for page in (REPOSITORY / folder).rglob("*.md"))]
    pages = [page for page in pages if "node_modules" not in page.parts]
    assert len(pages) > 5
    for targets in ([f"--root-dir={site}", str(site)], list(map(str, pages))):
        done = subprocess.run([*lychee, *targets], capture_output=True, text=True, encoding="utf-8", check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    broken = tmp_path / "broken.md"
    broken.write_text("[nowhere](nowhere.md) [no anchor](#nowhere)\n")
    assert subprocess.run([*lychee, str(broken)], capture_output=True, check=False).returncode == 2


def test_the_site_fetches_nothing_from_elsewhere(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert len(pages) > 30
    for page in pages:
        targets = _Targets()
        targets.feed(page.read_text(encoding="utf-8"))
        assert targets.fetched
        assert [each for each in targets.fetched if "//" in each] == [], page


STATE = """\
{
  "format_version": "1.0",
  "terraform_version": "1.11.4",
  "values": {
    "root_module": {
      "resources": [
        {
          "address": "aws_bedrockagent_agent.chat",
          "mode": "managed",
          "type": "aws_bedrockagent_agent",
          "name": "chat",
          "provider_name": "registry.terraform.io/hashicorp/aws",
          "schema_version": 0,
          "values": {
            "agent_arn": "arn:aws:bedrock:us-east-1:123456789012:agent/ABCDEFGHIJ",
            "agent_name": "chat",
            "foundation_model": "anthropic.claude-3-haiku-20240307-v1:0"
          },
          "sensitive_values": {}
        }
      ]
    }
  }
}
"""
