"""Scans made by hand, for the reports; every test with the argument `scenario` runs with each of them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from checker.model.finding import AppliedWaiver, Finding, Identity, Statement, Status
from checker.model.lifecycle import Model, Stage
from checker.model.policy import RuleDescription, Severity
from checker.model.problem import Problem, ProblemKind
from checker.model.reference import Candidate, Cost, Form, Kind, Reference, Role, Site, Unresolved, Usage
from checker.model.resource import Change, Framework, Input, InputKind
from checker.model.scan import CatalogInfo, ModelInUse, Scan
from checker.model.stages import StageOn
from checker.report.view import ReportOptions, View, verdict_of
from checker.source import Location
from checker.values import ADVICE, Assumption, Basis, Cause, Certainty, Step

DAY = date(2026, 11, 24)
SOON = "anthropic.test-soon-v1:0"
EOL = "anthropic.test-eol-v1:0"
GOLDEN = Path(__file__).parents[2] / "golden"
# Not of every rule that the scenarios break: a report copes with one that nothing describes.
RULES = tuple(
    RuleDescription(
        id=name,
        check=name,
        severity=severity,
        summary="A sentence.",
        finds="A model\nof some kind.",
        matters="Calls to it `fail`.",
        fix="Move to another.",
        link="https://example.com/lifecycle?page=1#dates" if severity is Severity.ERROR else None,
    )
    for name, severity in (
        ("eol-reached", Severity.ERROR),
        ("eol-within-90-days", Severity.ERROR),
        ("unresolved-model", Severity.WARNING),
    )
)


@dataclass(frozen=True)
class Scenario:
    """A scan with the lines of the files that it was made of."""

    name: str
    scan: Scan
    files: Mapping[str, str] = field(default_factory=dict)

    @property
    def view(self) -> View:
        """The scan as reports show it."""
        return View(self.scan)

    def options(self, **given: object) -> ReportOptions:
        """Options of a report, with the verdict of a run that fails on errors."""
        verdict = verdict_of(self.scan, Severity.ERROR, fail_on_unresolved=False)
        return ReportOptions(verdict, read_line=self.line, **given)  # type: ignore[arg-type]

    def line(self, file: str, number: int) -> str | None:
        """A line of one of the files."""
        lines = self.files.get(file, "").split("\n")
        return lines[number - 1] if number <= len(lines) and file in self.files else None


def reference(name: str, **given: object) -> Reference:
    """A reference of an agent in Terraform, with what is given in place of the defaults."""
    usage = given.pop("usage", Usage.USE)
    kind = given.pop("kind", Kind.AGENT)
    path = str(given.pop("path", "foundation_model"))
    role = Role.GRANT if usage is Usage.GRANT else Role.GENERATION
    kind = Kind.IAM if usage is Usage.GRANT else kind
    values: dict[str, object] = {
        "id": name,
        "framework": Framework.TERRAFORM,
        "input": ".",
        "address": f"aws_bedrockagent_agent.{name}",
        "resource_type": "aws_bedrockagent_agent",
        "path": path,
        "site": Site("aws_bedrockagent_agent", path, role, kind, usage, (Form.MODEL_ID,), Cost.IN_PLACE),
        "location": Location("agents.tf", 7, 22),
        "candidates": (),
    }
    return Reference(**(values | given))  # type: ignore[arg-type]


def candidate(model: str | None, **given: object) -> Candidate:
    """A candidate that is written where `written_at` says, certain and in us-east-1 unless given otherwise."""
    values: dict[str, object] = {
        "text": model,
        "model": model,
        "profile": None,
        "form": Form.MODEL_ID,
        "certainty": Certainty.CERTAIN,
        "given": (),
        "regions": ("us-east-1",),
        "partition": "aws",
        "written_at": Location("agents.tf", 7, 22),
        "trail": (Step(Location("agents.tf", 7, 22), "written here"),),
    }
    return Candidate(**(values | given))  # type: ignore[arg-type]


def finding(about: Reference | None, rule: str, severity: Severity, said: Statement | str, **given: object) -> Finding:
    """A finding about the first candidate of a reference, if it has one."""
    values: dict[str, object] = {
        "rule": rule,
        "check": rule,
        "severity": severity,
        "statement": Statement(said) if isinstance(said, str) else said,
        "action": "Move to anthropic.test-active-v1:0.",
        "identity": Identity(name := f"{rule}-{'' if about is None else about.id}", before=name),
        "location": None if about is None else about.location,
        "reference": about,
    }
    if about is not None and about.candidates:
        chosen = about.candidates[0]
        values |= {"candidate": chosen, "model": chosen.model, "stage_on": StageOn("us-east-1", DAY, Stage.ACTIVE)}
    return Finding(**(values | given))  # type: ignore[arg-type]


def scan(references: tuple[Reference, ...] = (), findings: tuple[Finding, ...] = (), **given: object) -> Scan:
    """A scan of one Terraform root on the fixed day."""
    values: dict[str, object] = {
        "as_of": DAY,
        "catalog": CatalogInfo(date(2026, 11, 1), "invented for the tests", 21),
        "inputs": (Input(".", InputKind.TERRAFORM, ("agents.tf", "variables.tf")),),
        "references": references,
        "findings": findings,
        "problems": (),
        "policy": ("baseline",),
        "rules": RULES,
    }
    return Scan(**(values | given))  # type: ignore[arg-type]


_SOON_STAGE = StageOn(
    "us-east-1",
    DAY,
    Stage.LEGACY,
    legacy_date=date(2026, 8, 22),
    extended_access_date=date(2026, 12, 1),
    eol_date=date(2027, 2, 22),
    days_to_eol=90,
)
_SOON_DATES: Mapping[str, object] = {
    "stage_on": _SOON_STAGE,
    "subsumes": ("legacy-model",),
    "fails_from": date(2026, 11, 24),
}
_SOON_STATEMENT = Statement(
    "reaches end of life",
    SOON,
    " in us-east-1",
    " on 2027-02-22, in 90 days; the policy asks for more than 90 days.",
    written="The model is written at variables.tf:3:13.",
)
_EOL_STATEMENT = Statement("reached end of life", EOL, " in us-east-1", " on 2026-09-10.")
_EOL_STAGE = StageOn("us-east-1", DAY, Stage.END_OF_LIFE, eol_date=date(2026, 9, 10), days_to_eol=-75)


def _clean() -> Scenario:
    return Scenario("clean", scan((reference("chat", candidates=(candidate("anthropic.test-active-v1:0"),)),)))


def _nothing_found() -> Scenario:
    return Scenario("nothing_found", scan())


def _findings() -> Scenario:
    """One model written once and used three times, others of every severity and status."""
    default = Location("variables.tf", 3, 13)
    given = (Assumption("var.chat_model", f'"us.{SOON}"', True, Basis.DEFAULT),)
    to_call = (
        Step(default, "default of var.chat_model"),
        Step(Location("agents.tf", 3, 9), "input model of module.agent"),
    )
    shared = {
        "text": f"us.{SOON}",
        "profile": "us",
        "form": Form.INFERENCE_PROFILE_ID,
        "certainty": Certainty.DEFAULT,
        "given": given,
        "written_at": default,
    }
    agent = reference(
        "agent",
        address="module.agent.aws_bedrockagent_agent.this",
        location=Location("modules/agent/main.tf", 4, 22),
        candidates=(candidate(SOON, trail=to_call, **shared),),
    )
    prompt = reference(
        "prompt",
        address='aws_bedrockagent_prompt.triage["a b"]',
        path="variant[0].model_id",
        location=Location("agents.tf", 12, 16),
        change=Change.UPDATE,
        candidates=(candidate(SOON, trail=to_call[:1], **shared),),
    )
    grant = reference(
        "grant",
        address="data.aws_iam_policy_document.invoke",
        path="statement[0].resources[0]",
        usage=Usage.GRANT,
        location=Location("iam.tf", 5, 5),
        candidates=(candidate(SOON, trail=to_call[:1], **shared),),
    )
    titles = reference("titles", candidates=(candidate(EOL),))
    possible = reference(
        "possible",
        location=Location("agents.tf", 20, 22),
        candidates=(
            candidate(
                EOL,
                certainty=Certainty.POSSIBLE,
                given=(Assumption("var.stage", '"dev"', True, Basis.OPEN),),
                written_at=Location("agents.tf", 20, 41),
                trail=(Step(Location("agents.tf", 20, 41), "written here"),),
            ),
        ),
    )
    waived = reference("waived", candidates=(candidate(EOL, written_at=Location("agents.tf", 30, 22)),))
    found = (
        finding(titles, "eol-reached", Severity.ERROR, _EOL_STATEMENT, stage_on=_EOL_STAGE),
        finding(agent, "eol-within-90-days", Severity.ERROR, _SOON_STATEMENT, **_SOON_DATES),
        finding(prompt, "eol-within-90-days", Severity.ERROR, _SOON_STATEMENT, **_SOON_DATES),
        finding(grant, "eol-within-90-days", Severity.WARNING, _SOON_STATEMENT,
                **{**_SOON_DATES, "action": "Grant the next model too, and take this one off after the move."}),
        finding(possible, "eol-reached", Severity.WARNING, _EOL_STATEMENT, stage_on=_EOL_STAGE),
        finding(None, "stale-catalog", Severity.WARNING, "The catalog is 23 days old.", action="Update bedrock-eol."),
        finding(agent, "guaranteed-runway-90-days", Severity.NOTE, Statement("The notice may be 45 days."), action=""),
        finding(waived, "eol-reached", Severity.ERROR, Statement("reached end of life.", EOL), status=Status.WAIVED,
                waiver=AppliedWaiver("tracked in OPS-123", date(2027, 1, 5))),
    )  # fmt: skip
    files = {
        "variables.tf": 'variable "chat_model" {\n  type    = string\n  default = "us.anthropic.test-soon-v1:0"\n}\n',
        "agents.tf": "\n" * 6 + f'\tfoundation_model  =  "{EOL}"\n' + "\n" * 12
        + f'  foundation_model = var.stage == "dev" ? "{EOL}" : "anthropic.test-active-v1:0"\n',
    }  # fmt: skip
    models = (
        ModelInUse(Model(EOL, "Test EOL", "Test"), (_EOL_STAGE,)),
        ModelInUse(Model(SOON, "Test soon", "Test"), (_SOON_STAGE,)),
    )
    return Scenario("findings", scan((agent, prompt, grant, titles, possible, waived), found, models=models), files)


def _unresolved() -> Scenario:
    """Nine references with the same cause, one of which has a candidate, and one without a finding."""

    def unknown(name: str, line: int, subject: str, cause: Cause, known: tuple[Candidate, ...] = ()) -> Reference:
        return reference(
            name,
            location=Location("agents.tf", line, 3),
            unresolved=Unresolved(cause, subject, ADVICE[cause]),
            candidates=known,
        )

    many = tuple(unknown(f"a{number}", number, "var.model_id", Cause.INPUT_NOT_SET) for number in range(1, 10))
    active = (candidate("anthropic.test-active-v1:0"),)
    partly = unknown("partly", 40, "aws_ssm_parameter.model", Cause.EXTERNAL_DATA, active)
    found = tuple(
        finding(each, "unresolved-model", Severity.WARNING, f"{each.address} is not known.", candidate=None, model=None)
        for each in many
    )
    return Scenario("unresolved", scan((*many, partly), found))


def _incomplete() -> Scenario:
    problems = (
        Problem(ProblemKind.SECOND_READER, "b.tf", "Only the second reader could read it.", "Check it.", False, 4, 2),
        Problem(
            ProblemKind.INVALID_SYNTAX,
            "modules/agent/main.tf",
            "A closing brace is missing.",
            "Correct the file.",
            True,
            3,
            1,
        ),
        Problem(ProblemKind.BINARY_PLAN, "plan.out", "This is a binary plan.", "Run `terraform show -json`.", True),
    )
    return Scenario("incomplete", scan((), (), problems=problems, inputs=()))


def _hostile() -> Scenario:
    """Names that try to steer a terminal, a log, a spreadsheet or a markup language."""
    file = "\x1b[2Jevil\u202e.tf"
    location = Location(file, 1, 1)
    name = "[bold red]x[/] :smile: \x1b]8;;http://example.com\x07"
    used = reference(
        "hostile",
        address=f"=cmd|'/c calc'!A1 {name}",
        path="::error file=x::boom",
        location=location,
        input="=1+1",
        candidates=(
            candidate(
                f"anthropic.\x9b31m{name}",
                text=f"@SUM(1)\n::stop-commands::x ##vso[task.setvariable]y {name}",
                written_at=location,
                given=(Assumption("var.\x08\x7f", '"\u2028\ufeff"', True, Basis.OPEN),),
                certainty=Certainty.POSSIBLE,
                trail=(Step(location, "::add-mask::\r\nfake: clean"),),
            ),
        ),
    )
    message = f"{name}\n::error::injected\r\x1b[31mred \ud800 ‮gnp.exe"
    found = (
        finding(used, "eol-reached", Severity.ERROR, message, action="<script>alert(1)</script> [link=x]y[/link]"),
    )
    problems = (Problem(ProblemKind.UNREADABLE, file, message, "[/] nothing\x00", True, 1, 1),)
    inputs = (Input("=1+1", InputKind.TERRAFORM, (file,)),)
    return Scenario(
        "hostile",
        scan((used,), found, problems=problems, inputs=inputs),
        {file: "\x1b[31m model = [bold]\u202e anthropic"},
    )


def _plan() -> Scenario:
    """A plan, of which no line may be shown, since it holds what is sensitive in clear."""
    location = Location("plan.json", 2, 5)
    used = reference(
        "chat",
        framework=Framework.TERRAFORM_PLAN,
        input="plan.json",
        change=Change.REPLACE,
        location=location,
        candidates=(candidate(EOL, written_at=location, trail=()),),
    )
    found = (finding(used, "eol-reached", Severity.ERROR, Statement("reached end of life.", EOL)),)
    inputs = (Input("plan.json", InputKind.TERRAFORM_PLAN, ("plan.json",)),)
    return Scenario(
        "plan", scan((used,), found, inputs=inputs), {"plan.json": f'{{\n"password": "s3cret", "m": "{EOL}"}}'}
    )


SCENARIOS: Mapping[str, Callable[[], Scenario]] = {
    "clean": _clean,
    "nothing_found": _nothing_found,
    "findings": _findings,
    "unresolved": _unresolved,
    "incomplete": _incomplete,
    "hostile": _hostile,
    "plan": _plan,
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Gives a test with the argument `scenario` every scenario."""
    if "scenario" in metafunc.fixturenames:
        metafunc.parametrize("scenario", SCENARIOS, indirect=True)


@pytest.fixture
def scenario(request: pytest.FixtureRequest) -> Scenario:
    """One of the scenarios."""
    return SCENARIOS[request.param]()


@pytest.fixture
def make_scenario() -> Callable[[str], Scenario]:
    """Makes a scenario by its name."""
    return lambda name: SCENARIOS[name]()


@pytest.fixture
def without_assets() -> Callable[[str], str]:
    """An HTML page with the names of its style and its script in place of them, and without their hashes.

    Other tests hold these; the golden files show the rest of the page.
    """

    def cut(page: str) -> str:
        page = re.sub(r"(?s)<style>.*</style>", "<style>report.css</style>", page)
        page = re.sub(r"(?s)<script>.*</script>", "<script>report.js</script>", page)
        return re.sub(r"sha256-[A-Za-z0-9+/]+=*", "sha256-…", page)

    return cut


@pytest.fixture
def expect_golden() -> Callable[[str, str], None]:
    """Holds a text against a golden file; with UPDATE_GOLDEN=1, writes the file."""
    import os

    def expect(name: str, text: str) -> None:
        file = GOLDEN / name
        if os.environ.get("UPDATE_GOLDEN") == "1":
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode())
        assert file.exists(), f"there is no golden file {name}; UPDATE_GOLDEN=1 writes it"
        assert text.encode() == file.read_bytes()

    return expect
