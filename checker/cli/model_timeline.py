"""The life of a model as bars, one for each group of Regions with the same dates."""

from datetime import date, timedelta

from checker.model.lifecycle import Model, Stage, StageOn, stage_on, worst_stage
from checker.report.page import Page, Span
from checker.report.styles import INDENT
from checker.report.wording import counted

_MARKS = {
    Stage.ACTIVE: ("-", "green"),
    Stage.LEGACY: ("=", "yellow"),
    Stage.EXTENDED_ACCESS: ("#", "bold yellow"),
    Stage.END_OF_LIFE: ("x", "bold red"),
    Stage.UNKNOWN: ("?", "magenta"),
}
_LABEL = 26
_LEAST_WIDTH = 20
_MOST_WIDTH = 100


def write_timeline(page: Page, model: Model, day: date) -> None:
    """Bars over one span of time, with the day marked; nothing for a model without dates."""
    known = sorted(model.dates())
    if not known:
        return
    first = min(known[0], day, model.launch_date or day)
    last = max(known[-1], day)
    margin = timedelta(days=max((last - first).days // 20, 1))
    first, last = first - margin, last + margin
    width = min(max(page.width - INDENT - _LABEL, _LEAST_WIDTH), _MOST_WIDTH)
    page.gap()
    page.line(Span("timeline", "bold"))
    begin, end = str(first), str(last)
    page.line(Span(" " * (INDENT + _LABEL)), Span(begin + " " * max(width - len(begin) - len(end), 1) + end, "dim"))
    for label, stage in _groups(model, day):
        spans = [Span(" " * INDENT), Span(label[: _LABEL - 1].ljust(_LABEL))]
        for column in range(width):
            begins = first + (last - first) * column / width
            ends = first + (last - first) * (column + 1) / width
            if begins <= day < ends:
                spans.append(Span("|", "bold"))
            else:
                spans.append(Span(*_MARKS[_stage_at(model, stage, begins)]))
        page.line(*spans)
    page.paragraph(
        Span(f"- active, = Legacy, # extended access, x end of life, ? unknown, | {day}", "dim"), indent=INDENT + _LABEL
    )


def _groups(model: Model, day: date) -> list[tuple[str, StageOn]]:
    """The Regions with the same dates together, each group with what it is called."""
    grouped: dict[tuple[object, ...], list[StageOn]] = {}
    for stage in _stages(model, day):
        company = None if stage.company_date is None else stage.company_date.kind
        key = (stage.legacy_date, stage.extended_access_date, stage.eol_date, company, stage.stage is Stage.UNKNOWN)
        grouped.setdefault(key, []).append(stage)
    found = []
    for stages in grouped.values():
        named = [stage.region for stage in stages if stage.region is not None]
        if not named:
            label = "elsewhere"
        elif len(named) == 1:
            label = named[0]
        else:
            label = f"{named[0]} and {counted(len(named) - 1, 'other')}"
        found.append((label, stages[0]))
    return found


def _stages(model: Model, day: date) -> list[StageOn]:
    """The stages in partition `aws`, then in the other Regions that rows name."""
    stages = list(worst_stage(model, day).stages)
    seen = {stage.region for stage in stages}
    others = sorted({region for row in model.rows for region in row.regions} - seen)
    return stages + [stage_on(model, day, region) for region in others]


def _stage_at(model: Model, stage: StageOn, day: date) -> Stage:
    if stage.region is not None:
        return stage_on(model, day, stage.region).stage
    return next((each.stage for each in worst_stage(model, day).stages if each.region is None), Stage.UNKNOWN)
