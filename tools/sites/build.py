"""Makes the tables of `checker/extract/data/` from what is recorded beside this script.

    python tools/sites/build.py [--check]

`survey.json` has a row for each property that names a model, or looks as if it did, with its evidence: cfn-lint 1.58.0,
hashicorp/aws 5.100.0 and 6.66.0, awscc at f995d4f and botocore 1.44.5, all read by 2026-11-22, and what was added by
hand since. `calls.json` has the parameters of AWS's API that name one, for Step Functions tasks and custom resources
that make the call. `types.json` has the types in the namespaces `AWS::Bedrock*`, of cfn-lint 1.58.0 and aws-cdk-lib
2.276.0. From them come the tables of the checker, which keep only what it needs.

To add a resource type, add its row to `survey.json`, and run this. `schemas.py` shows what cfn-lint's newest schemas
have and these files have not. `--check` writes nothing, and fails if a table is
not what is recorded.
"""

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
DATA = HERE.parents[1] / "checker" / "extract" / "data"

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


def tables() -> dict[Path, str]:
    """The text of each table, by the file that has to hold it."""
    rows = [made for row in _recorded("survey.json") if (made := convert(row)) is not None]
    rows = [each for row in rows for each in (row, *other_spellings(row))]
    rows.sort(key=lambda row: (row["type"], row["path"]))
    sites = ",\n".join(json.dumps(row) for row in rows)
    return {
        DATA / "sites.json": f"[\n{sites}\n]\n",
        DATA / "types.json": json.dumps(_recorded("types.json"), indent=1) + "\n",
        DATA / "calls.json": json.dumps(calls_table(_recorded("calls.json")), indent=1) + "\n",
    }


def _recorded(name: str) -> list[Any]:
    rows: list[Any] = json.loads((HERE / name).read_text(encoding="utf-8"))
    return rows


def convert(row: Mapping[str, Any]) -> dict[str, Any] | None:
    """A row of the table, or None for what is no site: a computed attribute, a selector, what a provider lacks."""
    kind, type_, path = row["kind"], row["type"], row["path"]
    if kind == "carrier":
        return carrier(type_, path, row["role"].removeprefix("carrier: "))
    if kind not in {"direct", "mention", "not-bedrock"}:
        return None
    role = ROLES.get(row["role"]) or ROLES[row["role"].partition(" (")[0]]
    accepted = [FORMS.get(form, form) for form in row.get("forms", ())]
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
        **({"required": True} if row.get("required") else {}),
    }


def other_spellings(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The same row where the definition of a flow is a text, or is written as the API has it: `nodes`, `modelId`."""
    first, dot, rest = row["path"].partition(".")
    if row["type"] != "AWS::Bedrock::Flow" or first != "Definition" or not dot:
        return []
    of_api = ".".join(name[:1].lower() + name[1:] for name in rest.split("."))
    paths = (f"DefinitionString.{rest}", f"Definition.{of_api}", f"DefinitionString.{of_api}")
    return [{**row, "path": path} for path in paths]


def carrier(type_: str, path: str, content: str) -> dict[str, Any]:
    """The row of a property whose text may hold a model."""
    kind = CARRIERS.get(content, "other")
    if "DefinitionSubstitutions" in path or content.startswith("ASL"):
        kind = "step_functions"
    usage = "mention" if "mention" in content else "indirect"
    role = "grant" if "policy" in content else "configuration"
    if role == "grant":
        usage, kind = "grant", "iam"
    return {"type": type_, "path": path, "role": role, "kind": kind, "usage": usage, "accepts": [], "cost": "in-place"}


def calls_table(rows: list[dict[str, Any]]) -> dict[str, dict[str, list[str]]]:
    """Service to action to paths of the parameters, all in lower case but the paths, which are in PascalCase.

    The service is written as Step Functions writes it (`bedrockruntime`), the action without `.sync`.
    """
    table: dict[str, dict[str, list[str]]] = {}
    for row in rows:
        service, action = row["call"].split(":")
        paths = table.setdefault(service.lower(), {}).setdefault(action.partition(".")[0].lower(), [])
        # A guardrail that is enforced names models to apply to, and calls none of them.
        if row["path"] not in paths and "Guardrail" not in row["path"]:
            paths.append(row["path"])
    return {service: dict(sorted(actions.items())) for service, actions in sorted(table.items())}


def kind_of(type_: str) -> str:
    """The kind of what a resource type makes."""
    name = type_.lower().replace("::", "").replace("_", "").replace("data.", "")
    return next(kind for part, kind in KINDS if part in name)


def main() -> int:
    """Writes both tables, or checks them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a table would change")
    check = parser.parse_args().check
    stale = [file for file, text in tables().items() if file.read_text(encoding="utf-8") != text]
    for file, text in tables().items():
        if not check:
            file.write_text(text, encoding="utf-8")
        elif file in stale:
            print(f"{file.name} is not what tools/sites/build.py makes of what is recorded; run it", file=sys.stderr)
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
