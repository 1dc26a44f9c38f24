"""Models of the catalog as pages for people: a list, and a single model with its data and timeline."""

from collections.abc import Sequence
from datetime import date, timedelta

import typer

from checker.catalog import CatalogIndex, Selected
from checker.cli.terminal import new_page, show
from checker.errors import UsageError
from checker.immutable import immutable
from checker.model.lifecycle import CompanyDate, LifecycleRow, Model, Profile, Stage
from checker.model.stages import WorstStage, worst_stage
from checker.references.grammar import parse_reference
from checker.report.in_use import KEY, TODAY, Axis, lives_of
from checker.report.page import INDENT, LABEL_STYLE, Page, Span
from checker.values import Piece, Text
from checker.wording import counted, distance

STAGE_STYLES = {
    Stage.ACTIVE: "green",
    Stage.LEGACY: "yellow",
    Stage.EXTENDED_ACCESS: "bold yellow",
    Stage.END_OF_LIFE: "bold red",
    Stage.UNKNOWN: "magenta",
}
_LABEL = 16
_BAR_LABEL = 26
_LEAST_WIDTH = 20
_MOST_WIDTH = 100


@immutable
class EolWindow:
    """The period of EOL dates, both days included."""

    first: date
    last: date

    @classmethod
    def of(cls, first: date | None, last: date | None, within: int | None, day: date) -> "EolWindow | None":
        """The period of the options; None without any. `within` counts from `day`; past dates are not in it."""
        if within is not None:
            if last is not None:
                raise typer.BadParameter("it cannot be given together with --eol-until", param_hint="--eol-within")
            last = date.fromordinal(min(day.toordinal() + within, date.max.toordinal()))
            if first is None:
                return cls(day + timedelta(days=1), last)
        if first is None and last is None:
            return None
        window = cls(first or date.min, last or date.max)
        if window.first > window.last:
            raise typer.BadParameter(f"it is after {window.last}, the end of the window", param_hint="--eol-from")
        return window

    def has_one_of(self, stages: WorstStage) -> bool:
        """True if an EOL date of one of the Regions is in the period."""
        return self.first_in(stages) < date.max

    def first_in(self, stages: WorstStage) -> date:
        """The first EOL date in the period; the last day of the calendar if there is none."""
        days = (each.eol_date for each in stages.stages if each.eol_date is not None)
        return min((day for day in days if self.first <= day <= self.last), default=date.max)


def model_named(text: str, index: CatalogIndex) -> Model:
    """The model of an id, a profile or an ARN. Raises UsageError with suggestions if the catalog has none."""
    parsed = parse_reference(Text((Piece(text),))) if text.startswith("arn:") else None
    identifier = text if parsed is None or parsed.base is None else parsed.base
    model = index.lookup(text) or index.lookup(identifier)
    if model is None:
        similar = index.suggest(identifier)
        similar = similar or index.holding(identifier)
        hint = f"; did you mean {', '.join(similar)}?" if similar else "; `bedrock-eol models list` lists all"
        raise UsageError(f"the catalog knows no model {text!r}{hint}")
    return model


def show_list(selected: Selected, models: Sequence[tuple[Model, WorstStage]], day: date) -> None:
    """One line per model, and the source of the data."""
    page = new_page()
    rows = [tuple(Span(name, "bold") for name in ("id", "stage", "EOL", "", "where"))]
    for model, stages in models:
        worst = stages.worst
        eol = "" if worst.eol_date is None else str(worst.eol_date)
        away = "" if worst.eol_date is None else distance(worst.eol_date, day)
        style = STAGE_STYLES[worst.stage]
        rows.append((Span(model.id), Span(str(worst.stage), style), Span(eol), Span(away), Span(_where(stages))))
    page.table(rows)
    page.gap()
    page.paragraph(Span(f"{counted(len(models), 'model')} on {day}; {_source(selected)}."))
    show(page)


def show_one(selected: Selected, model: Model, day: date) -> None:
    """All data on one model."""
    page = new_page()
    page.line(Span(model.id, "bold"))
    stages = worst_stage(model, day)
    worst = stages.worst
    _fact(page, "name", f"{model.name} ({model.provider})")
    _fact(page, f"on {day}", str(worst.stage), STAGE_STYLES[worst.stage], rest=f" {_where(stages)}")
    if worst.reason:
        _fact(page, "", worst.reason)
    _fact(page, "launched", "" if model.launch_date is None else str(model.launch_date))
    floor = model.eol_no_sooner_than
    _fact(page, "EOL not before", "" if floor is None else f"{floor} ({distance(floor, day)})")
    _fact(page, "Legacy notice", "" if model.legacy_notice is None else str(model.legacy_notice))
    _fact(page, "modalities", _modalities(model))
    _fact(page, "endpoints", ", ".join(model.endpoints))
    _fact(page, "also known as", ", ".join(model.aliases))
    _fact(page, "Regions", ", ".join(model.regions))
    for offer in model.offers:
        _fact(page, "offered in", f"{', '.join(offer.regions)} ({offer.source}, {offer.read_on})")
    _fact(page, "bought as", _purchase(model))
    _write_rows(page, model.rows, day)
    _write_company_dates(page, model.company_dates, day)
    _write_timeline(page, model, day)
    _write_profiles(page, model.profiles)
    _write_list(page, "replacements", [f"{each.id} ({each.source})" for each in model.replacements])
    _write_list(page, "notes", model.notes)
    _write_list(page, "sources", model.sources)
    page.gap()
    page.paragraph(Span(f"{_source(selected)}."))
    show(page)


def _write_rows(page: Page, rows: Sequence[LifecycleRow], day: date) -> None:
    page.gap()
    page.line(Span("lifecycle", "bold"))
    if not rows:
        page.paragraph(Span("No dates are known."), indent=INDENT)
    for row in rows:
        page.paragraph(Span(", ".join(row.regions) or "every Region that no other row names"), indent=INDENT)
        dates = (
            ("Legacy", row.legacy_date),
            ("extended access", row.extended_access_date),
            ("EOL", row.eol_date),
        )
        said = ", ".join(f"{name} {each} ({distance(each, day)})" for name, each in dates if each is not None)
        page.paragraph(Span(said, "bold"), indent=2 * INDENT)
        if row.disputed is not None:
            page.paragraph(Span(row.disputed), first=[Span("disputed: ", "magenta")], indent=2 * INDENT)
        page.paragraph(Span(f"{row.source}, read on {row.read_on}", "dim"), indent=2 * INDENT)
        for name, each in dates:
            origin = row.origin(_FIELDS[name])
            if each is not None and origin != (row.source, row.read_on):
                said = f"{name} by {origin.source}, read on {origin.read_on}"
                page.paragraph(Span(said, "dim"), indent=2 * INDENT)


_FIELDS = {"Legacy": "legacy_date", "extended access": "extended_access_date", "EOL": "eol_date"}


def _write_company_dates(page: Page, dates: Sequence[CompanyDate], day: date) -> None:
    if not dates:
        return
    page.gap()
    page.line(Span("the company's own dates", "bold"))
    for each in dates:
        page.paragraph(Span(", ".join(each.regions) or "every Region"), indent=INDENT)
        said = f"{each.kind} {each.eol_date} ({distance(each.eol_date, day)})"
        page.paragraph(Span(said, "bold"), indent=2 * INDENT)
        page.paragraph(Span(each.reason), indent=2 * INDENT)
        page.paragraph(Span(each.source, "dim"), indent=2 * INDENT)


def _write_profiles(page: Page, profiles: Sequence[Profile]) -> None:
    if not profiles:
        return
    page.gap()
    page.line(Span("inference profiles", "bold"))
    for profile in profiles:
        page.paragraph(Span(profile.id), indent=INDENT)
        sources = ", ".join(profile.source_regions) or "not known"
        page.paragraph(Span(sources), first=[Span("from ", "dim")], indent=2 * INDENT)
        inferred = " (inferred from the prefix)" if profile.destinations_inferred else ""
        destinations = ", ".join(profile.destination_regions) or "not listed"
        page.paragraph(Span(destinations + inferred), first=[Span("to ", "dim")], indent=2 * INDENT)


def _write_list(page: Page, heading: str, items: Sequence[str]) -> None:
    if items:
        page.gap()
        page.line(Span(heading, "bold"))
        for item in items:
            page.paragraph(Span(item), first=[Span("- ", "dim")], indent=INDENT)


def _fact(page: Page, label: str, value: str, style: str = "", rest: str = "") -> None:
    if value:
        page.paragraph(
            Span(value, style), Span(rest), first=[Span(label, LABEL_STYLE)], indent=INDENT, label_width=_LABEL
        )


def _modalities(model: Model) -> str:
    if not model.inputs and not model.outputs:
        return ""
    return f"{', '.join(model.inputs) or 'not known'} to {', '.join(model.outputs) or 'not known'}"


def _purchase(model: Model) -> str:
    """Whether it is available as provisioned throughput and for fine-tuning; both are often unknown."""
    said = {None: "not known", True: "yes", False: "no"}
    return f"provisioned throughput: {said[model.provisioned_throughput]}; fine-tuning: {said[model.fine_tuning]}"


def _where(stages: WorstStage) -> str:
    """The Regions of the worst stage, or their number."""
    if len(stages.stages) == len(stages.regions) and len(stages.regions) > 1:
        return f"in all {len(stages.regions)} Regions"
    if not stages.regions:
        return "" if stages.worst.stage is Stage.UNKNOWN else "in every Region that no other row names"
    if len(stages.regions) > 2:
        return f"in {len(stages.regions)} of {len(stages.stages)} Regions"
    return f"in {' and '.join(stages.regions)}"


def _source(selected: Selected) -> str:
    catalog = selected.catalog
    newer = f", in part of {catalog.newest}" if catalog.newest > catalog.as_of else ""
    return f"catalog data of {catalog.as_of}{newer} ({selected.description})"


def _write_timeline(page: Page, model: Model, day: date) -> None:
    """Bars on a common time axis, with the day marked; nothing for a model without dates."""
    axis = Axis.of(model, day)
    if axis is None:
        return
    width = min(max(page.width - INDENT - _BAR_LABEL, _LEAST_WIDTH), _MOST_WIDTH)
    page.gap()
    page.line(Span("timeline", "bold"))
    begin, end = str(axis.first), str(axis.last)
    page.line(Span(" " * (INDENT + _BAR_LABEL)), Span(begin + " " * max(width - len(begin) - len(end), 1) + end, "dim"))
    for life in lives_of(model, day):
        spans = [Span(" " * INDENT), Span(life.label[: _BAR_LABEL - 1].ljust(_BAR_LABEL))]
        spans += (Span(mark, "bold" if stage is None else STAGE_STYLES[stage]) for mark, stage in axis.bar(life, width))
        page.line(*spans)
    page.paragraph(Span(f"{KEY}, {TODAY} {day}", "dim"), indent=INDENT + _BAR_LABEL)
