"""Conditions in the Common Expression Language (CEL): their facts, compilation and evaluation.

The C++ implementation of CEL's authors evaluates them (`cel-expr-python`). It checks types at compile time, so a
misspelt fact is an error of the policy and not a rule that never fires. Conditions can only loop over lists, and the
library bounds these loops.
"""

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from checker.errors import BedrockEolError, UsageError
from checker.model.lifecycle import Stage
from checker.policy.check import CandidateSubject

LONGEST = 4000

_TEXT, _TEXTS, _TAGS, _NUMBER, _YES = "string", "list(string)", "map(string, string)", "int or null", "bool"

# Name of the fact, CEL type, description. The library has no nullable time, so days are strings (`2027-01-05`), which
# sort like days.
FACTS: tuple[tuple[str, str, str], ...] = (
    ("address", _TEXT, "address of the resource"),
    ("resource_type", _TEXT, "type of the resource, as its language names it"),
    ("path", _TEXT, "property that names the model"),
    ("file", _TEXT, "file of the use; empty if there is none"),
    ("framework", _TEXT, "language of the resource"),
    ("kind", _TEXT, "what uses the model"),
    ("role", _TEXT, "what the model does there"),
    ("usage", _TEXT, "in what sense the code names the model"),
    ("change", _TEXT, "what the plan does with the resource; empty without a plan"),
    ("tags", _TAGS, "tags of the resource that are known"),
    ("stack", _TEXT, "name of the stack; empty if it is not known"),
    ("workspace", _TEXT, "Terraform workspace; empty if it is not known"),
    ("commitment", _TEXT, "term of provisioned throughput; empty without one"),
    ("text", _TEXT, "the model as written"),
    ("form", _TEXT, "how it is named, such as model-id or inference-profile-arn"),
    ("certainty", _TEXT, "how sure it is that a deployment uses the model"),
    ("profile", _TEXT, "geography of the inference profile; empty without one"),
    ("model", _TEXT, "id of the base model; empty if none is named"),
    ("provider", _TEXT, "provider of the model; empty if the catalog does not know it"),
    ("known", _YES, "whether the catalog knows the model"),
    ("region", _TEXT, "Region whose dates count; empty if the dates hold wherever nothing else does"),
    ("region_known", _YES, "whether the code tells the Region"),
    ("partition", _TEXT, "partition of the Region"),
    ("stage", _TEXT, "stage of the model on the day, or unknown"),
    ("offered", _YES, "whether the catalog says that the Region offers the model"),
    ("days_to_eol", _NUMBER, "days until the EOL date, negative after it; null without one, so test that first"),
    ("legacy_date", _TEXT, "first day as Legacy; empty if it is not known"),
    ("extended_access_date", _TEXT, "first day of extended access; empty if it is not known"),
    ("eol_date", _TEXT, "first day of the end of life; empty if it is not known"),
    ("eol_no_sooner_than", _TEXT, "day before which the provider promises no end of life; empty if it is not known"),
    ("launch_date", _TEXT, "day of the launch; empty if it is not known"),
    ("inputs", _TEXTS, "modalities that the model takes"),
    ("outputs", _TEXTS, "modalities that the model produces"),
    ("replacements", _TEXTS, "ids that the catalog names as replacements"),
    ("as_of", _TEXT, "day of the check"),
)


class ConditionError(BedrockEolError):
    """A condition is not valid. `line` and `column` are one-based within the condition."""

    def __init__(self, line: int, column: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.column = column
        self.reason = reason


class Verdict(NamedTuple):
    """Whether a condition holds. `error` says why that cannot be decided; then it counts as holding."""

    holds: bool
    error: str = ""


_MESSAGE = re.compile(r"ERROR: [^:]*:(\d+):(\d+): ([^\n]*)")


@cache
def compile_condition(condition: str) -> Any:
    """Compiles a condition. Raises ConditionError."""
    if len(condition) > LONGEST:
        raise ConditionError(1, 1, f"the condition is longer than {LONGEST} characters")
    try:
        compiled = _environment().compile(condition)
    except RuntimeError as error:
        found = _MESSAGE.search(str(error))
        if found is None:
            raise ConditionError(1, 1, str(error).partition("\n")[0]) from None
        reason = found[3].removesuffix(" [INVALID_ARGUMENT]").removesuffix(" (in container '')")
        # The library reports the end of the text as a line or a column behind the last one.
        lines = condition.rstrip("\n").split("\n")
        line = min(int(found[1]), len(lines))
        column = int(found[2]) if line == int(found[1]) else len(lines[-1]) + 1
        raise ConditionError(line, max(1, min(column, len(lines[line - 1]) + 1)), reason) from None
    kind = compiled.return_type().name()
    if kind.lower() not in {"bool", "dyn"}:
        raise ConditionError(1, 1, f"the condition has to be true or false, and this is {kind.lower()}")
    return compiled


def holds(condition: str, subject: CandidateSubject) -> Verdict:
    """Evaluates a compiled condition for a candidate on a day in a Region."""
    result = compile_condition(condition).eval(data=facts_of(subject))
    value = result.value()
    if isinstance(value, bool):
        return Verdict(value)
    # An undecided condition must not pass as clean.
    return Verdict(True, str(value).removeprefix("INVALID_ARGUMENT: "))


def facts_of(subject: CandidateSubject) -> Mapping[str, object]:
    """The facts by name, as CEL takes them."""
    reference, candidate, stage = subject.reference, subject.candidate, subject.stage
    model = subject.assessment.model
    region = None if stage is None else stage.region
    return {
        "address": reference.address,
        "resource_type": reference.resource_type,
        "path": reference.path,
        "file": "" if reference.location is None else reference.location.file,
        "framework": reference.framework.value,
        "kind": reference.site.kind.value,
        "role": reference.site.role.value,
        "usage": reference.site.usage.value,
        "change": "" if reference.change is None else reference.change.value,
        "tags": {name: value for name, value in reference.tags if "⟨" not in name + value},
        "stack": reference.stack or "",
        "workspace": reference.workspace or "",
        "commitment": reference.commitment or "",
        "text": candidate.text,
        "form": candidate.form.value,
        "certainty": candidate.certainty.value,
        "profile": candidate.profile or "",
        "model": model.id if model is not None else candidate.model or "",
        "provider": "" if model is None else model.provider,
        "known": model is not None,
        "region": region or "",
        "region_known": bool(candidate.regions),
        "partition": candidate.partition,
        "stage": Stage.UNKNOWN.value if stage is None else stage.stage.value,
        "offered": model is not None and region is not None and model.is_offered_in(region),
        "days_to_eol": None if stage is None else stage.days_to_eol,
        "legacy_date": _text(None if stage is None else stage.legacy_date),
        "extended_access_date": _text(None if stage is None else stage.extended_access_date),
        "eol_date": _text(None if stage is None else stage.eol_date),
        "eol_no_sooner_than": _text(None if model is None else model.eol_no_sooner_than),
        "launch_date": _text(None if model is None else model.launch_date),
        "inputs": [] if model is None else list(model.inputs),
        "outputs": [] if model is None else list(model.outputs),
        "replacements": [] if model is None else [replacement.id for replacement in model.replacements],
        "as_of": _text(subject.day),
    }


@cache
def _environment() -> Any:
    try:
        from cel_expr_python import cel
    except ImportError as error:
        raise UsageError(
            "rules with the check `expression` need the CEL library, which is not installed; install it with:"
            " pip install 'cel-expr-python>=0.1.3'"
        ) from error

    types = {
        _TEXT: cel.Type.STRING,
        _TEXTS: cel.Type.List(cel.Type.STRING),
        _TAGS: cel.Type.Map(cel.Type.STRING, cel.Type.STRING),
        _NUMBER: cel.Type.DYN,
        _YES: cel.Type.BOOL,
    }
    return cel.NewEnv(variables={name: types[kind] for name, kind, _ in FACTS})


def _text(day: date | None) -> str:
    return "" if day is None else day.isoformat()
