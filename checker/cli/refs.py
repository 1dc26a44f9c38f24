"""`bedrock-eol refs`."""

import typer

from checker.cli import arguments


def refs(
    paths: arguments.Paths = None,
    catalog: arguments.CatalogFile = None,
    catalog_overlay: arguments.CatalogOverlays = None,
    as_of: arguments.AsOf = None,
    var: arguments.Variables = None,
    var_file: arguments.VariableFiles = None,
    env_vars: arguments.EnvironmentVariables = False,
    workspace: arguments.Workspace = None,
    parameters: arguments.ParameterFiles = None,
    source: arguments.Source = None,
    fail_on_unresolved: arguments.FailOnUnresolved = False,
    formats: arguments.ReferenceFormats = None,
    verbose: arguments.Verbose = False,
    quiet: arguments.Quiet = False,
    allow_outside: arguments.AllowOutside = False,
    config: arguments.ConfigurationFile = None,
    no_config: arguments.NoConfiguration = False,
) -> None:
    """List the models that infrastructure code uses, and where; without judging them."""
    from checker.cli.configured import configuration_for, paths_of
    from checker.cli.output import ReportRequest
    from checker.cli.runs import Request, report_on

    configured = configuration_for(paths or (), config, ignored=no_config, allow_outside=allow_outside)
    request = Request(
        paths=paths_of(paths or (), configured),
        policy=(),
        catalog=catalog or configured.catalog,
        as_of=arguments.day(as_of),
        regions=(),
        variables=arguments.variables(var),
        variable_files=tuple(var_file or ()),
        takes_environment=env_vars,
        workspace=workspace,
        parameters=tuple(parameters or ()),
        allow_outside=allow_outside,
        judge=False,
        fail_on=None,
        fail_on_unresolved=fail_on_unresolved,
        reports=ReportRequest.all_of(formats, judged=False),
        verbose=verbose,
        quiet=quiet,
        source=source,
        configuration=configured,
        catalog_overlays=tuple(catalog_overlay or ()),
    )
    raise typer.Exit(report_on(request))
