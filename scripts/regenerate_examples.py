#!/usr/bin/env python3
"""Writes the generated files under `examples/` anew: plan JSON with Terraform, `cdk.out` with the CDK CLI.

    scripts/regenerate_examples.py [terraform-plan] [cdk]

Both tools run on a copy and offline; what differs from run to run or from machine to machine (the time, directories,
the flags that make an offline plan possible) is taken out, so that `git diff` shows only what a change of an example
means. `examples/README.md` says which versions made the committed files.

`BEDROCK_EOL_TF_PLUGIN_DIR` names a folder for `terraform init -plugin-dir`; without it Terraform fetches the provider.
`BEDROCK_EOL_CDK_DIR` names a folder with a `node_modules` that holds the versions of `examples/cdk/package-lock.json`;
without it `npm ci` makes one in `examples/cdk`.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
VARIANTS = ("failing", "clean")

PLAN_TIME = "2026-11-24T00:00:00Z"
_OFFLINE_FLAGS = ("skip_credentials_validation", "skip_metadata_api_check", "skip_requesting_account_id")


def terraform_env() -> dict[str, str]:
    """The environment of an offline Terraform run: keys that nothing accepts, no user configuration, no check-in."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "TF_"))}
    return kept | {
        "AWS_ACCESS_KEY_ID": "example",
        "AWS_SECRET_ACCESS_KEY": "example",
        "AWS_EC2_METADATA_DISABLED": "true",
        "CHECKPOINT_DISABLE": "1",
        # Go's usual rate of garbage collection takes a third of a run: the schema of the provider is large, and stays.
        "GOGC": "400",
        "TF_CLI_CONFIG_FILE": os.devnull,
        "TF_IN_AUTOMATION": "1",
        "TF_INPUT": "0",
    }


def offline_override(aliases: tuple[str, ...]) -> str:
    """An `override.tf` under which provider aws, by default and by `aliases`, makes no call while it plans."""
    flags = "".join(f"  {flag} = true\n" for flag in _OFFLINE_FLAGS)
    heads = ("", *(f'  alias = "{alias}"\n' for alias in aliases))
    return "".join(f'provider "aws" {{\n{head}{flags}}}\n' for head in heads)


def copy_terraform(source: Path, work: Path) -> None:
    """Copies a root module to `work`, which must not exist, without what Terraform leaves behind."""
    shutil.copytree(source, work, ignore=shutil.ignore_patterns(".terraform*", "*.tfstate*", "expect.jsonc"))


def make_plan(source: Path, work: Path, plugin_dir: Path | None, aliases: tuple[str, ...] = ("oregon",)) -> Any:
    """The plan of the root module `source` as `terraform show -json` gives it, made deterministic.

    `work` must not exist; Terraform runs there. Raises CalledProcessError with Terraform's words in its `stderr`.
    """
    copy_terraform(source, work)
    (work / "override.tf").write_text(offline_override(aliases), encoding="utf-8")
    plugins = () if plugin_dir is None else (f"-plugin-dir={plugin_dir}",)
    _terraform(work, "init", "-backend=false", *plugins)
    _terraform(work, "plan", "-out=tfplan")
    return _without_noise(json.loads(_terraform(work, "show", "-json", "tfplan")))


def _terraform(work: Path, command: str, *arguments: str) -> str:
    colours = () if command == "show" else ("-no-color",)
    return subprocess.run(
        ["terraform", command, *colours, *arguments],
        cwd=work,
        env=terraform_env(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def _without_noise(plan: Any) -> Any:
    plan["timestamp"] = PLAN_TIME
    # Terraform writes these in the order of a Go map.
    plan["relevant_attributes"].sort(key=lambda row: (row["resource"], row["attribute"]))
    for provider in plan["configuration"]["provider_config"].values():
        for flag in _OFFLINE_FLAGS:
            provider["expressions"].pop(flag)
    return plan


def make_assembly(source: Path, work: Path, modules: Path) -> Path:
    """The cloud assembly of the CDK app `source`, in a folder below `work`, without assets and made deterministic.

    `work` must not exist; the app runs there. `modules` is the `node_modules` to run it with. Raises
    CalledProcessError with the CLI's words in its `stderr`.
    """
    app = work / "app"
    shutil.copytree(source, app, ignore=shutil.ignore_patterns("cdk.out", "node_modules", "expect.jsonc"))
    (work / "node_modules").symlink_to(modules.resolve(), target_is_directory=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "CDK_"))}
    subprocess.run(
        [modules.resolve() / ".bin" / "cdk", "synth", "--quiet", "--no-notices", "--no-color"],
        cwd=app,
        env=kept | {"CDK_DISABLE_CLI_TELEMETRY": "true", "CDK_HOME": str(work / "cdk-home"), "CI": "true"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    assembly = app / "cdk.out"
    for asset in assembly.rglob("asset.*"):
        shutil.rmtree(asset) if asset.is_dir() else asset.unlink()
    here = f"{app.resolve()}{os.sep}"
    for file in assembly.rglob("*.json"):
        text = file.read_text(encoding="utf-8")
        if here in text:
            file.write_text(text.replace(here, ""), encoding="utf-8")
    return assembly


def plugin_dir() -> Path | None:
    """The folder of providers that the environment names, or None."""
    named = os.environ.get("BEDROCK_EOL_TF_PLUGIN_DIR")
    return Path(named) if named else None


def node_modules() -> Path:
    """The installed modules that the environment names, else those of `examples/cdk`, installed if need be."""
    named = os.environ.get("BEDROCK_EOL_CDK_DIR")
    folder = Path(named) if named else EXAMPLES / "cdk"
    if not named and not (folder / "node_modules").is_dir():
        subprocess.run(["npm", "ci", "--ignore-scripts", "--silent"], cwd=folder, check=True)
    return folder / "node_modules"


def write_plans() -> None:
    """Writes `examples/terraform-plan/*/plan.json` from `examples/terraform/*`."""
    for variant in VARIANTS:
        with tempfile.TemporaryDirectory() as scratch:
            plan = make_plan(EXAMPLES / "terraform" / variant, Path(scratch) / "root", plugin_dir())
        target = EXAMPLES / "terraform-plan" / variant / "plan.json"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(plan, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        print(f"wrote {target.relative_to(EXAMPLES.parent)}")


def write_assemblies() -> None:
    """Writes `examples/cdk/*/cdk.out` from the app beside it."""
    for variant in VARIANTS:
        source = EXAMPLES / "cdk" / variant
        with tempfile.TemporaryDirectory() as scratch:
            assembly = make_assembly(source, Path(scratch) / "work", node_modules())
            shutil.rmtree(source / "cdk.out", ignore_errors=True)
            shutil.copytree(assembly, source / "cdk.out")
        print(f"wrote {source.relative_to(EXAMPLES.parent) / 'cdk.out'}")


GENERATORS = {"terraform-plan": write_plans, "cdk": write_assemblies}


def main() -> int:
    parser = argparse.ArgumentParser(description="Writes the generated files under examples/ anew.")
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=f"{' or '.join(GENERATORS)}; all without one")
    chosen = parser.parse_args().kinds or list(GENERATORS)
    if unknown := [kind for kind in chosen if kind not in GENERATORS]:
        parser.error(f"unknown kind {unknown[0]!r}: choose from {', '.join(GENERATORS)}")
    for kind in chosen:
        try:
            GENERATORS[kind]()
        except FileNotFoundError as absent:
            print(f"{kind}: {absent.filename} is not installed", file=sys.stderr)
            return 1
        except subprocess.CalledProcessError as failure:
            print(f"{kind}: {failure}\n{failure.stderr or ''}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
