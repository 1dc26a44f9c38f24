"""`bedrock-eol policy test`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from checker.policy_tests import CaseResult


def test_policies(
    files: Annotated[
        list[Path],
        typer.Argument(help="Test files.", metavar="FILE", show_default=False),
    ],
) -> None:
    """Run tests of policies: references or code, and the findings expected on a day. Exits with 1 if one fails."""
    from checker.cli.exit_codes import ExitCode
    from checker.cli.output import write_to_standard_output
    from checker.policy_tests import run_policy_tests
    from checker.report.escaping import printable

    cwd = Path.cwd()
    results = [(file, result) for file in files for result in run_policy_tests(file, cwd)]
    lines = [line for file, result in results for line in _lines(file, result)]
    failed = sum(not result.passed for _, result in results)
    lines.append(f"{len(results) - failed} passed, {failed} failed")
    write_to_standard_output("".join(f"{printable(line)}\n" for line in lines))
    raise typer.Exit(ExitCode.FINDINGS if failed else ExitCode.OK)


def _lines(file: Path, result: "CaseResult") -> list[str]:
    if result.passed:
        return [f"pass  {file}: {result.case.name}"]
    lines = [f"FAIL  {result.case.location}: {result.case.name}"]
    for expected in result.missing:
        given = {
            "severity": expected.severity,
            "status": expected.status,
            "address": expected.address,
            "model": expected.model,
            "region": expected.region,
        }
        said = "".join(f", {name} {value}" for name, value in given.items() if value is not None)
        lines.append(f"      {expected.location}: expected and not found: {expected.rule}{said}")
    for finding in result.unexpected:
        address = "" if finding.reference is None else finding.reference.address
        lines.append(
            f"      found and not expected: {finding.rule}, {finding.severity}, {finding.status}, {address}:"
            f" {finding.message}"
        )
    return lines
