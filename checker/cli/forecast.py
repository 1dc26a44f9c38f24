"""`bedrock-eol forecast`."""

from typing import Annotated

import typer

from checker.cli import arguments


def forecast(
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
    formats: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            help="Report to write: terminal, json, ics. With =FILE, to that file, else to standard output. Repeatable."
            "  [default: terminal]",
            metavar="NAME[=FILE]",
            show_default=False,
        ),
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", help="Show notes, too, and every problem.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Show no progress.")] = False,
    allow_outside: arguments.AllowOutside = False,
    config: arguments.ConfigurationFile = None,
    no_config: arguments.NoConfiguration = False,
) -> None:
    """Tell on which day each use of a model first breaks each rule, the first ones first.

    What a waiver covers breaks on the day after its last. Exits with 3 if something could not be read.
    """
    from checker.cli.configured import configuration_for, paths_of
    from checker.cli.forecasting import ForecastReport, run_forecast
    from checker.cli.runs import Request

    configured = configuration_for(paths or (), config, ignored=no_config, allow_outside=allow_outside)
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
        fail_on=None,
        fail_on_unresolved=False,
        reports=(),
        verbose=verbose,
        quiet=quiet,
        source=source,
        configuration=configured,
        catalog_overlays=tuple(catalog_overlay or ()),
    )
    raise typer.Exit(run_forecast(request, ForecastReport.all_of(formats)))
