"""Readers of infrastructure code: one folder per language, one row here per kind of input."""

from collections.abc import Mapping
from functools import partial
from importlib import import_module
from typing import cast

from checker.frontends.protocol import Reader, Run, Source
from checker.model.problem import Problem, ProblemKind
from checker.model.resource import Input, InputKind, Loaded
from checker.values import TooLargeError

# The modules whose `read` reads a kind of input, imported on demand.
FRONTENDS: Mapping[InputKind, str] = {
    InputKind.TERRAFORM: "checker.frontends.terraform.root",
    InputKind.TERRAFORM_PLAN: "checker.frontends.terraform.plan.resources",
    InputKind.TERRAFORM_STATE: "checker.frontends.terraform.state",
    InputKind.CLOUDFORMATION: "checker.frontends.cloudformation.template",
    InputKind.CDK: "checker.frontends.cdk.assembly",
}


def read(source: Source, run: Run) -> Loaded:
    """The result of the reader for its kind, with the templates that its resources contain."""
    from checker.frontends.embedded import deployed_by, with_embedded

    run.deployed_by = partial(deployed_by, run=run, answers=source.options.answers)
    reader = cast(Reader, import_module(FRONTENDS[source.kind]).read)
    try:
        return with_embedded(reader(source, run), source, run)
    except TooLargeError:
        message = "something in it is too large to be evaluated; nothing in it was checked"
        problem = Problem(ProblemKind.UNSUPPORTED, source.shown, message, "Make it smaller.", incomplete=True)
        return Loaded(Input(source.shown, source.kind, (source.shown,)), (), (problem,))
