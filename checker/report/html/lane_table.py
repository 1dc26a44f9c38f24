"""The timeline as a table, for those who do not see the picture, and to copy from."""

from checker.report.html.lane_words import NOTHING, day_of, stage_name, what_comes
from checker.report.html.lanes import Lane, Timeline
from checker.report.html.markup import Content, Markup, code, element


def lane_table(timeline: Timeline, lanes: tuple[Lane, ...]) -> Markup:
    """The lanes as rows, with every Region and date, folded away."""
    names = ("Model", "Regions", "Stage", "Legacy", "Extended access", "End of life", "Data of", "References")
    head = element("tr", None, *(element("th", {"scope": "col"}, name) for name in names))
    rows = []
    for lane in lanes:
        stage = lane.stage
        days = (None,) * 3 if stage is None else (stage.legacy_date, stage.extended_access_date, stage.eol_date)
        cells: list[Content] = [
            ", ".join(region or "every Region not named" for region in lane.regions) or NOTHING,
            stage_name(lane),
            *(day_of(day, lane) for day in days[:2]),
            what_comes(lane, timeline.as_of) if days[2] is None else day_of(days[2], lane),
            str(lane.read_on),
            f"{lane.references:,}",
        ]
        rows.append(
            element(
                "tr",
                None,
                element("th", {"scope": "row"}, code(lane.model)),
                *(element("td", None, cell) for cell in cells),
            )
        )
    table = element("table", None, element("thead", None, head), element("tbody", None, *rows))
    scroll = {"class": "scroll", "role": "region", "aria-label": "Timeline as a table", "tabindex": "0"}
    return element(
        "details", {"class": "as-table"}, element("summary", None, "The same as a table"), element("div", scroll, table)
    )
