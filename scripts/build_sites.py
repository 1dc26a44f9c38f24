"""Writes the tables of `checker/extract/data/` from a survey of the provider schemas and service models.

    python scripts/build_sites.py SURVEY.json CALLS.json

`sites.json` says which properties name a model, `calls.json` which parameters of AWS's API do (for Step Functions
tasks and custom resources that make the call). The survey (cfn-lint 1.58.0, hashicorp/aws 5.100.0 and 6.66.0, awscc at
f995d4f, botocore 1.44.5, all read by 2026-11-22) has a row for each property that names a model, with the evidence.
This keeps what the checker needs of it. To add a resource type that the survey does not have, add a row to `ADDED`.
"""

import json
import sys
from pathlib import Path

DATA = Path(__file__).parent.parent / "checker" / "extract" / "data"

# Beyond the survey: what SAM's own types (read in the SAM specification, 2026-11-24) hand on to those of the survey.
ADDED: list[dict[str, object]] = [
    {"type": f"AWS::Serverless::{name}", "path": path, "kind": "carrier", "role": f"carrier: {content}"}
    for name, path, content in (
        ("Function", "Environment.Variables{}", "environment"),
        ("Function", "InlineCode", "inline code"),
        ("Function", "Policies[]", "policy"),
        ("StateMachine", "Definition", "ASL object"),
        ("StateMachine", "DefinitionSubstitutions{}", "values for ${} in the definition"),
        ("StateMachine", "Policies[]", "policy"),
    )
]

ROLES = {
    "orchestration": "generation",
    "prompt-override": "generation",
    "generation": "generation",
    "embedding": "embedding",
    "reranking": "reranking",
    "parsing": "parsing",
    "context-enrichment": "parsing",
    "fine-tuning base": "fine-tuning",
    "provisioned capacity": "capacity",
    "routing": "routing",
    "routing/profile-source": "routing",
    "routing-fallback": "routing",
    "routing-candidate": "routing",
    "evaluation": "evaluation",
    "memory-extraction": "memory",
    "memory-consolidation": "memory",
    "memory-reflection": "memory",
    "speech": "speech",
    "bot-building": "generation",
    "utterance generation": "generation",
    "slot resolution": "generation",
    "guardrail-scope": "guardrail-scope",
    "access agreement": "lookup",
    "batch generation": "batch",
    "lookup": "lookup",
}

# By the first of these that the type has in it, written without separators.
KINDS = (
    ("guardrail", "other"),
    ("wisdom", "connect"),
    ("lex", "lex"),
    ("agentcore", "agentcore"),
    ("evaluationjob", "evaluation"),
    ("foundationmodel", "other"),
    ("invocationjob", "other"),
    ("knowledgebase", "knowledge_base"),
    ("bedrockagentdatasource", "data_source"),
    ("bedrockdatasource", "data_source"),
    ("provisionedmodelthroughput", "provisioned_throughput"),
    ("custommodel", "custom_model"),
    ("inferenceprofile", "inference_profile"),
    ("promptrouter", "prompt_router"),
    ("flow", "flow"),
    ("prompt", "prompt"),
    ("agent", "agent"),
)

FORMS = {
    "model-id:context-variant": "model-id",
    "provisioned-model-name": "provisioned-model-arn",
    "custom-model-name": "custom-model-arn",
    "application-inference-profile-id": "application-inference-profile-arn",
    "ALL": None,
    "glob": "wildcard",
}

# How text of each carrier is to be classed; one that is not named here is `other`.
CARRIERS = {
    "environment": "env",
    "container JSON: [].environment[].value": "env",
    "container JSON": "env",
    "parameter": "ssm",
    "parameter (sensitive; insecure_value is the plan-visible twin)": "ssm",
}


def main(survey: Path, calls: Path) -> None:
    """Write both tables."""
    rows = [made for row in [*json.loads(survey.read_text()), *ADDED] if (made := convert(row)) is not None]
    rows = [each for row in rows for each in (row, *other_spellings(row))]
    rows.sort(key=lambda row: (row["type"], row["path"]))
    DATA.mkdir(exist_ok=True)
    lines = ",\n".join(json.dumps(row) for row in rows)
    (DATA / "sites.json").write_text(f"[\n{lines}\n]\n")
    (DATA / "calls.json").write_text(json.dumps(calls_table(json.loads(calls.read_text())), indent=1) + "\n")


def convert(row: dict[str, object]) -> dict[str, object] | None:
    """A row of the table, or None for what is no site: a computed attribute, a selector, what a provider lacks."""
    kind, type_, path = str(row["kind"]), str(row["type"]), str(row["path"])
    if kind == "carrier":
        return carrier(type_, path, str(row["role"]).removeprefix("carrier: "))
    if kind not in {"direct", "mention", "not-bedrock"}:
        return None
    role = ROLES.get(str(row["role"])) or ROLES[str(row["role"]).partition(" (")[0]]
    forms = row["forms"]
    assert isinstance(forms, list)
    accepted = [FORMS.get(form, form) for form in forms]
    cost = "in-place"
    if row.get("create_only"):
        cost = "replace-and-reindex" if role == "embedding" else "replace"
    return {
        "type": type_,
        "path": path,
        "role": role,
        "kind": kind_of(type_),
        "usage": "mention" if kind == "mention" else "use",
        "accepts": list(dict.fromkeys(form for form in accepted if form)),
        "cost": cost,
    }


def other_spellings(row: dict[str, object]) -> list[dict[str, object]]:
    """The same row where the definition of a flow is a text, or is written as the API has it: `nodes`, `modelId`."""
    first, dot, rest = str(row["path"]).partition(".")
    if row["type"] != "AWS::Bedrock::Flow" or first != "Definition" or not dot:
        return []
    of_api = ".".join(name[:1].lower() + name[1:] for name in rest.split("."))
    paths = (f"DefinitionString.{rest}", f"Definition.{of_api}", f"DefinitionString.{of_api}")
    return [{**row, "path": path} for path in paths]


def carrier(type_: str, path: str, content: str) -> dict[str, object]:
    """The row of a property whose text may hold a model."""
    kind = CARRIERS.get(content, "other")
    if "DefinitionSubstitutions" in path or content.startswith("ASL"):
        kind = "step_functions"
    usage = "mention" if "mention" in content else "indirect"
    role = "grant" if "policy" in content else "configuration"
    if role == "grant":
        usage, kind = "grant", "iam"
    return {"type": type_, "path": path, "role": role, "kind": kind, "usage": usage, "accepts": [], "cost": "in-place"}


def calls_table(rows: list[dict[str, object]]) -> dict[str, dict[str, list[str]]]:
    """Service to action to paths of the parameters, all in lower case but the paths, which are in PascalCase.

    The service is written as Step Functions writes it (`bedrockruntime`), the action without `.sync`.
    """
    table: dict[str, dict[str, list[str]]] = {}
    for row in rows:
        service, action = str(row["resource"]).split(":")[-2:]
        paths = row["json_path"]
        assert isinstance(paths, list)
        path = str(paths[0]).partition(".")[2]
        known = table.setdefault(service.lower(), {}).setdefault(action.partition(".")[0].lower(), [])
        if path not in known and "Guardrail" not in path:
            known.append(path)
    return {service: dict(sorted(actions.items())) for service, actions in sorted(table.items())}


def kind_of(type_: str) -> str:
    """The kind of what a resource type makes."""
    name = type_.lower().replace("::", "").replace("_", "").replace("data.", "")
    return next(kind for part, kind in KINDS if part in name)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
