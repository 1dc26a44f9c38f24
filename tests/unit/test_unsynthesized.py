"""Apps that have not written what they say: data that name a model, output of an older state, CDKTF and SST."""

import json
from datetime import date
from pathlib import Path

import pytest

from checker.model.scan import Scan
from checker.model.settings import Settings
from checker.pipeline import scan

LITE, PRO = "amazon.nova-lite-v1:0", "amazon.nova-pro-v1:0"
APP = {"cdk.json": '{"app": "npx ts-node bin/app.ts"}', "bin/app.ts": "import '../lib/stack';\n"}
SILENT = "this CDK app has no synth output, and its code names no model"
OK = "Resources: {A: {Type: 'AWS::Bedrock::Agent', Properties: {FoundationModel: %s}}}\n"
STACK = {
    "type": "aws:cloudformation:stack",
    "environment": "aws://unknown-account/eu-west-1",
    "properties": {"templateFile": "Chat.template.json"},
}
ASSEMBLY = {
    "cdk.out/manifest.json": json.dumps({"version": "36.0.0", "artifacts": {"Chat": STACK}}),
    "cdk.out/Chat.template.json": json.dumps(
        {"Resources": {"A": {"Type": "AWS::Bedrock::Agent", "Properties": {"FoundationModel": LITE}}}}
    ),
}
MODULE = json.dumps({"//": {}, "resource": {"aws_bedrockagent_agent": {"a": {"foundation_model": LITE}}}})


def check(folder: Path, files: dict[str, str], *paths: str, **settings: object) -> Scan:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    made = Settings(as_of=date(2026, 11, 24), **settings)  # type: ignore[arg-type]
    return scan(paths or (".",), made, standard_input=bytes, cwd=folder)


def told(found: Scan) -> list[tuple[str, str, bool]]:
    return [(each.file, each.message, each.incomplete) for each in found.problems]


@pytest.mark.parametrize(
    ("name", "program"),
    [
        ("config/prod.json", ""),
        ("environments/eu/prod.yaml", ""),
        ("cdk.context.json", ""),
        (".env", "import 'dotenv/config';"),
        ("settings.toml", "readFileSync('settings.toml');"),
        ("lib/models.json", "import m from '@/models.json';"),
        ("stages/prod.yml", "load(join(__dirname, '..', 'stages', `${stage}.yml`));"),
        ("docs/models.json", "import m from '../docs/models.json';"),
    ],
)
def test_data_that_an_app_takes_in_count_as_its_code(tmp_path: Path, name: str, program: str) -> None:
    found = check(tmp_path, {**APP, "bin/app.ts": f"{program}\n", name: f'"model": "us.{LITE}"\n'})
    message = f"this CDK app has data that name a model ({name}) and has no synth output beside it, so its stacks were"
    assert told(found) == [("cdk.json", f"{message} not checked", True)]


@pytest.mark.parametrize(
    ("name", "program"),
    [
        (".github/workflows/claude.yml", ""),
        (".claude/settings.json", ""),
        ("docs/eval/results.json", "load(`${name}.json`);"),
        ("tests/fixtures/event.json", "load('event.json');"),
        ("config/tests/a.json", ""),
        ("docker-compose.yml", "load(`${name}.yml`);"),
        ("package-lock.json", "load(`${name}.json`);"),
        ("events/event.json", "load('other.json');"),
        (".env", ""),
    ],
)
def test_other_data_beside_an_app_are_none_of_its_own(tmp_path: Path, name: str, program: str) -> None:
    files = {**APP, "bin/app.ts": f"{program}\n", "test/a.test.ts": "load('event.json');\n"}
    assert told(check(tmp_path, {**files, name: json.dumps({"model": LITE})})) == [("cdk.json", SILENT, False)]


@pytest.mark.parametrize(
    "files",
    [
        {"t.yaml": OK % LITE},
        {"infra/main.tf": f'locals {{ m = "{LITE}" }}\n', "infra/x.tfvars": f'm = "{LITE}"\n'},
        {"config/prod.yaml": f"# once {LITE}\nmodel: none\n"},
        {"config/prod.json": '{"model": "none"}'},
        {"node_modules/a/x.json": json.dumps({"model": LITE})},
    ],
)
def test_what_is_read_anyway_and_what_names_no_model_are_no_data_of_an_app(
    tmp_path: Path, files: dict[str, str]
) -> None:
    assert ("cdk.json", SILENT, False) in told(check(tmp_path, {**APP, **files}))


def test_data_are_of_the_nearest_app(tmp_path: Path) -> None:
    files = {f"{name}/{file}": text for name in ("a", "a/b") for file, text in APP.items()}
    found = check(tmp_path, {**files, "a/b/config/a.json": json.dumps({"model": LITE})})
    assert [(each.file, each.incomplete) for each in found.problems] == [("a/b/cdk.json", True), ("a/cdk.json", False)]


@pytest.mark.parametrize(
    ("program", "text"),
    [
        ("bin/app.ts", 'import models from "../../shared/models.json";\n'),
        ("bin/app.ts", "const m = readFileSync('../shared/models.json');\n"),
    ],
)
def test_data_of_other_directories_count_if_the_code_names_them(tmp_path: Path, program: str, text: str) -> None:
    files = {f"app/{name}": each for name, each in {**APP, program: text}.items()}
    (tmp_path / ".git").mkdir()
    found = check(tmp_path, {**files, "shared/models.json": json.dumps({"model": LITE})}, "app")
    assert [(each.file, each.incomplete) for each in found.problems] == [("app/cdk.json", True)]
    assert [each.address for each in found.mentions] == ["shared/models.json"]


@pytest.mark.parametrize("program", ["bin/app.ts", "lib/stack.ts"])
def test_output_that_lacks_what_the_code_names_is_told(tmp_path: Path, program: str) -> None:
    files = {**APP, **ASSEMBLY, program: f"{APP.get(program, '')}// not x\nconst m = '{PRO}';\n"}
    (problem,) = check(tmp_path, files).problems
    assert (problem.file, problem.kind, problem.incomplete) == (program, "not-synthesized", False)
    assert problem.message == f"the code of this CDK app names {PRO}, which its synth output does not"
    assert "cdk synth" in problem.advice
    assert check(tmp_path, {}, excluded=("cdk.json",), configured_in=tmp_path).problems == ()


@pytest.mark.parametrize(
    "text",
    [f"const m = '{LITE}';\n", f"// was {PRO}\n", "const m = FoundationModelIdentifier.AMAZON_NOVA_PRO_V1_0;\n"],
)
def test_output_that_has_what_the_code_names_is_not(tmp_path: Path, text: str) -> None:
    files = {**APP, **ASSEMBLY, "lib/stack.ts": text, "lambda/handler.py": f"MODEL = '{PRO}'\n"}
    assert check(tmp_path, files).problems == ()


def test_the_source_of_a_compiled_app_is_its_code(tmp_path: Path) -> None:
    files = {**ASSEMBLY, "cdk.json": '{"app": "node bin/app.js"}', "bin/app.ts": f"const m = '{PRO}';\n"}
    assert [each.file for each in check(tmp_path, files).problems] == ["bin/app.ts"]


CDKTF = {"cdktf.json": '{"language": "typescript", "app": "npx ts-node main.ts"}'}


def test_an_app_of_cdktf_without_output_is_told(tmp_path: Path) -> None:
    found = check(tmp_path, {**CDKTF, "main.ts": "new BedrockagentAgent(this, 'a', {});\n"})
    message = "this CDKTF app names Bedrock and has no synth output beside it, so its stacks were not checked"
    assert told(found) == [("cdktf.json", message, True)]
    assert "cdktf synth" in found.problems[0].advice
    found = check(tmp_path, {"main.ts": "new S3Bucket(this, 'a', {});\n"})
    assert told(found) == [("cdktf.json", SILENT.replace("CDK", "CDKTF"), False)]


@pytest.mark.parametrize("output", ["cdktf.out", "dist/tf"])
def test_what_cdktf_wrote_is_read_though_gitignore_names_it(tmp_path: Path, output: str) -> None:
    (tmp_path / ".git").mkdir()
    files = {
        "cdktf.json": json.dumps({"app": "npx ts-node main.ts", "output": output}),
        "main.ts": "new BedrockagentAgent(this, 'a', {});\n",
        f"{output}/manifest.json": '{"version": "0.20.0", "stacks": {}}',
        f"{output}/stacks/chat/cdk.tf.json": MODULE,
        ".gitignore": "cdktf.out\ndist\n",
    }
    found = check(tmp_path, files)
    assert [each.address for each in found.references] == ["aws_bedrockagent_agent.a"]
    assert found.problems == ()


@pytest.mark.parametrize("output", ["a" * 300, "a/" * 3000, "\0", "\ud800"])
@pytest.mark.parametrize("manifest", ["cdk.json", "cdktf.json"])
def test_output_under_a_name_that_no_directory_can_have_is_none(tmp_path: Path, manifest: str, output: str) -> None:
    files = {manifest: json.dumps({"app": "npx ts-node main.ts", "output": output}), "main.ts": "new Bedrock();\n"}
    assert [each.kind for each in check(tmp_path, files).problems] == ["not-synthesized"]


def test_an_app_of_sst_is_told_with_its_ids(tmp_path: Path) -> None:
    config = "export default $config({ async run() { await import('./infra/api'); } });\n"
    found = check(tmp_path, {"sst.config.ts": config, "infra/api.ts": f"const m = '{LITE}';\n", "t.yaml": OK % LITE})
    message = "this SST app names Bedrock and is not evaluated, so its resources were not checked"
    assert told(found) == [("sst.config.ts", message, False)]
    assert [str(each.location) for each in found.mentions] == ["infra/api.ts:1:12"]
    found = check(tmp_path, {"infra/api.ts": "f();\n", "other.ts": f"const m = '{LITE}';\n"})
    assert told(found) == [("sst.config.ts", "this SST app is not evaluated, and its code names no model", False)]


def test_advice_speaks_of_one_app_or_of_several(tmp_path: Path) -> None:
    (problem,) = check(tmp_path, {f"a/{name}": text for name, text in APP.items()}).problems
    assert problem.advice.endswith("brings models into it.")
    (problem,) = check(tmp_path, {f"b/{name}": text for name, text in APP.items()}).problems
    assert problem.advice.endswith("brings models into them.")
