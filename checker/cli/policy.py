"""`bedrock-eol policy` and `bedrock-eol explain`: policies themselves."""

from typing import Annotated

import typer

from checker.cli import words
from checker.cli.policy_test import test_policies
from checker.cli.words import Command, Group, completed

app = typer.Typer(help="Check, list and describe policies.", cls=Group, no_args_is_help=True, rich_markup_mode=None)

app.command("test", cls=Command)(test_policies)

_NAMES_HELP = "Packs and policy files."


@app.command("validate", cls=Command)
def validate(
    names: Annotated[
        list[str],
        typer.Argument(
            help=_NAMES_HELP, metavar="PACK|FILE", autocompletion=completed(words.policies), show_default=False
        ),
    ],
) -> None:
    """Check that policy files are valid; each by itself. Exits with 2 if one is not."""
    from checker.cli.policy_pages import read_policy
    from checker.errors import UsageError
    from checker.wording import counted

    faults = []
    for name in names:
        try:
            policy = read_policy((name,))
        except UsageError as error:
            faults.append(str(error))
            continue
        rules, waivers = counted(len(policy.rules), "rule"), counted(len(policy.waivers), "waiver")
        typer.echo(f"{name}: valid, {rules}, {waivers}")
    if faults:
        raise UsageError("\n".join(faults))


@app.command("list", cls=Command)
def list_rules(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            help=f"{_NAMES_HELP}  [default: every pack]",
            metavar="PACK|FILE",
            autocompletion=completed(words.policies),
            show_default=False,
        ),
    ] = None,
) -> None:
    """List the rules of policies, with their checks and severities."""
    from checker.cli.policy_pages import show_rules
    from checker.policy import pack_names

    show_rules(tuple(names or pack_names()))


@app.command("schema", cls=Command)
def schema() -> None:
    """Print the JSON Schema of policy files, for editors."""
    import json

    from checker.cli.output import write_to_standard_output
    from checker.policy.load import schema_of

    write_to_standard_output(json.dumps(schema_of("policy"), indent=2, ensure_ascii=False) + "\n")


def explain(
    name: Annotated[
        str,
        typer.Argument(
            help="Id of a rule, or name of a check.",
            metavar="RULE|CHECK",
            autocompletion=completed(words.rules),
            show_default=False,
        ),
    ],
    policy: Annotated[
        list[str] | None,
        typer.Option(
            "--policy",
            help="Pack or policy file to look for the rule in. Repeatable.  [default: every pack]",
            metavar="PACK|FILE",
            autocompletion=completed(words.policies),
            show_default=False,
        ),
    ] = None,
) -> None:
    """Explain a rule or a check: what it finds, why it matters, how to fix it."""
    from checker.cli.policy_pages import explain_rule_or_check

    explain_rule_or_check(name, tuple(policy or ()))
