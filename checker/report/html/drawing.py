"""The timeline as a picture: SVG in percent of the width, so that it fits a telephone and a wall."""

from collections.abc import Iterator
from datetime import date, timedelta

from checker.model.lifecycle import Stage
from checker.report.html.lane_table import lane_table
from checker.report.html.lane_words import description, regions_of, stage_name, what_comes
from checker.report.html.lanes import Lane, Phase, Span, Timeline, spans
from checker.report.html.markup import Content, Markup, code, element, joined
from checker.wording import counted

# What the table has beyond these is not lost: each model that is used is in the table of references.
LANES_SHOWN = 300
_HATCHED = (Phase.ACTIVE, Phase.LEGACY, Phase.EXTENDED_ACCESS, Phase.END_OF_LIFE)
_PHASES = {
    Phase.ACTIVE: "Active",
    Phase.OPEN: "Active, nothing promised",
    Phase.LEGACY: "Legacy",
    Phase.EXTENDED_ACCESS: "extended access",
    Phase.END_OF_LIFE: "end of life",
    Phase.UNKNOWN: "not known",
}


def draw(timeline: Timeline) -> Markup:
    """The key, the axis and the lanes, and all of it as a table."""
    shown = timeline.lanes[:LANES_SHOWN]
    lanes = [_lane(timeline, lane, number) for number, lane in enumerate(shown)]
    left = len(timeline.lanes) - len(shown)
    rest = f"{counted(left, 'more lane')} not drawn here; the models are in the table of findings and references."
    return joined(
        (
            _key(timeline),
            element(
                "div",
                {"class": "timeline"},
                _patterns(),
                _axis(timeline),
                element("ol", {"class": "lanes"}, *lanes),
            ),
            element("p", {"class": "quiet"}, rest) if left else "",
            lane_table(timeline, shown),
        )
    )


def _lane(timeline: Timeline, lane: Lane, number: int) -> Markup:
    title, words = f"lane-{number}-title", f"lane-{number}-words"
    parts = tuple(spans(lane, timeline.start, timeline.end))
    picture = element(
        "svg",
        {"class": "bar", "role": "img", "aria-labelledby": f"{title} {words}"},
        element("title", {"id": title}, f"{lane.model}, {regions_of(lane)}"),
        element("desc", {"id": words}, description(lane, timeline.as_of)),
        _frame(timeline),
        *(_span(timeline, lane, part) for part in parts),
        *_eol_mark(timeline, lane),
        _vertical(timeline, timeline.as_of, "today"),
    )
    label = element(
        "div",
        {"class": "label"},
        element("div", {"class": "model"}, code(lane.model)),
        element(
            "div",
            {"class": "quiet"},
            element("span", {"class": f"stage {_stage(lane)}"}, stage_name(lane)),
            " ",
            f"{regions_of(lane)} · {what_comes(lane, timeline.as_of)}",
        ),
    )
    return element("li", {"class": "lane"}, label, element("div", {"class": "track"}, picture))


def _stage(lane: Lane) -> str:
    return str(Stage.UNKNOWN if lane.stage is None else lane.stage.stage)


def _span(timeline: Timeline, lane: Lane, part: Span) -> Markup:
    left, right = _percent(timeline, part.start), _percent(timeline, part.end)
    shape = {"x": f"{left}%", "width": f"{_difference(left, right)}%"}
    name = f"span {part.phase}"
    if part.phase in {Phase.OPEN, Phase.UNKNOWN}:
        return element("line", {"class": name, "x1": f"{left}%", "x2": f"{right}%", "y1": "50%", "y2": "50%"})
    height = {"y": "50%", "height": "4" if part.phase is Phase.END_OF_LIFE else "12"}
    return element("rect", {"class": name + (" announced" if part.announced else ""), **shape, **height})


def _eol_mark(timeline: Timeline, lane: Lane) -> Iterator[Markup]:
    eol = None if lane.stage is None else lane.stage.eol_date
    if eol is not None and timeline.start <= eol <= timeline.end:
        announced = " announced" if eol > lane.read_on else ""
        yield element(
            "circle", {"class": f"eol{announced}", "cx": f"{_percent(timeline, eol)}%", "cy": "50%", "r": "5"}
        )


def _frame(timeline: Timeline) -> Markup:
    """What all lanes have: the lines of the axis, and the time up to the horizon."""
    today, horizon = _percent(timeline, timeline.as_of), _percent(timeline, timeline.horizon)
    band = {"class": "ahead", "x": f"{today}%", "width": f"{_difference(today, horizon)}%", "y": "0", "height": "100%"}
    return joined(
        (
            element("rect", band),
            *(_vertical(timeline, day, "tick") for day in _quarters(timeline)),
            _vertical(timeline, timeline.horizon, "horizon"),
        )
    )


def _vertical(timeline: Timeline, day: date, name: str) -> Markup:
    x = f"{_percent(timeline, day)}%"
    return element("line", {"class": name, "x1": x, "x2": x, "y1": "0", "y2": "100%"})


def _axis(timeline: Timeline) -> Markup:
    marks: list[Content] = []
    for day in _quarters(timeline):
        is_year = day.month == 1
        marks.append(
            element(
                "text",
                {"class": "year" if is_year else "quarter", "x": f"{_percent(timeline, day)}%", "y": "14", "dx": "4"},
                str(day.year) if is_year else day.strftime("%b"),
            )
        )
    today = {"class": "today", "x": f"{_percent(timeline, timeline.as_of)}%", "y": "34", "dx": "-5"}
    horizon = {"class": "horizon", "x": f"{_percent(timeline, timeline.horizon)}%", "y": "34", "dx": "5"}
    ahead = (timeline.horizon - timeline.as_of).days
    # The lanes say the same in words.
    picture = element(
        "svg",
        {"class": "axis-marks", "aria-hidden": "true"},
        _frame(timeline),
        _vertical(timeline, timeline.as_of, "today"),
        *marks,
        element("text", today, "today"),
        element("text", horizon, f"+{counted(ahead, 'day')}"),
    )
    return element(
        "div", {"class": "axis"}, element("div", {"class": "label"}), element("div", {"class": "track"}, picture)
    )


def _quarters(timeline: Timeline) -> Iterator[date]:
    """The first days of the quarters; of the years alone where there would be too many."""
    months = (1, 4, 7, 10) if (timeline.end - timeline.start) < timedelta(days=1600) else (1,)
    for year in range(timeline.start.year, timeline.end.year + 1):
        for month in months:
            day = date(year, month, 1)
            if timeline.start <= day <= timeline.end:
                yield day


def _percent(timeline: Timeline, day: date) -> str:
    whole = (timeline.end - timeline.start).days
    share = min(max((day - timeline.start).days / whole, 0.0), 1.0)
    return f"{share * 100:.2f}"


def _difference(left: str, right: str) -> str:
    return f"{float(right) - float(left):.2f}"


def _key(timeline: Timeline) -> Markup:
    horizon = "the policy looks ahead to" if timeline.horizon_is_of_policy else "ahead to"
    ahead = counted((timeline.horizon - timeline.as_of).days, "day")
    entries = [(phase, _PHASES[phase], False) for phase in Phase]
    samples = [_sample(phase, text) for phase, text, _ in entries]
    samples.append(
        _sample(Phase.LEGACY, "hatched: announced or promised, later than the day of the data", announced=True)
    )
    samples.append(
        _entry(
            element("line", {"class": "today", "x1": "14", "x2": "14", "y1": "0", "y2": "16"}),
            f"today, {timeline.as_of}",
        )
    )
    samples.append(
        _entry(
            element("rect", {"class": "ahead", "x": "4", "width": "20", "y": "0", "height": "16"}),
            element("line", {"class": "horizon", "x1": "24", "x2": "24", "y1": "0", "y2": "16"}),
            f"{horizon} {timeline.horizon} ({ahead})",
        )
    )
    return element("ul", {"class": "key", "aria-label": "Key of the timeline"}, *samples)


def _sample(phase: Phase, text: str, *, announced: bool = False) -> Markup:
    name = f"span {phase}" + (" announced" if announced else "")
    if phase in {Phase.OPEN, Phase.UNKNOWN}:
        shape = element("line", {"class": name, "x1": "1", "x2": "27", "y1": "50%", "y2": "50%"})
    elif phase is Phase.END_OF_LIFE:
        shape = joined(
            (
                element("rect", {"class": name, "x": "6", "width": "21", "y": "50%", "height": "4"}),
                element("circle", {"class": "eol", "cx": "6", "cy": "50%", "r": "5"}),
            )
        )
    else:
        shape = element("rect", {"class": name, "x": "1", "width": "26", "y": "50%", "height": "12"})
    return _entry(shape, text)


def _entry(*parts: Content) -> Markup:
    *shapes, text = parts
    picture = element("svg", {"width": "28", "height": "16", "aria-hidden": "true", "class": "sample"}, *shapes)
    return element("li", None, picture, " ", text)


def _patterns() -> Markup:
    attributes = {"width": "5", "height": "5", "patternUnits": "userSpaceOnUse", "patternTransform": "rotate(45)"}
    made = (
        element(
            "pattern",
            {"id": f"hatch-{phase}", **attributes},
            element("rect", {"class": f"ground {phase}", "width": "5", "height": "5"}),
            element("rect", {"class": f"stroke {phase}", "width": "2", "height": "5"}),
        )
        for phase in _HATCHED
    )
    definitions = element("defs", None, *made)
    return element("svg", {"class": "patterns", "width": "0", "height": "0", "aria-hidden": "true"}, definitions)
