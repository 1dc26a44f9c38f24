"""References and candidates to judge, on a fixed day, by the synthetic catalog."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from checker.catalog import CatalogIndex, load_file
from checker.model.finding import Assessment, Finding, Root
from checker.model.lifecycle import Model
from checker.model.policy import Policy
from checker.model.reference import Candidate, Cost, Form, Kind, Reference, Role, Site, Traffic, Unresolved, Usage
from checker.model.resource import Change, Framework
from checker.model.scan import CatalogInfo
from checker.policy import evaluate, load_policy
from checker.source import Location
from checker.source.files import Boundary, SourceFiles
from checker.values import Certainty

AS_OF = date(2026, 11, 24)
MAIN = Location("envs/prod/main.tf", 12, 3)
INDEX = CatalogIndex(load_file(Path(__file__).parents[2] / "catalog.json"))
CATALOG = CatalogInfo(INDEX.catalog.as_of, INDEX.catalog.source, len(INDEX.catalog.models))


def make_candidate(
    text: str = "anthropic.test-active-v1:0",
    *,
    region: str | Sequence[str] | None = "us-east-1",
    certainty: Certainty = Certainty.CERTAIN,
    form: Form = Form.MODEL_ID,
    written_at: Location | None = None,
    partition: str = "aws",
    model: str | None = "",
    given: tuple[Any, ...] = (),
) -> Candidate:
    """A candidate as extraction makes it from `text`; `model` only where the id is not in the text."""
    match = INDEX.match(text)
    base = (match.model.id if match else text) if model == "" else model
    regions = () if region is None else (region,) if isinstance(region, str) else tuple(region)
    return Candidate(
        text=text,
        model=base,
        profile=match.geography if match else None,
        form=form,
        certainty=certainty,
        given=given,
        regions=regions,
        partition=partition,
        written_at=written_at,
        trail=(),
    )


def make_reference(
    *candidates: Candidate,
    address: str = "aws_bedrockagent_agent.chat",
    kind: Kind = Kind.AGENT,
    role: Role = Role.GENERATION,
    usage: Usage = Usage.USE,
    cost: Cost = Cost.IN_PLACE,
    accepts: tuple[Form, ...] = (),
    location: Location | None = MAIN,
    path: str = "foundation_model",
    framework: Framework = Framework.TERRAFORM,
    input_path: str = "envs/prod",
    unresolved: Unresolved | None = None,
    change: Change | None = None,
    commitment: str | None = None,
    traffic: Traffic | None = None,
) -> Reference:
    """A reference with the candidates, of an agent unless told otherwise."""
    resource_type = address.rpartition(".")[0].rpartition(".")[2]
    return Reference(
        id=f"{input_path}:{address}:{path}",
        framework=framework,
        input=input_path,
        address=address,
        resource_type=resource_type,
        path=path,
        site=Site(resource_type, path, role, kind, usage, accepts, cost),
        location=location,
        candidates=candidates,
        unresolved=unresolved,
        change=change,
        commitment=commitment,
        traffic=traffic,
    )


def make_assessments(reference: Reference, regions: tuple[str, ...] = ()) -> tuple[Assessment, ...]:
    """The candidates of a reference joined with the catalog; `regions` bound the run."""
    return tuple(
        Assessment(
            reference=reference,
            index=index,
            candidate=candidate,
            model=INDEX.lookup(candidate.model) if candidate.model else None,
            regions=candidate.regions or regions,
            similar=INDEX.suggest(candidate.model) if candidate.model else (),
        )
        for index, candidate in enumerate(reference.candidates)
    )


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., Policy]:
    """Loads a policy from its text, or a pack by its name."""

    def load_text(text: str, **others: str) -> Policy:
        for name, content in others.items():
            (tmp_path / f"{name}.yaml").write_text(content)
        files = SourceFiles(Boundary(tmp_path), tmp_path)
        if "\n" not in text:
            return load_policy(text, files)
        (tmp_path / "policy.yaml").write_text(text)
        return load_policy("policy.yaml", files)

    return load_text


@pytest.fixture
def one_rule(load: Callable[..., Policy]) -> Callable[..., Policy]:
    """A policy of one rule, `the-rule`: the check, and lines of YAML that follow."""

    def build(check: str, *lines: str, waivers: str = "") -> Policy:
        text = f"version: 1\nrules:\n  - id: the-rule\n    check: {check}\n    severity: error\n"
        return load(text + "".join(f"    {line}\n" for line in lines) + waivers)

    return build


def judged(
    policy: Policy,
    *references: Reference,
    as_of: date = AS_OF,
    regions: tuple[str, ...] = (),
    roots: dict[str, Root] | None = None,
    catalog: CatalogInfo = CATALOG,
    find_model: Callable[[str], Model | None] = INDEX.lookup,
) -> tuple[Finding, ...]:
    """The findings about the references."""
    assessments: Iterable[Assessment] = (
        assessment for reference in references for assessment in make_assessments(reference, regions)
    )
    return evaluate(assessments, references, policy, as_of, catalog, roots or {}, find_model)


@pytest.fixture
def bench() -> SimpleNamespace:
    """The functions above, since test modules cannot import from here."""
    return SimpleNamespace(
        as_of=AS_OF,
        index=INDEX,
        catalog=CATALOG,
        candidate=make_candidate,
        reference=make_reference,
        assessments=make_assessments,
        judged=judged,
    )
