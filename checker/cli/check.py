"""`bedrock-eol check`."""

import typer

from checker.cli import arguments
from checker.cli.arguments import FailOn


def check(
    paths: arguments.Paths = None,
    policy: arguments.Policies = None,
    catalog: arguments.CatalogFile = None,
    catalog_overlay: arguments.CatalogOverlays = None,
    as_of: arguments.AsOf = None,
    region: arguments.Regions = None,
    var: arguments.Variables = None,
    var_file: arguments.VariableFiles = None,
    env_vars: arguments.EnvironmentVariables = False,
    workspace: arguments.Workspace = None,
    parameters: arguments.ParameterFiles = None,
    source: arguments.Source = None,
    fail_on: arguments.FailOnSeverity = None,
    fail_on_unresolved: arguments.FailOnUnresolved = False,
    formats: arguments.JudgedFormats = None,
    verbose: arguments.Verbose = False,
    quiet: arguments.Quiet = False,
    allow_outside: arguments.AllowOutside = False,
    changed: arguments.Changed = False,
    diff_base: arguments.DiffBase = None,
    baseline: arguments.BaselineFile = None,
    write_baseline: arguments.WriteBaseline = None,
    blame: arguments.Blame = False,
    config: arguments.ConfigurationFile = None,
    no_config: arguments.NoConfiguration = False,
) -> None:
    """Find the models that infrastructure code uses, and judge them by a policy.

    A directory yields every Terraform root, template and cdk.out in it; plan and state files only when they are named.
    """
    from checker.cli.configured import configuration_for, paths_of
    from checker.cli.output import ReportRequest
    from checker.cli.runs import Request, report_on

    configured = configuration_for(paths or (), config, ignored=no_config, allow_outside=allow_outside)
    fails_on = fail_on or FailOn(configured.fail_on or FailOn.ERROR)
    request = Request(
        paths=paths_of(paths or (), configured),
        policy=tuple(policy or configured.policy or ("baseline",)),
        catalog=catalog or configured.catalog,
        as_of=arguments.day(as_of),
        regions=arguments.regions(region),
        variables=arguments.variables(var),
        variable_files=tuple(var_file or ()),
        takes_environment=env_vars,
        workspace=workspace,
        parameters=tuple(parameters or ()),
        allow_outside=allow_outside,
        judge=True,
        fail_on=fails_on.severity(),
        fail_on_unresolved=fail_on_unresolved or configured.fail_on_unresolved,
        reports=ReportRequest.all_of(formats, judged=True),
        verbose=verbose,
        quiet=quiet,
        changed=changed,
        diff_base=diff_base,
        baseline=baseline or configured.baseline,
        write_baseline=write_baseline,
        blame=blame,
        source=source,
        configuration=configured,
        catalog_overlays=tuple(catalog_overlay or ()),
    )
    raise typer.Exit(report_on(request))
