"""Shows which types and properties in CloudFormation's schemas look as if they named a model and are not recorded.

    uv run --no-project --with cfn-lint python tools/sites/schemas.py [REGION]

The schemas are those that the installed cfn-lint ships, of one Region (us-east-1, which has the most). A property looks
so by its name, in a type whose service uses models of Bedrock, or by its pattern, examples or description. Each that is
shown needs a decision: a row in `survey.json`, of kind `direct`, `mention`, `not-bedrock` or `selector`; a type of
Bedrock's namespaces goes into `types.json`. The exit code is 1 if there is any.
"""

import json
import re
import sys
from collections.abc import Iterator
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
# Types whose properties are looked at by their names.
SERVICES = re.compile(r"AWS::(Bedrock\w*|Lex|Wisdom|QBusiness|Connect|OpenSearch\w*|Kendra|SMSVOICE|AppSync)::")
NAME = re.compile(r"(^|[a-z])(foundation)?models?(id|arn|identifier|source|name)?s?$", re.IGNORECASE)
TEXT = re.compile(r"foundation-model|inference-profile|provisioned-model|anthropic|amazon\.(titan|nova)", re.IGNORECASE)
DEEPEST = 14


def main(region: str) -> int:
    """The exit code, after what is new is printed."""
    spec = find_spec("cfnlint")
    if spec is None or spec.origin is None:
        print("cfn-lint is not installed", file=sys.stderr)
        return 2
    folder = Path(spec.origin).parent / "data" / "schemas"
    types: dict[str, str] = json.loads((folder / "providers" / f"{region}.json").read_text(encoding="utf-8"))
    recorded = {(row["type"], row["path"]) for row in json.loads((HERE / "survey.json").read_text(encoding="utf-8"))}
    known_types = set(json.loads((HERE / "types.json").read_text(encoding="utf-8")))
    new = 0
    for name, file in sorted(types.items()):
        if name.startswith("AWS::Bedrock") and name not in known_types:
            new += 1
            print(f"{name} (a type of Bedrock)")
        schema = json.loads((folder / "resources" / f"{file}.json").read_text(encoding="utf-8"))
        for path, said in sorted(set(properties(name, schema))):
            if (name, path) not in recorded:
                new += 1
                print(f"{name} {path} ({said})")
    print(f"{new} types and properties are not recorded (cfn-lint {version('cfn-lint')}, {region})", file=sys.stderr)
    return int(new > 0)


def properties(type_: str, schema: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The paths of properties that look as if they named a model, each with why."""
    read_only = {str(path).removeprefix("/properties/") for path in schema.get("readOnlyProperties", ())}

    def walk(node: dict[str, Any], path: str, seen: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        target = node.get("$ref")
        if isinstance(target, str):
            if target in seen or len(seen) > DEEPEST:
                return
            definition = schema
            for part in target.removeprefix("#/").split("/"):
                definition = definition.get(part, {})
            yield from walk(definition, path, (*seen, target))
            return
        for part in (each for word in ("oneOf", "anyOf", "allOf") for each in node.get(word, ())):
            yield from walk(part, path, seen)
        for name, inner in node.get("properties", {}).items():
            below = f"{path}.{name}" if path else name
            if below not in read_only:
                yield from walk(inner, below, seen)
        for inner in node.get("patternProperties", {}).values():
            yield from walk(inner, f"{path}{{}}", seen)
        if isinstance(node.get("items"), dict):
            yield from walk(node["items"], f"{path}[]", seen)
        if not node.get("properties") and "items" not in node and node.get("type") in ("string", ["string"]):
            last = path.rstrip("[]{}").rpartition(".")[2]
            told = json.dumps([node.get(key) for key in ("pattern", "examples", "enum", "description", "default")])
            if SERVICES.match(type_) and NAME.search(last):
                yield path, "its name"
            elif TEXT.search(told):
                yield path, "what its schema says"

    yield from walk(schema, "", ())


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2] or ["us-east-1"]))
