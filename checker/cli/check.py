"""`bedrock-eol check`."""

import typer

from checker.cli import arguments
from checker.cli.arguments import FailOn


def check(
    paths: arguments.Paths,
    policy: arguments.Policies = None,
    catalog: arguments.CatalogFile = None,
    as_of: arguments.AsOf = None,
    region: arguments.Regions = None,
    var: arguments.Variables = None,
    var_file: arguments.VariableFiles = None,
    env_vars: arguments.EnvironmentVariables = False,
    workspace: arguments.Workspace = None,
    parameters: arguments.ParameterFiles = None,
    fail_on: arguments.FailOnSeverity = FailOn.ERROR,
    fail_on_unresolved: arguments.FailOnUnresolved = False,
    formats: arguments.JudgedFormats = None,
    verbose: arguments.Verbose = False,
    quiet: arguments.Quiet = False,
    allow_outside: arguments.AllowOutside = False,
) -> None:
    """Find the models that infrastructure code uses, and judge them by a policy.

    A directory yields every Terraform root, template and cdk.out in it; plan and state files only when they are named.
    """
    from checker.cli.output import ReportRequest
    from checker.cli.runs import Request, report_on

    request = Request(
        paths=tuple(paths),
        policy=tuple(policy or ("baseline",)),
        catalog=catalog,
        as_of=arguments.day(as_of),
        regions=arguments.regions(region),
        variables=arguments.variables(var),
        variable_files=tuple(var_file or ()),
        takes_environment=env_vars,
        workspace=workspace,
        parameters=tuple(parameters or ()),
        allow_outside=allow_outside,
        judge=True,
        fail_on=fail_on.severity(),
        fail_on_unresolved=fail_on_unresolved,
        reports=ReportRequest.all_of(formats, judged=True),
        verbose=verbose,
        quiet=quiet,
    )
    raise typer.Exit(report_on(request))
