#!/usr/bin/env python3
"""Writes `plan.json` of each root in `tests/cases/terraform-roots` that has one, with Terraform and offline.

    BEDROCK_EOL_TF_PLUGIN_DIR=FOLDER scripts/regenerate_terraform_roots.py [ROOT ...]

A root to plan for the first time is named. Data sources ask a server on this machine that knows no model but echoes
the id it is asked for, so that nothing is looked up and nothing is deployed.
"""

import contextlib
import importlib.util
import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

ROOTS = Path(__file__).resolve().parent.parent / "tests" / "cases" / "terraform-roots"
ACCOUNT = "123456789012"
ALIASES = {"regions": ("oregon", "frankfurt")}
_PLAN_TIME = "2026-11-24T00:00:00Z"
_FLAGS = ("skip_credentials_validation", "skip_metadata_api_check", "skip_requesting_account_id")


def _examples() -> Any:
    spec = importlib.util.spec_from_file_location(
        "regenerate_examples", Path(__file__).with_name("regenerate_examples.py")
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class _Echo(BaseHTTPRequestHandler):
    """Answers as Bedrock and STS do, whatever the id."""

    def do_GET(self) -> None:
        kind, _, name = unquote(self.path).split("?")[0].strip("/").partition("/")
        region = self.headers.get("Authorization", "///us-east-1").split("/")[2]
        if kind == "foundation-models":
            name = name.rpartition("/")[2] or name
            arn = f"arn:aws:bedrock:{region}::foundation-model/{name}"
            answer: dict[str, object] = {
                "modelDetails": {"modelArn": arn, "modelId": name, "modelName": name, "providerName": "x"}
            }
        else:
            arn = f"arn:aws:bedrock:{region}:{ACCOUNT}:inference-profile/{name}"
            now = "2025-01-01T00:00:00Z"
            answer = {
                "inferenceProfileArn": arn,
                "inferenceProfileId": name,
                "inferenceProfileName": name,
                "models": [],
                "status": "ACTIVE",
                "type": "SYSTEM_DEFINED",
                "createdAt": now,
                "updatedAt": now,
            }
        self._send(json.dumps(answer), "application/json")

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if "StateMachine" in self.headers.get("X-Amz-Target", ""):
            self._send('{"result": "OK", "diagnostics": []}', "application/x-amz-json-1.0")
            return
        inner = f"<Arn>arn:aws:iam::{ACCOUNT}:user/x</Arn><UserId>X</UserId><Account>{ACCOUNT}</Account>"
        result = f"<GetCallerIdentityResult>{inner}</GetCallerIdentityResult>"
        name = 'GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"'
        self._send(f"<{name}>{result}</GetCallerIdentityResponse>", "text/xml")

    def _send(self, body: str, content_type: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


@contextlib.contextmanager
def echo_server() -> Iterator[str]:
    """The URL of the server while it runs."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _override(aliases: tuple[str, ...], url: str) -> str:
    flags = "".join(f"  {flag} = true\n" for flag in _FLAGS)
    endpoints = "".join(f'    {service} = "{url}"\n' for service in ("bedrock", "sfn", "sts"))
    endpoints = f"  endpoints {{\n{endpoints}  }}\n"
    heads = ("", *(f'  alias = "{alias}"\n' for alias in aliases))
    return "".join(f'provider "aws" {{\n{head}{flags}{endpoints}}}\n' for head in heads)


def make_plan(root: Path, work: Path, plugins: Path | None) -> Any:
    """The plan of a root as `terraform show -json` gives it, made deterministic. `work` must not exist."""
    examples = _examples()
    examples.copy_terraform(root, work)
    (work / "plan.json").unlink(missing_ok=True)
    with echo_server() as url:
        (work / "zz_override.tf").write_text(_override(ALIASES.get(root.name, ()), url), encoding="utf-8")

        def terraform(command: str, *arguments: str) -> str:
            return subprocess.run(
                ["terraform", command, *arguments],
                cwd=work,
                env=examples.terraform_env(),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=True,
            ).stdout

        terraform("init", "-no-color", "-backend=false", *(() if plugins is None else (f"-plugin-dir={plugins}",)))
        terraform("plan", "-no-color", "-out=tfplan")
        plan = json.loads(terraform("show", "-json", "tfplan"))
    plan["timestamp"] = _PLAN_TIME
    plan.get("relevant_attributes", []).sort(key=lambda row: (row["resource"], row["attribute"]))
    for provider in plan["configuration"]["provider_config"].values():
        for flag in (*_FLAGS, "endpoints"):
            provider.get("expressions", {}).pop(flag, None)
    return plan


def main(names: list[str]) -> int:
    plugins = _examples().plugin_dir()
    roots = [ROOTS / name for name in names] or sorted(path.parent for path in ROOTS.glob("*/plan.json"))
    for root in roots:
        try:
            with tempfile.TemporaryDirectory() as scratch:
                plan = make_plan(root, Path(scratch) / "root", plugins)
        except subprocess.CalledProcessError as failure:
            print(f"{root.name}: {failure}\n{failure.stderr or ''}", file=sys.stderr)
            return 1
        (root / "plan.json").write_text(json.dumps(plan, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        print(f"wrote {root.name}/plan.json")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
