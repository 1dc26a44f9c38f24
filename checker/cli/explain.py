"""`bedrock-eol explain`."""

from typing import Annotated

import typer


def explain(
    name: Annotated[
        str, typer.Argument(help="Id of a rule, or name of a check.", metavar="RULE|CHECK", show_default=False)
    ],
    policy: Annotated[
        list[str] | None,
        typer.Option(
            "--policy",
            help="Pack or policy file to look for the rule in. Repeatable.  [default: every pack]",
            metavar="PACK|FILE",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Explain a rule or a check: what it finds, why it matters, how to fix it."""
    from checker.cli.policy_pages import explain_rule_or_check

    explain_rule_or_check(name, tuple(policy or ()))
