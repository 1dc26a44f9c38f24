"""A policy-validation plugin of the AWS CDK, for apps in Python: `cdk synth` fails with the findings.

```python
from aws_cdk import App, Validations
from checker.integrations.cdk import BedrockEolValidation

app = App()
Validations.of(app).add_plugins(BedrockEolValidation(policy="strict"))
```

Needs the extra `cdk`. It judges the assembly that was just written, nested stacks and stages included,
so that it finds what `bedrock-eol check cdk.out` finds. A violation can be acknowledged in the app, as those of other
plugins can, by `bedrock-eol::` and the id of its rule.
"""

import os
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from checker import __version__
from checker.api import PathLike, check
from checker.errors import UsageError
from checker.model.finding import Finding
from checker.model.policy import Severity
from checker.model.problem import Problem
from checker.model.reference import Reference

try:
    import jsii
    from aws_cdk import (
        IPolicyValidationContext,
        IPolicyValidationPlugin,
        PolicyValidationPluginReport,
        PolicyViolatingResource,
        PolicyViolation,
    )
except ImportError as error:
    raise ImportError(
        "checker.integrations.cdk needs aws-cdk-lib 2.275 or newer: pip install 'aws-cdk-lib>=2.275'"
    ) from error

_MANIFEST = "manifest.json"
# The rule under which a synth fails because something could not be read.
INCOMPLETE = "incomplete-analysis"
# That of a model which is not known, where that fails the synth.
UNRESOLVED = "unresolved-reference"


@jsii.implements(IPolicyValidationPlugin)
class BedrockEolValidation:
    """Fails a synth for open findings at or above `fail_on`, and if something could not be read.

    `policy` names packs and policy files, `as_of` is the day to judge for (today in UTC unless given). `regions` bound
    the Region of stacks that are bound to none. `fail_on` is `error`, `warning`, `note` or `never`; warnings are
    reported in any case. With `fail_on_unresolved`, a model that is not known fails the synth too.
    """

    def __init__(
        self,
        *,
        policy: PathLike | Iterable[PathLike] = "baseline",
        as_of: date | None = None,
        regions: Iterable[str] = (),
        parameters: Iterable[PathLike] = (),
        catalog: PathLike | None = None,
        fail_on: str = "error",
        fail_on_unresolved: bool = False,
    ) -> None:
        names = [severity.name.lower() for severity in Severity]
        if fail_on not in (*names, "never"):
            raise UsageError(f"fail_on is {fail_on!r}; it must be one of {', '.join((*names, 'never'))}")
        self._policy = policy if isinstance(policy, str | os.PathLike) else tuple(policy)
        self._as_of = as_of
        self._regions = tuple(regions)
        self._parameters = tuple(parameters)
        self._catalog = catalog
        self._fail_on = None if fail_on == "never" else Severity[fail_on.upper()]
        self._fail_on_unresolved = fail_on_unresolved

    @property
    def name(self) -> str:
        """The name in CDK's report."""
        return "bedrock-eol"

    @property
    def version(self) -> str:
        """The version in CDK's report."""
        return __version__

    @property
    def rule_ids(self) -> list[str] | None:
        """None: what rules an app is judged by is nobody's statistics."""
        return None

    def validate(self, context: IPolicyValidationContext) -> PolicyValidationPluginReport:
        """What CDK calls when it has written the assembly."""
        templates = [Path(path) for path in context.template_paths]
        if not templates:
            return PolicyValidationPluginReport(success=True, violations=[])
        scan = check(
            _to_check(templates),
            policy=self._policy,
            as_of=self._as_of,
            regions=self._regions,
            parameters=self._parameters,
            catalog=self._catalog,
        )
        shown = [finding for finding in scan.open_findings if self._fails(finding) or finding.severity > Severity.NOTE]
        incomplete = [problem for problem in scan.problems if problem.incomplete]
        unresolved = self._fail_on_unresolved and bool(scan.unresolved)
        return PolicyValidationPluginReport(
            success=not (incomplete or unresolved or any(map(self._fails, shown))),
            violations=[
                *(_violation(finding, context) for finding in shown),
                *(_of_problem(problem, context) for problem in incomplete),
                *(_of_unresolved(reference) for reference in (scan.unresolved if self._fail_on_unresolved else ())),
            ],
            plugin_version=__version__,
            metadata={
                "as_of": scan.as_of.isoformat(),
                "catalog_as_of": scan.catalog.as_of.isoformat(),
                "unresolved": str(len(scan.unresolved)),
            },
        )

    def _fails(self, finding: Finding) -> bool:
        return self._fail_on is not None and finding.severity >= self._fail_on


def _to_check(templates: list[Path]) -> list[Path]:
    """The assembly that holds the templates, and those that it nests; without a manifest, the templates."""
    directory = Path(os.path.commonpath([template.parent for template in templates]))
    return [directory] if (directory / _MANIFEST).is_file() else templates


def _violation(finding: Finding, context: IPolicyValidationContext) -> PolicyViolation:
    reference = finding.reference
    metadata = {
        "model": finding.model,
        "region": finding.region,
        "stage": finding.stage,
        "eol_date": None if finding.eol_date is None else finding.eol_date.isoformat(),
    }
    return PolicyViolation(
        rule_name=finding.rule,
        description=finding.message if reference is None else f"{reference.path}: {finding.message}",
        severity=str(finding.severity),
        fix=finding.advice or None,
        violating_resources=[_stack_of(None, context) if reference is None else _resource(reference)],
        rule_metadata={name: value for name, value in metadata.items() if value is not None},
    )


def _of_unresolved(reference: Reference) -> PolicyViolation:
    assert reference.unresolved is not None
    return PolicyViolation(
        rule_name=UNRESOLVED,
        description=f"{reference.path}: the model is not known ({reference.unresolved.subject}).",
        severity=str(Severity.ERROR),
        fix=reference.unresolved.advice,
        violating_resources=[_resource(reference)],
    )


def _of_problem(problem: Problem, context: IPolicyValidationContext) -> PolicyViolation:
    where = problem.file if problem.line is None else f"{problem.file}:{problem.line}"
    return PolicyViolation(
        rule_name=INCOMPLETE,
        description=f"{where}: {problem.message}",
        severity=str(Severity.ERROR),
        fix=problem.advice,
        violating_resources=[_stack_of(problem.file, context)],
    )


def _resource(reference: Reference) -> PolicyViolatingResource:
    return PolicyViolatingResource(construct_path=reference.address, locations=[f"Properties.{reference.path}"])


def _stack_of(file: str | None, context: IPolicyValidationContext) -> PolicyViolatingResource:
    """The stack whose template a file is, else the first one: CDK passes over a violation that names no construct."""
    stacks = context.stack_templates
    named = [
        one for one in stacks if file is not None and os.path.realpath(one.template_path) == os.path.realpath(file)
    ]
    return PolicyViolatingResource(construct_path=(named or stacks)[0].stack_construct_path, locations=[])
