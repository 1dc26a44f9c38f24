"""Writes policies/README.md from the packs and the documentation of the checks, and the JSON Schemas beside it."""

import json
from pathlib import Path

from checker.policy import load_policy, pack_names, policy_schema
from checker.policy.cases import cases_schema
from checker.policy.rule_reference import rule_reference
from checker.source.files import Boundary, SourceFiles

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Writes the page and the schemas."""
    files = SourceFiles(Boundary(None), ROOT)
    page = rule_reference({name: load_policy(name, files) for name in pack_names()})
    (ROOT / "policies" / "README.md").write_text(page, encoding="utf-8")
    for name, schema in (("policy", policy_schema()), ("policy-tests", cases_schema())):
        text = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        (ROOT / "policies" / f"{name}.schema.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
