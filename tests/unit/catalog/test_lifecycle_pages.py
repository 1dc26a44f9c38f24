"""The lifecycle page in every shape that it has had, and in the shapes that damage gives it."""

# ruff: noqa: E501 (the samples have lines as long as those of the pages)

import re
from collections.abc import Callable, Sequence
from datetime import date

import pytest

from checker.catalog.refresh.lifecycle_page import leads_to_legacy_page, read_lifecycle_page
from checker.catalog.refresh.pages import Page, PageError, plain_name, read_html, read_markdown
from checker.catalog.refresh.statements import Reading, StatedRow, Statement
from checker.model.lifecycle import Origin

ORIGIN = Origin("https://docs.aws.amazon.com/bedrock/latest/userguide/model-lifecycle.html", date(2026, 11, 24))
NAMES = {
    "Alpha Chat v1": ["anthropic.alpha-chat-v1:0"],
    "Provider Beta Text G1 - Premier": ["amazon.beta-text-premier-v1:0"],
    "Gamma Mid-v1": ["ai21.gamma-mid-v1"],
    "Twin": ["meta.twin-a-v1:0", "meta.twin-b-v1:0"],
}


def by_name(name: str) -> Sequence[str]:
    return next((ids for known, ids in NAMES.items() if plain_name(known) == plain_name(name)), ())


def read(text: str, reader: Callable[[str], Page] = read_markdown) -> Reading:
    return read_lifecycle_page(reader(text), ORIGIN, by_name)


def rows(reading: Reading) -> dict[str, tuple[StatedRow, ...]]:
    return {statement.model: statement.rows for statement in reading.statements}


def of(reading: Reading, model: str) -> Statement:
    return next(each for each in reading.statements if each.model == model)


# 1. HTML, three sections; the table of Active models lacks a header

THREE_SECTIONS = """
<html lang="en"><head><link rel="canonical" href="https://docs.aws.amazon.com/bedrock/latest/userguide/model-lifecycle.html">
<script>var table = "<table>";</script></head><body>
<h1 class="topictitle" id="model-lifecycle">Model lifecycle</h1><p>Every model is in one of three states.</p>
<ul><li><p><b>Active:</b> The provider works on it.</p></li><li><p><b>Legacy:</b> An end is known.</p></li></ul>
<h2 id="active-versions">Active versions</h2>
<table id="w1"><thead>
  <tr><th>Provider</th><th>Model name</th><th>Model ID</th><th>Regions supported</th><th>Launch date</th>
      <th>Input modalities</th><th>Output modalities</th></tr></thead>
  <tr><td tabindex="-1">Anthropic</td><td tabindex="-1">Delta Chat</td><td tabindex="-1">anthropic.delta-chat-v1:0</td>
      <td tabindex="-1"><div class="itemizedlist">
        <ul class="itemizedlist"><li class="listitem"><p>us-east-1</p></li><li class="listitem"><p>us-east-2*</p></li>
        <li class="listitem"><p>ap-southeast-1 (Gated)</p></li><li class="listitem"><p>eu-west-1 (Gated)*</p></li></ul></div></td>
      <td tabindex="-1"><div><ul><li><p>12/4/2024</p></li><li><p></p></li><li><p>11/4/2024</p></li></ul></div></td>
      <td tabindex="-1">No sooner than 12/4/2025</td>
      <td tabindex="-1">Text, Image
      </td><td tabindex="-1">Text</td></tr>
</table>
<h2 id="versions-for-legacy">Legacy versions</h2>
<table><tr><th>Model version</th><th>Legacy date</th><th>Public extended access date</th><th>EOL date</th>
  <th>Recommended model version replacement</th><th>Recommended model ID</th></tr>
  <tr><td>Alpha Chat v1</td><td>July 15th, 2025 (all Regions)</td><td>NA</td><td>January 15th, 2026 (all Regions)</td>
  <td>Delta Chat, Epsilon</td><td>anthropic.delta-chat-v1:0,
      anthropic.epsilon-v1:0</td></tr></table>
<h2 id="versions-for-eol">End-of-Life (EOL) versions</h2>
<table><tr><th>Model version</th><th>Legacy date</th><th>EOL date</th><th>Recommended model version replacement</th>
  <th>Recommended model ID</th></tr>
  <tr><td>Gamma Mid-v1</td><td>April 30, 2024 (only in us-west-2)</td><td>October 4, 2024 (only in us-west-2)</td>
      <td>Delta</td><td>ai21.delta-v1:0 in US East (N. Virginia)</td></tr>
  <tr><td>Gamma Mid-v1</td><td>October 4, 2024 (only in us-east-1)</td><td>March 12, 2025 (only in us-east-1)</td>
      <td>Delta</td><td>ai21.delta-v1:0</td></tr></table></body></html>
"""


def test_html_with_three_sections() -> None:
    reading = read(THREE_SECTIONS, read_html)
    assert reading.refusals == ()
    delta = of(reading, "anthropic.delta-chat-v1:0")
    assert delta.eol_no_sooner_than == date(2025, 12, 4)
    assert delta.launch_date == date(2024, 11, 4)
    # A star says that the model can only be reached by an inference profile there.
    assert delta.offered == ("ap-southeast-1", "us-east-1")
    assert delta.rows == ()
    assert rows(reading)["anthropic.alpha-chat-v1:0"] == (StatedRow((), date(2025, 7, 15), None, date(2026, 1, 15)),)
    alpha = of(reading, "anthropic.alpha-chat-v1:0")
    assert alpha.replacements == ("anthropic.delta-chat-v1:0", "anthropic.epsilon-v1:0")
    assert rows(reading)["ai21.gamma-mid-v1"] == (
        StatedRow(("us-west-2",), date(2024, 4, 30), None, date(2024, 10, 4)),
        StatedRow(("us-east-1",), date(2024, 10, 4), None, date(2025, 3, 12)),
    )


# 2. Markdown, the same sections as padded pipe tables

PIPE_TABLES = r"""
# Model lifecycle<a name="model-lifecycle"></a>

## Active versions

| Provider | Model name      | Model ID | Regions supported | Launch date | EOL date | Input modalities | Output modalities |
| -------- | --------------- | -------- | ----------------- | ----------- | -------- | ---------------- | ----------------- |
| AI21 Labs | Zeta Large     | ai21.zeta-large-v1:0 | us-east-1 | 9/23/2024 | No sooner than 9/23/2025 | Text | Text, Chat |
| Amazon | Eta Embeddings G1<br>• Text | amazon.eta-embed-v1 | • us-east-1<br>• us-west-2\* | • 11/29/2023<br>_<br>\*<br>• 11/29/2023 | No sooner than 11/29/2024 | Text | Embedding |

## Legacy versions

| Model version | Legacy date | Public extended access date | EOL date | Recommended model version replacement | Recommended model ID |
| --- | --- | --- | --- | --- | --- |
| Alpha Chat v1 | August 25, 2025 (us-east-1, us-east-2, and eu-west-3<br>Regions) | December 1, 2025 | Mar 1, 2026 (us-east-1, us-east-2, and eu-west-3<br>Regions) | Delta | anthropic.delta-chat-v1:0 |

## End-of-Life (EOL) versions

| Model version | Legacy date | EOL date | Recommended model version replacement | Recommended model ID |
| --- | --- | --- | --- | --- |
| Provider Beta Text G1<br>• Premier | January 31, 2025 | August 15, 2025 | Delta | amazon.delta-v1:0 |
"""


def test_pipe_tables() -> None:
    reading = read(PIPE_TABLES)
    assert reading.refusals == ()
    assert of(reading, "ai21.zeta-large-v1:0").eol_no_sooner_than == date(2025, 9, 23)
    eta = of(reading, "amazon.eta-embed-v1")
    assert (eta.name, eta.offered, eta.launch_date) == ("Eta Embeddings G1 - Text", ("us-east-1",), date(2023, 11, 29))
    regions = ("eu-west-3", "us-east-1", "us-east-2")
    assert rows(reading)["anthropic.alpha-chat-v1:0"] == (
        StatedRow(regions, date(2025, 8, 25), date(2025, 12, 1), date(2026, 3, 1)),
    )
    # A dash has turned into a bullet.
    assert rows(reading)["amazon.beta-text-premier-v1:0"] == (
        StatedRow((), date(2025, 1, 31), None, date(2025, 8, 15)),
    )


# 3. Tables fused into one

FUSED = """
# Model lifecycle
| Provider | Model name | Model ID | Regions supported | Launch date | Tentative EOL | Input modalities | Output modalities |
| --- | --- | --- | --- | --- | --- | --- | --- |
| Meta | Theta | meta.theta-v1:0 | us-east-1 | 4/28/2025 | No sooner than 4/28/2026 | Text | Text | ## Legacy versions We notify you |
"""
FUSED_ROWS = """
# Model lifecycle
| Model version | Legacy date | Public extended access date | EOL date | Recommended model version replacement | Recommended model ID |
| --- | --- | --- | --- | --- | --- |
| Alpha Chat v1 | October 1, 2025 | March 1, 2026 | May 31, 2026 | X | a.b-1 | | Theta | August 25, 2025 | December 1, 2025 | Mar 1, 2026 | Y | c.d-1 |
"""
FUSED_HEADER = """
# Model lifecycle
| Model version | Legacy date | EOL date | Recommended model version replacement | Recommended model ID |
| --- | --- | --- | --- | --- |
| --- | --- | --- | --- | --- | | Iota XL | February 2, 2024 | April 30, 2024 | Iota 1 | stability.iota-v1 |
"""


@pytest.mark.parametrize("text", [FUSED, FUSED_ROWS, FUSED_HEADER])
def test_fused_tables_are_refused_as_a_whole(text: str) -> None:
    with pytest.raises(PageError, match="fused"):
        read(text)


def test_a_column_of_tentative_ends_holds_promises() -> None:
    text = FUSED.replace(" ## Legacy versions We notify you |", "")
    assert of(read(text), "meta.theta-v1:0").eol_no_sooner_than == date(2026, 4, 28)


# 4. Rows that go on, with six columns

CONTINUED = """
# Model lifecycle
| Model version | Legacy date | Public extended access date | EOL date | Recommended model version replacement | Recommended model ID |
| --- | --- | --- | --- | --- | --- |
| Alpha Chat v1 | August 25, 2025 (us-east-1, eu-central-2, and eu-west-3<br>Regions) | December 1, 2025 | Mar 1, 2026 (us-east-1, and eu-west-3<br>Regions) | Delta | anthropic.delta-chat-v1:0 |
| August 25, 2025 (eu-central-2 Region) | December 1, 2025 | June 1, 2026 (eu-central-2 Region) |
| January 30, 2026 (us-gov-east-1 and us-gov-west-1 Regions) | April 30, 2026 | July 30, 2026 (us-gov-east-1 and us-gov-west-1 Regions) | | | |
"""


def test_rows_that_go_on_belong_to_the_model_before_them() -> None:
    reading = read(CONTINUED)
    assert reading.refusals == ()
    assert rows(reading)["anthropic.alpha-chat-v1:0"] == (
        # The Regions of the EOL date are those that count.
        StatedRow(("eu-west-3", "us-east-1"), date(2025, 8, 25), date(2025, 12, 1), date(2026, 3, 1)),
        StatedRow(("eu-central-2",), date(2025, 8, 25), date(2025, 12, 1), date(2026, 6, 1)),
        StatedRow(("us-gov-east-1", "us-gov-west-1"), date(2026, 1, 30), date(2026, 4, 30), date(2026, 7, 30)),
    )


def test_a_row_that_goes_on_after_a_refused_one_is_refused_too() -> None:
    lines = CONTINUED.strip().split("\n")
    lines[3] = lines[3].replace(" | Delta", "")
    reading = read("\n".join(lines) + "\n" + CONTINUED.strip().split("\n")[3].replace("Alpha Chat v1", "Gamma Mid-v1"))
    assert set(rows(reading)) == {"ai21.gamma-mid-v1"}
    assert [refusal.reason for refusal in reading.refusals] == [
        "it has 5 cells for 6 columns", "it has 3 cells for 6 columns", "it has 6 cells for 6 columns",
    ]  # fmt: skip


# 5. One table of seven columns

SEVEN = """
# Model lifecycle
| Model provider | Model name | Model ID | Regions | Legacy date | EOL date | Public extended access start date |
| -------------- | ---------- | -------- | ------- | ----------- | -------- | --------------------------------- |
| Amazon | Kappa Large | amazon.kappa-large | us-east-1, us-west-2 | February 8, 2025 | October 27, 2025 | — |
| Anthropic | Delta Chat | anthropic.delta-chat-v1:0 | ap-northeast-1, eu-west-1 | March 10, 2026 | September 10, 2026 | June 10, 2026 |
| us-gov-east-1, us-gov-west-1 | March 11, 2026 | September 11, 2026 | June 11, 2026 |
"""


def test_one_table_of_seven_columns() -> None:
    reading = read(SEVEN)
    assert reading.refusals == ()
    assert rows(reading) == {
        "amazon.kappa-large": (StatedRow(("us-east-1", "us-west-2"), date(2025, 2, 8), None, date(2025, 10, 27)),),
        "anthropic.delta-chat-v1:0": (
            StatedRow(("ap-northeast-1", "eu-west-1"), date(2026, 3, 10), date(2026, 6, 10), date(2026, 9, 10)),
            StatedRow(("us-gov-east-1", "us-gov-west-1"), date(2026, 3, 11), date(2026, 6, 11), date(2026, 9, 11)),
        ),
    }


# 6. and 7. A nested list, and one that has slipped

BULLETS = r"""
# Model lifecycle

- **Amazon**
  - **Model name:** Lambda Reel
  - **Model ID:** amazon.lambda-reel-v1:1
  - **Regions:** us-east-1
  - **Legacy date:** March 30, 2026
  - **EOL date:** September 30, 2026
  - **Public extended access start date:** —

- **Anthropic**
  - **Model name:** Delta Chat
  - **Model ID:** anthropic.delta-chat-v1:0
  - **Regions:** ap-northeast-1, ap-southeast-2 / **Legacy date:** January 30, 2026 / **EOL date:** July 30, 2026 / **Public extended access start date:** April 30, 2026
  - **Regions:** eu-central-2 / **Legacy date:** August 25, 2025 / **EOL date:** June 1, 2026 / **Public extended access start date:** December 1, 2025

- **Cohere**
  - **Model name:** Mu R\+
  - **Model ID:** cohere.mu-r-plus-v1:0
  - **Regions:** us-east-1
  - **Legacy date:** February 19, 2026
  - **EOL date:** August 19, 2026
"""
SLIPPED = """
- **Nu R**
  - **Model name:** cohere.nu-r-v1:0
  - **Model ID:** us-east-1, us-west-2
  - **Regions:** February 19, 2026
  - **Legacy date:** August 19, 2026
  - **EOL date:** May 19, 2026
"""


def test_a_nested_list() -> None:
    reading = read(BULLETS)
    assert reading.refusals == ()
    assert rows(reading)["amazon.lambda-reel-v1:1"] == (
        StatedRow(("us-east-1",), date(2026, 3, 30), None, date(2026, 9, 30)),
    )
    assert rows(reading)["anthropic.delta-chat-v1:0"] == (
        StatedRow(("ap-northeast-1", "ap-southeast-2"), date(2026, 1, 30), date(2026, 4, 30), date(2026, 7, 30)),
        StatedRow(("eu-central-2",), date(2025, 8, 25), date(2025, 12, 1), date(2026, 6, 1)),
    )
    assert (of(reading, "cohere.mu-r-plus-v1:0").name, of(reading, "cohere.mu-r-plus-v1:0").provider) == (
        "Mu R+",
        "Cohere",
    )


def test_an_entry_that_has_slipped_is_refused_by_name() -> None:
    reading = read(BULLETS + SLIPPED)
    assert len(reading.statements) == 3
    [refusal] = reading.refusals
    assert refusal.subject == "Nu R, cohere.nu-r-v1:0"
    assert refusal.reason == "'us-east-1, us-west-2' is not a model id"


def test_an_entry_without_dates_is_refused() -> None:
    reading = read(BULLETS + "\n- **Cohere**\n  - **Model name:** Xi\n  - **Model ID:** cohere.xi-v1:0\n")
    assert [(each.subject, each.reason) for each in reading.refusals] == [("Cohere, Xi", "it has no date")]


# 8. A pipe table and a list on one page

BOTH = """---
source_url: https://docs.aws.amazon.com/bedrock/latest/userguide/model-lifecycle-legacy.html
---

# Model lifecycle (Legacy)
<a name="model-lifecycle-legacy"></a>

**Models with a scheduled EOL date**

| Model provider | Model name | Model ID | Regions | Legacy date | EOL date | Public extended access start date |
| --- | --- | --- | --- | --- | --- | --- |
| AI21 Labs | Zeta Large | ai21.zeta-large-v1:0 | us-east-1 | May 26, 2026 | November 26, 2026 | August 26, 2026 |

**Models that have reached EOL**

The following models have passed their EOL date.

- **Anthropic**
  - **Model name:** Delta Chat
  - **Model ID:** anthropic.delta-chat-v1:0
  - **Regions:** us-gov-east-1, us-gov-west-1 / **Legacy date:** March 10, 2026 / **EOL date:** September 10, 2026 / **Public extended access start date:** June 10, 2026
"""


def test_a_table_and_a_list_on_one_page() -> None:
    page = read_markdown(BOTH)
    assert page.address.endswith("/model-lifecycle-legacy.html")
    reading = read(BOTH)
    assert reading.refusals == ()
    assert set(rows(reading)) == {"ai21.zeta-large-v1:0", "anthropic.delta-chat-v1:0"}


# 9. The policy alone

POLICY = """
# Model lifecycle
This page describes the policy for models launched on or after September 7, 2026. For models launched before, see
[Model lifecycle (Legacy)](model-lifecycle-legacy.md).
When a model enters its Legacy period, the EOL date of the model is added to the model card.
"""


def test_a_page_with_the_policy_alone_leads_to_the_other() -> None:
    assert read(POLICY) == Reading((), ())
    assert leads_to_legacy_page(read_markdown(POLICY)) == "model-lifecycle-legacy.md"


# 11. HTML with rows that span, and ids in code

SPANNED = """
<!DOCTYPE html><html lang="en-us"><h1>Model lifecycle (Legacy)</h1>
<table><tr><th>Model provider</th><th>Model name</th><th>Model ID</th><th>Regions</th><th>Legacy date</th><th>EOL date</th>
<th>Public extended access start date</th></tr>
<tr><td rowspan="2">Anthropic</td><td rowspan="2">Delta Chat</td><td rowspan="2"><code>anthropic.delta-chat-v1:0</code></td>
<td>us-east-1</td><td>March 10, 2026</td><td>September 10, 2026</td><td>June 10, 2026</td></tr>
<tr><td>eu-west-1</td><td>March 12, 2026</td><td>September 12, 2026</td><td>&mdash;</td></tr>
<tr><td>Amazon</td><td>Kappa</td><td><code>amazon.kappa-large</code></td><td>us-east-1</td><td>March 10, 2026</td>
<td>September 10, 2026</td><td></td></tr></table></html>
"""


def test_html_with_cells_that_span_rows() -> None:
    reading = read(SPANNED, read_html)
    assert reading.refusals == ()
    assert rows(reading) == {
        "anthropic.delta-chat-v1:0": (
            StatedRow(("us-east-1",), date(2026, 3, 10), date(2026, 6, 10), date(2026, 9, 10)),
            StatedRow(("eu-west-1",), date(2026, 3, 12), None, date(2026, 9, 12)),
        ),
        "amazon.kappa-large": (StatedRow(("us-east-1",), date(2026, 3, 10), None, date(2026, 9, 10)),),
    }


def test_the_list_as_html() -> None:
    reading = read(
        """<html><h1>Model lifecycle</h1><ul><li><p><b>Amazon</b></p><ul>
        <li><p><b>Model name:</b> Lambda Reel</p></li><li><p><b>Model ID:</b> <code>amazon.lambda-reel-v1:1</code></p></li>
        <li><p><b>Regions:</b> us-east-1 / <b>Legacy date:</b> March 30, 2026 / <b>EOL date:</b> September 30, 2026</p></li>
        </ul></li></ul></html>""",
        read_html,
    )
    assert rows(reading) == {
        "amazon.lambda-reel-v1:1": (StatedRow(("us-east-1",), date(2026, 3, 30), None, date(2026, 9, 30)),)
    }


# What is refused as a whole


@pytest.mark.parametrize(
    ("text", "reader", "words"),
    [
        (
            "# Model lifecycle\nProvider Model name Model ID Regions supported Launch date EOL date Input modalities\nAI21 Zeta",
            read_markdown,
            "flattened",
        ),
        (
            "# Ciclo de vida del modelo\n" + SEVEN.partition("\n# ")[2].partition("\n")[2],
            read_markdown,
            "a translation",
        ),
        (SPANNED.replace('lang="en-us"', 'lang="fr-fr"'), read_html, "'fr-fr'"),
        (
            BOTH.replace("amazon.com/bedrock", "amazon.com/it_it/bedrock"),
            read_markdown,
            "a translation, by its address",
        ),
        ("# Model lifecycle\nComing soon.", read_markdown, "no lifecycle table"),
        (SEVEN.replace("| Regions |", "| Zones |"), read_markdown, "columns that are not known: 'Zones'"),
        (SEVEN.replace("Model ID", "EOL date"), read_markdown, "a column twice"),
        ("# Model lifecycle\n" + SLIPPED, read_markdown, "none of its rows makes sense"),
        (SPANNED.replace("us-east-1", "<table><tr><td>us-east-1</td></tr></table>"), read_html, "within another table"),
        ("", read_markdown, "it has no title"),
    ],
)
def test_a_page_that_makes_no_sense_is_refused(text: str, reader: Callable[[str], Page], words: str) -> None:
    with pytest.raises(PageError, match=words):
        read(text, reader)


# Rows that are refused, each by its location, while the others are read


@pytest.mark.parametrize(
    ("was", "becomes", "words"),
    [
        ("September 10, 2026", "February 10, 2026", "its eol date 2026-02-10 is not after its extended date"),
        ("September 10, 2026", "March 10, 2026", "is not after"),
        ("June 10, 2026", "December 10, 2026", "is not after"),
        ("September 10, 2026", "September 31, 2026", "no calendar has"),
        ("September 10, 2026", "soon", "'soon' is not a day"),
        ("September 10, 2026", "No sooner than September 10, 2026", "is not a day"),
        ("September 10, 2026", "September 10, 2206", "too far"),
        ("ap-northeast-1, eu-west-1", "ap-northeast-1, Frankfurt", "'Frankfurt' is not a Region"),
        ("ap-northeast-1, eu-west-1", "eu-west-9", "'eu-west-9' is not a Region"),
        ("ap-northeast-1, eu-west-1", "", "names no Region"),
        ("anthropic.delta-chat-v1:0", "Delta Chat", "'Delta Chat' is not a model id"),
        ("anthropic.delta-chat-v1:0", "us.anthropic.delta-chat-v1:0", "is not a model id"),
        ("| Anthropic |", "| eu-west-1 |", "is not a provider|cells for"),
        ("March 10, 2026 | September 10, 2026 | June 10, 2026", "— | — | —", "it has no date"),
    ],
)
def test_a_row_that_makes_no_sense_is_refused(was: str, becomes: str, words: str) -> None:
    lines = SEVEN.strip().split("\n")[:5]
    assert was in lines[-1]
    lines[-1] = lines[-1].replace(was, becomes)
    reading = read("\n".join(lines))
    assert set(rows(reading)) == {"amazon.kappa-large"}
    [refusal] = reading.refusals
    assert refusal.source == ORIGIN.source
    assert refusal.subject.startswith("table 1, row 2")
    assert re.search(words, refusal.reason)


def test_two_rows_for_one_region_are_both_refused() -> None:
    extra = "| Amazon | Kappa Large | amazon.kappa-large | us-east-1 | February 9, 2025 | October 28, 2025 | — |\n"
    reading = read(SEVEN + extra)
    assert set(rows(reading)) == {"anthropic.delta-chat-v1:0"}
    assert "more than one row for us-east-1; none of its rows is used" in reading.refusals[0].reason


def test_the_same_row_twice_is_one() -> None:
    line = SEVEN.strip().split("\n")[3]
    assert rows(read(SEVEN + line + "\n")) == rows(read(SEVEN))


@pytest.mark.parametrize(
    ("name", "words"), [("Unheard Of", "no model that is known"), ("Twin", "2 models: meta.twin-a-v1:0, meta.twin-b")]
)
def test_a_name_that_is_not_one_models_is_refused(name: str, words: str) -> None:
    text = PIPE_TABLES + f"| {name} | January 31, 2025 | August 15, 2025 | Delta | amazon.delta-v1:0 |\n"
    [refusal] = read(text).refusals
    assert words in refusal.reason


def test_a_name_of_the_pages_own_needs_no_catalog() -> None:
    text = THREE_SECTIONS.replace("<td>Alpha Chat v1</td>", "<td>Delta  chat</td>")
    assert rows(read(text, read_html))["anthropic.delta-chat-v1:0"] == (
        StatedRow((), date(2025, 7, 15), None, date(2026, 1, 15)),
    )


def test_a_plain_day_among_promises_is_refused() -> None:
    reading = read(PIPE_TABLES.replace("No sooner than 9/23/2025", "9/23/2025"))
    [refusal] = reading.refusals
    assert "'9/23/2025' is not of the form 'No sooner than'" in refusal.reason
    assert "ai21.zeta-large-v1:0" not in rows(reading)
